namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    // Housekeeping that failed is tried again, but not on each command.
    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(1);
    private readonly List<OwedTime> _owed = [];

    // What was due and could not be decided, with when: a record that changes is due at another instant, and is tried again.
    private readonly HashSet<(string Id, DateTimeOffset At)> _failedDue = [];
    private DateTimeOffset _archiveNotBefore = DateTimeOffset.MinValue;
    private long _markUpTo;

    /// <summary>Time in which the process stood still, until the event that gives it back is on disk.</summary>
    private sealed class OwedTime(ClockGap gap)
    {
        internal ClockGap Gap { get; } = gap;

        /// <summary>Seq of the event; null while it is not decided.</summary>
        internal long? Seq { get; set; }
    }

    /// <summary>Reads the clock once and lets everything happen that is due by then.</summary>
    private DateTimeOffset Tick(Batch batch)
    {
        var now = _clock.Read(out var gap);
        if (gap is { } stood)
            _owed.Add(new OwedTime(stood));
        // While nothing can be written nothing happens by itself either: it is decided once there is room again.
        if (_isWritable)
        {
            GiveBack(batch, now);
            DecideAllDue(batch, now);
        }
        // A server that ends before the time is given back on disk gives it back when it starts: the mark stays where it was.
        Interlocked.Exchange(ref _markUpTo, (_owed.Count == 0 ? now : _owed[0].Gap.From).UtcTicks);
        return now;
    }

    // Before anything that is due: a lease that ran out only because nobody could renew must not go stale first.
    private void GiveBack(Batch batch, DateTimeOffset now)
    {
        if (_owed.Count == 0)
            return;
        var committed = Picture.Seq;
        _owed.RemoveAll(owed => owed.Seq <= committed);
        for (var k = 0; k < _owed.Count; k++)
        {
            var owed = _owed[k];
            if (owed.Seq is not null)
                continue;
            try
            {
                var given = _workspace.DecideDowntimeCompensation(owed.Gap.From, owed.Gap.To);
                if (given.Extended.Count > 0)
                    Record(batch, given, PrincipalId.System, now);
                owed.Seq = _workspace.Seq;
            }
            catch (Exception bug)
            {
                Tell("give back", command: null, by: null, bug);
                _owed.RemoveAt(k--);
            }
        }
    }

    /// <summary>What was decided and not written has to be given back once more.</summary>
    private void OweAgain()
    {
        foreach (var owed in _owed)
        {
            if (owed.Seq > _workspace.Seq)
                owed.Seq = null;
        }
    }

    private void DecideAllDue(Batch batch, DateTimeOffset now)
    {
        while (true)
        {
            PassOverFailed(now);
            var what = _workspace.FirstDue(now);
            try
            {
                if (_workspace.DecideDue(now) is not { } due)
                    return;
                if (RecordAll(batch, due, PrincipalId.System, now) is { } broken)
                    throw broken;
            }
            catch (Exception bug)
            {
                // One thing cannot be decided; what else is due must not wait behind it for ever.
                Tell($"due: {what?.Id}", command: null, by: null, bug);
                if (what is not { } failed)
                    return;
                _failedDue.Add(failed);
            }
        }
    }

    // Kept here and not in the workspace alone: one that is made anew, after a refused write or a broken law, knows nothing of it.
    private void PassOverFailed(DateTimeOffset now)
    {
        while (_failedDue.Count > 0 && _workspace.FirstDue(now) is { } first && _failedDue.Contains(first))
            _workspace.SetAsideDue(now);
    }

    private void ArchiveSettled(Batch batch, DateTimeOffset now)
    {
        while (_leaving.TryPeek(out var left) && left.Seq <= Picture.Seq)
            _leaving.Dequeue();
        if (
            !_isWritable
            || now < _archiveNotBefore
            || _workspace.OldestSettledAt is not { } oldest
            || oldest > now - _options.ArchiveAfter
        )
            return;
        IReadOnlyList<Items.ItemEvent.Archived> leaves;
        try
        {
            leaves = _workspace.DecideArchive(now - _options.ArchiveAfter, ArchivedAtOnce);
        }
        catch (Exception bug)
        {
            _archiveNotBefore = now + AfterFault;
            Tell("archive", command: null, by: null, bug);
            return;
        }
        foreach (var archived in leaves)
        {
            var item = _workspace.FindItem(archived.Item)!;
            if (RecordAll(batch, [archived], PrincipalId.System, now) is { } broken)
            {
                _archiveNotBefore = now + AfterFault;
                Tell("archive", command: null, by: null, broken);
                return;
            }
            batch.Archived.Add(item);
            _leaving.Enqueue((_workspace.Seq, item));
        }
        // More than one batch may leave at once: the rest in the next, so that nobody waits for housekeeping.
        if (batch.Archived.Count >= ArchivedAtOnce)
            Wake();
    }

    private void SetAlarm()
    {
        var next = _workspace.NextDueAt ?? DateTimeOffset.MaxValue;
        if (_waits.NextAt() is { } wait && wait < next)
            next = wait;
        if (_workspace.OldestSettledAt is { } oldest && oldest + _options.ArchiveAfter is var archive && archive < next)
            next = archive > _archiveNotBefore ? archive : _archiveNotBefore;
        if (!_isWritable)
            next = DateTimeOffset.MaxValue;
        if (next == _alarmAt && !_alarmRang)
            return;
        _alarmRang = false;
        _alarmAt = next;
        var now = Now;
        var due =
            next == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan
            : next <= now ? TimeSpan.FromMilliseconds(1)
            : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling((next - now).TotalMilliseconds), int.MaxValue));
        _alarm.Change(due, Timeout.InfiniteTimeSpan);
    }
}
