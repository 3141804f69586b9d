using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Server.Tests.Field;

/// <summary>One request that a webhook's receiver got.</summary>
internal sealed record Received(string Id, long Timestamp, string Signature, string Body)
{
    internal JsonElement Json => JsonElement.Parse(Body);

    internal long Seq => Json.GetProperty("data").GetProperty("seq").GetInt64();

    /// <summary>As Standard Webhooks 1.0.0 has it checked: any of the signatures is of id, timestamp and body.</summary>
    internal bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}");
        var right = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
        return Signature.Split(' ').Contains(right, StringComparer.Ordinal);
    }
}

/// <summary>Somebody outside who is told by a webhook, and answers as a test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly WebApplication _app;
    private readonly Channel<Received> _got = Channel.CreateUnbounded<Received>();
    private readonly ConcurrentQueue<Action<HttpResponse>> _answers = new();

    private Receiver(WebApplication app) => _app = app;

    internal string Url { get; private set; } = ""; // Set by OpenAsync, which alone makes one.

    internal static async Task<Receiver> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/hook", receiver.TakeAsync);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        receiver.Url = addresses.First() + "/hook";
        return receiver;
    }

    /// <summary>What the next request is answered with; 204 where nothing was said.</summary>
    internal void Answer(int status, Action<HttpResponse>? more = null) =>
        _answers.Enqueue(response =>
        {
            response.StatusCode = status;
            more?.Invoke(response);
        });

    internal async Task<Received> NextAsync() => await _got.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    internal bool IsEmpty => !_got.Reader.TryPeek(out _);

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers;
        var received = new Received(
            headers["webhook-id"].ToString(),
            long.Parse(headers["webhook-timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture),
            headers["webhook-signature"].ToString(),
            await body.ReadToEndAsync()
        );
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        if (_answers.TryDequeue(out var answer))
            answer(http.Response);
        await http.Response.CompleteAsync();
        await _got.Writer.WriteAsync(received);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
