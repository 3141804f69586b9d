using System.Data.Common;
using System.Globalization;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Storage.Projections;

/// <summary>
/// Writes down what waits, and for each stretch of time (<see cref="WaitStretch"/>) how long work waited, for what, and how much came
/// and went. A wait that ends is laid out over the stretches that it covers, so that 90 days are read as 90 days and not wait by wait.
/// </summary>
internal sealed class WaitsProjection : IDisposable
{
    private readonly int _workspace;
    private readonly SearchProjection _documents;
    private readonly Prepared _open;
    private readonly Prepared _find;
    private readonly Prepared _close;
    private readonly Prepared _rename;
    private readonly Prepared _add;
    private readonly Prepared _settle;
    private readonly Prepared _prune;
    private readonly Prepared _pruneSettled;
    private readonly Prepared[] _all;

    // What waits now, as the table has it: nearly each event ends a wait that there may be, and hardly one is. After a transaction that
    // failed the writer is made anew, and this with it.
    private readonly HashSet<(WaitCause Cause, string Key)> _waiting;

    internal WaitsProjection(DbConnection connection, int workspace, SearchProjection documents)
    {
        (_workspace, _documents) = (workspace, documents);
        _open = new Prepared(
            connection,
            "insert into waiting (workspace, cause, key, queue, kind, at) values ($1, $2, $3, $4, $5, $6)",
            6
        );
        _find = new Prepared(
            connection,
            "select queue, kind, at from waiting where workspace = $1 and cause = $2 and key = $3",
            3
        );
        _close = new Prepared(connection, "delete from waiting where workspace = $1 and cause = $2 and key = $3", 3);
        _rename = new Prepared(
            connection,
            "update waiting set kind = $4 where workspace = $1 and cause = $2 and key = $3",
            4
        );
        _add = new Prepared(
            connection,
            "insert into waited (workspace, hours, stretch, queue, cause, kind, ms, come, gone, longest_ms) "
                + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do update set ms = ms + excluded.ms, "
                + "come = come + excluded.come, gone = gone + excluded.gone, longest_ms = max(longest_ms, excluded.longest_ms)",
            10
        );
        _settle = new Prepared(
            connection,
            "insert into settled (workspace, hours, stretch, queue, by, cause, count, ms) values ($1, $2, $3, $4, $5, $6, 1, $7) "
                + "on conflict do update set count = count + 1, ms = ms + excluded.ms",
            7
        );
        _prune = new Prepared(connection, "delete from waited where workspace = $1 and hours = $2 and stretch < $3", 3);
        _pruneSettled = new Prepared(
            connection,
            "delete from settled where workspace = $1 and hours = $2 and stretch < $3",
            3
        );
        _waiting =
        [
            .. connection.Rows(
                "select cause, key from waiting where workspace = $workspace",
                row => ((WaitCause)row.GetInt32(0), row.GetString(1)),
                ("$workspace", workspace)
            ),
        ];
        _all = [_open, _find, _close, _rename, _add, _settle, _prune, _pruneSettled];
    }

