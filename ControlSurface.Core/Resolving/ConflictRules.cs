using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Deciding;
using ControlSurface.Core.Items;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Publishing;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Resolving;

/// <summary>Taking conflicts into review and settling them; what follows is in the same write.</summary>
internal static class ConflictRules
{
    internal static Decision Decide(IItemContext<ITargets> context, ConflictCommand command) =>
        command switch
        {
            ConflictCommand.Take c => Take(context, c),
            ConflictCommand.Resolve c => Resolve(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Take(IItemContext<ITargets> context, ConflictCommand.Take c)
    {
        if (Find(context, c.Conflict, out var conflict) is { } refusal)
            return refusal;
        if (context.Who.Kind != PrincipalKind.Person)
            return new Refusal.Forbidden("a person");
        if (!conflict.IsOpen)
            return Closed(conflict);
        return conflict.TakenBy == context.Who.Id
            ? Decision.Unchanged(Reply(context, conflict, []))
            : Changes(context, conflict, [new ConflictEvent.Taken(conflict.Id, context.At.InMemory(conflict.Item))]);
    }

    private static Decision Resolve(IItemContext<ITargets> context, ConflictCommand.Resolve c)
    {
        if (Find(context, c.Conflict, out var conflict) is { } refusal)
            return refusal;
        if (!conflict.IsOpen)
            return Closed(conflict);
        var view = ConflictView.Of(context.At, conflict);
        var bounds = new Bounds();
        bounds.Text("note", c.Note, Bounds.NoteLength, required: true);
        bounds.Range("seenSeq", c.SeenSeq, 1, context.At.Seq);
        if (c.Resolution is not { } way || !view.Options.Contains(way))
        {
            way = ConflictResolution.KeepCurrent;
            bounds.Fault(
                "resolution",
                "must be one of what is offered: " + string.Join(", ", view.Options.Select(WireNames.Of))
            );
        }
        if (c.Content is not null && c.Resolution != ConflictResolution.Merge)
            bounds.Fault("content", "only takes effect with the resolution merge");
        var taken = ProposalToTake(bounds, conflict, c);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (conflict.Seq > c.SeenSeq)
            return new ConflictRefusal.ConflictChanged(conflict.Seq);
        var events = new List<Event>();
        if (ApplyResolution(events, context, conflict, c, way, taken) is { } no)
            return no;
        // Settling the action ends this conflict by itself; here it is a person who ends it.
        events.RemoveAll(e => e is ConflictEvent.Overtaken over && over.Conflict == conflict.Id);
        events.Add(new ConflictEvent.Resolved(conflict.Id, context.At.InMemory(conflict.Item), way, c.Note));
        return Changes(context, conflict, events);
    }

    // The content that take_proposed takes: the one that is named, or the only one there is.
    private static Competing? ProposalToTake(Bounds bounds, Conflict conflict, ConflictCommand.Resolve c)
    {
        if (c.Resolution != ConflictResolution.TakeProposed)
        {
            if (c.K is not null)
                bounds.Fault("k", "only takes effect with the resolution take_proposed");
            return null;
        }
        var proposals = conflict.Proposals.ToList();
        if (c.K is not { } k)
        {
            if (proposals.Count > 1)
                bounds.Fault("k", $"must name which is taken: {Places(conflict)}");
            return proposals.FirstOrDefault();
        }
        if (k >= 0 && k < conflict.Competing.Count && conflict.Competing[k].IsProposal)
            return conflict.Competing[k];
        bounds.Fault("k", $"must be the place of what was proposed: {Places(conflict)}");
        return null;
    }

    private static string Places(Conflict conflict) =>
        string.Join(
            ", ",
            conflict
                .Competing.Select((one, k) => (one, k))
                .Where(x => x.one.IsProposal)
                .Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.k} (of {x.one.ByName})"))
        );

    private static Refusal? ApplyResolution(
        List<Event> events,
        IItemContext<ITargets> context,
        Conflict conflict,
        ConflictCommand.Resolve c,
        ConflictResolution way,
        Competing? taken
    ) =>
        way switch
        {
            ConflictResolution.TakeProposed => TakeProposed(events, context, conflict, taken!, c.Note),
            ConflictResolution.Merge => Merge(events, context, conflict, c),
            ConflictResolution.MarkApplied => Saw(events, context, conflict, isApplied: true, c.Note),
            ConflictResolution.MarkNotApplied => Saw(events, context, conflict, isApplied: false, c.Note),
            ConflictResolution.Retry => Again(events, context, conflict, c.Note),
            ConflictResolution.KeepCurrent or ConflictResolution.Dismiss or ConflictResolution.Overtaken => null,
        };

    private static Refusal? TakeProposed(
        List<Event> events,
        IItemContext<ITargets> context,
        Conflict conflict,
        Competing taken,
        string note
    )
    {
        var artifact = context.At.FindArtifact(conflict.Artifact!.Value)!;
        var content = new Proposed(taken.ContentHash!, taken.Length ?? 0);
        Publish(events, context, artifact, content, VersionKind.Publish, note);
        return null;
    }

    private static Refusal? Merge(
        List<Event> events,
        IItemContext<ITargets> context,
        Conflict conflict,
        ConflictCommand.Resolve c
    )
    {
        var artifact = context.At.FindArtifact(conflict.Artifact!.Value)!;
        if (c.Content is not { } content)
            return Refusal.InvalidRequest.Of(
                "content",
                "is needed: all that competes does not merge cleanly together; send the merged content"
            );
        if (c.OnHash is { } on && on != artifact.Current.ContentHash)
            return new ArtifactRefusal.MergeOutdated(artifact.Current.Number);
        Publish(events, context, artifact, content, VersionKind.Merge, c.Note);
        return null;
    }

    private static Refusal? Saw(
        List<Event> events,
        IItemContext<ITargets> context,
        Conflict conflict,
        bool isApplied,
        string note
    )
    {
        var action = context.At.FindAction(conflict.Action!)!;
        if (action.Written == ActionState.Ambiguous)
            ActionOutcomes.Settle(events, context, action, isApplied, null, null, note);
        return null;
    }

    private static Refusal? Again(List<Event> events, IItemContext<ITargets> context, Conflict conflict, string note)
    {
        if (conflict.Kind == ConflictKind.ApprovalOutdated)
            Review(events, context, conflict, note);
        Retry(events, context, conflict, note);
        return null;
    }

    private static void Publish(
        List<Event> events,
        IItemContext<ITargets> context,
        Artifact artifact,
        Proposed content,
        VersionKind kind,
        string note
    )
    {
        if (content.Hash != artifact.Current.ContentHash)
            ArtifactRules.AddVersion(
                events,
                context,
                artifact,
                content,
                artifact.Current.Number,
                note,
                sources: null,
                kind,
                run: null,
                lease: null
            );
    }

    // The approved version is no longer current, so the same people are asked about the current one.
    private static void Review(List<Event> events, IItemContext<ITargets> context, Conflict conflict, string note)
    {
        if (
            conflict.Artifact is { } id
            && context.At.FindArtifact(id) is { OpenReview: null } artifact
            && ApprovalStanding.Of(context.At, artifact) is var standing
            && !(
                standing.State is StandingState.Valid or StandingState.Spent
                && standing.Version == artifact.Current.Number
            )
        )
            events.Add(ReviewRules.AskAgain(context, artifact, note));
    }

    // The item goes back, with a note to its holder, present or next, that says why (API.md, Conflicts).
    private static void Retry(List<Event> events, IItemContext<ITargets> context, Conflict conflict, string note)
    {
        if (conflict.Item is not { } id || context.At.InMemory(id) is null)
            return;
        var item = context.At.FindItem(id)!;
        events.Add(
            new NoteEvent.Added(
                id,
                item.Notes.Count + 1,
                "holder",
                NoteKind.Instruction,
                conflict.Kind == ConflictKind.ApprovalOutdated
                    ? $"{conflict.What} What is there now was put to review: {note}"
                    : $"{conflict.What} Do it again: {note}",
                context.Who.Name,
                context.Who.Kind
            )
        );
        if (item.Lease is null && item.Settled is null && item.Parked is null && item.Handoff is null)
            events.Add(new ItemEvent.Requeued(id, note));
    }

    private static ConflictRefusal.ConflictClosed Closed(Conflict conflict) =>
        new(
            conflict.Resolution is { } way ? WireNames.Of(way) : WireNames.Of(conflict.State),
            conflict.ResolvedBy ?? PrincipalId.System
        );

    private static Refusal? Find(IItemContext<ITargets> context, ConflictId id, out Conflict conflict)
    {
        conflict = context.At.FindConflict(id)!;
        return conflict is null
            ? new Refusal.NotFound("conflict", id.Text)
            : context.Outside(context.At.QueueOf(conflict));
    }

    private static Decision Changes(IItemContext<ITargets> context, Conflict conflict, IReadOnlyList<Event> events) =>
        Decision.Accepted(events, Reply(context, conflict, events));

    private static Reply Reply(IItemContext<ITargets> context, Conflict conflict, IReadOnlyList<Event> events)
    {
        var seq = context.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is ConflictEvent on && on.Conflict == conflict.Id)
                conflict = ConflictEvolution.Evolve(conflict, new Recorded(seq, context.Now, context.Who.Id, happened));
        }
        return new ConflictReply(ConflictView.Whole(context.At, conflict));
    }
}
