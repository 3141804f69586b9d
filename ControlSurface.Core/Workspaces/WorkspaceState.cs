using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// The whole state of a workspace at one seq, in a fixed order: a snapshot stores it, and a digest is taken of it. Indexes are computed
/// from it and left out.
/// </summary>
/// <remarks>
/// Snapshots store the members in this order. A member that was added later is null or 0 in a state from an earlier version.
/// </remarks>
public sealed record WorkspaceState
{
    /// <summary>The seq of the last event.</summary>
    public required long Seq { get; init; }

    /// <summary>The instant of the last event.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The number of the newest item, archived or not.</summary>
    public required int LastItem { get; init; }

    /// <summary>The number of the newest lease, ended or not.</summary>
    public required int LastLease { get; init; }

    /// <summary>The stop of the whole line; null while it runs.</summary>
    public LineStop? Stopped { get; init; }

    /// <summary>All queues, in the ordinal order of their names.</summary>
    public required IReadOnlyList<QueueState> Queues { get; init; }

    /// <summary>All principals, in the order of their ids.</summary>
    public required IReadOnlyList<Principal> Principals { get; init; }

    /// <summary>The runs that ended and were not reopened, by principal and name.</summary>
    public required IReadOnlyList<EndedRun> EndedRuns { get; init; }

    /// <summary>The items in memory, in the order of their ids.</summary>
    public required IReadOnlyList<Item> Items { get; init; }

    /// <summary>All artifacts, in the order of their ids.</summary>
    public IReadOnlyList<Artifact>? Artifacts { get; init; }

    /// <summary>All actions, in the ordinal order of their ids.</summary>
    public IReadOnlyList<WorkAction>? Actions { get; init; }

    /// <summary>All conflicts, open or not, in the order of their ids.</summary>
    public IReadOnlyList<Conflict>? Conflicts { get; init; }

    /// <summary>All known targets, in the ordinal order of their paths.</summary>
    public IReadOnlyList<TargetState>? Targets { get; init; }

    /// <summary>The targets that people hold now, in the order of their ids.</summary>
    public IReadOnlyList<TargetHold>? Holds { get; init; }

    /// <summary>The number of the newest hold, ended or not.</summary>
    public int LastHold { get; init; }

    /// <summary>The inbox settings of everybody who has any, in the order of their ids.</summary>
    public IReadOnlyList<InboxState>? Inboxes { get; init; }

    /// <summary>The runbook's patterns, in the ordinal order of their ids.</summary>
    public IReadOnlyList<Pattern>? Patterns { get; init; }

    /// <summary>The bulk jobs that are kept, in the order of their ids.</summary>
    public IReadOnlyList<BulkJob>? Bulk { get; init; }

    /// <summary>The number of the newest bulk job, kept or not.</summary>
    public int LastBulk { get; init; }

    /// <summary>All saved views, by owner and id.</summary>
    public IReadOnlyList<SavedView>? Views { get; init; }

    /// <summary>The absences of those who are away, in the order of their ids.</summary>
    public IReadOnlyList<Absence>? Absences { get; init; }

    /// <summary>All webhooks, in the ordinal order of their ids.</summary>
    public IReadOnlyList<Webhook>? Webhooks { get; init; }

    /// <summary>The known runs that have not ended, by principal and name.</summary>
    public IReadOnlyList<KnownRun>? KnownRuns { get; init; }
}

/// <summary>A queue with its counters.</summary>
/// <param name="Queue">The queue with its policy and pause.</param>
/// <param name="Flow">What came, was claimed and was completed in recent minutes, oldest first.</param>
/// <param name="RecentClaims">The claims that count against <c>claimsPerMinute</c>, oldest first.</param>
public sealed record QueueState(Queue Queue, IReadOnlyList<FlowMinute> Flow, IReadOnlyList<ClaimsAt> RecentClaims);
