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

/// <summary>A sentence about something that changed, with its place in the journal.</summary>
public sealed record Since(long Seq, DateTimeOffset At, string What);

/// <summary>
/// What the next owner of an item inherits (API.md, Objects, handover): everything that is known without the last
/// holder's help, and whatever they left (FIELD.md, 24).
/// </summary>
/// <param name="EndedAs">How the last lease ended; <c>stale</c> while it only ran out.</param>
/// <param name="At">When it ended or ran out.</param>
/// <param name="Since">What changed after the last checkpoint, or after the grant where there is none.</param>
public sealed record Handover(
    Holder From,
    LeaseId Lease,
    string EndedAs,
    DateTimeOffset At,
    Checkpoint? Checkpoint,
    IReadOnlyList<Checkpoint> Checkpoints,
    IReadOnlyList<Note> Notes,
    IReadOnlyList<string> OpenQuestions,
    IReadOnlyList<Since> Since
)
{
    /// <summary>What was made for the item: known without the last holder's help.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>What may or may not have happened outside, and what is prepared.</summary>
    public IReadOnlyList<ActionView> Actions { get; init; } = [];

    /// <summary>What is locked for the item: whoever takes it over has it.</summary>
    public IReadOnlyList<HeldLock> Locks { get; init; } = [];

    /// <summary>Collisions that nobody has settled.</summary>
    public IReadOnlyList<Conflict> Conflicts { get; init; } = [];

    /// <summary>What was decided on the artifacts, newest last.</summary>
    public IReadOnlyList<(ArtifactId Artifact, Verdict Verdict)> Decisions { get; init; } = [];

    /// <summary>With what the workspace knows of the item besides; null where nobody worked on it before.</summary>
    /// <param name="scope">Whoever reads it: sentences about work in other queues are left out.</param>
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

    /// <summary>Null where nobody worked on the item before.</summary>
    /// <param name="sight">An event as the reader may see it; null for not at all.</param>
    public static Handover? Of(Item item, Func<PrincipalId, string> nameOf, Func<Event, Event?>? sight = null)
    {
        if (LastWorked(item) is not { } last)
            return null;
        var checkpoint = item.Checkpoints.Count > 0 ? item.Checkpoints[^1] : null;
        return new Handover(
            last.Holder,
            last.Id,
            last.EndedAs is { } ended ? WireNames.Of(ended) : WireNames.Of(last.State),
            last.EndedAt ?? last.StaleAt ?? item.UpdatedAt,
            checkpoint,
            item.Checkpoints,
            [.. item.Notes.Where(n => n.Acknowledged.Count == 0)],
            checkpoint?.OpenQuestions ?? [],
            SinceSeq(item, checkpoint?.Seq ?? last.Token, nameOf, sight)
        );
    }

    /// <summary>What happened to the item after a seq, in sentences, oldest first.</summary>
    /// <param name="sight">An event as the reader may see it; null for not at all.</param>
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

    // A claim that lapsed unstarted left nothing; whoever really worked before it is who the next owner hears from.
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
