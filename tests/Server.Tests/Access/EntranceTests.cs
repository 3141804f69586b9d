using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;

namespace Server.Tests.Access;

/// <summary>Who reaches what without a session, however the address is spelt.</summary>
public sealed class EntranceTests
{
    /// <summary>
    /// What is asked without any sign-in, as the bytes of the request line, and what may come: a way in, a problem, or, where
    /// it is open to anybody, the thing itself.
    /// </summary>
    public static TheoryData<string, string> Spellings =>
        new()
        {
            { "/", "302" },
            { "/queues", "302" },
            { "/QUEUES", "302" },
            { "/queues/", "302" },
            { "/queues/a.b", "302" },
            { "/queues/a.css", "302" },
            { "/queues/crm%2Fa.js", "302" },
            { "/queues/%61.png", "302" },
            { "/queues/crm.", "302" },
            { "/queues/..%2f..%2fcss%2fapp.css", "302" },
            { "/queues/crm?x=/css/app.css", "302" },
            { "/queues/crm;.css", "302" },
            { "/items/W-1", "302" },
            { "/items/W-1.svg", "302" },
            { "/artifacts/A-1/pictures/1", "401" },
            { "/Artifacts/A-1/Pictures/1", "401" },
            { "/export/items?format=csv", "401" },
            { "/EXPORT/ITEMS", "401" },
            { "/signout", "302" },
            { "/not-found", "302" },
            { "/_blazor", "401" },
            { "/_BLAZOR/negotiate", "401" },
            { "/hubs/live", "401" },
            { "/Hubs/Live/negotiate", "401" },
            { "/mcp", "401" },
            { "/MCP", "401" },
            { "/Mcp/", "401" },
            { "/api/v1/me", "401" },
            { "/API/V1/ME", "401" },
            { "/api/v1/me/", "401" },
            { "/api/x.css", "401" },
            { "//queues", "404" },
            { "//", "404" },
            { "/./queues", "302" },
            { "/css/../queues", "302" },
            { "/login/../queues/a.b", "302" },
            { "/login/x", "404" },
            { "/loginx", "404" },
            { "/help/x/y", "404" },
            { "/nothing", "404" },
            { "/nothing.css", "404" },
            { "/css/nothing.css", "404" },
            { "/_framework/nothing.js", "404" },
            { "/queues%00", "40" },
            { "/queues/crm/extra/extra", "404" },
            { "/.well-known/oauth-protected-resource", "404" },
            { "/.well-known/oauth-authorization-server/mcp", "404" },
            { "/.WELL-KNOWN/openid-configuration", "404" },
            { "/robots.txt", "404" },
            { "/metrics/x", "404" },
            { "/login", "200" },
            { "/Login", "200" },
            { "/help", "200" },
            { "/healthz", "200" },
            { "/openapi/v1.json", "200" },
            { "/css/app.css", "200" },
            { "/docs/", "200" },
            { "/docs/v1", "200" },
            { "/clock", "200" },
        };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Found_4_10_who_is_not_signed_in_reaches_no_more_by_another_spelling(string address, string status)
    {
        foreach (var method in new[] { "GET", "HEAD", "POST" })
        foreach (var accept in new[] { "*/*", "text/html" })
        {
            // Left as it is spelt: clients tidy addresses up before they send them.
            var answer = await AskAsync(method, address, $"Accept: {accept}\r\nCookie: controlsurface=made-up\r\n");
            var got = answer[9..12];
            if (method == "GET" && !(accept == "text/html" && status == "401"))
                Assert.True(
                    got.StartsWith(status, StringComparison.Ordinal),
                    $"{method} {address} ({accept}): {answer}"
                );
            if (status == "200")
                continue;
            Assert.True(
                got is "302" or "307" or "308" or "400" or "401" or "404" or "405",
                $"{method} {address}: {answer}"
            );
            if (got is "302")
                Assert.Contains("Location: /login", answer, StringComparison.Ordinal);
            else if (
                method != "HEAD"
                && !got.StartsWith("400", StringComparison.Ordinal)
                && got is not ("307" or "308")
            )
                Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
            // Nothing that a page shows, and no circuit.
            Assert.DoesNotContain("data-seq", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("<!--Blazor", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource")]
    [InlineData("/.well-known/oauth-protected-resource/mcp")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/register")]
    [InlineData("/nothing")]
    public async Task Found_5_3_what_is_no_page_and_not_there_is_a_problem_for_everybody(string address)
    {
        var server = await Shared.Value;
        using var anybody = new Window(server);
        using var person = new Window(server);
        var rita = server.Host.Access.Find("Rita")!;
        await person.UseLinkAsync(server.Host.Access.MakeSignInLink(rita.Id));
        foreach (var accept in new[] { "application/json", "*/*", "text/html" })
        {
            var answer = await anybody.GetAsync(address, accept);
            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.Type));
            Assert.Contains("\"code\":\"not_found\"", answer.Text, StringComparison.Ordinal);
        }
        Assert.Equal("application/problem+json", (await person.GetAsync(address, "*/*")).Type);
        // Whoever mistyped a page reads a page.
        var read = await person.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, read.Status);
        Assert.Equal(
            address.StartsWith("/.well-known", StringComparison.Ordinal) ? "application/problem+json" : "text/html",
            read.Type
        );
    }

    [Theory]
    [InlineData("POST", "/register")]
    [InlineData("POST", "/.well-known/oauth-authorization-server")]
    [InlineData("PUT", "/nothing")]
    [InlineData("DELETE", "/css/nothing.css")]
    [InlineData("PATCH", "/queues/crm/extra/extra")]
    [InlineData("GET", "/docs/nothing")]
    public async Task What_is_not_there_is_404_whatever_the_method(string method, string address)
    {
        var answer = await AskAsync(method, address, "");
        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"not_found\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_method_outside_the_contract_is_a_problem_that_names_the_right_one()
    {
        var answer = await AskAsync("DELETE", "/healthz", "");
        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        Assert.Contains("Allow: GET", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_endpoint_says_who_may_reach_it_or_is_for_people_who_are_signed_in()
    {
        var server = await Shared.Value;
        var open = server
            .Host.App.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
            .Where(e => e.Metadata.GetMetadata<KeyOnly>() is null)
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        // Whoever opens one more to anybody says so here.
        Assert.Equal(
            [
                "/clock",
                "/docs/contract.md",
                "/docs/favicon.svg",
                "/docs/first-worker",
                "/docs/many-agents",
                "/docs/scalar.aspnetcore.js",
                "/docs/scalar.js",
                "/docs/{documentName?}",
                "/healthz",
                "/help",
                "/help/{code}",
                "/llms.txt",
                "/login",
                "/login/link",
                "/openapi/v1.json",
                "/readyz",
                "/session",
                "/signin",
                "/signout",
            ],
            open
        );
    }

    private static readonly Lazy<Task<LiveServer>> Shared = new(async () =>
    {
        var server = await LiveServer.OpenAsync();
        await server.AddAsync("Rita", Roles.Reviewer);
#pragma warning disable RS0030 // A handler of ProcessExit cannot be asynchronous.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
#pragma warning restore RS0030
        return server;
    });

    private static async Task<string> AskAsync(string method, string address, string headers)
    {
        var server = await Shared.Value;
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"{method} {address} HTTP/1.1\r\nHost: 127.0.0.1:{server.Address.Port}\r\nConnection: close\r\nContent-Length: 0\r\n{headers}\r\n"
            )
        );
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }
}
