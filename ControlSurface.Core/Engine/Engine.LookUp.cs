using ControlSurface.Core.Items;

namespace ControlSurface.Core.Engine;

/// <summary>Reads what a command needs from disk on other threads: the engine's thread decides from memory alone.</summary>
public sealed partial class Engine
{
    // An item may be archived, or a key committed, just after a look-up, which is then repeated; so often in a row that does not happen.
    private const int MostLookUps = 8;

    /// <summary>Whether the request's key may have been used. Then it answers the request, or sends it to be looked up.</summary>
    private bool IsKnown(PendingCommand pending, IdempotencyKey key, DateTimeOffset now)
    {
        var who = pending.Request.Caller.Id;
        if (pending.MustLookUp)
        {
            pending.MustLookUp = false;
            LookUpBeside(pending);
            return true;
        }
        if (_keys.IsServing(who, key.Key))
        {
            pending.Refuse(new Refusal.RequestInProgress(), now, _workspace.Seq);
            return true;
        }
        if (!_keys.MayBeKeptSince(who, key.Key, pending.LookedAt))
            return false;
        LookUpBeside(pending);
        return true;
    }

    /// <summary>
    /// The archived items that the command names; null where they must be looked up first, after which the request comes back.
    /// </summary>
    private IReadOnlyList<Item>? TryRehydrate(PendingCommand pending)
    {
        Item? Known(ArchivedName name) => Leaving(name) ?? pending.Archived?.GetValueOrDefault(name);
        IReadOnlyList<ArchivedName> names;
        try
        {
            names = ArchivedNames.Of(_workspace, pending.Request.Command, Known);
        }
        catch (Exception bug)
        {
            // The command itself is malformed: deciding it refuses it.
            Tell(pending.Request.Command.GetType().Name, pending.Request.Command, pending.Request.Caller.Id, bug);
            return [];
        }
        if (names.Count == 0)
            return [];
        var rehydrated = new List<Item>();
        foreach (var name in names)
        {
            if (Known(name) is { } item)
                rehydrated.Add(item);
            else if (pending.Archived?.ContainsKey(name) != true && pending.LookUps < MostLookUps)
            {
                LookUpBeside(pending);
                return null;
            }
        }
        return rehydrated;
    }

    // An item that is archived in a batch which is not on disk yet is neither in memory nor in the journal.
    private Item? Leaving(ArchivedName name)
    {
        foreach (var (_, item) in _leaving)
        {
            if (name.Is(item))
                return item;
        }
        return null;
    }

    private void LookUpBeside(PendingCommand pending)
    {
        pending.LookUps++;
        pending.Lane?.Hold();
        ThreadPool.UnsafeQueueUserWorkItem(
            static both => both.Engine.LookUp(both.Pending),
            (Engine: this, Pending: pending),
            preferLocal: false
        );
    }

    // Reads what the request needs and sends it to the engine; where its key was used, answers it instead.
    private void LookUp(PendingCommand pending)
    {
        var isAnswered = IsAnsweredByLookUp(pending);
        if (pending.Lane is { } lane)
            lane.GoOn(isAnswered ? null : pending);
        else if (!isAnswered && Enqueue(pending) is { } refusal)
            pending.Refuse(refusal, Now, Picture.Seq);
    }

    private bool IsAnsweredByLookUp(PendingCommand pending)
    {
        try
        {
            pending.LookedAt = _keys.Committed;
            if (pending.Request.Key is { } key && FindAnswer(pending.Request.Caller.Id, key.Key) is { } kept)
            {
                pending.Complete(Replay(kept, key));
                return true;
            }
            FindArchived(pending);
            return false;
        }
        catch (DamagedRecordException damaged)
        {
            // Give neither the first answer nor decide again: tell the caller what is damaged.
            pending.Fail(damaged);
        }
        catch (Exception failed)
        {
            Tell("look up", pending.Request.Command, pending.Request.Caller.Id, failed);
            pending.Refuse(
                new Refusal.Unavailable("The journal cannot be read at the moment; nothing was done."),
                Now,
                Picture.Seq
            );
        }
        return true;
    }

    /// <summary>The first answer to the key; null for none, or for one that is older than answers are kept.</summary>
    private KeptAnswer? FindAnswer(PrincipalId who, string key) =>
        _journal.FindAnswer(who, key) is { } kept && Now - kept.At <= _options.KeepAnswers ? kept : null;

    private void FindArchived(PendingCommand pending)
    {
        var found = pending.Archived ?? [];
        while (true)
        {
            var missing = Picture.Read(at =>
                ArchivedNames
                    .Of(at, pending.Request.Command, name => found.GetValueOrDefault(name))
                    .Where(name => !found.ContainsKey(name))
                    .ToList()
            );
            if (missing.Count == 0)
                break;
            foreach (var name in missing)
                found[name] = name.FindIn(_journal);
        }
        pending.Archived = found;
    }

    /// <summary>Fills the key filter from the journal: at the start, and again once it is full.</summary>
    private void RefillFilter()
    {
        if (_filling is { IsCompleted: false } || (_isFilled && !_used.IsFull))
            return;
        _isFilled = false;
        if (_journal.AnswerKeys() is { } used)
            _filling = Task.Run(() => FillFilter(used));
    }

    private Task? _filling;
    private volatile bool _isFilled;

    // Until the filter is complete each key is looked up, so that a failure here only costs time, and is tried again.
    private void FillFilter(IEnumerable<(PrincipalId, string)> used)
    {
        try
        {
            _used.Fill(used);
            _isFilled = true;
        }
        catch (DamagedRecordException damaged)
        {
            // The list stays incomplete: to read all of it again every few seconds would find the same.
            LastRefusal = damaged.Message;
            _isFilled = true;
        }
        catch (Exception failed)
        {
            LastRefusal = failed.Message;
        }
    }
}
