using System.Text.Json.Serialization;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

// One line for each concrete event. Nested records of several rooms have the same name, so each gets a property name of its own.
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ItemEvent.Created), TypeInfoPropertyName = "ItemCreated")]
[JsonSerializable(typeof(ItemEvent.Edited), TypeInfoPropertyName = "ItemEdited")]
[JsonSerializable(typeof(ItemEvent.Requeued), TypeInfoPropertyName = "ItemRequeued")]
[JsonSerializable(typeof(ItemEvent.BackedOff), TypeInfoPropertyName = "ItemBackedOff")]
[JsonSerializable(typeof(ItemEvent.BecameReady), TypeInfoPropertyName = "ItemBecameReady")]
[JsonSerializable(typeof(ItemEvent.Parked), TypeInfoPropertyName = "ItemParked")]
[JsonSerializable(typeof(ItemEvent.Unparked), TypeInfoPropertyName = "ItemUnparked")]
[JsonSerializable(typeof(ItemEvent.Completed), TypeInfoPropertyName = "ItemCompleted")]
[JsonSerializable(typeof(ItemEvent.Cancelled), TypeInfoPropertyName = "ItemCancelled")]
[JsonSerializable(typeof(ItemEvent.Reopened), TypeInfoPropertyName = "ItemReopened")]
[JsonSerializable(typeof(ItemEvent.DependencyCompleted), TypeInfoPropertyName = "ItemDependencyCompleted")]
[JsonSerializable(typeof(ItemEvent.AskedForAttention), TypeInfoPropertyName = "ItemAskedForAttention")]
[JsonSerializable(typeof(ItemEvent.AttentionEnded), TypeInfoPropertyName = "ItemAttentionEnded")]
[JsonSerializable(typeof(ItemEvent.HandedOff), TypeInfoPropertyName = "ItemHandedOff")]
[JsonSerializable(typeof(ItemEvent.HandoffEnded), TypeInfoPropertyName = "ItemHandoffEnded")]
[JsonSerializable(typeof(ItemEvent.Archived), TypeInfoPropertyName = "ItemArchived")]
[JsonSerializable(typeof(ItemEvent.Restored), TypeInfoPropertyName = "ItemRestored")]
[JsonSerializable(typeof(LeaseEvent.Claimed), TypeInfoPropertyName = "LeaseClaimed")]
[JsonSerializable(typeof(LeaseEvent.Started), TypeInfoPropertyName = "LeaseStarted")]
[JsonSerializable(typeof(LeaseEvent.Renewed), TypeInfoPropertyName = "LeaseRenewed")]
[JsonSerializable(typeof(LeaseEvent.Acknowledged), TypeInfoPropertyName = "LeaseAcknowledged")]
[JsonSerializable(typeof(LeaseEvent.Suspended), TypeInfoPropertyName = "LeaseSuspended")]
[JsonSerializable(typeof(LeaseEvent.Resumed), TypeInfoPropertyName = "LeaseResumed")]
[JsonSerializable(typeof(LeaseEvent.WentStale), TypeInfoPropertyName = "LeaseWentStale")]
[JsonSerializable(typeof(LeaseEvent.Revived), TypeInfoPropertyName = "LeaseRevived")]
[JsonSerializable(typeof(LeaseEvent.Ended), TypeInfoPropertyName = "LeaseEnded")]
[JsonSerializable(typeof(CheckpointEvent.Recorded), TypeInfoPropertyName = "CheckpointRecorded")]
[JsonSerializable(typeof(NoteEvent.Added), TypeInfoPropertyName = "NoteAdded")]
[JsonSerializable(typeof(NoteEvent.Acknowledged), TypeInfoPropertyName = "NoteAcknowledged")]
[JsonSerializable(typeof(QueueEvent.PolicySet), TypeInfoPropertyName = "QueuePolicySet")]
[JsonSerializable(typeof(QueueEvent.Paused), TypeInfoPropertyName = "QueuePaused")]
[JsonSerializable(typeof(QueueEvent.Resumed), TypeInfoPropertyName = "QueueResumed")]
[JsonSerializable(typeof(WorkspaceEvent.Stopped), TypeInfoPropertyName = "WorkspaceStopped")]
[JsonSerializable(typeof(WorkspaceEvent.Drained), TypeInfoPropertyName = "WorkspaceDrained")]
[JsonSerializable(typeof(WebhookEvent.Set), TypeInfoPropertyName = "WebhookSet")]
[JsonSerializable(typeof(WebhookEvent.Disabled), TypeInfoPropertyName = "WebhookDisabled")]
[JsonSerializable(typeof(WebhookEvent.Deleted), TypeInfoPropertyName = "WebhookDeleted")]
[JsonSerializable(typeof(WorkspaceEvent.LineStarted), TypeInfoPropertyName = "WorkspaceLineStarted")]
[JsonSerializable(typeof(WorkspaceEvent.Resumed), TypeInfoPropertyName = "WorkspaceResumed")]
[JsonSerializable(typeof(PrincipalEvent.Set), TypeInfoPropertyName = "PrincipalSet")]
[JsonSerializable(typeof(PrincipalEvent.Left), TypeInfoPropertyName = "PrincipalLeft")]
[JsonSerializable(typeof(PrincipalEvent.CameBack), TypeInfoPropertyName = "PrincipalCameBack")]
[JsonSerializable(typeof(PrincipalEvent.KeyIssued), TypeInfoPropertyName = "KeyIssued")]
[JsonSerializable(typeof(PrincipalEvent.KeyRevoked), TypeInfoPropertyName = "KeyRevoked")]
[JsonSerializable(typeof(PrincipalEvent.SessionBegan), TypeInfoPropertyName = "SessionBegan")]
[JsonSerializable(typeof(PrincipalEvent.SessionEnded), TypeInfoPropertyName = "SessionEnded")]
[JsonSerializable(typeof(RunEvent.Ended), TypeInfoPropertyName = "RunEnded")]
[JsonSerializable(typeof(RunEvent.Reopened), TypeInfoPropertyName = "RunReopened")]
[JsonSerializable(typeof(ArtifactEvent.Created), TypeInfoPropertyName = "ArtifactCreated")]
[JsonSerializable(typeof(ArtifactEvent.VersionPublished), TypeInfoPropertyName = "ArtifactVersionPublished")]
[JsonSerializable(typeof(ArtifactEvent.SourcesRecorded), TypeInfoPropertyName = "ArtifactSourcesRecorded")]
[JsonSerializable(typeof(ArtifactEvent.PermitGiven), TypeInfoPropertyName = "ArtifactPermitGiven")]
[JsonSerializable(typeof(ReviewEvent.Requested), TypeInfoPropertyName = "ReviewRequested")]
[JsonSerializable(typeof(ReviewEvent.Superseded), TypeInfoPropertyName = "ReviewSuperseded")]
[JsonSerializable(typeof(ReviewEvent.Taken), TypeInfoPropertyName = "ReviewTaken")]
[JsonSerializable(typeof(ReviewEvent.Reassigned), TypeInfoPropertyName = "ReviewReassigned")]
[JsonSerializable(typeof(ReviewEvent.Reminded), TypeInfoPropertyName = "ReviewReminded")]
[JsonSerializable(typeof(ReviewEvent.Withdrawn), TypeInfoPropertyName = "ReviewWithdrawn")]
[JsonSerializable(typeof(ReviewEvent.Overdue), TypeInfoPropertyName = "ReviewOverdue")]
[JsonSerializable(typeof(ReviewEvent.Decided), TypeInfoPropertyName = "ReviewDecided")]
[JsonSerializable(typeof(CommentEvent.Added), TypeInfoPropertyName = "CommentAdded")]
[JsonSerializable(typeof(CommentEvent.Replied), TypeInfoPropertyName = "CommentReplied")]
[JsonSerializable(typeof(CommentEvent.Resolved), TypeInfoPropertyName = "CommentResolved")]
[JsonSerializable(typeof(ApprovalEvent.Decided), TypeInfoPropertyName = "ApprovalDecided")]
[JsonSerializable(typeof(ApprovalEvent.BlockLifted), TypeInfoPropertyName = "ApprovalBlockLifted")]
[JsonSerializable(typeof(ApprovalEvent.Given), TypeInfoPropertyName = "ApprovalGiven")]
[JsonSerializable(typeof(ApprovalEvent.Invalidated), TypeInfoPropertyName = "ApprovalInvalidated")]
[JsonSerializable(typeof(ApprovalEvent.Spent), TypeInfoPropertyName = "ApprovalSpent")]
[JsonSerializable(typeof(ApprovalEvent.Restored), TypeInfoPropertyName = "ApprovalRestored")]
[JsonSerializable(typeof(ApprovalEvent.Revoked), TypeInfoPropertyName = "ApprovalRevoked")]
[JsonSerializable(typeof(ApprovalEvent.Expired), TypeInfoPropertyName = "ApprovalExpired")]
[JsonSerializable(typeof(ActionEvent.Prepared), TypeInfoPropertyName = "ActionPrepared")]
[JsonSerializable(typeof(ActionEvent.Carried), TypeInfoPropertyName = "ActionCarried")]
[JsonSerializable(typeof(ActionEvent.Begun), TypeInfoPropertyName = "ActionBegun")]
[JsonSerializable(typeof(ActionEvent.Applied), TypeInfoPropertyName = "ActionApplied")]
[JsonSerializable(typeof(ActionEvent.HadNoEffect), TypeInfoPropertyName = "ActionHadNoEffect")]
[JsonSerializable(typeof(ActionEvent.BecameAmbiguous), TypeInfoPropertyName = "ActionBecameAmbiguous")]
[JsonSerializable(typeof(ActionEvent.Withdrawn), TypeInfoPropertyName = "ActionWithdrawn")]
[JsonSerializable(typeof(ConflictEvent.Opened), TypeInfoPropertyName = "ConflictOpened")]
[JsonSerializable(typeof(ConflictEvent.Joined), TypeInfoPropertyName = "ConflictJoined")]
[JsonSerializable(typeof(ConflictEvent.Taken), TypeInfoPropertyName = "ConflictTaken")]
[JsonSerializable(typeof(ConflictEvent.Resolved), TypeInfoPropertyName = "ConflictResolved")]
[JsonSerializable(typeof(ConflictEvent.Overtaken), TypeInfoPropertyName = "ConflictOvertaken")]
[JsonSerializable(typeof(LockEvent.Acquired), TypeInfoPropertyName = "LockAcquired")]
[JsonSerializable(typeof(LockEvent.Released), TypeInfoPropertyName = "LockReleased")]
[JsonSerializable(typeof(LockEvent.Waited), TypeInfoPropertyName = "LockWaited")]
[JsonSerializable(typeof(LockEvent.GaveUp), TypeInfoPropertyName = "LockGaveUp")]
[JsonSerializable(typeof(InboxEvent.WasRead), TypeInfoPropertyName = "InboxWasRead")]
[JsonSerializable(typeof(InboxEvent.WasSet), TypeInfoPropertyName = "InboxWasSet")]
[JsonSerializable(typeof(BulkEvent.Started), TypeInfoPropertyName = "BulkStarted")]
[JsonSerializable(typeof(BulkEvent.Advanced), TypeInfoPropertyName = "BulkAdvanced")]
[JsonSerializable(typeof(BulkEvent.Stopped), TypeInfoPropertyName = "BulkStopped")]
[JsonSerializable(typeof(ViewEvent.Saved), TypeInfoPropertyName = "ViewSaved")]
[JsonSerializable(typeof(ViewEvent.Deleted), TypeInfoPropertyName = "ViewDeleted")]
[JsonSerializable(typeof(RunbookEvent.WasSet), TypeInfoPropertyName = "RunbookWasSet")]
[JsonSerializable(typeof(HoldEvent.Began), TypeInfoPropertyName = "HoldBegan")]
[JsonSerializable(typeof(HoldEvent.Ended), TypeInfoPropertyName = "HoldEnded")]
[JsonSerializable(typeof(TargetEvent.Changed), TypeInfoPropertyName = "TargetChanged")]
[JsonSerializable(typeof(TargetEvent.Released), TypeInfoPropertyName = "TargetReleased")]
[JsonSerializable(typeof(WorkspaceState))]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(Recorded), TypeInfoPropertyName = "RecordedEvent")]
internal sealed partial class EventJsonContext : JsonSerializerContext;
