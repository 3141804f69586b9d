using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;

namespace ControlSurface.Core.Claims;

/// <summary>A sentence about an event, with its place in the journal.</summary>
/// <param name="Seq">The seq of the event.</param>
/// <param name="At">The instant of the event.</param>
/// <param name="What">An English sentence (<see cref="EventDescriptions"/>).</param>
public sealed record Since(long Seq, DateTimeOffset At, string What);

/// <summary>
/// What the next owner of an item inherits (API.md, Objects, handover): what the last holder left, and everything that the workspace
/// knows without that holder's help (FIELD.md, 24).
/// </summary>
public sealed record Handover
{
    /// <summary>The last holder who started work or left a checkpoint.</summary>
    public required Holder From { get; init; }

    /// <summary>The lease of that holder.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>
    /// The word of how that lease ended (<see cref="Leases.EndedAs"/>); its state, such as <c>stale</c>, while it has not.
    /// </summary>
    public required string EndedAs { get; init; }

    /// <summary>When it ended or went stale; while it is live, when the item last changed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The newest checkpoint; null for none.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>All checkpoints of the item, oldest first.</summary>
    public required IReadOnlyList<Checkpoint> Checkpoints { get; init; }

    /// <summary>The notes that nobody acknowledged.</summary>
    public required IReadOnlyList<Note> Notes { get; init; }

    /// <summary>Those of the newest checkpoint.</summary>
    public required IReadOnlyList<string> OpenQuestions { get; init; }

    /// <summary>What happened after the newest checkpoint, or after the grant where there is none, oldest first.</summary>
    public required IReadOnlyList<Since> Since { get; init; }

    /// <summary>The item's artifacts, in the order of their ids.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>The item's actions that were neither applied nor withdrawn.</summary>
    public IReadOnlyList<ActionView> Actions { get; init; } = [];

    /// <summary>The item's locks, which its next owner keeps.</summary>
    public IReadOnlyList<HeldLock> Locks { get; init; } = [];

    /// <summary>The item's open conflicts, in the order of their ids.</summary>
    public IReadOnlyList<Conflict> Conflicts { get; init; } = [];

    /// <summary>The decisions on the item's artifacts, oldest first.</summary>
    public IReadOnlyList<(ArtifactId Artifact, Verdict Verdict)> Decisions { get; init; } = [];

    /// <summary>The whole handover of an item; null where nobody worked on it before.</summary>
    /// <param name="scope">The reader's: sentences about work in other queues are left out.</param>
    public static Handover? Of(ILocks at, Item item, Scope scope)
    {
        if (Of(item, at.NameOf, e => at.SeenBy(scope, e)) is not { } handover)
            return null;
        List<Artifact> artifacts = [.. at.ArtifactsOf(item.Id)];
        return handover with
        {
            Artifacts = artifacts,
            Locks = item.Locks,
            Actions =
            [
                .. at.ActionsOf(item.Id)
                    .Where(a => a.Written is not (ActionState.Applied or ActionState.Withdrawn))
                    .Select(a => ActionView.Of(at, a)),
            ],
            Conflicts = [.. at.ConflictsOf(item.Id)],
            Decisions = [.. artifacts.SelectMany(a => a.Verdicts.Select(v => (a.Id, v))).OrderBy(d => d.v.Seq)],
        };
    }

    /// <summary>
    /// The handover from the item's own record, without artifacts, actions, locks, conflicts and decisions; null where nobody worked on
    /// the item before.
    /// </summary>
    /// <param name="nameOf">Gives a principal's name.</param>
    /// <param name="sight">Gives an event as the reader may see it, or null where they may not; null for a reader who sees all.</param>
    public static Handover? Of(Item item, Func<PrincipalId, string> nameOf, Func<Event, Event?>? sight = null)
    {
        if (LastWorked(item) is not { } last)
            return null;
        var checkpoint = item.Checkpoints.Count > 0 ? item.Checkpoints[^1] : null;
        return new Handover
        {
            From = last.Holder,
            Lease = last.Id,
            EndedAs = last.EndedAs is { } ended ? WireNames.Of(ended) : WireNames.Of(last.State),
            At = last.EndedAt ?? last.StaleAt ?? item.UpdatedAt,
            Checkpoint = checkpoint,
            Checkpoints = item.Checkpoints,
            Notes = [.. item.Notes.Where(n => n.Acknowledged.Count == 0)],
            OpenQuestions = checkpoint?.OpenQuestions ?? [],
            Since = SinceSeq(item, checkpoint?.Seq ?? last.Token, nameOf, sight),
        };
    }

    /// <summary>What happened to the item after a seq, in sentences, oldest first.</summary>
    /// <param name="after">Only events with a greater seq.</param>
    /// <param name="nameOf">Gives a principal's name.</param>
    /// <param name="sight">Gives an event as the reader may see it, or null where they may not; null for a reader who sees all.</param>
    public static IReadOnlyList<Since> SinceSeq(
        Item item,
        long after,
        Func<PrincipalId, string> nameOf,
        Func<Event, Event?>? sight = null
    )
    {
        var since = new List<Since>();
        foreach (var recorded in item.Log)
        {
            if (recorded.Seq <= after)
                continue;
            var seen = sight is null ? recorded.Event : sight(recorded.Event);
            if (seen is not null)
                since.Add(
                    new Since(recorded.Seq, recorded.At, EventDescriptions.Of(recorded with { Event = seen }, nameOf))
                );
        }
        return since;
    }

    // A claim that lapsed unstarted left nothing: look for the last lease under which somebody worked.
    private static Lease? LastWorked(Item item)
    {
        if (item.Lease is { StartedAt: not null } current)
            return current;
        for (var k = item.Past.Count - 1; k >= 0; k--)
        {
            if (item.Past[k].StartedAt is not null || item.Past[k].HasCheckpoint)
                return item.Past[k];
        }
        return null;
    }
}
