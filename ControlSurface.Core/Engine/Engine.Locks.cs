using ControlSurface.Core.Items;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    /// <summary>Lets a lock request wait: its caller gets an answer only once the wait has ended, with or without the locks.</summary>
    private void WaitForLocks(
        Batch batch,
        PendingCommand pending,
        Decision decision,
        LockWaitReply inLine,
        DateTimeOffset now
    )
    {
        if (pending.Request.DryRun || pending.IsAbandoned || _isDraining)
        {
            if (AtOnce(batch, pending, now) is { } decided)
                Settle(batch, pending, decided, now);
            return;
        }
        if (IsOneTooMany(batch, pending, now))
            return;
        if (RecordAll(batch, decision.Events, pending.Request.Caller.Id, now) is { } broken)
        {
            RefuseForFault(batch, pending, broken, now);
            return;
        }
        if (pending.Request.Key is { } key)
            _keys.Serve(pending.Request.Caller.Id, key.Key);
        _locks.Add(inLine.Wait, inLine.Item, pending);
    }

    // A wait that ended tells no more than that. A request that has all of its locks is answered so; any other one is decided once
    // more, without waiting.
    private void AnswerLockWaits(Batch batch, DateTimeOffset now)
    {
        while (_locks.TakeEnded() is { } ended)
        {
            foreach (var pending in ended)
            {
                if ((ServedTo(pending) ?? AtOnce(batch, pending, now)) is { } decision)
                    Settle(batch, pending, decision, now, hasWaited: true);
            }
        }
    }

    /// <summary>Ends the waits of callers who hung up, so that nobody waits behind them.</summary>
    private void EndLockWaits(Batch batch, DateTimeOffset now)
    {
        if (_isDraining)
        {
            // The wait stays in the journal until its time is over: a caller who asks again keeps the same place.
            foreach (var pending in _locks.Clear())
                Leave(pending, Stopping, now);
            return;
        }
        if (!_isWritable || !_locks.SomeoneLeft)
            return;
        _locks.SomeoneLeft = false;
        var over = new List<(ItemId, long)>();
        foreach (var (wait, item, pending) in _locks.TakeAbandoned())
        {
            Leave(pending, new Refusal.Unavailable("The caller has gone."), now);
            if (!_locks.Has(wait))
                over.Add((item, wait));
        }
        IReadOnlyList<Event> givenUp;
        try
        {
            givenUp = _workspace.DecideGiveUp(over, now);
        }
        catch (Exception bug)
        {
            // The waits end by themselves when their time is over.
            Tell("give up", command: null, by: null, bug);
            return;
        }
        if (RecordAll(batch, givenUp, PrincipalId.System, now) is { } broken)
            Tell("give up", command: null, by: null, broken);
    }

    private Decision? ServedTo(PendingCommand pending)
    {
        try
        {
            return _workspace.ServedTo(Asked(pending));
        }
        catch (Exception bug)
        {
            Tell("served locks", pending.Request.Command, pending.Request.Caller.Id, bug);
            return null;
        }
    }

    // Null where a rule threw: the request is refused then.
    private Decision? AtOnce(Batch batch, PendingCommand pending, DateTimeOffset now) =>
        TryDecide(batch, pending, Asked(pending) with { WaitSeconds = 0 }, [], now);

    private static LockCommand.Acquire Asked(PendingCommand pending) => (LockCommand.Acquire)pending.Request.Command;
}

/// <summary>The requests that wait for locks, by the seq of their wait; several for one wait where a caller asked again.</summary>
internal sealed class LockWaiters
{
    private readonly SortedDictionary<long, (ItemId Item, List<PendingCommand> Works)> _waiting = [];
    private readonly Queue<long> _ended = new();
    private volatile bool _someoneLeft;

    /// <summary>Whether a caller may have hung up. Set from any thread.</summary>
    internal bool SomeoneLeft
    {
        get => _someoneLeft;
        set => _someoneLeft = value;
    }

    internal void Add(long wait, ItemId item, PendingCommand pending)
    {
        if (!_waiting.TryGetValue(wait, out var known))
            _waiting[wait] = known = (item, []);
        known.Works.Add(pending);
        // The caller may have hung up while this was decided.
        if (pending.IsAbandoned)
            SomeoneLeft = true;
    }

    internal bool Has(long wait) => _waiting.ContainsKey(wait);

    /// <summary>Notes the end of a wait, where the event is one.</summary>
    internal void Saw(Event happened)
    {
        if (_waiting.Count == 0)
            return;
        var wait = happened switch
        {
            LockEvent.Acquired e => e.Wait,
            LockEvent.GaveUp e => e.Wait,
            // Others: end no wait for locks.
            _ => null,
        };
        if (wait is { } ended && _waiting.ContainsKey(ended))
            _ended.Enqueue(ended);
    }

    /// <summary>Takes out the requests of the first wait that has ended; null where none has.</summary>
    internal List<PendingCommand>? TakeEnded()
    {
        while (_ended.TryDequeue(out var wait))
        {
            if (_waiting.Remove(wait, out var found))
                return found.Works;
        }
        return null;
    }

    internal List<(long Wait, ItemId Item, PendingCommand Pending)> TakeAbandoned()
    {
        var gone = new List<(long, ItemId, PendingCommand)>();
        foreach (var (wait, (item, works)) in _waiting.ToList())
        {
            gone.AddRange(works.Where(w => w.IsAbandoned).Select(w => (wait, item, w)));
            works.RemoveAll(w => w.IsAbandoned);
            if (works.Count == 0)
                _waiting.Remove(wait);
        }
        return gone;
    }

    /// <summary>Takes out the requests whose wait the workspace does not have.</summary>
    internal List<PendingCommand> Without(Workspace at)
    {
        var gone = new List<PendingCommand>();
        foreach (var (wait, (item, works)) in _waiting.ToList())
        {
            if (at.FindItem(item)?.LockWaits.Exists(w => w.Seq == wait) == true)
                continue;
            gone.AddRange(works);
            _waiting.Remove(wait);
        }
        _ended.Clear();
        return gone;
    }

    internal List<PendingCommand> Clear()
    {
        List<PendingCommand> all = [.. _waiting.Values.SelectMany(w => w.Works)];
        _waiting.Clear();
        _ended.Clear();
        return all;
    }
}
