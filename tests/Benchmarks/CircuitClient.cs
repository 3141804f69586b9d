using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// An open page as the server sees one: the circuit's own protocol, without a browser. It takes the prerendered page, starts its
/// circuit, answers what the server asks of scripts, says that a list is 900 pixels high, and acknowledges each batch.
/// </summary>
internal sealed partial class CircuitClient : IAsyncDisposable
{
    private const string RowsAsked = "[0,0,900]";

    private readonly HubConnection _connection;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;
    private int _isInSight;

    private readonly Action<CircuitClient, ReadOnlyMemory<byte>> _drawn;

    private CircuitClient(HubConnection connection, Action<CircuitClient, ReadOnlyMemory<byte>> drawn) =>
        (_connection, _drawn) = (connection, drawn);

    /// <summary>Batches that arrived.</summary>
    internal int Batches { get; private set; }

    /// <summary>Their bytes.</summary>
    internal long Bytes { get; private set; }

    /// <summary>What the circuit said when it failed; null while it has not.</summary>
    internal string? Failed { get; private set; }

    /// <summary>Ends once the circuit is cut off, however it was.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>A session's cookies, by the form with a key.</summary>
    internal static async Task<CookieContainer> SignInAsync(Uri address, string key)
    {
        var cookies = new CookieContainer();
        using var handler = new HttpClientHandler { CookieContainer = cookies };
        using var http = new HttpClient(handler) { BaseAddress = address };
        var page = await http.GetStringAsync(new Uri("/login", UriKind.Relative));
        using var form = new FormUrlEncodedContent([
            new("__RequestVerificationToken", FormToken().Match(page).Groups[1].Value),
            new("returnUrl", "/"),
            new("key", key),
        ]);
        using var answer = await http.PostAsync(new Uri("/login", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
        return cookies;
    }

    /// <summary>Opens a page and has its circuit take the prerendered parts over.</summary>
    /// <param name="drawn">Told of each batch that the server drew, as it arrives.</param>
    internal static async Task<CircuitClient> OpenAsync(
        Uri address,
        string path,
        CookieContainer cookies,
        Action<CircuitClient, ReadOnlyMemory<byte>> drawn
    )
    {
        using var handler = new HttpClientHandler { CookieContainer = cookies };
        using var http = new HttpClient(handler) { BaseAddress = address };
        var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        var builder = new HubConnectionBuilder().WithUrl(
            new Uri(address, "/_blazor"),
            hub =>
            {
                hub.Cookies = cookies;
                hub.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
            }
        );
        builder.Services.AddSingleton<IHubProtocol, BlazorPack>();
        var client = new CircuitClient(builder.Build(), drawn);
        client.Listen();
        await client._connection.StartAsync();
        var circuit = await client._connection.InvokeAsync<string?>(
            "StartCircuit",
            address.ToString(),
            new Uri(address, path).ToString(),
            "[]",
            ""
        );
        if (circuit is null)
            throw new InvalidOperationException("The server did not start a circuit.");
        var markers = Marker().Matches(page).Select(match => match.Groups[1].Value).Where(IsServer).ToList();
        var operations = markers.Select(
            (marker, k) => $$"""{"type":"add","ssrComponentId":{{k + 1}},"marker":{{marker}}}"""
        );
        await client._connection.SendAsync(
            "UpdateRootComponents",
            $$"""{"batchId":1,"operations":[{{string.Join(',', operations)}}]}""",
            ""
        );
        return client;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static bool IsServer(string marker) => marker.Contains("\"descriptor\"", StringComparison.Ordinal);

    private void Listen()
    {
        _connection.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
        _connection.On<long, byte[]>(
            "JS.RenderBatch",
            async (id, batch) =>
            {
                Batches++;
                Bytes += batch.Length;
                _drawn(this, batch);
                await _connection.SendAsync("OnRenderCompleted", id, null);
            }
        );
        _connection.On<string>("JS.Error", error => Failed = error);
        _connection.On(
            "JS.BeginInvokeJS",
            [typeof(long), typeof(string), typeof(string), typeof(int), typeof(long), typeof(int)],
            (arguments, _) => AnswerAsync((long)arguments[0]!, (string)arguments[1]!, (string?)arguments[2]),
            new object()
        );
    }

    // A first visit, on a wide window, in the light.
    private async Task AnswerAsync(long call, string identifier, string? arguments)
    {
        if (call != 0)
        {
            var result = identifier switch
            {
                "controlSurface.leftAt" => "0",
                "controlSurface.narrow" => "false",
                _ when identifier.Contains("Dark", StringComparison.OrdinalIgnoreCase) => "false",
                _ => "null",
            };
            await _connection.SendAsync("EndInvokeJSFromDotNet", call, true, $"[{call},true,{result}]");
        }
        // The first list that is long is in sight, and those under it are not.
        if (
            !identifier.EndsWith("Virtualize.init", StringComparison.Ordinal)
            || Interlocked.Exchange(ref _isInSight, 1) == 1
        )
            return;
        var list = JsonElement.Parse(arguments!)[0].GetProperty("__dotNetObject").GetInt64();
        await _connection.SendAsync(
            "BeginInvokeDotNetFromJS",
            Interlocked.Increment(ref _calls).ToString(CultureInfo.InvariantCulture),
            null,
            "OnSpacerBeforeVisible",
            list,
            RowsAsked
        );
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex Marker();

    // The circuit's protocol is MessagePack's under a name of its own.
    [SuppressMessage("Performance", "CA1812", Justification = "Made by the connection's services.")]
    private sealed class BlazorPack : IHubProtocol
    {
        private readonly MessagePackHubProtocol _inner = new();

        public string Name => "blazorpack";

        public int Version => 1;

        public TransferFormat TransferFormat => _inner.TransferFormat;

        public bool IsVersionSupported(int version) => version == Version;

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _inner.GetMessageBytes(message);

        public void WriteMessage(HubMessage message, IBufferWriter<byte> output) =>
            _inner.WriteMessage(message, output);

        public bool TryParseMessage(
            ref ReadOnlySequence<byte> input,
            IInvocationBinder binder,
            [NotNullWhen(true)] out HubMessage? message
        ) => _inner.TryParseMessage(ref input, binder, out message);
    }
}
