using System.Collections.Concurrent;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Claims that wait for something to claim, first come first served within a queue. They stand in groups of those that ask for the
/// same labels, and a group is decided again only once something it could take becomes available: what else is written costs a
/// waiting claim nothing, however many wait. The engine's thread alone uses it, but for <see cref="Abandon"/>.
/// </summary>
internal sealed class WaitQueue : IClaimOpenings
{
    private readonly SortedDictionary<string, QueueLine> _lines = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, ClaimWait> _all = [];
    private readonly SortedSet<(DateTimeOffset Deadline, long Number)> _deadlines = [];
    private readonly SortedSet<long> _asked = [];
    private readonly ConcurrentQueue<PendingCommand> _abandoned = new();
    private long _lastNumber;

    /// <summary>How many wait.</summary>
    internal int Count => Volatile.Read(ref _count);

    private int _count;

    /// <summary>Takes in a claim that was just told that there is nothing for it.</summary>
    internal void Add(PendingCommand request, NothingToClaimReply nothing, DateTimeOffset now)
    {
        var command = (ClaimCommand.Next)request.Request.Command;
        if (!_lines.TryGetValue(command.Queue, out var line))
            _lines[command.Queue] = line = new QueueLine();
        var wait = new ClaimWait(++_lastNumber, request, line.GroupFor(command.Labels));
        request.ClaimWait = wait;
        _all[wait.Number] = wait;
        _deadlines.Add((request.Deadline, wait.Number));
        wait.Group.Add(wait);
        Volatile.Write(ref _count, _all.Count);
        StillNothing(wait, nothing, now);
        // Whoever went while this was decided is found at the next look.
        if (request.IsAbandoned)
            _abandoned.Enqueue(request);
    }

    /// <summary>The caller is gone. Safe from any thread.</summary>
    internal void Abandon(PendingCommand request) => _abandoned.Enqueue(request);

    /// <summary>Whether a claim of that run waits.</summary>
    internal bool HasRun(PrincipalId principal, string run)
    {
        foreach (var wait in _all.Values)
        {
            if (
                wait.Request.Request.Caller.Id == principal
                && ((ClaimCommand.Next)wait.Request.Request.Command).Run == run
            )
                return true;
        }
        return false;
    }

    /// <summary>The earliest instant at which a wait ends, or a limit that counts by time opens; null where neither comes.</summary>
    internal DateTimeOffset? NextAt()
    {
        DateTimeOffset? next = _deadlines.Count == 0 ? null : _deadlines.Min.Deadline;
        foreach (var line in _lines.Values)
        {
            if (line.RetryAt is { } retry && line.HasDue && !(next <= retry))
                next = retry;
        }
        return next;
    }

    /// <summary>Somebody whose wait is over whatever there is to claim: the caller is gone, or the time is up.</summary>
    internal ClaimWait? NextOver(DateTimeOffset now)
    {
        while (_abandoned.TryDequeue(out var gone))
        {
            if (gone.ClaimWait is { } wait)
                return wait;
        }
        return _deadlines.Count > 0 && _deadlines.Min is var (deadline, number) && deadline <= now
            ? _all[number]
            : null;
    }

    /// <summary>The next for whom the answer may be another one by now; null where it is the same for all.</summary>
    internal ClaimWait? Next(DateTimeOffset now)
    {
        if (NextOver(now) is { } over)
            return over;
        if (_asked.Count > 0)
            return _all[_asked.Min];
        foreach (var line in _lines.Values)
        {
            if (line.NextDue(now) is { } wait)
                return wait;
        }
        return null;
    }

    /// <summary>It was decided again and there is nothing for it still.</summary>
    internal void StillNothing(ClaimWait wait, NothingToClaimReply nothing, DateTimeOffset now)
    {
        _asked.Remove(wait.Number);
        wait.Group.Line.Nothing(wait.Group, nothing, now);
    }

    internal void Remove(ClaimWait wait)
    {
        wait.Request.ClaimWait = null;
        _all.Remove(wait.Number);
        _deadlines.Remove((wait.Request.Deadline, wait.Number));
        _asked.Remove(wait.Number);
        var line = wait.Group.Line;
        wait.Group.Remove(wait);
        if (line.IsEmpty)
            _lines.Remove(((ClaimCommand.Next)wait.Request.Request.Command).Queue);
        Volatile.Write(ref _count, _all.Count);
    }

    /// <summary>Empties the queue and returns who waited, in order.</summary>
    internal List<PendingCommand> Clear()
    {
        List<PendingCommand> all = [.. _all.Values.Select(w => w.Request)];
        foreach (var wait in _all.Values.ToList())
            Remove(wait);
        return all;
    }

    /// <summary>Everybody is decided again: the engine went back to what is on disk.</summary>
    internal void AskEverybody()
    {
        foreach (var number in _all.Keys)
            _asked.Add(number);
    }

    /// <summary>Whoever waits in the queue goes before somebody who asks now, though a limit was reached a moment ago.</summary>
    internal void TryAgain(string queue)
    {
        if (_lines.TryGetValue(queue, out var line))
            line.IsFull = false;
    }

    public void ItemReady(Item item)
    {
        if (_lines.TryGetValue(item.Queue, out var line))
            line.ItemReady(item);
    }

    public void SlotFreed(string queue)
    {
        if (_lines.TryGetValue(queue, out var line))
            line.SlotFreed();
    }

    public void QueueChanged(string queue)
    {
        if (!_lines.TryGetValue(queue, out var line))
            return;
        foreach (var wait in _all.Values)
        {
            if (wait.Group.Line == line)
                _asked.Add(wait.Number);
        }
    }

