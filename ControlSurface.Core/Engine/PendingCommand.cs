using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>A request on its way through the engine, with the task that its caller awaits.</summary>
internal sealed class PendingCommand(Request request)
{
    private readonly TaskCompletionSource<Outcome> _answer = new(
        request.IsQuick ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously
    );
    private WaitCounts? _counted;

    internal Request Request { get; } = request;
    internal Task<Outcome> Answer => _answer.Task;

    /// <summary>Whether the caller hung up: a wait ends, but a command that was sent is decided all the same.</summary>
    internal bool IsAbandoned { get; set; }

    /// <summary>The seq up to which the journal and the key filter were searched for the request's key.</summary>
    internal long LookedAt { get; set; }

    /// <summary>The lane in which it keeps its place; null where it came by itself.</summary>
    internal RequestLane? Lane { get; init; }

    /// <summary>Its key may have been used before: that is looked up before it is decided.</summary>
    internal bool MustLookUp { get; set; }

    /// <summary>How often the request was sent back for a look-up on disk.</summary>
    internal int LookUps { get; set; }

    /// <summary>The archived items that were looked up for the request, by name; null for a name without one.</summary>
    internal Dictionary<ArchivedName, Item?>? Archived { get; set; }

    /// <summary>When a claim that waits for an item gives up.</summary>
    internal DateTimeOffset Deadline { get; set; }

    /// <summary>The place among the waiting claims; null while it does not wait there.</summary>
    internal ClaimWait? ClaimWait { get; set; }

    /// <summary>Whether the request counts as waiting against its principal's limit; it does until it is answered.</summary>
    internal void CountIn(WaitCounts counts) => _counted = counts;

    /// <summary>Answers the caller, who is resumed on another thread.</summary>
    internal void Complete(Outcome outcome)
    {
        if (Request.IsQuick)
            CompletionWorkers.Answer([(this, outcome)]);
        else
            CompleteHere(outcome);
    }

    /// <summary>Answers the caller of a quick request, who is resumed on this thread.</summary>
    internal void CompleteHere(Outcome outcome)
    {
        Interlocked.Exchange(ref _counted, null)?.Leave(Request.Caller.Id);
        _answer.TrySetResult(outcome);
    }

    /// <summary>Answers with the error of a look-up on disk that failed.</summary>
    internal void Fail(Exception why)
    {
        Interlocked.Exchange(ref _counted, null)?.Leave(Request.Caller.Id);
        ThreadPool.UnsafeQueueUserWorkItem(_ => _answer.TrySetException(why), state: null);
    }

    internal void Refuse(Refusal refusal, DateTimeOffset now, long seq) =>
        Complete(new Outcome(Reply: null, refusal, now, seq));
}

/// <summary>Counts the claims and lock requests of each principal that wait. Safe from any thread.</summary>
internal sealed class WaitCounts(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PrincipalId, int> _counts = [];

    /// <summary>Counts one more waiting request; returns the limit instead where the principal has reached it.</summary>
    internal LimitReached? TryEnter(PendingCommand pending)
    {
        var who = pending.Request.Caller.Id;
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(who);
            if (count >= most)
                return new LimitReached("waits", most, who);
            _counts[who] = count + 1;
        }
        pending.CountIn(this);
        return null;
    }

    internal void Leave(PrincipalId who)
    {
        lock (_lock)
        {
            if (_counts[who] == 1)
                _counts.Remove(who);
            else
                _counts[who]--;
        }
    }
}

/// <summary>A read of the engine's own workspace, answered once the state that it read is on disk.</summary>
internal abstract class Look
{
    internal abstract void Take(Workspace at, DateTimeOffset now);

    internal abstract void Complete();

    internal abstract void Fail(Exception why);
}

internal sealed class Look<T>(Func<Workspace, DateTimeOffset, T> look) : Look
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _seen;

    internal Task<T> Answer => _answer.Task;

    internal override void Take(Workspace at, DateTimeOffset now) => _seen = look(at, now);

    internal override void Complete() => _answer.TrySetResult(_seen!);

    internal override void Fail(Exception why) => _answer.TrySetException(why);
}

/// <summary>Decided commands whose events are written together.</summary>
internal sealed class Batch(long follows)
{
    internal long Follows { get; } = follows;
    internal List<Recorded> Events { get; } = [];

    /// <summary>The item's record after each event; null for an event that belongs to no item.</summary>
    internal List<Item?> Records { get; } = [];
    internal List<(PendingCommand Pending, Outcome Outcome)> Answers { get; } = [];

    /// <summary>The answers that are kept under their idempotency keys.</summary>
    internal List<KeptAnswer> Kept { get; } = [];
    internal List<Look> Looks { get; } = [];
    internal List<Item> Archived { get; } = [];
    internal List<KeptContent> Contents { get; } = [];
    internal bool IsEmpty => Events.Count == 0 && Contents.Count == 0 && Answers.Count == 0 && Looks.Count == 0;
    internal int Size => Answers.Count + Looks.Count;
}
