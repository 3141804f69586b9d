using ControlSurface.Core.Items;

namespace ControlSurface.Core.Engine;

/// <summary>What a command needs from disk is read beside the engine: its thread decides from memory alone.</summary>
public sealed partial class Engine
{
    // What is looked up may leave memory, or be committed, in the very moment; more often than this it does not.
    private const int MostLookUps = 8;

    /// <summary>Whether the key was served already or is being served; answers, or sends the request to be looked up, if so.</summary>
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

    /// <summary>The archived items that the command names; null where they must be looked up first, and it comes again.</summary>
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
            // A command that is malformed in itself: deciding it says so, or fails on it alone.
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

    // Archived in a batch that is not on disk yet: neither in memory nor in the journal for this one moment.
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

    // Reads what the request needs, then sends it on its way; or answers it, where its key was used.
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
            // Neither the first answer nor a second act: whoever asks hears what is damaged.
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

    /// <summary>The first answer to the key, if it is not older than answers are kept.</summary>
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

    /// <summary>Fills the key filter from the journal, at the start and once many keys in it are forgotten.</summary>
    private void RefillFilter()
    {
        if ((_filling is { IsCompleted: false }) || (_filling is not null && !_used.IsFull))
            return;
        if (_journal.AnswerKeys() is { } used)
            _filling = Task.Run(() => FillFilter(used));
    }

    private Task? _filling;

    // Until the filter is whole each key is looked up, so a failure here costs time and nothing else.
    private void FillFilter(IEnumerable<(PrincipalId, string)> used)
    {
        try
        {
            _used.Fill(used);
        }
        catch (Exception failed)
        {
            LastRefusal = failed.Message;
        }
    }
}
