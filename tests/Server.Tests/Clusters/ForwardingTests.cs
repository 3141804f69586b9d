using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using ControlSurface.Hosting;
using ControlSurface.Hosting.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Tests.Field;
using Yarp.ReverseProxy.Forwarder;

namespace Server.Tests.Clusters;

/// <summary>What becomes of a request that goes to a machine that does not have the workspace, or does not answer.</summary>
[Collection(Alone.Name)]
public sealed class A_request_that_is_forwarded : IAsyncLifetime, IDisposable
{
    private readonly ClusterFigures _figures = new(() =>
        throw new InvalidOperationException("Nobody reads figures here.")
    );
    private readonly HttpClient _http = new();
    private readonly List<WebApplication> _machines = [];
    private readonly List<string> _asked = [];
    private WebApplication _front = null!; // Set by InitializeAsync.
    private RequestForwarder _forwarder = null!; // Set by InitializeAsync.
    private Uri _first = null!; // Set by each test.
    private Func<IRequestTarget, IRequestTarget> _second = own => own;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        ServerHost.ServeFront(builder.Services, own => new TestDoor(this, own));
        _front = builder.Build();
        _front.Run(http => AnswerAsync(http, "here"));
        _forwarder = new RequestForwarder(
            _front.Services.GetRequiredService<IHttpForwarder>(),
            new MachineSeal(RandomNumberGenerator.GetBytes(32)),
            _figures,
            doubt: _ => { }
        );
        await _front.StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var machine in (WebApplication[])[_front, .. _machines])
            await machine.DisposeAsync();
    }

    public void Dispose()
    {
        _forwarder.Dispose();
        _figures.Dispose();
        _http.Dispose();
    }

    [Theory]
    [InlineData("here")]
    [InlineData("there")]
    public async Task Without_a_body_is_placed_once_more_where_the_machine_does_not_have_the_workspace(string second)
    {
        _first = await StartAsync("not here");
        if (second == "there")
        {
            var there = await StartAsync("there");
            _second = _ => _forwarder.To(there, again: null);
        }
        using var answer = await _http.GetAsync(AddressOf(_front));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(second, await answer.Content.ReadAsStringAsync());
        Assert.Equal(["not here", second], _asked);
    }

    [Fact]
    public async Task Is_placed_twice_at_most()
    {
        _first = await StartAsync("not here");
        _second = _ => _forwarder.To(_first, again: null);
        using var answer = await _http.GetAsync(AddressOf(_front));
        Assert.Equal("unavailable", await CodeAsync(answer));
        Assert.Equal(["not here", "not here"], _asked);
    }

    [Fact]
    public async Task With_a_body_that_was_sent_is_told_to_come_again()
    {
        _first = await StartAsync("not here");
        using var answer = await _http.PostAsync(AddressOf(_front), new StringContent("{}"));
        Assert.Equal("unavailable", await CodeAsync(answer));
        Assert.Equal(["not here"], _asked);
    }

    [Fact]
    public async Task Is_told_to_a_browser_by_a_page()
    {
        _first = await StartAsync("not here");
        _second = _ => _forwarder.To(_first, again: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(_front));
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("moves to another machine", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Was_not_sent_where_the_host_of_the_machine_is_gone()
    {
        // A full queue of connections drops the next ones, as a network does whose host is gone: nobody answers.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(0);
        using var only = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await only.ConnectAsync(silent.LocalEndPoint!);
        _first = new Uri($"http://{silent.LocalEndPoint}");
        using var answer = await _http.PostAsync(AddressOf(_front), new StringContent("{}"));
        Assert.Equal("unavailable", await CodeAsync(answer));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString();
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    // Another machine, as far as it is seen from here.
    private async Task<Uri> StartAsync(string says)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, at => at.Protocols = HttpProtocols.Http2)
        );
        var machine = builder.Build();
        machine.Run(http => AnswerAsync(http, says));
        await machine.StartAsync();
        _machines.Add(machine);
        return AddressOf(machine);
    }

    private Task AnswerAsync(HttpContext http, string says)
    {
        Assert.NotNull(http.RequestServices.GetRequiredService<ILoggerFactory>());
        _asked.Add(says);
        if (says == "not here")
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers[MachineSeal.NotHereHeader] = "true";
        }
        return http.Response.WriteAsync(says);
    }

    private sealed class TestDoor(A_request_that_is_forwarded test, IRequestTarget own) : IDoor
    {
        public ValueTask<IDoor.Entry> EnterAsync(IFeatureCollection features) =>
            ValueTask.FromResult(
                new IDoor.Entry(
                    test._forwarder.To(
                        test._first,
                        () => ValueTask.FromResult(new IDoor.Entry(test._second(own), Visit: null))
                    ),
                    Visit: null
                )
            );
    }
}
