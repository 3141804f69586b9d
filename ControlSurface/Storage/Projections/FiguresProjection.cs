using System.Data.Common;
using System.Runtime.InteropServices;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Projections;

/// <summary>What is counted of a queue, hour by hour. The numbers are in the file: new ones go to the end.</summary>
public enum Measure
{
    // What happens.
    /// <summary>Items that were made.</summary>
    Created = 1,

    /// <summary>Leases that were granted.</summary>
    Claimed = 2,

    /// <summary>Items that were completed.</summary>
    Completed = 3,

    /// <summary>Items that were cancelled.</summary>
    Cancelled = 4,

    /// <summary>Leases that ran out.</summary>
    Stale = 5,

    /// <summary>Claims that were never started.</summary>
    Lapsed = 6,

    /// <summary>Leases that somebody took over.</summary>
    TakenOver = 7,

    /// <summary>Conflicts that were opened.</summary>
    Conflicts = 8,

    /// <summary>Requests for locks that waited, and how long.</summary>
    LockWaits = 9,

    /// <summary>Reviews that were decided, and how long they waited.</summary>
    ReviewWaits = 10,

    /// <summary>Approvals that fell with a later edit.</summary>
    ApprovalsFallen = 11,

    // How much there is: looked at while things happen, at most every ten seconds.
    /// <summary>Items that wait for an owner.</summary>
    Queued = 20,

    /// <summary>Items with a live lease.</summary>
    Owned = 21,

    /// <summary>Items that wait on a review.</summary>
    InReview = 22,

    /// <summary>Items whose lease ran out and that nobody took over yet.</summary>
    StaleNow = 23,

    /// <summary>How long the oldest queued item has waited, in milliseconds.</summary>
    OldestQueuedMs = 24,

    /// <summary>Since when that item is available, in milliseconds since 1970; 0 while none is queued.</summary>
    OldestReadyAt = 25,

    /// <summary>Items that were handed off and that nobody accepted yet.</summary>
    HandedOffNow = 26,

    /// <summary>Items that are blocked or parked.</summary>
    RestsNow = 27,

    /// <summary>Conflicts that are open.</summary>
    ConflictsNow = 28,
}

/// <summary>How much there was of something, as of an event.</summary>
internal readonly record struct Level(string Queue, DateTimeOffset At, long Seq, Measure Measure, long Value);

/// <summary>Counts what happened in each queue by the hour, how much there was, and how leases and reviews used their time.</summary>
internal sealed class FiguresProjection : IDisposable
{
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private const long HourMs = 3_600_000;
    private readonly int _workspace;
    private readonly SearchProjection _documents;
    private readonly FigureStatements _sql;
    private readonly LeaseTerms _terms;

    // What the transaction counts. After one that failed the writer is made anew, and this with it.
    private readonly Dictionary<(string Queue, long Hour, Measure Measure), Tally> _counted = [];

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Tally(long Count, long SumMs, long Peak, long PeakSeq);

    internal FiguresProjection(DbConnection connection, int workspace, SearchProjection documents)
    {
        _workspace = workspace;
        _documents = documents;
        _sql = new FigureStatements(connection);
        _terms = new LeaseTerms(_sql, workspace);
    }

