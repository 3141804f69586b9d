using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Queues;

/// <summary>Policies, pauses, and the whole line (API.md, Queues).</summary>
internal static class QueueRules
{
    internal static Decision Decide(Asking asking, QueueCommand command) =>
        command switch
        {
            QueueCommand.Set c => Set(asking, c),
            QueueCommand.PauseQueue c => Pause(asking, c),
            QueueCommand.ResumeQueue c => Resume(asking, c),
            QueueCommand.Stop c => Stop(asking, c),
            QueueCommand.Go => Go(asking),
            QueueCommand.Drain c => Drain(c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Set(Asking asking, QueueCommand.Set c)
    {
        if (asking.Outside(c.Queue) is { } outside)
            return outside;
        var known = asking.At.FindQueue(c.Queue)?.Queue;
        var was = known?.Policy ?? new QueuePolicy();
        var policy = c.Change.ApplyTo(was);
        var changed = PolicyMembers.Differences(was, policy);
        var bounds = new Bounds();
        Name(bounds, c.Queue);
        PolicyMembers.Check(bounds, policy, c.Change);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.IfSeq is { } seen && seen != (known?.PolicySeq ?? 0))
            return new Refusal.QueueChanged(known?.PolicySeq ?? 0);
        if (known is not null && changed.Count == 0)
            return Decision.Unchanged(new Reply.ForQueue(known, Created: false));
        var set = new QueueEvent.PolicySet(c.Queue, policy, known is null ? [] : changed);
        var queue = new Queue(c.Queue, policy, asking.At.Seq + 1, known?.Pause, known?.CreatedAt ?? asking.Now);
        return Decision.Accepted(set, new Reply.ForQueue(queue, known is null));
    }

    private static Decision Pause(Asking asking, QueueCommand.PauseQueue c)
    {
        if (Find(asking, c.Queue, out var room) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (room.Queue.Pause is not null)
            return Decision.Unchanged(new Reply.ForQueue(room.Queue, Created: false));
        var events = new List<Event> { new QueueEvent.Paused(c.Queue, c.Why) };
        StopClocks(events, asking, room);
        var paused = room.Queue with { Pause = new Pause(asking.Who.Id, asking.Now, c.Why) };
        return Decision.Accepted(events, new Reply.ForQueue(paused, Created: false));
    }

    private static Decision Resume(Asking asking, QueueCommand.ResumeQueue c)
    {
        if (Find(asking, c.Queue, out var room) is { } refusal)
            return refusal;
        if (room.Queue.Pause is null)
            return Decision.Unchanged(new Reply.ForQueue(room.Queue, Created: false));
        var events = new List<Event> { new QueueEvent.Resumed(c.Queue) };
        if (asking.At.Stopped?.Scope != StopScope.All)
            StartClocks(events, asking, room, "queue");
        return Decision.Accepted(events, new Reply.ForQueue(room.Queue with { Pause = null }, Created: false));
    }

    private static Decision Stop(Asking asking, QueueCommand.Stop c)
    {
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var was = asking.At.Stopped;
        if (was?.Scope == c.Scope)
            return Decision.Unchanged(new Reply.ForLine(was));
        var events = new List<Event> { new WorkspaceEvent.Stopped(c.Scope, c.Why) };
        foreach (var room in asking.At.Queues)
        {
            if (c.Scope == StopScope.All)
                StopClocks(events, asking, room);
            else if (was?.Scope == StopScope.All && room.Queue.Pause is null)
                StartClocks(events, asking, room, "workspace");
        }
        return Decision.Accepted(events, new Reply.ForLine(new LineStop(c.Scope, asking.Who.Id, asking.Now, c.Why)));
    }

    private static Decision Drain(QueueCommand.Drain c)
    {
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength);
        return bounds.Refusal is { } invalid
            ? invalid
            : Decision.Accepted(new WorkspaceEvent.Drained(c.Why), new Reply.ForDrain(c.Why));
    }

    private static Decision Go(Asking asking)
    {
        if (asking.At.Stopped is not { } stop)
            return Decision.Unchanged(new Reply.ForLine(Stop: null));
        var events = new List<Event> { new WorkspaceEvent.Went() };
        foreach (var room in asking.At.Queues)
        {
            if (stop.Scope == StopScope.All && room.Queue.Pause is null)
                StartClocks(events, asking, room, "workspace");
        }
        return Decision.Accepted(events, new Reply.ForLine(Stop: null));
    }

    private static void StopClocks(List<Event> events, Asking asking, QueueRoom room)
    {
        foreach (var id in room.Owned)
        {
            if (SuspendRules.Pause(asking.At.FindItem(id)!.Lease!, asking.Now) is { } suspended)
                events.Add(suspended);
        }
    }

    private static void StartClocks(List<Event> events, Asking asking, QueueRoom room, string because)
    {
        foreach (var id in room.Owned)
        {
            if (SuspendRules.Unpause(asking.At.FindItem(id)!.Lease!, because, asking.Now) is { } resumed)
                events.Add(resumed);
        }
    }

    private static Refusal? Find(Asking asking, string name, out QueueRoom room)
    {
        room = asking.At.FindQueue(name)!;
        return asking.Outside(name) ?? (room is null ? new Refusal.NotFound("queue", name) : null);
    }

    // A queue's name is part of addresses, topics and filters, so it is kept to what needs no escaping in any of them.
    private static void Name(Bounds bounds, string name)
    {
        bounds.Name("name", name);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
                continue;
            bounds.Fault("name", "must consist of ASCII letters, digits, -, _ and .");
            return;
        }
    }
}
