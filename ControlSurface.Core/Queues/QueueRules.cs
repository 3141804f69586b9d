using System.Diagnostics;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Queues;

/// <summary>Policies, pauses, and the whole line (API.md, Queues).</summary>
internal static class QueueRules
{
    internal static Decision Decide(IRuleContext<IQueueWork> context, QueueCommand command) =>
        command switch
        {
            QueueCommand.Set c => Set(context, c),
            QueueCommand.PauseQueue c => Pause(context, c),
            QueueCommand.ResumeQueue c => Resume(context, c),
            QueueCommand.Stop c => Stop(context, c),
            QueueCommand.Go => Go(context),
            QueueCommand.Drain c => Drain(c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Set(IRuleContext<IQueueWork> context, QueueCommand.Set c)
    {
        if (context.Outside(c.Queue) is { } outside)
            return outside;
        var known = context.At.QueueNamed(c.Queue);
        var was = known?.Policy ?? new QueuePolicy();
        var policy = c.Change.ApplyTo(was);
        var changed = PolicyMembers.Differences(was, policy);
        var bounds = new Bounds();
        Name(bounds, c.Queue);
        PolicyMembers.Check(bounds, policy, c.Change);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.IfSeq is { } seen && seen != (known?.PolicySeq ?? 0))
            return new QueueRefusal.QueueChanged(known?.PolicySeq ?? 0);
        if (known is not null && changed.Count == 0)
            return Decision.Unchanged(new QueueReply(known, Created: false));
        var set = new QueueEvent.PolicySet(c.Queue, policy, known is null ? [] : changed);
        var queue = new Queue(c.Queue, policy, context.At.Seq + 1, known?.Pause, known?.CreatedAt ?? context.Now);
        return Decision.Accepted(set, new QueueReply(queue, known is null));
    }

    private static Decision Pause(IRuleContext<IQueueWork> context, QueueCommand.PauseQueue c)
    {
        if (Find(context, c.Queue, out var queue) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (queue.Pause is not null)
            return Decision.Unchanged(new QueueReply(queue, Created: false));
        var events = new List<Event> { new QueueEvent.Paused(c.Queue, c.Why) };
        events.AddRange(context.At.StopClocks(queue.Name, context.Now));
        var paused = queue with { Pause = new Pause(context.Who.Id, context.Now, c.Why) };
        return Decision.Accepted(events, new QueueReply(paused, Created: false));
    }

    private static Decision Resume(IRuleContext<IQueueWork> context, QueueCommand.ResumeQueue c)
    {
        if (Find(context, c.Queue, out var queue) is { } refusal)
            return refusal;
        if (queue.Pause is null)
            return Decision.Unchanged(new QueueReply(queue, Created: false));
        var events = new List<Event> { new QueueEvent.Resumed(c.Queue) };
        if (context.At.Stopped?.Scope != StopScope.All)
            events.AddRange(context.At.StartClocks(queue.Name, ResumeCause.Queue, context.Now));
        return Decision.Accepted(events, new QueueReply(queue with { Pause = null }, Created: false));
    }

    private static Decision Stop(IRuleContext<IQueueWork> context, QueueCommand.Stop c)
    {
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var was = context.At.Stopped;
        if (was?.Scope == c.Scope)
            return Decision.Unchanged(new LineReply(was));
        var events = new List<Event> { new WorkspaceEvent.Stopped(c.Scope, c.Why) };
        foreach (var queue in context.At.QueueRecords)
        {
            if (c.Scope == StopScope.All)
                events.AddRange(context.At.StopClocks(queue.Name, context.Now));
            else if (was?.Scope == StopScope.All && queue.Pause is null)
                events.AddRange(context.At.StartClocks(queue.Name, ResumeCause.Workspace, context.Now));
        }
        return Decision.Accepted(events, new LineReply(new LineStop(c.Scope, context.Who.Id, context.Now, c.Why)));
    }

    private static Decision Drain(QueueCommand.Drain c)
    {
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength);
        return bounds.Refusal is { } invalid
            ? invalid
            : Decision.Accepted(new WorkspaceEvent.Drained(c.Why), new DrainReply(c.Why));
    }

    private static Decision Go(IRuleContext<IQueueWork> context)
    {
        if (context.At.Stopped is not { } stop)
            return Decision.Unchanged(new LineReply(Stop: null));
        var events = new List<Event> { new WorkspaceEvent.LineStarted() };
        foreach (var queue in context.At.QueueRecords)
        {
            if (stop.Scope == StopScope.All && queue.Pause is null)
                events.AddRange(context.At.StartClocks(queue.Name, ResumeCause.Workspace, context.Now));
        }
        return Decision.Accepted(events, new LineReply(Stop: null));
    }

    private static Refusal? Find(IRuleContext<IQueueWork> context, string name, out Queue queue)
    {
        queue = context.At.QueueNamed(name)!;
        return context.Outside(name) ?? (queue is null ? new Refusal.NotFound("queue", name) : null);
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
