using ControlSurface.Components;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Pages.Views;

/// <summary>Events as lines of a timeline: Core's sentence, with a drawing and a hue.</summary>
public static class Timelines
{
    public static TimelineEntry Entry(Recorded recorded, Func<PrincipalId, string> nameOf, bool namesItem = false)
    {
        var (icon, hue) = Look(recorded.Event);
        var item = recorded.Event.ItemId?.Text;
        return new TimelineEntry(
            recorded.At,
            icon,
            hue,
            namesItem && item is not null ? item : Head(recorded.Event),
            Sentences.Of(recorded, nameOf),
            By: null,
            recorded.Seq,
            namesItem && item is not null ? $"/items/{item}" : null
        );
    }

    /// <summary>The type in words, before its sentence.</summary>
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
            QueueEvent => "Queue",
            WorkspaceEvent => "Line",
            PrincipalEvent => "Principal",
            _ => "Changed",
        };

    private static (string Icon, Hue? Hue) Look(Event happened) =>
        happened switch
        {
            ItemEvent.Created => (Icons.CircleDashed, null),
            ItemEvent.Completed => (Icons.CircleCheck, Hue.Good),
            ItemEvent.Cancelled => (Icons.Ban, null),
            ItemEvent.HandedOff => (Icons.ArrowRightLeft, Hue.Wait),
            ItemEvent.AskedForAttention => (Icons.TriangleAlert, Hue.Wait),
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
            QueueEvent.Paused => (Icons.CirclePause, Hue.Wait),
            QueueEvent or WorkspaceEvent => (Icons.Layers, null),
            _ => (Icons.CircleMinus, null),
        };
}
