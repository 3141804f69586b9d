using System.Data.Common;
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
    Created = 1,
    Claimed = 2,
    Completed = 3,
    Cancelled = 4,
    Stale = 5,
    Lapsed = 6,
    TakenOver = 7,
    Conflicts = 8,

    /// <summary>Requests for locks that waited, and how long.</summary>
    LockWaits = 9,

    /// <summary>Reviews that were decided, and how long they waited.</summary>
    ReviewWaits = 10,
    ApprovalsFallen = 11,

    // How much there is: looked at while things happen, at most every ten seconds.
    Queued = 20,
    Owned = 21,
    InReview = 22,
    StaleNow = 23,

    /// <summary>How long the oldest queued item has waited, in milliseconds.</summary>
    OldestQueuedMs = 24,

    /// <summary>Since when that item is available, in milliseconds since 1970; 0 while none is queued.</summary>
    OldestReadyAt = 25,
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
    private readonly Prepared[] _all;
    private readonly Prepared _count;
    private readonly Prepared _look;
    private readonly Prepared _grant;
    private readonly Prepared _start;
    private readonly Prepared _run;
    private readonly Prepared _stand;
    private readonly Prepared _end;
    private readonly Prepared _again;
    private readonly Prepared _resume;
    private readonly Prepared _ask;
    private readonly Prepared _decide;
    private readonly Prepared _askedAt;
    private readonly Prepared _forget;
    private readonly Prepared _queueOfReview;
    private readonly Prepared _pruneTerms;
    private readonly Prepared _pruneReviews;

    internal FiguresProjection(DbConnection connection, int workspace, SearchProjection documents)
    {
        _workspace = workspace;
        _documents = documents;
        _count = new Prepared(
            connection,
            "insert into figures (workspace, queue, hour, measure, count, sum_ms, peak, peak_seq) values ($1, $2, $3, $4, 1, $5, $5, $6) "
                + "on conflict do update set count = count + 1, sum_ms = sum_ms + excluded.sum_ms, "
                // Of what takes no time the last one: from it the others are read backwards.
                + "peak_seq = iif(excluded.peak >= peak, excluded.peak_seq, peak_seq), peak = max(peak, excluded.peak)",
            6
        );
        _look = new Prepared(
            connection,
            "insert into figures (workspace, queue, hour, measure, count, sum_ms, peak, peak_seq) values ($1, $2, $3, $4, $5, 0, $5, $6) "
                + "on conflict do update set count = excluded.count, "
                + "peak_seq = iif(excluded.peak > peak, excluded.peak_seq, peak_seq), peak = max(peak, excluded.peak)",
            6
        );
        _grant = new Prepared(
            connection,
            "insert or replace into terms (workspace, lease, queue, is_person, claimed_at, longest_ms, most_quiet) "
                + "values ($1, $2, $3, $4, $5, 0, 0)",
            5
        );
        _start = new Prepared(
            connection,
            "update terms set started_at = coalesce(started_at, $3), since = $3 where workspace = $1 and lease = $2",
            3
        );
        const string Longest = "longest_ms = max(longest_ms, $3 - coalesce(since, $3))";
        _run = new Prepared(
            connection,
            $"update terms set started_at = coalesce(started_at, $3), {Longest}, since = $3, most_quiet = max(most_quiet, $4) "
                + "where workspace = $1 and lease = $2",
            4
        );
        _stand = new Prepared(
            connection,
            $"update terms set {Longest}, since = null where workspace = $1 and lease = $2",
            3
        );
        _end = new Prepared(
            connection,
            $"update terms set {Longest}, since = null, ended_at = $3 where workspace = $1 and lease = $2",
            3
        );
        _again = new Prepared(
            connection,
            "update terms set since = $3 where workspace = $1 and lease = $2 and started_at is not null",
            3
        );
        _resume = new Prepared(connection, "update terms set since = $2 where workspace = $1 and since is not null", 2);
        _ask = new Prepared(
            connection,
            "insert or replace into reviews (workspace, review, queue, asked_at) values ($1, $2, $3, $4)",
            4
        );
        _decide = new Prepared(
            connection,
            "update reviews set decided_at = $3 where workspace = $1 and review = $2",
            3
        );
        _askedAt = new Prepared(connection, "select asked_at from reviews where workspace = $1 and review = $2", 2);
        _queueOfReview = new Prepared(connection, "select queue from reviews where workspace = $1 and review = $2", 2);
        _forget = new Prepared(connection, "delete from reviews where workspace = $1 and review = $2", 2);
        _pruneTerms = new Prepared(connection, "delete from terms where workspace = $1 and ended_at < $2", 2);
        _pruneReviews = new Prepared(connection, "delete from reviews where workspace = $1 and decided_at < $2", 2);
        _all =
        [
            _count,
            _look,
            _grant,
            _start,
            _run,
            _stand,
            _end,
            _again,
            _resume,
            _ask,
            _decide,
            _askedAt,
            _queueOfReview,
            _forget,
            _pruneTerms,
            _pruneReviews,
        ];
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
                // The time in which the server was down was nobody's silence.
                _resume.Run(_workspace, At(recorded));
                break;
        }
    }

    /// <summary>How much there is in each queue. Under the picture's lock: values only.</summary>
    internal static IReadOnlyList<Level> LevelsOf(Workspace at)
    {
        var levels = new List<Level>();
        foreach (var room in at.Queues)
        {
            Add(Measure.Queued, room.CountOf(ItemState.Queued));
            Add(Measure.Owned, room.LiveCount);
            Add(Measure.InReview, room.CountOf(ItemState.WaitingOnReview));
            Add(Measure.StaleNow, room.CountOf(ItemState.Stale));
            var waited = room.OldestReadyAt is { } oldest ? (long)(at.At - oldest).TotalMilliseconds : 0;
            Add(Measure.OldestQueuedMs, Math.Max(0, waited));
            Add(Measure.OldestReadyAt, room.OldestReadyAt?.ToUnixTimeMilliseconds() ?? 0);

            void Add(Measure measure, long value) =>
                levels.Add(new Level(room.Queue.Name, at.At, at.Seq, measure, value));
        }
        return levels;
    }

    internal void Put(IReadOnlyList<Level> levels)
    {
        foreach (var level in levels)
            _look.Run(
                _workspace,
                level.Queue,
                level.At.ToUnixTimeMilliseconds() / HourMs,
                (int)level.Measure,
                level.Value,
                level.Seq
            );
    }

    /// <summary>Forgets how leases and reviews used their time that ended before then; what was counted by the hour stays.</summary>
    internal void Prune(DateTimeOffset before)
    {
        _pruneTerms.Run(_workspace, before.ToUnixTimeMilliseconds());
        _pruneReviews.Run(_workspace, before.ToUnixTimeMilliseconds());
    }

    public void Dispose()
    {
        foreach (var statement in _all)
            statement.Dispose();
    }

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
                    _grant.Run(_workspace, lease, queue, e.Holder.Kind == PrincipalKind.Person, at);
                break;
            case LeaseEvent.Started:
                _start.Run(_workspace, lease, at);
                break;
            case LeaseEvent.Renewed e:
                _run.Run(_workspace, lease, at, e.QuietRenewals);
                break;
            case LeaseEvent.Revived e:
                _run.Run(_workspace, lease, at, e.QuietRenewals);
                break;
            case LeaseEvent.Suspended:
                _stand.Run(_workspace, lease, at);
                break;
            case LeaseEvent.Resumed { State: LeaseState.Active }:
                _again.Run(_workspace, lease, at);
                break;
            case LeaseEvent.WentStale:
                Count(recorded, _documents.QueueOf(happened.Item), Measure.Stale);
                break;
            case LeaseEvent.Ended e:
                if (e.Lapse)
                    Count(recorded, _documents.QueueOf(e.Item), Measure.Lapsed);
                _end.Run(_workspace, lease, at);
                break;
        }
    }

    private void OfReview(Recorded recorded, ReviewEvent happened, long at)
    {
        var review = happened.Review.Number;
        switch (happened)
        {
            case ReviewEvent.Requested e:
                if (QueueOf(e) is { } queue)
                    _ask.Run(_workspace, review, queue, at);
                break;
            case ReviewEvent.Decided:
                if (_askedAt.Find(_workspace, review) is not long asked)
                    break;
                Count(
                    recorded,
                    (string?)_queueOfReview.Find(_workspace, review),
                    Measure.ReviewWaits,
                    Math.Max(0, at - asked)
                );
                _decide.Run(_workspace, review, at);
                break;
            case ReviewEvent.Withdrawn:
            case ReviewEvent.Superseded:
                _forget.Run(_workspace, review);
                break;
        }
    }

    private string? QueueOf(OnArtifact happened) =>
        (happened.Item is { } item ? _documents.QueueOf(item) : null) ?? _documents.QueueOf(happened.Artifact);

    private void Count(Recorded recorded, string? queue, Measure measure, long ms = 0)
    {
        if (queue is not null)
            _count.Run(_workspace, queue, At(recorded) / HourMs, (int)measure, ms, recorded.Seq);
    }
}
