using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Server.Tests.Field;

/// <summary>A client of the hub: one subscription, and the notices beside it.</summary>
internal sealed class HubReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly HubConnection _connection;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Channel<JsonElement> _notices = Channel.CreateUnbounded<JsonElement>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<ChannelReader<JsonElement>>? _events;

    private HubReader(HubConnection connection) => _connection = connection;

    /// <summary>Completes when the server, or anybody, has ended the connection.</summary>
    internal Task Closed => _closed.Task;

    internal static async Task<HubReader> OpenAsync(LiveServer server, TestCaller caller)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl(
                new Uri(server.Address, "/hubs/live"),
                http => http.Headers["Authorization"] = "Bearer " + caller.Key
            )
            .Build();
        var reader = new HubReader(connection);
        connection.On<JsonElement>("Notice", notice => reader._notices.Writer.TryWrite(notice));
        connection.Closed += _ =>
        {
            reader._closed.TrySetResult();
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        return reader;
    }

    internal static async Task<HubReader> FollowAsync(
        LiveServer server,
        TestCaller caller,
        long? after,
        params string[] topics
    )
    {
        var reader = await OpenAsync(server, caller);
        reader.Subscribe(after, topics);
        return reader;
    }

    internal void Subscribe(long? after, params string[] topics) =>
        _events = _connection.StreamAsChannelAsync<JsonElement>("Subscribe", new { topics, after }, _cancelled.Token);

    /// <summary>The next event of the subscription; null once it has ended.</summary>
    internal async Task<JsonElement?> NextAsync()
    {
        try
        {
            var events = await _events!;
            return
                await events.WaitToReadAsync(_cancelled.Token).AsTask().WaitAsync(Patience)
                && events.TryRead(out var next)
                ? next
                : null;
        }
        catch (Exception ended) when (ended is OperationCanceledException or HubException or InvalidOperationException)
        {
            return null;
        }
        catch (System.Net.WebSockets.WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Says that something is open here.</summary>
    internal Task SayAsync(string topic, string mode) => _connection.InvokeAsync("SayPresence", topic, mode);

    /// <summary>The next call of <c>Notice</c>.</summary>
    internal Task<JsonElement> NoticeAsync() => _notices.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Notices that are there already.</summary>
    internal List<JsonElement> TakeNotices()
    {
        var all = new List<JsonElement>();
        while (_notices.Reader.TryRead(out var notice))
            all.Add(notice);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _cancelled.CancelAsync();
        await _connection.DisposeAsync();
        _cancelled.Dispose();
    }
}
