using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    private long _lastSnapshot;
    private DateTimeOffset _prunedAt;

    private void WriteLoop()
    {
        while (true)
        {
            Batch batch;
            lock (_gate)
            {
                while (_handed is null && !_beats && !(_isStopping && !_decider.IsAlive) && _fatal is null)
                {
                    // The decider does not tell when its thread is gone, so a stopping engine looks again by itself.
                    if (_isStopping)
                        Monitor.Wait(_gate, 20);
                    else
                        Monitor.Wait(_gate);
                }
                if (_handed is null && _fatal is null && _beats)
                {
                    _beats = false;
                    batch = null!;
                }
                else if (_handed is null)
                {
                    break;
                }
                else
                {
                    batch = _handed;
                }
            }
            if (batch is null)
            {
                KeepHouse();
                continue;
            }
            Write(batch);
            lock (_gate)
            {
                _handed = null;
                _isWriting = false;
                Monitor.PulseAll(_gate);
            }
        }
        if (_fatal is null)
            CloseHouse();
    }

    private void Write(Batch batch)
    {
        if (batch.Events.Count > 0 && !Append(batch))
            return;
        foreach (var look in batch.Looks)
            look.Complete();
        foreach (var (work, outcome) in batch.Answers)
            work.Complete(outcome);
    }

    /// <summary>Makes the batch durable, and only then lets anybody see it. False where it came to nothing.</summary>
    private bool Append(Batch batch)
    {
        var answers = Render(batch);
        var started = Stopwatch.GetTimestamp();
        try
        {
            if (!_isWritable)
                throw new JournalRefusedException("An earlier batch was refused.");
            _journal.Append(new JournalBatch(batch.Follows, batch.Events, answers, batch.Archived));
        }
        catch (JournalRefusedException refused)
        {
            Refuse(batch, refused);
            return false;
        }
        catch (Exception unknown)
        {
            // Nobody can say what is on disk: never carry on from memory (DESIGN.md, 3).
            Fail(unknown);
            RefuseAll(batch);
            return false;
        }
        Figures.Appended(Stopwatch.GetElapsedTime(started), batch.Events.Count);
        Picture.Follow(batch.Events);
        lock (_gate)
        {
            foreach (var answer in answers)
                _keys.Committed(answer.Principal, answer.Key);
        }
        Feed.Publish(batch.Events);
        return true;
    }

    private static List<KeptAnswer> Render(Batch batch)
    {
        var kept = new List<KeptAnswer>();
        for (var k = 0; k < batch.Answers.Count; k++)
        {
            var (work, outcome) = batch.Answers[k];
            if (!outcome.Wrote || work.Request is not { Key: { } key, Render: { } render })
                continue;
            var rendered = render(outcome);
            batch.Answers[k] = (work, outcome with { Rendered = rendered });
            kept.Add(
                new KeptAnswer(
                    work.Request.Caller.Id,
                    key.Key,
                    key.Fingerprint,
                    rendered.Status,
                    rendered.Body,
                    rendered.Location,
                    outcome.Now
                )
            );
        }
        return kept;
    }

    private void Refuse(Batch batch, JournalRefusedException why)
    {
        Figures.WriteRefused();
        LastRefusal = why.Message;
        lock (_gate)
        {
            _isWritable = false;
            _mustReset = true;
            foreach (var (work, _) in batch.Answers)
            {
                if (work.Request.Key is { } key)
                    _keys.Forget(work.Request.Caller.Id, key.Key);
            }
        }
        RefuseAll(batch, why.Message);
    }

    /// <summary>Why the journal last refused a write; null if it never did.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Back to what is on disk: everything decided since was never seen by anybody.</summary>
    private Batch Reset(Batch decided)
    {
        _mustReset = false;
        foreach (var (work, _) in decided.Answers)
        {
            if (work.Request.Key is { } key)
                _keys.Forget(work.Request.Caller.Id, key.Key);
        }
        RefuseAll(decided, LastRefusal);
        _workspace = Picture.Read(at => Workspace.From(at.ToState()));
        return new Batch(_workspace.Seq);
    }

    private void RefuseAll(Batch batch, string? why = null)
    {
        Refusal refusal = _fatal is not null
            ? new Refusal.OutcomeUnknown()
            : new Refusal.Unavailable($"The journal cannot be written ({why}); nothing was done.");
        foreach (var look in batch.Looks)
            look.Fail(new JournalRefusedException(why ?? "The journal cannot be written."));
        foreach (var (work, outcome) in batch.Answers)
            work.Refuse(refusal, outcome.Now, Picture.Seq);
    }

    private void Fail(Exception why)
    {
        List<object> left;
        lock (_gate)
        {
            if (_fatal is not null)
                return;
            _fatal = why;
            left = [.. _inbox, .. _taken, .. _line.Clear()];
            _inbox.Clear();
            Monitor.PulseAll(_gate);
        }
        foreach (var one in left)
        {
            if (one is Look look)
                look.Fail(why);
            else
                ((Work)one).Refuse(new Refusal.OutcomeUnknown(), Now, Picture.Seq);
        }
        _options.OnFatal?.Invoke(why);
    }

    private bool _beats;

    private void Beat()
    {
        lock (_gate)
        {
            _beats = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Once a second, between batches: the mark that the server is up, which proves the journal; and upkeep.</summary>
    private void KeepHouse()
    {
        var now = Now;
        try
        {
            _journal.MarkUp(now);
            if (now - _prunedAt > TimeSpan.FromMinutes(1))
            {
                _prunedAt = now;
                while (_journal.PruneAnswers(now - _options.KeepAnswers) > 0) { }
            }
            if (!_isWritable)
                _isWritable = true;
            LastMarkAt = now;
            if (Picture.Seq - _lastSnapshot >= _options.SnapshotEvery)
                TakeSnapshot();
        }
        catch (JournalRefusedException refused)
        {
            LastRefusal = refused.Message;
            _isWritable = false;
        }
        catch (Exception unknown)
        {
            Fail(unknown);
        }
    }

    /// <summary>When the journal was last proved writable.</summary>
    public DateTimeOffset LastMarkAt { get; private set; }

    private void CloseHouse()
    {
        try
        {
            if (Picture.Seq > _lastSnapshot)
                TakeSnapshot();
            _journal.MarkUp(Now);
        }
        catch (JournalRefusedException refused)
        {
            // The journal itself is whole; the next start replays more of it.
            LastRefusal = refused.Message;
        }
    }

    private void TakeSnapshot()
    {
        var state = Picture.Read(at => at.ToState());
        _journal.Save(new Snapshot(state.Seq, Digest.Of(state), StateJson.Write(state)));
        _lastSnapshot = state.Seq;
    }

    /// <summary>Archived items that the command names, so that a late call hears how they ended (DESIGN.md).</summary>
    private IReadOnlyList<Item> Recall(Command command)
    {
        switch (command)
        {
            case LeaseCommand c when _workspace.FindItemOf(c.Lease) is null:
                return Found(_journal.FindArchived(c.Lease));
            case MalformedCommand { Lease: { } lease } when _workspace.FindItemOf(lease) is null:
                return Found(_journal.FindArchived(lease));
            case RenewMany c:
                return
                [
                    .. c
                        .Renewals.Where(r => _workspace.FindItemOf(r.Lease) is null)
                        .Select(r => _journal.FindArchived(r.Lease))
                        .OfType<Item>(),
                ];
            case ItemCommand.Create c:
                return RecallForCreate(c);
            case ItemCommand.Edit { DependsOn: { IsNamed: true, Value: { } named } } c:
                return [.. RecallOne(c.Item), .. named.SelectMany(RecallNamed)];
            default:
                return ItemOf(command) is { } id ? RecallOne(id) : [];
        }
    }

    private List<Item> RecallForCreate(ItemCommand.Create c)
    {
        var recalled = (c.DependsOn ?? []).SelectMany(RecallNamed).ToList();
        if (c.ExternalId is { } id && _workspace.FindByExternalId(c.Queue, id) is null)
            recalled.AddRange(Found(_journal.FindArchived(c.Queue, id)));
        return recalled;
    }

    private IReadOnlyList<Item> RecallNamed(string named) => ItemId.TryParse(named, out var id) ? RecallOne(id) : [];

    private IReadOnlyList<Item> RecallOne(ItemId id) =>
        _workspace.IsInMemory(id) ? [] : Found(_journal.FindArchived(id));

    private static IReadOnlyList<Item> Found(Item? item) => item is null ? [] : [item];

    private static ItemId? ItemOf(Command command) =>
        command switch
        {
            ItemCommand.Edit c => c.Item,
            ItemCommand.Requeue c => c.Item,
            ItemCommand.Cancel c => c.Item,
            ItemCommand.Park c => c.Item,
            ItemCommand.Unpark c => c.Item,
            ItemCommand.Snooze c => c.Item,
            ClaimCommand.One c => c.Item,
            ClaimCommand.TakeOver c => c.Item,
            ClaimCommand.Accept c => c.Item,
            ClaimCommand.Decline c => c.Item,
            Notes.NoteCommand.Add c => c.Item,
            Notes.NoteCommand.Acknowledge c => c.Item,
            MalformedCommand c => c.Item,
            _ => null,
        };
}
