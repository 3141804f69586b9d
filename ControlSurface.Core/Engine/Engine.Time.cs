namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    // Housekeeping that failed is tried again after this long, not on each command.
    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(1);
    private readonly List<OwedTime> _owed = [];

    // What was due, with its instant, and could not be decided; and when it is tried again.
    private readonly Dictionary<(string Id, DateTimeOffset At), DateTimeOffset> _failedDue = [];
    private DateTimeOffset _archiveNotBefore = DateTimeOffset.MinValue;
    private long _markUpTo;

    /// <summary>A gap in which the process stood still, kept until the event that extends the leases by it is on disk.</summary>
    private sealed class OwedTime(ClockGap gap)
    {
        internal ClockGap Gap { get; } = gap;

        /// <summary>The seq of that event; null until it is decided.</summary>
        internal long? Seq { get; set; }
    }

    /// <summary>Reads the clock once, and decides and records everything that is due by then.</summary>
    private DateTimeOffset Tick(Batch batch)
    {
        var now = _clock.Read(out var gap);
        if (gap is { } stood)
            _owed.Add(new OwedTime(stood));
        // While the journal cannot be written, due things wait: they are decided once it can be written again.
        if (_isWritable)
        {
            GiveBack(batch, now);
            DecideAllDue(batch, now);
        }
        // Leave the mark before a gap that is not compensated on disk yet: a server that ends now compensates it at the next start.
        Interlocked.Exchange(ref _markUpTo, (_owed.Count == 0 ? now : _owed[0].Gap.From).UtcTicks);
        return now;
    }

    // Called before anything due is decided: a lease that ran out only because nobody could renew must not go stale first.
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

    /// <summary>After decided events were dropped, marks their gaps as not compensated.</summary>
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
        var isTriedAgain = BringBackFailed(now);
        while (true)
        {
            PassOverFailed(now);
            var what = _workspace.FirstDue(now);
            try
            {
                if (_workspace.DecideDue(now) is not { } due)
                    break;
                if (RecordAll(batch, due, PrincipalId.System, now) is { } broken)
                    throw broken;
            }
            catch (Exception bug)
            {
                // One due thing cannot be decided: the others must not wait behind it for ever.
                if (what is not { } failed)
                {
                    Tell("due", command: null, by: null, bug);
                    break;
                }
                // Tell once of one that fails again and again.
                if (!_failedDue.ContainsKey(failed))
                    Tell($"due: {failed.Id}", command: null, by: null, bug);
                _failedDue[failed] = now + AfterFault;
            }
        }
        if (!isTriedAgain)
            return;
        // What did not fail again is decided, or is not due any more.
        foreach (var (failed, again) in _failedDue)
        {
            if (again <= now)
                _failedDue.Remove(failed);
        }
    }

    /// <summary>Puts what was set aside back among what is due, once one of them is to be tried again.</summary>
    private bool BringBackFailed(DateTimeOffset now)
    {
        if (FirstRetryAt() > now)
            return false;
        _workspace.BringBackDue();
        return true;
    }

    private DateTimeOffset FirstRetryAt()
    {
        var first = DateTimeOffset.MaxValue;
        foreach (var again in _failedDue.Values)
        {
            if (again < first)
                first = again;
        }
        return first;
    }

    // The engine keeps the failed ones, because a workspace that is loaded again after a refused write does not know them.
    private void PassOverFailed(DateTimeOffset now)
    {
        while (
            _failedDue.Count > 0
            && _workspace.FirstDue(now) is { } first
            && _failedDue.TryGetValue(first, out var again)
            && now < again
        )
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
        // Archive the rest in the next batch, so that no command waits long for housekeeping.
        if (batch.Archived.Count >= ArchivedAtOnce)
            Wake();
    }

    private void SetAlarm()
    {
        var next = _workspace.NextDueAt ?? DateTimeOffset.MaxValue;
        if (_waits.NextAt() is { } wait && wait < next)
            next = wait;
        if (FirstRetryAt() is var retry && retry < next)
            next = retry;
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