    internal void Follow(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case ReviewEvent e:
                OfReview(recorded, e);
                break;
            case ConflictEvent e:
                OfConflict(recorded, e);
                break;
            case LockEvent e:
                OfLock(recorded, e);
                break;
            case LeaseEvent e:
                OfLease(recorded, e);
                break;
            case ItemEvent e:
                OfItem(recorded, e);
                break;
            default:
                break; // Others: nothing begins or ends to wait by them.
        }
    }

    private void OfReview(Recorded recorded, ReviewEvent happened)
    {
        if (happened is ReviewEvent.Requested e)
        {
            var queue = (e.Item is { } item ? _documents.QueueOf(item) : null) ?? _documents.QueueOf(e.Artifact);
            Open(recorded, WaitCause.Review, e.Review.Text, queue, Reviewer.KindOf(e.Reviewers));
        }
        else if (happened is ReviewEvent.Reassigned again)
            _rename.Run(_workspace, (int)WaitCause.Review, again.Review.Text, Reviewer.KindOf(again.To));
        else if (happened is ReviewEvent.Decided or ReviewEvent.Withdrawn or ReviewEvent.Superseded)
            Close(recorded, WaitCause.Review, happened.Review.Text);
    }

    private void OfConflict(Recorded recorded, ConflictEvent happened)
    {
        if (happened is ConflictEvent.Opened e)
        {
            var queue = e.Queue ?? (e.Item is { } item ? _documents.QueueOf(item) : null);
            Open(recorded, WaitCause.Conflict, e.Conflict.Text, queue, WireNames.Of(e.Kind));
        }
        else if (happened is ConflictEvent.Resolved or ConflictEvent.Overtaken)
            Close(recorded, WaitCause.Conflict, happened.Conflict.Text);
    }

    private void OfLock(Recorded recorded, LockEvent happened)
    {
        switch (happened)
        {
            case LockEvent.Waited e:
                var mode = WireNames.Of(e.Locks[0].Mode);
                Open(recorded, WaitCause.Lock, Key(recorded.Seq), _documents.QueueOf(e.Item), mode);
                break;
            case LockEvent.Acquired { Wait: { } waited }:
                Close(recorded, WaitCause.Lock, Key(waited));
                break;
            case LockEvent.GaveUp { Wait: { } given }:
                Close(recorded, WaitCause.Lock, Key(given));
                break;
            default:
                break; // Others: locks that were granted at once, refused, or let go of kept nobody waiting.
        }
    }

    private void OfLease(Recorded recorded, LeaseEvent happened)
    {
        switch (happened)
        {
            case LeaseEvent.Suspended e:
                Stands(recorded, e, e.Reasons);
                break;
            case LeaseEvent.Resumed e:
                Stands(recorded, e, e.Reasons);
                break;
            case LeaseEvent.WentStale or LeaseEvent.Ended:
                Stands(recorded, happened, SuspendReasons.None);
                break;
            case LeaseEvent.Claimed e:
                Close(recorded, WaitCause.Attempts, e.Item.Text);
                break;
            default:
                break; // Others: a lease that runs on neither stands still nor ends.
        }
    }

    private void OfItem(Recorded recorded, ItemEvent happened)
    {
        var item = happened.Item;
        if (happened is ItemEvent.Parked { AttemptsUsedUp: true })
            Open(recorded, WaitCause.Attempts, item.Text, _documents.QueueOf(item), "attempts");
        else if (
            happened
            is ItemEvent.Unparked
                or ItemEvent.Requeued
                or ItemEvent.Cancelled
                or ItemEvent.Completed
                or ItemEvent.Parked
        )
            Close(recorded, WaitCause.Attempts, item.Text);
    }

    /// <summary>Forgets what no page asks for any more; what still waits stays.</summary>
    internal void Prune(DateTimeOffset now)
    {
        foreach (var stretch in WaitStretch.All)
        {
            var first = stretch.Of((now - stretch.Kept).ToUnixTimeMilliseconds());
            _prune.Run(_workspace, stretch.Hours, first);
            _pruneSettled.Run(_workspace, stretch.Hours, first);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _all)
            statement.Dispose();
    }

    private void Stands(Recorded recorded, LeaseEvent happened, SuspendReasons reasons)
    {
        Set(WaitCause.Question, SuspendReasons.WaitingOnHuman, "question");
        Set(WaitCause.Pause, SuspendReasons.PausedByPolicy, "pause");

        void Set(WaitCause cause, SuspendReasons reason, string kind)
        {
            if (reasons.HasFlag(reason))
                Open(recorded, cause, happened.Lease.Text, _documents.QueueOf(happened.Item), kind);
            else
                Close(recorded, cause, happened.Lease.Text);
        }
    }

    private void Open(Recorded recorded, WaitCause cause, string key, string? queue, string kind)
    {
        var (of, at) = (queue ?? "", recorded.At.ToUnixTimeMilliseconds());
        if (!_waiting.Add((cause, key)))
            return; // It waits for that already.
        _open.Run(_workspace, (int)cause, key, of, kind, at);
        foreach (var stretch in WaitStretch.All)
            Add(stretch, at, of, cause, kind, ms: 0, come: 1, gone: 0, longest: 0);
    }

    private void Close(Recorded recorded, WaitCause cause, string key)
    {
        if (!_waiting.Remove((cause, key)))
            return;
        var (queue, kind, began) = _find.Read(
            [_workspace, (int)cause, key],
            row => ((string)row.Value(0)!, (string)row.Value(1)!, (long)row.Value(2)!)
        );
        _close.Run(_workspace, (int)cause, key);
        var at = recorded.At.ToUnixTimeMilliseconds();
        foreach (var stretch in WaitStretch.All)
        {
            foreach (var (from, ms) in stretch.Laid(began, at))
                Add(stretch, from, queue, cause, kind, ms, come: 0, gone: 0, longest: 0);
            Add(stretch, at, queue, cause, kind, ms: 0, come: 0, gone: 1, longest: at - began);
            _settle.Run(_workspace, stretch.Hours, stretch.Of(at), queue, recorded.By.Number, (int)cause, at - began);
        }
    }

    private void Add(
        WaitStretch stretch,
        long at,
        string queue,
        WaitCause cause,
        string kind,
        long ms,
        long come,
        long gone,
        long longest
    ) => _add.Run(_workspace, stretch.Hours, stretch.Of(at), queue, (int)cause, kind, ms, come, gone, longest);

    private static string Key(long seq) => seq.ToString(CultureInfo.InvariantCulture);
}