    internal void Follow(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case ItemEvent.Created e:
                Count(recorded, e.Queue, Measure.Created);
                break;
            case ItemEvent.Completed e:
                Count(recorded, _documents.QueueOf(e.Item), Measure.Completed);
                break;
            case ItemEvent.Cancelled e:
                Count(recorded, _documents.QueueOf(e.Item), Measure.Cancelled);
                break;
            case LeaseEvent e:
                OfLease(recorded, e, At(recorded));
                break;
            case ConflictEvent.Opened e:
                Count(recorded, e.Queue, Measure.Conflicts);
                break;
            case LockEvent.Acquired { Wait: not null } e:
                Count(recorded, _documents.QueueOf(e.Item), Measure.LockWaits, e.WaitedMs);
                break;
            case LockEvent.GaveUp { Wait: not null } e:
                Count(recorded, _documents.QueueOf(e.Item), Measure.LockWaits, e.WaitedMs);
                break;
            case ApprovalEvent.Invalidated e:
                Count(recorded, _documents.QueueOf(e.Artifact), Measure.ApprovalsFallen);
                break;
            case ReviewEvent e:
                OfReview(recorded, e, At(recorded));
                break;
            case WorkspaceEvent.Resumed:
                // While the server was down no holder could renew: that time is no silence of theirs.
                _terms.ResumeAll(At(recorded));
                break;
            default:
                break; // Others: count in no figure.
        }
    }

    /// <summary>How much there is in each queue. Under the picture's lock: values only.</summary>
    internal static IReadOnlyList<Level> LevelsOf(Workspace at)
    {
        var levels = new List<Level>();
        var open = at
            .OpenConflicts.Where(conflict => conflict.Queue is not null)
            .ToLookup(conflict => conflict.Queue!, StringComparer.Ordinal);
        foreach (var room in at.Queues)
        {
            Add(Measure.Queued, room.CountOf(ItemState.Queued));
            Add(Measure.Owned, room.LiveCount);
            Add(Measure.InReview, room.CountOf(ItemState.WaitingOnReview));
            Add(Measure.StaleNow, room.CountOf(ItemState.Stale));
            var waited = room.OldestReadyAt is { } oldest ? (long)(at.At - oldest).TotalMilliseconds : 0;
            Add(Measure.OldestQueuedMs, Math.Max(0, waited));
            Add(Measure.OldestReadyAt, room.OldestReadyAt?.ToUnixTimeMilliseconds() ?? 0);
            Add(Measure.HandedOffNow, room.CountOf(ItemState.HandedOff));
            Add(Measure.RestsNow, room.CountOf(ItemState.Blocked) + room.CountOf(ItemState.Parked));
            Add(Measure.ConflictsNow, open[room.Queue.Name].Count());

            void Add(Measure measure, long value) =>
                levels.Add(new Level(room.Queue.Name, at.At, at.Seq, measure, value));
        }
        return levels;
    }

    internal void Put(IReadOnlyList<Level> levels)
    {
        foreach (var level in levels)
            _sql.Look.Run(
                _workspace,
                level.Queue,
                level.At.ToUnixTimeMilliseconds() / HourMs,
                (int)level.Measure,
                level.Value,
                level.Seq
            );
    }

    /// <summary>Writes what the events of a transaction add up to; call at its end. A busy hour counts thousands into a few rows.</summary>
    internal void Write()
    {
        foreach (var (at, tally) in _counted)
            _sql.Count.Run(
                _workspace,
                at.Queue,
                at.Hour,
                (int)at.Measure,
                tally.Count,
                tally.SumMs,
                tally.Peak,
                tally.PeakSeq
            );
        _counted.Clear();
        _terms.Write();
    }

    /// <summary>Forgets how leases and reviews used their time that ended before then; what was counted by the hour stays.</summary>
    internal void Prune(DateTimeOffset before)
    {
        _sql.PruneTerms.Run(_workspace, before.ToUnixTimeMilliseconds());
        _sql.PruneReviews.Run(_workspace, before.ToUnixTimeMilliseconds());
    }

    public void Dispose() => _sql.Dispose();

    private static long At(Recorded recorded) => recorded.At.ToUnixTimeMilliseconds();

    private void OfLease(Recorded recorded, LeaseEvent happened, long at)
    {
        var lease = happened.Lease.Number;
        switch (happened)
        {
            case LeaseEvent.Claimed e:
                var queue = _documents.QueueOf(e.Item);
                Count(recorded, queue, Measure.Claimed);
                if (e.How is LeaseEvent.Grant.Takeover or LeaseEvent.Grant.Force)
                    Count(recorded, queue, Measure.TakenOver);
                if (queue is not null)
                    _terms.Grant(lease, queue, e.Holder.Kind == PrincipalKind.Person, at);
                break;
            case LeaseEvent.Started:
                _terms.Start(lease, at);
                break;
            case LeaseEvent.Renewed e:
                _terms.Renew(lease, at, e.QuietRenewals);
                break;
            case LeaseEvent.Revived e:
                _terms.Renew(lease, at, e.QuietRenewals);
                break;
            case LeaseEvent.Suspended:
                _terms.Stop(lease, at);
                break;
            case LeaseEvent.Resumed { State: LeaseState.Active }:
                _terms.GoOn(lease, at);
                break;
            case LeaseEvent.WentStale:
                Count(recorded, _documents.QueueOf(happened.Item), Measure.Stale);
                break;
            case LeaseEvent.Ended e:
                if (e.Lapse)
                    Count(recorded, _documents.QueueOf(e.Item), Measure.Lapsed);
                _terms.End(lease, at);
                break;
            default:
                break; // Others: neither begin, stop nor end the use of a term.
        }
    }

    private void OfReview(Recorded recorded, ReviewEvent happened, long at)
    {
        var review = happened.Review.Number;
        switch (happened)
        {
            case ReviewEvent.Requested e:
                if (QueueOf(e) is { } queue)
                    _sql.Ask.Run(_workspace, review, queue, at);
                break;
            case ReviewEvent.Decided:
                if (_sql.AskedAt.Find(_workspace, review) is not long asked)
                    break;
                Count(
                    recorded,
                    (string?)_sql.QueueOfReview.Find(_workspace, review),
                    Measure.ReviewWaits,
                    Math.Max(0, at - asked)
                );
                _sql.Decide.Run(_workspace, review, at);
                break;
            case ReviewEvent.Withdrawn:
            case ReviewEvent.Superseded:
                _sql.Forget.Run(_workspace, review);
                break;
            default:
                break; // Others: neither begin nor end the wait for a review.
        }
    }

    private string? QueueOf(OnArtifact happened) =>
        (happened.Item is { } item ? _documents.QueueOf(item) : null) ?? _documents.QueueOf(happened.Artifact);

    private void Count(Recorded recorded, string? queue, Measure measure, long ms = 0)
    {
        if (queue is null)
            return;
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _counted,
            (queue, At(recorded) / HourMs, measure),
            out var isKnown
        );
        tally =
            !isKnown || ms >= tally.Peak
                ? new Tally(tally.Count + 1, tally.SumMs + ms, ms, recorded.Seq)
                : tally with
                {
                    Count = tally.Count + 1,
                    SumMs = tally.SumMs + ms,
                };
    }
}
