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
        var isOlder = known is not null && occurred < known.OccurredAt;
        var isConfirmed = asking.Who.Kind == PrincipalKind.Person || IsOwnWork(asking, target);
        var applying = asking.At.ActionsAt(target).FirstOrDefault(a => a.Written == ActionState.Applying);
        var counts = !isOlder && isConfirmed;
        var isHeld = counts && applying is not null && cause?.Id != applying.Id;
        var events = new List<Event>
        {
            new TargetEvent.Changed(target, c.Version, c.By, c.Note, occurred, c.CausedBy, counts && !isHeld, isHeld),
        };
        if (counts && !isHeld && cause is null)
            Follow(events, asking, target, c.Version, c.By ?? asking.Who.Name);
        else if (!isOlder && !isConfirmed)
            Flag(events, asking, target, c.Version, c.By ?? asking.Who.Name, isConfirmed: false);
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
                && RestsOn(artifact, target, version)
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
        foreach (var artifact in asking.At.Artifacts)
        {
            if (
                artifact.Item is not { } id
                || asking.At.InMemory(id) is null
                || asking.At.FindItem(id)!.Settled is not null
            )
                continue;
            var current = artifact.Current;
            if (RestsOn(artifact, target, version))
                Open(
                    events,
                    asking,
                    artifact,
                    ConflictKind.SourceChanged,
                    target,
                    $"{target} is at {version} since {by} changed it; version {current.Number} of {artifact.Name} rests on an older one.{report}"
                );
            else if (artifact.Target is { } at && TargetPath.Touches(at, target))
                Open(
                    events,
                    asking,
                    artifact,
                    ConflictKind.HandledElsewhere,
                    target,
                    $"{by} changed {target} to {version}, which is what {artifact.Name} was made for.{report}"
                );
        }
    }

    private static void Open(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        ConflictKind kind,
        string target,
        string what
    ) =>
        Collisions.Open(
            asking.At,
            events,
            ArtifactRules.Conflict(
                asking,
                artifact,
                kind,
                $"{artifact.Id}|{target}|{artifact.Current.Number}",
                artifact.Current.Number,
                what,
                merged: null,
                [ArtifactRules.Of(artifact, artifact.Current, "current")]
            ) with
            {
                Target = target,
            }
        );

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
            || asking.At.ActionsAt(target).Any(a => a.Queue is not { } queue || asking.MayTouch(queue));
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