    public void CallerChanged(PrincipalId who, string? run)
    {
        foreach (var wait in _all.Values)
        {
            if (
                wait.Request.Request.Caller.Id == who
                && (run is null || ((ClaimCommand.Next)wait.Request.Request.Command).Run == run)
            )
                _asked.Add(wait.Number);
        }
    }

    public void LineChanged() => AskEverybody();
}

/// <summary>A claim that waits.</summary>
/// <param name="Number">Its place: who came first has the lowest.</param>
internal sealed record ClaimWait(long Number, PendingCommand Request, LabelGroup Group);

/// <summary>Claims in one queue that ask for the same labels: what one of them could take, each could.</summary>
internal sealed class LabelGroup(QueueLine line, IReadOnlyList<string> labels)
{
    private readonly SortedDictionary<long, ClaimWait> _waits = [];

    internal QueueLine Line { get; } = line;
    internal IReadOnlyList<string> Labels { get; } = labels;
    internal ClaimWait First => _waits.First().Value;

    /// <summary>The place under which the line has it as due; null where it is not.</summary>
    internal long? DueAs { get; set; }

    internal void Add(ClaimWait wait) => _waits.Add(wait.Number, wait);

    internal void Remove(ClaimWait wait)
    {
        var isDue = DueAs is not null;
        Line.SetDue(this, isDue: false);
        _waits.Remove(wait.Number);
        if (_waits.Count == 0)
            Line.Drop(this);
        else
            Line.SetDue(this, isDue);
    }

    internal bool Suits(Item item)
    {
        for (var k = 0; k < Labels.Count; k++)
        {
            if (!item.Labels.Contains(Labels[k], StringComparer.Ordinal))
                return false;
        }
        return true;
    }
}

/// <summary>Those who wait in one queue, by the labels that they ask for.</summary>
internal sealed class QueueLine
{
    private readonly Dictionary<string, LabelGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<LabelGroup>> _byLabel = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, LabelGroup> _due = [];
    private readonly HashSet<LabelGroup> _limited = [];

    /// <summary>A limit of the whole queue is reached: nobody is decided again before a slot is freed.</summary>
    internal bool IsFull { get; set; }

    /// <summary>When a limit that counts by time lets the next in.</summary>
    internal DateTimeOffset? RetryAt { get; private set; }

    internal bool HasDue => _due.Count > 0;
    internal bool IsEmpty => _groups.Count == 0;

    internal LabelGroup GroupFor(IReadOnlyList<string> labels)
    {
        IReadOnlyList<string> sorted = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        // No label contains a line break.
        var key = string.Join('\n', sorted);
        if (_groups.TryGetValue(key, out var known))
            return known;
        var group = new LabelGroup(this, sorted);
        _groups[key] = group;
        var home = HomeOf(sorted);
        if (!_byLabel.TryGetValue(home, out var those))
            _byLabel[home] = those = [];
        those.Add(group);
        _homes[group] = home;
        return group;
    }

    private readonly Dictionary<LabelGroup, string> _homes = [];

    // A group is looked for under one of its labels only: the one under which the fewest are.
    private string HomeOf(IReadOnlyList<string> labels)
    {
        var (home, fewest) = ("", int.MaxValue);
        foreach (var label in labels)
        {
            var count = _byLabel.TryGetValue(label, out var those) ? those.Count : 0;
            if (count < fewest)
                (home, fewest) = (label, count);
        }
        return home;
    }

    internal void Drop(LabelGroup group)
    {
        _groups.Remove(string.Join('\n', group.Labels));
        _limited.Remove(group);
        if (_homes.Remove(group, out var home) && _byLabel[home].Remove(group) && _byLabel[home].Count == 0)
            _byLabel.Remove(home);
    }

    internal void SetDue(LabelGroup group, bool isDue)
    {
        if (group.DueAs is { } was)
            _due.Remove(was);
        group.DueAs = isDue ? group.First.Number : null;
        if (group.DueAs is { } place)
            _due[place] = group;
    }

    internal ClaimWait? NextDue(DateTimeOffset now)
    {
        if (_due.Count == 0 || (IsFull && !(RetryAt <= now)))
            return null;
        return _due.First().Value.First;
    }

    internal void Nothing(LabelGroup group, NothingToClaimReply nothing, DateTimeOffset now)
    {
        switch (nothing.WaitingFor)
        {
            case null:
                SetDue(group, isDue: false);
                break;
            case "maxActivePer":
                SetDue(group, isDue: false);
                _limited.Add(group);
                break;
            default:
                // A limit of the queue: it says nothing of what this group could take, so it stays due.
                SetDue(group, isDue: true);
                IsFull = true;
                RetryAt =
                    nothing.WaitingFor == "claimsPerMinute" && nothing.RetryAfter is { } seconds
                        ? now.AddSeconds(Math.Max(1, seconds))
                        : null;
                break;
        }
    }

    internal void ItemReady(Item item)
    {
        SetDueFor("", item);
        foreach (var label in item.Labels)
            SetDueFor(label, item);
    }

    private void SetDueFor(string home, Item item)
    {
        if (!_byLabel.TryGetValue(home, out var groups))
            return;
        foreach (var group in groups)
        {
            if (group.DueAs is null && group.Suits(item))
                SetDue(group, isDue: true);
        }
    }

    internal void SlotFreed()
    {
        (IsFull, RetryAt) = (false, null);
        foreach (var group in _limited)
            SetDue(group, isDue: true);
        _limited.Clear();
    }
}
