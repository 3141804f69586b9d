using System.Diagnostics;
using ControlSurface.Components;
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
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>Events as lines of a timeline: Core's sentence, with a drawing and a hue.</summary>
public static class Timelines
{
    /// <summary>The event as a line about one item: what in bold, then what is to be known of it, then by whom.</summary>
    public static TimelineEntry Entry(Recorded recorded, Func<PrincipalId, string> nameOf)
    {
        var (icon, hue) = Look(recorded.Event);
        var detail = Detail(recorded.Event, nameOf);
        // What has no words of its own here says Core's whole sentence, which names its doer.
        return new TimelineEntry(
            recorded.At,
            icon,
            hue,
            Head(recorded.Event),
            detail ?? $": {EventDescriptions.Of(recorded, nameOf)}",
            detail is null ? null : Doer(recorded, nameOf),
            recorded.Seq
        );
    }

    /// <summary>What happened to the item, newest first, as the viewer may see it.</summary>
    public static IEnumerable<Recorded> Of(Item item, Workspace at, Viewer you)
    {
        foreach (var recorded in item.Log.Reverse())
        {
            if (
                Sight.Of(you.Scope, recorded.Event, id => id == item.Id ? item.Queue : at.FindItem(id)?.Queue) is
                { } seen
            )
                yield return recorded with
                {
                    Event = seen,
                };
        }
    }

    /// <summary>The event as a line of the journal: its item or queue, if it has one, and Core's sentence.</summary>
    public static TimelineEntry InJournal(Recorded recorded, Func<PrincipalId, string> nameOf)
    {
        var (icon, hue) = Look(recorded.Event);
        var item = recorded.Event.ItemId?.Text;
        var queue = Sight.QueueOf(recorded.Event, _ => null);
        return new TimelineEntry(
            recorded.At,
            icon,
            hue,
            item ?? queue ?? Head(recorded.Event),
            EventDescriptions.Of(recorded, nameOf),
            By: null,
            recorded.Seq,
            item is not null ? $"items/{item}"
                : queue is not null ? $"queues/{Uri.EscapeDataString(queue)}"
                : null
        );
    }

    private static string Doer(Recorded recorded, Func<PrincipalId, string> nameOf) =>
        recorded.Event is LeaseEvent.Claimed { Holder: var holder } ? LeaseWords.Full(holder) : nameOf(recorded.By);

    private static string? Detail(Event happened, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ItemEvent.Created e => $"in {e.Queue}",
            ItemEvent.Edited e => $": {string.Join(", ", e.Changed)}{Because(e.Why)}",
            ItemEvent.Requeued e => Because(e.Why),
            ItemEvent.Completed => "",
            ItemEvent.Cancelled e => Because(e.Why),
            ItemEvent.HandedOff e =>
                $"to {(e.Handoff.ToPrincipal is { } to ? nameOf(to) : e.Handoff.ToRole)}{Because(e.Handoff.Note)}",
            ItemEvent.Parked e => Because(e.Why.Replace('_', ' ')),
            LeaseEvent.Claimed e => Because(e.Why),
            LeaseEvent.Started => "",
            LeaseEvent.Suspended e => Because(e.Note ?? LeaseWords.Suspension(e.Reasons)),
            LeaseEvent.Ended { As: EndedAs.Released } e => Because(e.Note),
            LeaseEvent.Ended e => $"; {WireNames.Of(e.As).Replace('_', ' ')}",
            CheckpointEvent.Recorded e => $"{e.Number}: {e.Summary}",
            NoteEvent.Added e => $": {e.Text}",
            LockEvent.Acquired { Wait: null } e => $": {string.Join(", ", e.Locks.Select(l => l.Target))}",
            LockEvent.Released { Because: LockEnd.Unlocked } e => $": {string.Join(", ", e.Targets)}",
            // Others: their own sentence says all.
            _ => null,
        };

    private static string Because(string? why) => string.IsNullOrWhiteSpace(why) ? "" : $": {why}";

