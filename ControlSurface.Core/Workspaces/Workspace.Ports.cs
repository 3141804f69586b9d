using ControlSurface.Core.Approvals;
using ControlSurface.Core.Deciding;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Workspaces;

/// <summary>The interfaces that lower rooms declare for what they need from rooms above them; the workspace implements them.</summary>
public sealed partial class Workspace
{
    IEnumerable<Queue> IQueues.QueueRecords => _queues.Values.Select(room => room.Queue);

    Queue? IQueues.QueueNamed(string name) => FindQueue(name)?.Queue;

    IReadOnlyList<Event> IQueueWork.StopClocks(string queue, DateTimeOffset now)
    {
        var events = new List<Event>();
        foreach (var id in _queues[queue].Owned)
        {
            if (SuspendRules.Pause(FindItem(id)!.Lease!, now) is { } suspended)
                events.Add(suspended);
        }
        return events;
    }

    IReadOnlyList<Event> IQueueWork.StartClocks(string queue, ResumeCause because, DateTimeOffset now)
    {
        var events = new List<Event>();
        foreach (var id in _queues[queue].Owned)
        {
            if (SuspendRules.Unpause(FindItem(id)!.Lease!, because, now) is { } resumed)
                events.Add(resumed);
        }
        return events;
    }

    IReadOnlyList<Event> IPrincipalWork.EndLeasesOf(PrincipalId who, string? why, DateTimeOffset now)
    {
        var events = new List<Event>();
        EndRules.EndAll(events, this, who, _ => true, EndedAs.PrincipalEnded, why, now);
        return events;
    }

    IReadOnlyList<(RevokedApproval Approval, Event Revoked)> IPrincipalWork.RevokeApprovalsOf(
        PrincipalId who,
        string why
    ) =>
        [
            .. ApprovalRules
                .RevocationsOf(this, who, why)
                .Select(revoked => (new RevokedApproval(revoked.Approval, revoked.Artifact), (Event)revoked)),
        ];

    /// <inheritdoc/>
    public ReviewView? ReviewOn(ItemId item)
    {
        var reviewed = ArtifactsOf(item).FirstOrDefault(a => a.OpenReview is not null);
        return reviewed is null ? null : ReviewView.Of(this, reviewed, reviewed.OpenReview!);
    }

    /// <inheritdoc/>
    public Event? SeenBy(Scope scope, Event happened) => Sight.Of(scope, happened, id => FindItem(id)?.Queue);

    IReadOnlyList<string> IWebhookList.EventTypes => EventTypes.Names;
}
