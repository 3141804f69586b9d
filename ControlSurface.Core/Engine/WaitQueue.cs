using System.Collections.Concurrent;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// The claims that wait for an item, first come first served within a queue. Claims for the same labels form a group; a group is decided
/// again only when something that it could take becomes available, so that other writes cost waiting claims nothing, however many wait.
/// Only the engine's thread uses it, except for <see cref="Abandon"/>.
/// </summary>
internal sealed class WaitQueue : IClaimOpenings
{
    private readonly SortedDictionary<string, QueueLine> _lines = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, ClaimWait> _all = [];
    private readonly SortedSet<(DateTimeOffset Deadline, long Number)> _deadlines = [];
    private readonly SortedSet<long> _asked = [];
    private readonly ConcurrentQueue<PendingCommand> _abandoned = new();
    private long _lastNumber;

    /// <summary>How many claims wait. Safe to read from any thread.</summary>
    internal int Count => Volatile.Read(ref _count);

    private int _count;

    /// <summary>Adds a claim that was just decided and found nothing.</summary>
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
        // The caller may have hung up while this was decided.
        if (request.IsAbandoned)
            _abandoned.Enqueue(request);
    }

    /// <summary>Notes that the caller hung up. Safe from any thread.</summary>
    internal void Abandon(PendingCommand request) => _abandoned.Enqueue(request);

    /// <summary>Whether a claim of this run waits.</summary>
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

    /// <summary>The earliest instant at which a wait ends or a limit by time lets the next claim through; null for neither.</summary>
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

    /// <summary>A claim whose wait is over: its caller hung up, or its time is up. Null for none.</summary>
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

    /// <summary>The next claim that may get another answer by now; null for none.</summary>
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

    /// <summary>Notes that a claim was decided again and found nothing.</summary>
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

    /// <summary>Removes all claims and returns them, first come first.</summary>
    internal List<PendingCommand> Clear()
    {
        List<PendingCommand> all = [.. _all.Values.Select(w => w.Request)];
        foreach (var wait in _all.Values.ToList())
            Remove(wait);
        return all;
    }

    /// <summary>Has every claim decided again, as after the engine went back to the committed state.</summary>
    internal void AskEverybody()
    {
        foreach (var number in _all.Keys)
            _asked.Add(number);
    }

    /// <summary>
    /// Has the claims that wait in a queue decided again although a limit was reached, so that they go before a new claim.
    /// </summary>
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
/// <param name="Number">Its place: the first to come has the lowest.</param>
internal sealed record ClaimWait(long Number, PendingCommand Request, LabelGroup Group);

/// <summary>The claims in one queue that ask for the same labels: each of them could take the same items.</summary>
internal sealed class LabelGroup(QueueLine line, IReadOnlyList<string> labels)
{
    private readonly SortedDictionary<long, ClaimWait> _waits = [];

    internal QueueLine Line { get; } = line;
    internal IReadOnlyList<string> Labels { get; } = labels;
    internal ClaimWait First => _waits.First().Value;

    /// <summary>The number of the claim under which the line has this group as due; null where it is not due.</summary>
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

/// <summary>The claims that wait in one queue, by the labels that they ask for.</summary>
internal sealed class QueueLine
{
    private readonly Dictionary<string, LabelGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<LabelGroup>> _byLabel = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, LabelGroup> _due = [];
    private readonly HashSet<LabelGroup> _limited = [];

    /// <summary>Whether a limit of the whole queue is reached: no claim is decided again before a slot is freed.</summary>
    internal bool IsFull { get; set; }

    /// <summary>When a limit by time lets the next claim through; null where no such limit is reached.</summary>
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

    // A group is indexed under one of its labels: the one with the fewest groups so far.
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
                // A limit of the whole queue tells nothing about items for this group, so the group stays due.
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
