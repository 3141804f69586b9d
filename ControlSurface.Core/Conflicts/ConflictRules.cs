using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Conflicts;

/// <summary>What can be asked of conflicts (API.md, Conflicts).</summary>
public abstract record ConflictCommand : Command
{
    private ConflictCommand() { }

    public sealed record Take(ConflictId Conflict) : ConflictCommand
    {
        public override Verb Verb => Verb.TakeConflict;
    }

    /// <param name="SeenSeq">The conflict's seq that the caller read.</param>
    /// <param name="K">Which of the competing contents is taken, from 0; needed where several can be (<c>take_proposed</c>).</param>
    /// <param name="Content">The merged content, with <paramref name="OnHash"/> the current one that it was merged with.</param>
    public sealed record Resolve(
        ConflictId Conflict,
        string Resolution,
        long SeenSeq,
        Proposed? Content,
        string? OnHash,
        string Note,
        int? K = null
    ) : ConflictCommand
    {
        public override Verb Verb => Verb.ResolveConflict;
    }
}

/// <summary>Taking conflicts into review and settling them; what follows is in the same write.</summary>
internal static class ConflictRules
{
    internal static Decision Decide(Asking asking, ConflictCommand command) =>
        command switch
        {
            ConflictCommand.Take c => Take(asking, c),
            ConflictCommand.Resolve c => Resolve(asking, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Take(Asking asking, ConflictCommand.Take c)
    {
        if (Find(asking, c.Conflict, out var conflict) is { } refusal)
            return refusal;
        if (asking.Who.Kind != PrincipalKind.Person)
            return new Refusal.Forbidden("a person");
        if (!conflict.IsOpen)
            return Closed(conflict);
        return conflict.TakenBy == asking.Who.Id
            ? Decision.Unchanged(Reply(asking, conflict, []))
            : Changes(asking, conflict, [new ConflictEvent.Taken(conflict.Id, asking.At.InMemory(conflict.Item))]);
    }

    private static Decision Resolve(Asking asking, ConflictCommand.Resolve c)
    {
        if (Find(asking, c.Conflict, out var conflict) is { } refusal)
            return refusal;
        if (!conflict.IsOpen)
            return Closed(conflict);
        var view = ConflictView.Of(asking.At, conflict);
        var bounds = new Bounds();
        bounds.Text("note", c.Note, Bounds.NoteLength, required: true);
        bounds.Range("seenSeq", c.SeenSeq, 1, asking.At.Seq);
        if (!view.Options.Contains(c.Resolution, StringComparer.Ordinal))
            bounds.Fault("resolution", "must be one of what is offered: " + string.Join(", ", view.Options));
        if (c.Content is not null && c.Resolution != "merge")
            bounds.Fault("content", "only takes effect with the resolution merge");
        var taken = Taken(bounds, conflict, c);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (conflict.Seq > c.SeenSeq)
            return new Refusal.ConflictChanged(conflict.Seq);
        var events = new List<Event>();
        if (Follow(events, asking, conflict, c, taken) is { } no)
            return no;
        // Settling the action ends this conflict by itself; here it is a person who ends it.
        events.RemoveAll(e => e is ConflictEvent.Overtaken over && over.Conflict == conflict.Id);
        events.Add(new ConflictEvent.Resolved(conflict.Id, asking.At.InMemory(conflict.Item), c.Resolution, c.Note));
        return Changes(asking, conflict, events);
    }

    // The content that take_proposed takes: the one that is named, or the only one there is.
    private static Competing? Taken(Bounds bounds, Conflict conflict, ConflictCommand.Resolve c)
    {
        if (c.Resolution != "take_proposed")
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

    private static Refusal? Follow(
        List<Event> events,
        Asking asking,
        Conflict conflict,
        ConflictCommand.Resolve c,
        Competing? taken
    )
    {
        switch (c.Resolution)
        {
            case "take_proposed":
                var artifact = asking.At.FindArtifact(conflict.Artifact!.Value)!;
                var content = new Proposed(taken!.ContentHash!, taken.Length ?? 0);
                Publish(events, asking, artifact, content, VersionKind.Publish, c.Note);
                return null;
            case "merge":
                var merged = asking.At.FindArtifact(conflict.Artifact!.Value)!;
                if (c.Content is not { } mergedContent)
                    return Refusal.InvalidRequest.Of(
                        "content",
                        "is needed: all that competes does not merge cleanly together; send the merged content"
                    );
                if (c.OnHash is { } on && on != merged.Current.ContentHash)
                    return new Refusal.MergeOutdated(merged.Current.Number);
                Publish(events, asking, merged, mergedContent, VersionKind.Merge, c.Note);
                return null;
            case "mark_applied" or "mark_not_applied":
                var action = asking.At.FindAction(conflict.Action!)!;
                if (action.Written == ActionState.Ambiguous)
                    ActionRules.Settle(events, asking, action, c.Resolution == "mark_applied", null, null, c.Note);
                return null;
            case "retry":
                if (conflict.Kind == ConflictKind.ApprovalOutdated)
                    Review(events, asking, conflict, c.Note);
                Retry(events, asking, conflict, c.Note);
                return null;
            default:
                return null;
        }
    }

    private static void Publish(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        Proposed content,
        VersionKind kind,
        string note
    )
    {
        if (content.Hash != artifact.Current.ContentHash)
            ArtifactRules.Version(
                events,
                asking,
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

    // What was approved is no longer what is there: the same people are asked about what is.
    private static void Review(List<Event> events, Asking asking, Conflict conflict, string note)
    {
        if (
            conflict.Artifact is { } id
            && asking.At.FindArtifact(id) is { OpenReview: null } artifact
            && ApprovalStanding.Of(asking.At, artifact) is var standing
            && !(standing.State is "valid" or "spent" && standing.Version == artifact.Current.Number)
        )
            events.Add(ReviewRules.AskAgain(asking, artifact, note));
    }

    // The work goes back, and whoever has it or takes it next is told why (API.md, Conflicts).
    private static void Retry(List<Event> events, Asking asking, Conflict conflict, string note)
    {
        if (conflict.Item is not { } id || asking.At.InMemory(id) is null)
            return;
        var item = asking.At.FindItem(id)!;
        events.Add(
            new NoteEvent.Added(
                id,
                item.Notes.Count + 1,
                "holder",
                "instruction",
                conflict.Kind == ConflictKind.ApprovalOutdated
                    ? $"{conflict.What} What is there now was put to review: {note}"
                    : $"{conflict.What} Do it again: {note}",
                asking.Who.Name,
                asking.Who.Kind
            )
        );
        if (item.Lease is null && item.Settled is null && item.Parked is null && item.Handoff is null)
            events.Add(new ItemEvent.Requeued(id, note));
    }

    private static Refusal.ConflictClosed Closed(Conflict conflict) =>
        new(conflict.Resolution ?? WireNames.Of(conflict.State), conflict.ResolvedBy ?? PrincipalId.System);

    private static Refusal? Find(Asking asking, ConflictId id, out Conflict conflict)
    {
        conflict = asking.At.FindConflict(id)!;
        return conflict is null
            ? new Refusal.NotFound("conflict", id.Text)
            : ArtifactRules.OutsideOf(asking, asking.At.QueueOf(conflict));
    }

    private static Decision Changes(Asking asking, Conflict conflict, IReadOnlyList<Event> events) =>
        Decision.Accepted(events, Reply(asking, conflict, events));

    private static Reply Reply(Asking asking, Conflict conflict, IReadOnlyList<Event> events)
    {
        var seq = asking.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is ConflictEvent on && on.Conflict == conflict.Id)
                conflict = ConflictEvolution.Evolve(conflict, new Recorded(seq, asking.Now, asking.Who.Id, happened));
        }
        return new Reply.ForConflict(ConflictView.Whole(asking.At, conflict));
    }
}

/// <summary>What is safest to do next, and why.</summary>
public sealed record NextStep(string Code, string Text, string Why);

/// <summary>A conflict as outsiders see it, with what may be done about it.</summary>
/// <param name="Pattern">What it is one more of, with what the runbook says; null where none was counted.</param>
public sealed record ConflictView(
    Conflict Conflict,
    NextStep SafestNextStep,
    IReadOnlyList<string> Options,
    Pattern? Pattern
)
{
    private const int MostEdits = 50;

    /// <summary>What led to it and what became of it, oldest first; empty where nobody reads it (<see cref="Whole"/>).</summary>
    public IReadOnlyList<Recorded> Timeline { get; init; } = [];

    /// <summary>With the order of what happened, which is looked for in all that was done to the artifact.</summary>
    public static ConflictView Whole(Workspace at, Conflict conflict) =>
        Of(at, conflict) with
        {
            Timeline = TimelineOf(at, conflict),
        };

    // What happened to the conflict, and the versions and approvals that made it one: at most 50 of those.
    private static IReadOnlyList<Recorded> TimelineOf(Workspace at, Conflict conflict)
    {
        if (conflict.Artifact is not { } id || at.FindArtifact(id) is not { } artifact)
            return conflict.Log;
        var first = conflict.Base ?? conflict.Competing.Select(c => c.Version).Min() ?? artifact.Current.Number;
        var isOfApproval = conflict.Kind == ConflictKind.ApprovalOutdated;
        var edits = artifact
            .Log.Where(r =>
                r.Event switch
                {
                    ArtifactEvent.VersionPublished e => e.Version >= first,
                    ApprovalEvent.Given e => isOfApproval && e.Version >= first,
                    ApprovalEvent.Invalidated => isOfApproval,
                    _ => false,
                }
            )
            .ToList();
        return [.. edits.Skip(Math.Max(0, edits.Count - MostEdits)).Concat(conflict.Log).OrderBy(r => r.Seq)];
    }

    public static ConflictView Of(Workspace at, Conflict conflict)
    {
        var options = NextSteps.OptionsFor(at, conflict);
        return new ConflictView(
            conflict,
            NextSteps.SafestFor(at, conflict, options),
            options,
            RunbookRules.Find(at, conflict)
        );
    }
}

/// <summary>Which resolutions a kind of conflict has, and which is safest: the table, and nothing decided elsewhere.</summary>
public static class NextSteps
{
    private static readonly IReadOnlyDictionary<ConflictKind, string[]> Offered = new SortedDictionary<
        ConflictKind,
        string[]
    >
    {
        [ConflictKind.OverlappingEdit] = ["keep_current", "take_proposed", "merge", "dismiss"],
        [ConflictKind.SourceChanged] = ["retry", "keep_current", "dismiss"],
        [ConflictKind.HandledElsewhere] = ["keep_current", "retry", "dismiss"],
        [ConflictKind.LateResult] = ["mark_applied", "mark_not_applied"],
        [ConflictKind.ApprovalOutdated] = ["retry", "dismiss"],
        [ConflictKind.DuplicateAction] = ["keep_current", "retry", "dismiss"],
        [ConflictKind.FencedWrite] = ["keep_current", "take_proposed", "merge", "dismiss"],
        [ConflictKind.VerificationMismatch] = ["keep_current", "retry", "dismiss"],
    };

    private static readonly IReadOnlyDictionary<ConflictKind, NextStep> Safest = new SortedDictionary<
        ConflictKind,
        NextStep
    >
    {
        [ConflictKind.OverlappingEdit] = new(
            "keep_current",
            "Keep the current version, and read what was proposed.",
            "What is there was read by whoever approved or edited it; the other rests on an older version."
        ),
        [ConflictKind.SourceChanged] = new(
            "retry",
            "Have it done again on the source as it is now.",
            "What was made rests on a version of the source that is no longer there."
        ),
        [ConflictKind.HandledElsewhere] = new(
            "keep_current",
            "Leave it as it was done elsewhere.",
            "Doing it again would be the second time for whoever receives it."
        ),
        [ConflictKind.LateResult] = new(
            "mark_applied",
            "Look in the real system, then say what you saw.",
            "Nobody here knows whether it happened; applying it again may be the second time."
        ),
        [ConflictKind.ApprovalOutdated] = new(
            "retry",
            "Have the new version reviewed.",
            "What was approved is not what is there now, so nothing may be applied."
        ),
        [ConflictKind.DuplicateAction] = new(
            "keep_current",
            "Leave it at the one that is done.",
            "The same action on the same target would be the second time."
        ),
        [ConflictKind.FencedWrite] = new(
            "keep_current",
            "Keep what the present owner has, and read what came late.",
            "It was written by somebody who no longer owned the work."
        ),
        [ConflictKind.VerificationMismatch] = new(
            "retry",
            "Have it put right.",
            "What is there is not what was approved."
        ),
    };

    internal static IReadOnlyList<string> OptionsFor(Workspace at, Conflict conflict)
    {
        if (!conflict.IsOpen)
            return [];
        var options = new List<string>(Offered[conflict.Kind]);
        if (conflict.Artifact is null || !conflict.Proposals.Any())
            options.RemoveAll(o => o is "take_proposed" or "merge");
        // A version is put to review with or without work that goes back.
        var isReviewed = conflict is { Kind: ConflictKind.ApprovalOutdated, Artifact: not null };
        if (!isReviewed && (conflict.Item is null || at.InMemory(conflict.Item) is null))
            options.Remove("retry");
        return options;
    }

    internal static NextStep SafestFor(Workspace at, Conflict conflict, IReadOnlyList<string> options)
    {
        // A clean merge loses nothing of any side; it was tried with the version of then.
        if (
            conflict is { MergedHash: not null, MergedOn: { } on, Artifact: { } id }
            && at.FindArtifact(id)?.Current.ContentHash == on
            && options.Contains("merge")
        )
            return new NextStep(
                "merge",
                "Take the merge: it is clean.",
                conflict.Proposals.Count() > 1
                    ? $"All {conflict.Proposals.Count() + 1} contents are in it, and none touches another."
                    : "Both changes are in it, and neither touches the other."
            );
        var safest = Safest[conflict.Kind];
        return options.Count == 0 || options.Contains(safest.Code) ? safest : safest with { Code = options[0] };
    }
}
