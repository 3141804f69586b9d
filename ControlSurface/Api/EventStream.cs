using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>
/// Events as they are committed, over one response (API.md: <c>Accept: text/event-stream</c>). Follows first and reads the
/// journal second, so that nothing between is missed; a reader that is too slow is closed at its last id and resumes there.
/// </summary>
internal sealed class EventStream(ApiCall call, EventQuery query, EventFilter filter)
{
    /// <summary>Streams at once; one more is told to come back.</summary>
    internal const int Most = 2_000;

    private const int Capacity = 1_024;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private readonly EventSight _sight = new(call);
    private readonly HashSet<string>? _types = query.Types is null ? null : new(query.Types, StringComparer.Ordinal);
    private long _last = query.After;

    internal static bool IsWanted(HttpRequest request)
    {
        foreach (var accept in request.Headers.Accept)
        {
            if (accept?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }
        return false;
    }

    internal async Task RunAsync()
    {
        if (!call.Host.TryOpenStream())
        {
            await call.RefuseAsync(new Refusal.RateLimited(RetryAfter: 30));
            return;
        }
        try
        {
            using var subscription = call.Host.Engine.Feed.Subscribe(Capacity);
            var response = call.Http.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            await FollowAsync(subscription);
        }
        finally
        {
            call.Host.CloseStream();
        }
    }

    private async Task FollowAsync(FeedSubscription subscription)
    {
        // A stop waits for what is under way, and a stream has no end of its own.
        var stops = call.Http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Http.RequestAborted, stops);
        var gone = either.Token;
        Comment("following");
        if (!await FlushAsync(subscription))
            return;
        // The picture is never ahead of the journal, and the feed never behind the picture.
        var end = call.Host.Engine.Picture.Seq;
        while (_last < end)
        {
            var page = call.Host.Reader.Events(query with { After = _last, Limit = ApiCall.MostLimit });
            foreach (var row in page.Rows)
            {
                if (row.Seq <= end && _sight.MaySee(row) && Fits(row))
                    Write(row);
            }
            _last = Math.Min(end, page.Next);
            if (!await FlushAsync(subscription))
                return;
        }
        while (!gone.IsCancellationRequested)
        {
            if (!await WaitAsync(subscription, gone))
            {
                if (call.Host.Keys.Verify(ApiCall.Bearer(call.Http.Request)!) is null)
                    return;
                Comment("alive");
                if (!await FlushAsync(subscription))
                    return;
                continue;
            }
            if (!await WriteWaitingAsync(subscription))
                return;
        }
    }

    /// <summary>True once there is something to read or nothing more will come; false after fifteen quiet seconds.</summary>
    private async Task<bool> WaitAsync(FeedSubscription subscription, CancellationToken gone)
    {
        using var quiet = new CancellationTokenSource(KeepAlive, call.Host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, gone);
        try
        {
            await subscription.Batches.WaitToReadAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> WriteWaitingAsync(FeedSubscription subscription)
    {
        var isEnded = false;
        while (subscription.Batches.TryRead(out var batch))
        {
            foreach (var recorded in batch)
            {
                if (recorded.Seq <= _last)
                    continue;
                _last = recorded.Seq;
                isEnded |=
                    recorded.Event is PrincipalEvent.Set { Principal: { State: PrincipalState.Ended } ended }
                    && ended.Id == call.Caller.Id;
                if (Wants(recorded))
                    Write(RowOf(recorded));
            }
            if (!await FlushAsync(subscription))
                return false;
        }
        return !isEnded && !subscription.Batches.Completion.IsCompleted;
    }

    private bool Wants(Recorded recorded) =>
        (query.Item is null || recorded.Event.ItemId == query.Item)
        && (_types is null || _types.Contains(recorded.Event.Type))
        && (!filter.IsNarrow || filter.Wants(recorded.Event, call.Host))
        && (call.Queues is null || _sight.MaySee(RowOf(recorded)));

    private bool Fits(EventRow row) =>
        !filter.IsNarrow || filter.Wants(EventJson.Read(row.Type, row.Data.Span), call.Host);

    private static EventRow RowOf(Recorded recorded)
    {
        var data = new ArrayBufferWriter<byte>();
        EventJson.Write(data, recorded.Event);
        return new EventRow(
            recorded.Seq,
            recorded.At,
            recorded.By,
            recorded.Event.Type,
            recorded.Event.ItemId,
            data.WrittenMemory
        );
    }

    private void Write(EventRow row)
    {
        var to = call.Http.Response.BodyWriter;
        to.Write("id: "u8);
        Encoding.UTF8.GetBytes(row.Seq.ToString(CultureInfo.InvariantCulture), to);
        to.Write("\ndata: "u8);
        to.Write(JsonBytes.Span(EventEndpoints.BodyOf(row), ApiJson.Of<EventBody>()));
        to.Write("\n\n"u8);
    }

    private void Comment(string text) => Encoding.UTF8.GetBytes($": {text}\n\n", call.Http.Response.BodyWriter);

    /// <summary>Sends what was written; false where the reader was too slow, or is gone.</summary>
    private async Task<bool> FlushAsync(FeedSubscription subscription)
    {
        var flush = call.Http.Response.BodyWriter.FlushAsync(call.Http.RequestAborted).AsTask();
        if (await Task.WhenAny(flush, subscription.Batches.Completion) != flush && !flush.IsCompleted)
        {
            // It did not take what was sent before the feed ran over: it is closed at its last id.
            call.Host.Log.ReaderTooSlow(_last);
            call.Http.Abort();
            return false;
        }
        var result = await flush;
        return !result.IsCompleted && !subscription.Lagged;
    }
}
