using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Publishing;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Standing;

namespace ControlSurface.Core.Targets;

/// <summary>Decides what a reported change of a target means for work in progress (API.md, <c>POST /targets/changes</c>).</summary>
internal static class TargetRules
{
    internal static Decision Decide(IItemContext<ITargets> context, TargetCommand command) =>
        command switch
        {
            TargetCommand.Report c => Report(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Report(IItemContext<ITargets> context, TargetCommand.Report c)
    {
        var bounds = new Bounds();
        if (TargetPath.Check(c.Target, out var target) is { } wrong)
            bounds.Fault("target", wrong);
        bounds.Name("version", c.Version);
        bounds.OptionalName("by", c.By);
        bounds.Text("note", c.Note, Bounds.NoteLength);
        var occurred = c.At is { } said ? Instant.Cut(said) : context.Now;
        if (occurred > context.Now.AddMinutes(5))
            bounds.Fault("at", "must not be in the future");
        var cause = c.CausedBy is { } id ? context.At.FindAction(id) : null;
        if (c.CausedBy is not null && cause?.Target != target)
            bounds.Fault("causedBy", "must be the id of an action on this target");
        if (bounds.Refusal is { } invalid)
            return invalid;
        var known = context.At.FindTarget(target);
        if (known?.Version == c.Version || known?.Held?.Version == c.Version)
            return Decision.Unchanged(new TargetReply(known, IsNew: false));
        // A change is the action's own only if the action observed that version: naming an action excuses nothing else.
        var isOwn =
            cause is { Written: ActionState.Applied, ObservedTargetVersion: { } observed } && observed == c.Version;
        if (isOwn)
            occurred = cause!.AppliedAt ?? occurred;
        var isOlder = known is not null && occurred < known.OccurredAt;
        var isConfirmed = isOwn || context.Who.Kind == PrincipalKind.Person || IsOwnWork(context, target);
        // An unconfirmed report makes nothing known, so that its repeat is told by the history.
        if (
            !isConfirmed
            && known is not null
            && known
                .Changes.Reverse()
                .TakeWhile(change => !change.Counts)
                .Any(change => change.Version == c.Version && change.ReportedBy == context.Who.Id)
        )
            return Decision.Unchanged(new TargetReply(known, IsNew: false));
        var isHeld =
            !isOlder
            && isConfirmed
            && !isOwn
            && context.At.ActionsAt(target).Any(a => a.Written == ActionState.Applying);
        var counts = !isOlder && isConfirmed && !isHeld;
        var events = new List<Event>
        {
            new TargetEvent.Changed(target, c.Version, c.By, c.Note, occurred, c.CausedBy, counts, isHeld),
        };
        var by = c.By ?? context.Who.Name;
        if (counts && !isOwn)
            Follow(events, context, target, c.Version, by);
        else if (!isOlder && !isConfirmed)
            Flag(events, context, target, c.Version, by, isConfirmed: false);
        return Decision.Accepted(events, new TargetReply(After(context, known, events), IsNew: true));
    }

    /// <summary>After an action settled: the change that was held meanwhile is the action's own, or counts from now on.</summary>
    internal static void Release(
        List<Event> events,
        IItemContext<ITargets> context,
        WorkAction action,
        string? observed
    )
    {
        if (context.At.FindTarget(action.Target) is not { Held: { } held })
            return;
        var isOwn = observed is not null && held.Version == observed;
        events.Add(new TargetEvent.Released(action.Target, held.Version, isOwn));
        if (!isOwn)
            Follow(events, context, action.Target, held.Version, held.By ?? context.At.NameOf(held.ReportedBy));
    }

    // A change that counts invalidates approvals where the queue's policy says so, and opens conflicts on live work that it touches.
    private static void Follow(
        List<Event> events,
        IItemContext<ITargets> context,
        string target,
        string version,
        string by
    )
    {
        foreach (var artifact in context.At.Artifacts)
        {
            if (
                context.At.PolicyOf(artifact.Queue).OnSourceChange == OnSourceChange.Invalidate
                && (
                    RestsOn(artifact, target, version)
                    || context.At.ActionsOn(artifact.Id).Any(a => IsAffected(context.At, a, target, version))
                )
            )
                Invalidations.Invalidate(
                    events,
                    context,
                    artifact,
                    version: null,
                    target,
                    $"{target} changed to {version} by {by}"
                );
        }
        Flag(events, context, target, version, by, isConfirmed: true);
    }

    // Live work can name a target as artifact, source, action, item or hold. Each piece of work gets one conflict for one change.
    private static void Flag(
        List<Event> events,
        IItemContext<ITargets> context,
        string target,
        string version,
        string by,
        bool isConfirmed
    )
    {
        var report = isConfirmed ? "" : " That was reported by an agent outside its work, and is not confirmed.";
        var change = new OutsideChange(target, version, by, report);
        var shownItems = new SortedSet<ItemId>();
        var shownArtifacts = new SortedSet<ArtifactId>();
        FlagArtifacts(events, context, change, shownItems, shownArtifacts);
        FlagActions(events, context, change, shownItems, shownArtifacts);
        FlagItems(events, context, change, shownItems);
        FlagHolds(events, context, change);
    }

    private sealed record OutsideChange(string Target, string Version, string By, string Report)
    {
        /// <summary>The change as a competing entry of a conflict; its version tells it from a later change.</summary>
        internal Competing AsCompeting(IItemContext<ITargets> context) =>
            new(
                $"{Target} at {Version}",
                Artifact: null,
                Version: null,
                ContentHash: null,
                context.Who.Id,
                By,
                context.Now
            );
    }

    private static void FlagArtifacts(
        List<Event> events,
        IItemContext<ITargets> context,
        OutsideChange change,
        SortedSet<ItemId> shownItems,
        SortedSet<ArtifactId> shownArtifacts
    )
    {
        foreach (var artifact in context.At.Artifacts)
        {
            if (artifact.Item is not { } id || !IsLive(context.At, id))
                continue;
            ConflictKind kind;
            string what;
            if (RestsOn(artifact, change.Target, change.Version))
            {
                kind = ConflictKind.SourceChanged;
                what =
                    $"{change.Target} is at {change.Version} since {change.By} changed it; version {artifact.Current.Number} of {artifact.Name} rests on an older one.{change.Report}";
            }
            else if (artifact.Target is { } at && TargetPath.Touches(at, change.Target))
            {
                kind = ConflictKind.HandledElsewhere;
                what =
                    $"{change.By} changed {change.Target} to {change.Version}, which is what {artifact.Name} was made for.{change.Report}";
            }
            else
            {
                continue;
            }
            shownItems.Add(id);
            shownArtifacts.Add(artifact.Id);
            Open(events, context, artifact, kind, change, what);
        }
    }

    private static void FlagActions(
        List<Event> events,
        IItemContext<ITargets> context,
        OutsideChange change,
        SortedSet<ItemId> shownItems,
        SortedSet<ArtifactId> shownArtifacts
    )
    {
        foreach (var action in context.At.Actions)
        {
            if (
                !IsAffected(context.At, action, change.Target, change.Version)
                || (action.Artifact is { } of && shownArtifacts.Contains(of))
                || (action.Item is { } id && (!IsLive(context.At, id) || shownItems.Contains(id)))
            )
                continue;
            if (action.Item is { } item)
                shownItems.Add(item);
            var kind = action.ExpectedTargetVersion is null
                ? ConflictKind.HandledElsewhere
                : ConflictKind.SourceChanged;
            var expects = action.ExpectedTargetVersion is { } expected ? $" and expects {expected}" : "";
            Collisions.Open(
                context.At,
                events,
                new ConflictEvent.Opened(default, context.At.InMemory(action.Item))
                {
                    Kind = kind,
                    Queue = action.Queue,
                    Target = change.Target,
                    Artifact = action.Artifact,
                    Action = action.Id,
                    Key = $"{WireNames.Of(kind)}|action {action.Id}|{change.Target}",
                    Base = action.Version,
                    What =
                        $"{change.By} changed {change.Target} to {change.Version}; {action.Id} is prepared on {action.Target}{expects}.{change.Report}",
                    MergedHash = null,
                    Competing = [change.AsCompeting(context)],
                }
            );
        }
    }

    private static void FlagItems(
        List<Event> events,
        IItemContext<ITargets> context,
        OutsideChange change,
        SortedSet<ItemId> shownItems
    )
    {
        foreach (var item in context.At.Items())
        {
            if (item.Settled is not null || shownItems.Contains(item.Id))
                continue;
            var locked = item.Locks.FirstOrDefault(l => TargetPath.Touches(l.Target, change.Target))?.Target;
            var named = locked ?? item.Targets.FirstOrDefault(t => TargetPath.Touches(t, change.Target));
            if (named is null)
                continue;
            var why = locked is null ? $"which {item.Id} is about" : $"while {item.Id} holds a lock on {locked}";
            OpenOnTarget(events, context, change, item.Id, item.Queue, $"item {item.Id}", why);
        }
    }

    private static void FlagHolds(List<Event> events, IItemContext<ITargets> context, OutsideChange change)
    {
        foreach (var hold in context.At.Holds)
        {
            if (TargetPath.Touches(hold.Target, change.Target))
            {
                var why = $"while {hold.ByName} holds {hold.Target}";
                OpenOnTarget(events, context, change, item: null, queue: null, $"hold {hold.Id}", why);
            }
        }
    }

    private static void OpenOnTarget(
        List<Event> events,
        IItemContext<ITargets> context,
        OutsideChange change,
        ItemId? item,
        string? queue,
        string place,
        string why
    ) =>
        Collisions.Open(
            context.At,
            events,
            new ConflictEvent.Opened(default, context.At.InMemory(item))
            {
                Kind = ConflictKind.HandledElsewhere,
                Queue = queue,
                Target = change.Target,
                Artifact = null,
                Action = null,
                Key = $"{WireNames.Of(ConflictKind.HandledElsewhere)}|{place}|{change.Target}",
                Base = null,
                What = $"{change.By} changed {change.Target} to {change.Version}, {why}.{change.Report}",
                MergedHash = null,
                Competing = [change.AsCompeting(context)],
            }
        );

    private static void Open(
        List<Event> events,
        IItemContext<ITargets> context,
        Artifact artifact,
        ConflictKind kind,
        OutsideChange change,
        string what
    ) =>
        Collisions.Open(
            context.At,
            events,
            ArtifactCollision.Conflict(
                context,
                artifact,
                kind,
                $"{artifact.Id}|{change.Target}|{artifact.Current.Number}",
                artifact.Current.Number,
                what,
                merged: null,
                [ArtifactCollision.Of(artifact, artifact.Current, "current"), change.AsCompeting(context)],
                ActionOn(context.At, artifact)
            ) with
            {
                Target = change.Target,
            }
        );

    // The first prepared action that would apply the version.
    private static string? ActionOn(ITargets at, Artifact artifact) =>
        ApprovalStanding.ActionsToShow(at, artifact, artifact.Current.Number) is [var first, ..] ? first.Id : null;

    private static bool IsLive(ITargets at, ItemId id) =>
        at.InMemory(id) is not null && at.FindItem(id)!.Settled is null;

    // A prepared action on a touching target that expects another version than this one.
    private static bool IsAffected(ITargets at, WorkAction action, string target, string version) =>
        action.Written == ActionState.Prepared
        && !at.IsSuperseded(action)
        && TargetPath.Touches(action.Target, target)
        && action.ExpectedTargetVersion != version;

    private static bool RestsOn(Artifact artifact, string target, string version) =>
        artifact.Current.Sources.Any(s => TargetPath.Touches(s.Target, target) && s.Version != version);

    // An agent's report counts where a lease of its own, or a queue that it may touch, is concerned (API.md, Settled details): in any
    // of the ways in which live work names a target. Elsewhere the report is unconfirmed: it opens a conflict for a person to look at.
    private static bool IsOwnWork(IItemContext<ITargets> context, string target) =>
        context.At.Artifacts.Any(a => a.Queue is { } queue && Names(a, target) && context.MayTouch(queue))
        || context.At.HeldBy(context.Who.Id).Any(i => Names(i, target))
        || context.At.Items().Any(i => i.Settled is null && Names(i, target) && context.MayTouch(i.Queue))
        || context.At.ActionsAt(target).Any(a => context.At.QueueOf(a) is not { } queue || context.MayTouch(queue));

    private static bool Names(Artifact artifact, string target) =>
        (artifact.Target is { } at && TargetPath.Touches(at, target))
        || artifact.Current.Sources.Any(s => TargetPath.Touches(s.Target, target));

    private static bool Names(Item item, string target) =>
        item.Targets.Any(t => TargetPath.Touches(t, target))
        || item.Locks.Any(l => TargetPath.Touches(l.Target, target));

    private static TargetState After(IItemContext<ITargets> context, TargetState? known, IReadOnlyList<Event> events)
    {
        var seq = context.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is TargetEvent e)
                known = TargetEvolution.Evolve(known, e, new Recorded(seq, context.Now, context.Who.Id, happened));
        }
        return known!;
    }
}