    /// <summary>The type in words, before its sentence.</summary>
    // Long on purpose: one arm for each case of a closed set, and nothing else.
    private static string Head(Event happened) =>
        happened switch
        {
            ItemEvent.Created => "Created",
            ItemEvent.Edited => "Edited",
            ItemEvent.Requeued => "Requeued",
            ItemEvent.Completed => "Completed",
            ItemEvent.Cancelled => "Cancelled",
            ItemEvent.HandedOff => "Handed off",
            ItemEvent.HandoffEnded => "Handoff ended",
            ItemEvent.AskedForAttention => "Asks for attention",
            ItemEvent.AttentionEnded => "Can come again",
            ItemEvent.Parked => "Parked",
            ItemEvent.Unparked => "Unparked",
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Takeover or LeaseEvent.Grant.Force } => "Taken over",
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Accept } => "Accepted",
            LeaseEvent.Claimed => "Claimed",
            LeaseEvent.Started => "Started",
            LeaseEvent.Suspended => "Suspended",
            LeaseEvent.Resumed => "Resumed",
            LeaseEvent.WentStale => "Went stale",
            LeaseEvent.Revived => "Revived",
            LeaseEvent.Ended { As: EndedAs.Released } => "Released",
            LeaseEvent.Ended => "Lease ended",
            CheckpointEvent => "Checkpoint",
            NoteEvent.Added => "Note",
            ArtifactEvent.Created => "Artifact",
            ArtifactEvent.VersionPublished => "Published",
            ArtifactEvent.PermitGiven => "Permitted",
            ArtifactEvent => "Sources",
            ReviewEvent.Requested => "Review asked",
            ReviewEvent => "Review",
            CommentEvent => "Comment",
            ApprovalEvent.Given => "Approved",
            ApprovalEvent.Decided { Decision: ReviewDecision.Reject } => "Rejected",
            ApprovalEvent.Decided { Decision: ReviewDecision.RequestChanges } => "Changes requested",
            ApprovalEvent.BlockLifted => "Block lifted",
            ApprovalEvent.Decided => "Asked",
            ApprovalEvent.Invalidated => "Approval invalidated",
            ApprovalEvent.Spent => "Approval spent",
            ApprovalEvent.Restored => "Approval restored",
            ApprovalEvent.Revoked => "Approval revoked",
            ApprovalEvent.Expired => "Approval expired",
            ActionEvent.Prepared => "Prepared",
            ActionEvent.Begun => "Applying",
            ActionEvent.Applied => "Applied",
            ActionEvent.HadNoEffect => "No effect",
            ActionEvent.BecameAmbiguous => "Ambiguous",
            ActionEvent.Withdrawn => "Withdrawn",
            ActionEvent => "Action",
            ConflictEvent => "Conflict",
            QueueEvent => "Queue",
            WorkspaceEvent => "Line",
            PrincipalEvent => "Principal",
            LockEvent.Acquired => "Locked",
            LockEvent.Released => "Unlocked",
            LockEvent.Waited => "Waits for a lock",
            LockEvent.GaveUp => "Waits no longer",
            HoldEvent => "Hold",
            BulkEvent => "Bulk",
            ViewEvent => "View",
            WebhookEvent => "Webhook",
            RunbookEvent => "Runbook",
            ItemEvent.BackedOff
            or ItemEvent.BecameReady
            or ItemEvent.Reopened
            or ItemEvent.DependencyCompleted
            or ItemEvent.Archived
            or ItemEvent.Restored
            or LeaseEvent.Renewed
            or LeaseEvent.Acknowledged
            or NoteEvent.Acknowledged
            or InboxEvent
            or RunEvent
            or TargetEvent => "Changed",
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static (string Icon, Hue? Hue) Look(Event happened) =>
        happened switch
        {
            ItemEvent.Created => (Icons.CircleDashed, null),
            ItemEvent.Completed => (Icons.CircleCheck, Hue.Good),
            ItemEvent.Cancelled => (Icons.Ban, null),
            ItemEvent.HandedOff => (Icons.ArrowRightLeft, Hue.Wait),
            ItemEvent.AskedForAttention => (Icons.TriangleAlert, Hue.Wait),
            ItemEvent.AttentionEnded => (Icons.Play, Hue.Wait),
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Claim } => (Icons.CircleDotDashed, Hue.Work),
            LeaseEvent.Claimed or LeaseEvent.Started or LeaseEvent.Revived or LeaseEvent.Renewed => (
                Icons.CircleDot,
                Hue.Work
            ),
            LeaseEvent.Suspended => (Icons.CirclePause, Hue.Wait),
            LeaseEvent.Resumed => (Icons.Play, Hue.Work),
            LeaseEvent.WentStale => (Icons.TimerOff, Hue.Bad),
            LeaseEvent.Ended { As: EndedAs.TakenOver or EndedAs.Revoked } => (Icons.Unlink, null),
            LeaseEvent.Ended => (Icons.CircleMinus, null),
            CheckpointEvent => (Icons.Flag, null),
            NoteEvent => (Icons.MessageSquare, null),
            ArtifactEvent => (Icons.FileText, null),
            ReviewEvent.Requested => (Icons.Eye, Hue.Wait),
            ReviewEvent => (Icons.Eye, null),
            CommentEvent => (Icons.MessageSquare, null),
            ApprovalEvent.Given or ApprovalEvent.Restored => (Icons.ShieldCheck, Hue.Good),
            ApprovalEvent.Invalidated => (Icons.ShieldX, Hue.Bad),
            ApprovalEvent.Spent => (Icons.TicketCheck, null),
            ApprovalEvent => (Icons.Undo2, null),
            ActionEvent.Begun => (Icons.CircleArrowRight, Hue.Work),
            ActionEvent.Applied => (Icons.CircleCheck, Hue.Good),
            ActionEvent.BecameAmbiguous => (Icons.CircleQuestionMark, Hue.Open),
            ActionEvent.HadNoEffect => (Icons.CircleX, Hue.Bad),
            ActionEvent => (Icons.FileClock, null),
            ConflictEvent.Opened or ConflictEvent.Joined => (Icons.OctagonAlert, Hue.Bad),
            ConflictEvent => (Icons.CheckCheck, null),
            LockEvent or HoldEvent => (Icons.Lock, null),
            QueueEvent.Paused => (Icons.CirclePause, Hue.Wait),
            QueueEvent or WorkspaceEvent => (Icons.Layers, null),
            // Others: a plain mark. Their words beside it say what they are.
            _ => (Icons.CircleMinus, null),
        };
}
