using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Targets;

/// <summary>What follows when something outside has changed (API.md, <c>POST /targets/changes</c>).</summary>
internal static class TargetRules
{
    internal static Decision Decide(Asking asking, TargetCommand command) =>
        command switch
        {
            TargetCommand.Report c => Report(asking, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Report(Asking asking, TargetCommand.Report c)
    {
        var bounds = new Bounds();
        if (TargetPath.Check(c.Target, out var target) is { } wrong)
            bounds.Fault("target", wrong);
        bounds.Name("version", c.Version);
        bounds.OptionalName("by", c.By);
        bounds.Text("note", c.Note, Bounds.NoteLength);
        var occurred = c.At is { } said ? Instant.Cut(said) : asking.Now;
        if (occurred > asking.Now.AddMinutes(5))
            bounds.Fault("at", "must not be in the future");
        var cause = c.CausedBy is { } id ? asking.At.FindAction(id) : null;
        if (c.CausedBy is not null && cause?.Target != target)
            bounds.Fault("causedBy", "must be the id of an action on this target");
        if (bounds.Refusal is { } invalid)
            return invalid;
        var known = asking.At.FindTarget(target);
        if (known?.Version == c.Version || known?.Held?.Version == c.Version)
            return Decision.Unchanged(new Reply.ForTarget(known, IsNew: false));
        // Only what the action saw for itself is its own doing: naming an action excuses nothing else.
        var isOwn =
            cause is { Written: ActionState.Applied, ObservedTargetVersion: { } observed } && observed == c.Version;
        if (isOwn)
            occurred = cause!.AppliedAt ?? occurred;
        var isOlder = known is not null && occurred < known.OccurredAt;
        var isConfirmed = isOwn || asking.Who.Kind == PrincipalKind.Person || IsOwnWork(asking, target);
        var isHeld =
            !isOlder
            && isConfirmed
            && !isOwn
            && asking.At.ActionsAt(target).Any(a => a.Written == ActionState.Applying);
        var counts = !isOlder && isConfirmed && !isHeld;
        var events = new List<Event>
        {
            new TargetEvent.Changed(target, c.Version, c.By, c.Note, occurred, c.CausedBy, counts, isHeld),
        };
        var by = c.By ?? asking.Who.Name;
        if (counts && !isOwn)
            Follow(events, asking, target, c.Version, by);
        else if (!isOlder && !isConfirmed)
            Flag(events, asking, target, c.Version, by, isConfirmed: false);
        return Decision.Accepted(events, new Reply.ForTarget(After(asking, known, events), IsNew: true));
    }

    /// <summary>An action has settled: what was reported of its target meanwhile is its own, or counts from now on.</summary>
    internal static void Release(List<Event> events, Asking asking, WorkAction action, string? observed)
    {
        if (asking.At.FindTarget(action.Target) is not { Held: { } held })
            return;
        var isOwn = observed is not null && held.Version == observed;
        events.Add(new TargetEvent.Released(action.Target, held.Version, isOwn));
        if (!isOwn)
            Follow(events, asking, action.Target, held.Version, held.By ?? asking.At.NameOf(held.ReportedBy));
    }

    // A change that counts makes approvals fall where the queue says so, and shows where somebody works on what it touches.
    private static void Follow(List<Event> events, Asking asking, string target, string version, string by)
    {
        foreach (var artifact in asking.At.Artifacts)
        {
            if (
                asking.At.PolicyOf(artifact.Queue).OnSourceChange == OnSourceChange.Invalidate
                && (
                    RestsOn(artifact, target, version)
                    || asking.At.ActionsOn(artifact.Id).Any(a => IsAffected(asking.At, a, target, version))
                )
            )
                ApprovalRules.Fall(
                    events,
                    asking,
                    artifact,
                    version: null,
                    target,
                    $"{target} changed to {version} by {by}"
                );
        }
        Flag(events, asking, target, version, by, isConfirmed: true);
    }

    // Live work names a target in five ways. Each piece of work gets one conflict for one change, the plainest first.
    private static void Flag(
        List<Event> events,
        Asking asking,
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
        FlagArtifacts(events, asking, change, shownItems, shownArtifacts);
        FlagActions(events, asking, change, shownItems, shownArtifacts);
        FlagItems(events, asking, change, shownItems);
        FlagHolds(events, asking, change);
    }

    private sealed record OutsideChange(string Target, string Version, string By, string Report)
    {
        /// <summary>The change as one of the things that collided: it makes a later one another.</summary>
        internal Competing AsCompeting(Asking asking) =>
            new(
                $"{Target} at {Version}",
                Artifact: null,
                Version: null,
                ContentHash: null,
                asking.Who.Id,
                By,
                asking.Now
            );
    }

    private static void FlagArtifacts(
        List<Event> events,
        Asking asking,
        OutsideChange change,
        SortedSet<ItemId> shownItems,
        SortedSet<ArtifactId> shownArtifacts
    )
    {
        foreach (var artifact in asking.At.Artifacts)
        {
            if (artifact.Item is not { } id || !IsLive(asking.At, id))
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
            Open(events, asking, artifact, kind, change, what);
        }
    }

    private static void FlagActions(
        List<Event> events,
        Asking asking,
        OutsideChange change,
        SortedSet<ItemId> shownItems,
        SortedSet<ArtifactId> shownArtifacts
    )
    {
        foreach (var action in asking.At.Actions)
        {
            if (
                !IsAffected(asking.At, action, change.Target, change.Version)
                || (action.Artifact is { } of && shownArtifacts.Contains(of))
                || (action.Item is { } id && (!IsLive(asking.At, id) || shownItems.Contains(id)))
            )
                continue;
            if (action.Item is { } item)
                shownItems.Add(item);
            var kind = action.ExpectedTargetVersion is null
                ? ConflictKind.HandledElsewhere
                : ConflictKind.SourceChanged;
            var expects = action.ExpectedTargetVersion is { } expected ? $" and expects {expected}" : "";
            Collisions.Open(
                asking.At,
                events,
                new ConflictEvent.Opened(
                    default,
                    asking.At.InMemory(action.Item),
                    kind,
                    action.Queue,
                    change.Target,
                    action.Artifact,
                    action.Id,
                    $"{WireNames.Of(kind)}|action {action.Id}|{change.Target}",
                    action.Version,
                    $"{change.By} changed {change.Target} to {change.Version}; {action.Id} is prepared on {action.Target}{expects}.{change.Report}",
                    MergedHash: null,
                    [change.AsCompeting(asking)]
                )
            );
        }
    }

    private static void FlagItems(List<Event> events, Asking asking, OutsideChange change, SortedSet<ItemId> shownItems)
    {
        foreach (var item in asking.At.Items())
        {
            if (item.Settled is not null || shownItems.Contains(item.Id))
                continue;
            var locked = item.Locks.FirstOrDefault(l => TargetPath.Touches(l.Target, change.Target))?.Target;
            var named = locked ?? item.Targets.FirstOrDefault(t => TargetPath.Touches(t, change.Target));
            if (named is null)
                continue;
            var why = locked is null ? $"which {item.Id} is about" : $"while {item.Id} holds a lock on {locked}";
            OpenOnTarget(events, asking, change, item.Id, item.Queue, $"item {item.Id}", why);
        }
    }

    private static void FlagHolds(List<Event> events, Asking asking, OutsideChange change)
    {
        foreach (var hold in asking.At.Holds)
        {
            if (TargetPath.Touches(hold.Target, change.Target))
            {
                var why = $"while {hold.ByName} holds {hold.Target}";
                OpenOnTarget(events, asking, change, item: null, queue: null, $"hold {hold.Id}", why);
            }
        }
    }

    private static void OpenOnTarget(
        List<Event> events,
        Asking asking,
        OutsideChange change,
        ItemId? item,
        string? queue,
        string place,
        string why
    ) =>
        Collisions.Open(
            asking.At,
            events,
            new ConflictEvent.Opened(
                default,
                asking.At.InMemory(item),
                ConflictKind.HandledElsewhere,
                queue,
                change.Target,
                Artifact: null,
                Action: null,
                $"{WireNames.Of(ConflictKind.HandledElsewhere)}|{place}|{change.Target}",
                Base: null,
                $"{change.By} changed {change.Target} to {change.Version}, {why}.{change.Report}",
                MergedHash: null,
                [change.AsCompeting(asking)]
            )
        );

    private static void Open(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        ConflictKind kind,
        OutsideChange change,
        string what
    ) =>
        Collisions.Open(
            asking.At,
            events,
            ArtifactRules.Conflict(
                asking,
                artifact,
                kind,
                $"{artifact.Id}|{change.Target}|{artifact.Current.Number}",
                artifact.Current.Number,
                what,
                merged: null,
                [ArtifactRules.Of(artifact, artifact.Current, "current"), change.AsCompeting(asking)],
                ActionOn(asking.At, artifact)
            ) with
            {
                Target = change.Target,
            }
        );

    // What somebody counts on: the action that would apply the version.
    private static string? ActionOn(Workspace at, Artifact artifact) =>
        ApprovalStanding.ActionsToShow(at, artifact, artifact.Current.Number) is [var first, ..] ? first.Id : null;

    private static bool IsLive(Workspace at, ItemId id) =>
        at.InMemory(id) is not null && at.FindItem(id)!.Settled is null;

    // Prepared and not spent, on this target or beside it, and not prepared for just this version.
    private static bool IsAffected(Workspace at, WorkAction action, string target, string version) =>
        action.Written == ActionState.Prepared
        && !at.IsSuperseded(action)
        && TargetPath.Touches(action.Target, target)
        && action.ExpectedTargetVersion != version;

    private static bool RestsOn(Artifact artifact, string target, string version) =>
        artifact.Current.Sources.Any(s => TargetPath.Touches(s.Target, target) && s.Version != version);

    // An agent speaks for what it works on: a lease of its own, or a queue that it may touch, is concerned (API.md, Settled
    // details). Elsewhere it is heard, and somebody looks.
    private static bool IsOwnWork(Asking asking, string target)
    {
        foreach (var artifact in asking.At.Artifacts)
        {
            var isConcerned =
                (artifact.Target is { } at && TargetPath.Touches(at, target))
                || artifact.Current.Sources.Any(s => TargetPath.Touches(s.Target, target));
            if (isConcerned && artifact.Queue is { } queue && asking.MayTouch(queue))
                return true;
        }
        return asking.At.HeldBy(asking.Who.Id).Any(i => i.Targets.Any(t => TargetPath.Touches(t, target)))
            || asking.At.ActionsAt(target).Any(a => asking.At.QueueOf(a) is not { } queue || asking.MayTouch(queue));
    }

    private static TargetState After(Asking asking, TargetState? known, IReadOnlyList<Event> events)
    {
        var seq = asking.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is TargetEvent e)
                known = TargetEvolution.Evolve(known, e, new Recorded(seq, asking.Now, asking.Who.Id, happened));
        }
        return known!;
    }
}

