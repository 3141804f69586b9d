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
/// All that a workspace is at one seq, in a fixed order: what a snapshot holds and what a digest is taken of. Indexes
/// are left out; they are computed from this.
/// </summary>
public sealed record WorkspaceState(
    long Seq,
    DateTimeOffset At,
    int LastItem,
    int LastLease,
    LineStop? Stopped,
    IReadOnlyList<QueueState> Queues,
    IReadOnlyList<Principal> Principals,
    IReadOnlyList<EndedRun> EndedRuns,
    IReadOnlyList<Item> Items,
    IReadOnlyList<Artifact>? Artifacts = null,
    IReadOnlyList<WorkAction>? Actions = null,
    IReadOnlyList<Conflict>? Conflicts = null,
    IReadOnlyList<TargetState>? Targets = null,
    IReadOnlyList<TargetHold>? Holds = null,
    int LastHold = 0,
    IReadOnlyList<InboxState>? Inboxes = null,
    IReadOnlyList<Pattern>? Patterns = null,
    IReadOnlyList<BulkJob>? Bulk = null,
    int LastBulk = 0,
    IReadOnlyList<SavedView>? Views = null,
    IReadOnlyList<Absence>? Absences = null,
    IReadOnlyList<Webhook>? Webhooks = null,
    IReadOnlyList<KnownRun>? KnownRuns = null
);

/// <summary>A queue with its flow.</summary>
public sealed record QueueState(Queue Queue, IReadOnlyList<FlowMinute> Flow, IReadOnlyList<ClaimsAt> RecentClaims);
