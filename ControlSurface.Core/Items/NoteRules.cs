using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Items;

/// <summary>Leaving a note and acknowledging one (API.md, Items).</summary>
internal static class NoteRules
{
    internal static Decision Decide(IItemContext<IItems> context, NoteCommand command) =>
        command switch
        {
            NoteCommand.Add c => Add(context, c),
            NoteCommand.Acknowledge c => Acknowledge(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Add(IItemContext<IItems> context, NoteCommand.Add c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("text", c.Text, Bounds.NoteLength, required: true);
        bounds.OneOf("kind", c.Kind);
        if (
            c.To is not ("holder" or "everyone")
            && !(PrincipalId.TryParse(c.To, out var to) && context.At.FindPrincipal(to) is not null)
        )
            bounds.Fault("to", "must be holder, everyone or the id of a principal");
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (item.Settled is not null)
            return NotFree.NotClaimable(item, context.Now);
        var number = item.Notes.Count + 1;
        var added = new NoteEvent.Added(
            item.Id,
            number,
            c.To,
            c.Kind!.Value,
            c.Text,
            context.Who.Name,
            context.Who.Kind
        );
        return Decision.Accepted(added, new NoteReply(context.After(item, [added]).Notes[^1], item.Id));
    }

    private static Decision Acknowledge(IItemContext<IItems> context, NoteCommand.Acknowledge c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        if (c.Number < 1 || c.Number > item.Notes.Count)
            return new Refusal.NotFound("note", c.Number.ToString(CultureInfo.InvariantCulture));
        var bounds = new Bounds();
        bounds.Text("answer", c.Answer, Bounds.NoteLength);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var note = item.Notes[c.Number - 1];
        if (note.Acknowledged.Any(a => a.By == context.Who.Id && (c.Answer is null || a.Answer == c.Answer)))
            return Decision.Unchanged(new NoteReply(note, item.Id));
        if (item.Settled is not null)
            return NotFree.NotClaimable(item, context.Now);
        var events = new List<Event> { new NoteEvent.Acknowledged(item.Id, c.Number, context.Who.Name, c.Answer) };
        if (c.Answer is not null && note is { Artifact: { } artifact, Comment: { } comment })
            events.Add(
                new CommentEvent.Replied(artifact, context.At.InMemory(item.Id), comment, context.Who.Name, c.Answer)
            );
        if (c.Answer is not null && Answers(item, note) is { } lease)
            events.Add(Wake(lease, context.Now));
        return Decision.Accepted(events, new NoteReply(context.After(item, events).Notes[c.Number - 1], item.Id));
    }

    // An answer to what the holder asked ends the wait for a human (API.md, Claims and leases).
    private static Lease? Answers(Item item, Note note) =>
        note.Kind == NoteKind.Question
        && item.Lease is { State: LeaseState.Suspended } lease
        && lease.Holder.Id == note.By
        && lease.Reasons.HasFlag(SuspendReasons.WaitingOnHuman)
            ? lease
            : null;

    private static LeaseEvent.Resumed Wake(Lease lease, DateTimeOffset now) =>
        SuspendRules.Resume(
            lease,
            lease.Reasons & ~SuspendReasons.WaitingOnHuman,
            LeaseState.Claimed,
            ResumeCause.Answer,
            now
        );
}