/// <summary>What a target is after an event.</summary>
internal static class TargetEvolution
{
    private const int Remembered = 20;

    internal static TargetState Evolve(TargetState? was, TargetEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case TargetEvent.Changed e:
                var change = new TargetChange(
                    e.Version,
                    e.By,
                    e.Note,
                    e.OccurredAt,
                    e.CausedBy,
                    recorded.By,
                    recorded.At,
                    recorded.Seq,
                    e.Counts
                );
                var state = was ?? TargetState.Unknown(e.Target, recorded.Seq);
                var changes = state.Changes.Add(change);
                return state with
                {
                    Version = e.Counts ? e.Version : state.Version,
                    OccurredAt = e.Counts ? e.OccurredAt : state.OccurredAt,
                    Seq = recorded.Seq,
                    Changes = changes.Count > Remembered ? changes.RemoveAt(0) : changes,
                    Held = e.IsHeld ? change : state.Held,
                };
            case TargetEvent.Released e:
                return was! with
                {
                    Version = e.Version,
                    OccurredAt = was.Held!.OccurredAt,
                    Seq = recorded.Seq,
                    Held = null,
                };
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    /// <summary>What whoever applied an action saw afterwards is the version that is known.</summary>
    internal static TargetState Observed(TargetState? was, string target, string version, Recorded recorded) =>
        (was ?? new TargetState(target, version, recorded.At, recorded.Seq)) with
        {
            Version = version,
            OccurredAt = recorded.At,
            Seq = recorded.Seq,
        };
}
