using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>A request with whoever waits for its answer.</summary>
internal sealed class Work(Request request)
{
    private readonly TaskCompletionSource<Outcome> _answer = new(
        request.IsQuick ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously
    );

    internal Request Request { get; } = request;
    internal Task<Outcome> Answer => _answer.Task;

    /// <summary>The caller's connection is gone: a wait ends, a command that was sent is decided all the same.</summary>
    internal bool IsAbandoned { get; set; }

    /// <summary>Which generation of recent keys the caller's look into the journal belongs to.</summary>
    internal long LookedAt { get; init; }

    /// <summary>When a wait for something to claim ends.</summary>
    internal DateTimeOffset Deadline { get; set; }

    /// <summary>When asking again can help because of time alone.</summary>
    internal DateTimeOffset? RetryAt { get; set; }

    /// <summary>Never runs what waits for it on this thread.</summary>
    internal void Complete(Outcome outcome)
    {
        if (Request.IsQuick)
            AnswerCrew.Answer([(this, outcome)]);
        else
            CompleteHere(outcome);
    }

    /// <summary>Runs what a quick request's caller has left to do on this thread.</summary>
    internal void CompleteHere(Outcome outcome) => _answer.TrySetResult(outcome);

    internal void Refuse(Refusal refusal, DateTimeOffset now, long seq) =>
        Complete(new Outcome(Reply: null, refusal, now, seq));
}

/// <summary>A look at the engine's own workspace, answered once what it saw is on disk.</summary>
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

/// <summary>What was decided together and becomes durable together.</summary>
internal sealed class Batch(long follows)
{
    internal long Follows { get; } = follows;
    internal List<Recorded> Events { get; } = [];

    /// <summary>The item's record after each event; null where it is not an item's.</summary>
    internal List<Items.Item?> Records { get; } = [];
    internal List<(Work Work, Outcome Outcome)> Answers { get; } = [];

    /// <summary>Those of the answers that are kept under their idempotency key.</summary>
    internal List<KeptAnswer> Kept { get; } = [];
    internal List<Look> Looks { get; } = [];
    internal List<Items.Item> Archived { get; } = [];
    internal List<KeptContent> Contents { get; } = [];
    internal bool IsEmpty => Events.Count == 0 && Contents.Count == 0 && Answers.Count == 0 && Looks.Count == 0;
    internal int Size => Answers.Count + Looks.Count;
}

/// <summary>Claims that wait for something to claim, by queue, first come first served.</summary>
internal sealed class ClaimLine
{
    private readonly SortedDictionary<string, (LinkedList<Work> Waiting, long Openings)> _lines = new(
        StringComparer.Ordinal
    );

    internal int Count { get; private set; }

    internal void Add(Work work, long openings)
    {
        var queue = ((ClaimCommand.Next)work.Request.Command).Queue;
        var line = _lines.TryGetValue(queue, out var known) ? known.Waiting : [];
        line.AddLast(work);
        _lines[queue] = (line, openings);
        Count++;
    }

    /// <summary>Whether a claim of that run waits.</summary>
    internal bool Waits(PrincipalId principal, string run)
    {
        foreach (var (waiting, _) in _lines.Values)
        {
            foreach (var work in waiting)
            {
                if (work.Request.Caller.Id == principal && ((ClaimCommand.Next)work.Request.Command).Run == run)
                    return true;
            }
        }
        return false;
    }

    /// <summary>The earliest instant at which somebody's wait ends or a limit opens; null where nobody waits.</summary>
    internal DateTimeOffset? NextAt()
    {
        DateTimeOffset? next = null;
        foreach (var (waiting, _) in _lines.Values)
        {
            foreach (var work in waiting)
            {
                var at = work.RetryAt is { } retry && retry < work.Deadline ? retry : work.Deadline;
                if (next is null || at < next)
                    next = at;
            }
        }
        return next;
    }

    /// <summary>Asks everyone again, in order, whose queue has opened since or whose time has come.</summary>
    /// <param name="everyone">Whether or not anything has opened: the server stops, or went back to what is on disk.</param>
    /// <param name="again">Decides again; true where the wait is over.</param>
    internal void AskAgain(Workspace at, DateTimeOffset now, bool everyone, Func<Work, bool> again)
    {
        foreach (var queue in _lines.Keys.ToList())
        {
            var (waiting, asked) = _lines[queue];
            var openings = at.FindQueue(queue)?.Openings ?? asked + 1;
            var opened = everyone || openings != asked;
            for (var node = waiting.First; node is not null; )
            {
                var next = node.Next;
                var work = node.Value;
                if ((opened || work.IsAbandoned || work.RetryAt <= now || work.Deadline <= now) && again(work))
                {
                    waiting.Remove(node);
                    Count--;
                }
                node = next;
            }
            if (waiting.Count == 0)
                _lines.Remove(queue);
            else
                _lines[queue] = (waiting, openings);
        }
    }

    /// <summary>Empties the line and returns who waited.</summary>
    internal List<Work> Clear()
    {
        var all = _lines.Values.SelectMany(l => l.Waiting).ToList();
        _lines.Clear();
        Count = 0;
        return all;
    }
}
