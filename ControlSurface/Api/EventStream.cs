using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ControlSurface.Access;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// Events as they are committed, over one response (API.md: <c>Accept: text/event-stream</c>). Follows first and reads the
/// journal second, so that nothing between is missed; a reader that is too slow is closed at its last id and resumes there.
/// </summary>
internal sealed class EventStream(ApiCall call, EventQuery query, EventFilter filter)
{
    private const int Capacity = 1_024;

    // Every stream is handed the same record: its JSON is made once, for as long as anybody still has it.
    private static readonly ConditionalWeakTable<Recorded, byte[]> Shared = [];
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private readonly HashSet<string>? _types = query.Types is null ? null : new(query.Types, StringComparer.Ordinal);
    private long _last = query.After;

    // Each batch looks at the caller's rights anew, but for the batch that ends them: they still read of their end.
    private Scope _scope = call.WithScopeOfNow().Scope;

    /// <summary>Whether the request asks for a stream.</summary>
    internal static bool IsWanted(HttpRequest request)
    {
        foreach (var accept in request.Headers.Accept)
        {
            if (accept?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }
        return false;
    }

    /// <summary>The stream as an answer, or the refusal of a caller who may open none.</summary>
    internal static Answer Open(ApiCall call, EventQuery query, EventFilter filter)
    {
        if (call.Host.Limits.Streams.TryTake(call.Caller.Id, out var place) is { } tooMany)
            return call.Refuse(tooMany);
        // Opened first: what the caller may see is computed after it, so a change between is noticed.
        var opened = call.Host.Connections.Open(call.Caller.Id, call.Credential);
        if (opened is null)
        {
            place.Dispose();
            return call.Refuse(new Refusal.Unauthorized("over"));
        }
        var stream = new EventStream(call, query, filter);
        return new Answer(
            StatusCodes.Status200OK,
            new AnswerBody.Streamed("text/event-stream", _ => stream.RunAsync(place, opened))
        )
        {
            IsUnbuffered = true,
        };
    }

    private async Task RunAsync(IDisposable place, OpenConnection opened)
    {
        using var taken = place;
        using var open = opened;
        // A stop waits for what is under way, and a stream has no end of its own.
        var stops = call.Http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var over = new CancellationTokenSource();
        await using var told = opened.Ended.UnsafeRegister(_ => End(opened, over), null);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Http.RequestAborted, stops, over.Token);
        using var subscription = call.Host.Engine.Feed.Subscribe(Capacity);
        try
        {
            await FollowAsync(subscription, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The reader has gone, the server stops, or what the reader was let in by is over: they resume, if they may.
        }
    }

    // Whoever is ended still hears that they were: the access store knows of it a moment before the journal does.
    private static void End(OpenConnection opened, CancellationTokenSource over)
    {
        if (opened.Reason == EndReason.PrincipalEnded)
            over.CancelAfter(LastWord);
        else
            over.Cancel();
    }

    private async Task FollowAsync(FeedSubscription subscription, CancellationToken gone)
    {
        Comment("following");
        if (!await FlushAsync(subscription))
            return;
        // The picture is never ahead of the journal, and the feed never behind the picture.
        var end = call.Host.Engine.Picture.Seq;
        while (_last < end)
        {
            gone.ThrowIfCancellationRequested();
            var turn = call.Host.CatchingUp(call.Caller.Id);
            await turn.WaitAsync(gone);
            try
            {
                WritePage(end);
            }
            finally
            {
                turn.Release();
            }
            if (!await FlushAsync(subscription))
                return;
        }
        while (!gone.IsCancellationRequested)
        {
            if (!await WaitAsync(subscription, gone))
            {
                Comment("alive");
                if (!await FlushAsync(subscription))
                    return;
                continue;
            }
            if (!await WriteWaitingAsync(subscription))
                return;
        }
    }

    private void WritePage(long end)
    {
        var page = call.Host.Journal.FindEvents(query with { After = _last, Limit = ApiCall.MostLimit });
        var sight = new EventSight(call.Host, _scope);
        foreach (var row in page.Rows)
        {
            if (row.Seq <= end && Fits(row) && sight.Of(row) is { } seen)
                Write(seen);
        }
        _last = Math.Min(end, page.Next);
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
            var ends = batch.Any(IsOwnEnd);
            if (!ends)
                _scope = call.WithScopeOfNow().Scope;
            isEnded |= ends;
            var sight = new EventSight(call.Host, _scope);
            foreach (var recorded in batch)
            {
                if (recorded.Seq <= _last)
                    continue;
                _last = recorded.Seq;
                if (Wants(recorded) && sight.Of(recorded.Event) is { } seen)
                    Write(
                        recorded.Seq,
                        ReferenceEquals(seen, recorded.Event)
                            ? Shared.GetValue(recorded, JsonOf)
                            : JsonOf(recorded with { Event = seen })
                    );
            }
            if (!await FlushAsync(subscription))
                return false;
        }
        return !isEnded && !subscription.Batches.Completion.IsCompleted;
    }

    private bool IsOwnEnd(Recorded recorded) =>
        recorded.Event is PrincipalEvent.Set { Principal: { State: PrincipalState.Ended } ended }
        && ended.Id == call.Caller.Id;

    private bool Wants(Recorded recorded) =>
        (query.Item is null || recorded.Event.ItemId == query.Item)
        && (_types is null || _types.Contains(recorded.Event.Type))
        && (!filter.IsNarrow || filter.Wants(recorded.Event, call.Host));

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

    private static byte[] JsonOf(Recorded recorded) =>
        JsonBytes.Span(EventEndpoints.BodyOf(RowOf(recorded)), ApiJson.Of<EventBody>()).ToArray();

    private void Write(EventRow row) =>
        Write(row.Seq, JsonBytes.Span(EventEndpoints.BodyOf(row), ApiJson.Of<EventBody>()));

    private void Write(long seq, ReadOnlySpan<byte> json)
    {
        var to = call.Http.Response.BodyWriter;
        to.Write("id: "u8);
        Encoding.UTF8.GetBytes(seq.ToString(CultureInfo.InvariantCulture), to);
        to.Write("\ndata: "u8);
        to.Write(json);
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
