using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Workspaces;

// The whole state as values, for snapshots and digests, and the workspace that such a state describes.
public sealed partial class Workspace
{
    /// <summary>The whole state as values, in a fixed order.</summary>
    public WorkspaceState ToState() =>
        new()
        {
            Seq = Seq,
            At = At,
            LastItem = LastItem,
            LastLease = LastLease,
            Stopped = Stopped,
            Queues = [.. _queues.Values.Select(q => new QueueState(q.Queue, [.. q.Flow], [.. q.RecentClaims]))],
            Principals = [.. _principals.Values],
            EndedRuns = [.. _endedRuns.Values],
            Items = [.. _items.After(0)],
            Artifacts = [.. _artifacts.Values],
            Actions = [.. _actions.Values],
            Conflicts = [.. _conflicts.Values],
            Targets = [.. _targets.Values],
            Holds = [.. _holds.Values],
            LastHold = LastHold,
            Inboxes = [.. _inboxes.Values],
            Patterns = [.. _patterns.Values],
            Bulk = [.. _bulk.Values],
            LastBulk = LastBulk,
            Views = [.. _views.Values],
            Absences = [.. _absences.Values],
            Webhooks = [.. _webhooks.Values],
            KnownRuns = [.. _knownRuns.Values],
        };

    /// <summary>A workspace with this state; its own state has the same digest.</summary>
    public static Workspace From(WorkspaceState state)
    {
        var workspace = new Workspace
        {
            Seq = state.Seq,
            At = state.At,
            Stopped = state.Stopped,
        };
        foreach (var queue in state.Queues)
        {
            var room = new QueueRoom(queue.Queue);
            room.Restore(queue.Flow, queue.RecentClaims);
            workspace._queues[queue.Queue.Name] = room;
        }
        foreach (var principal in state.Principals)
            workspace._principals[principal.Id] = principal;
        foreach (var run in state.EndedRuns)
            workspace._endedRuns[(run.Principal, run.Run)] = run;
        foreach (var run in state.KnownRuns ?? [])
            workspace.PutRun(run);
        foreach (var item in state.Items)
            workspace.Put(was: null, item);
        foreach (var artifact in state.Artifacts ?? [])
            workspace.PutArtifact(artifact);
        foreach (var action in state.Actions ?? [])
            workspace.PutAction(action);
        foreach (var conflict in state.Conflicts ?? [])
            workspace.PutConflict(conflict);
        foreach (var target in state.Targets ?? [])
            workspace._targets[target.Path] = target;
        foreach (var hold in state.Holds ?? [])
            workspace.PutHold(hold);
        workspace.LastHold = state.LastHold;
        foreach (var inbox in state.Inboxes ?? [])
            workspace._inboxes[inbox.Principal] = inbox;
        foreach (var pattern in state.Patterns ?? [])
            workspace._patterns[pattern.Id] = pattern;
        foreach (var job in state.Bulk ?? [])
            workspace._bulk[job.Id] = job;
        workspace.LastBulk = state.LastBulk;
        foreach (var view in state.Views ?? [])
            workspace._views[(view.By, view.Id)] = view;
        foreach (var webhook in state.Webhooks ?? [])
            workspace._webhooks[webhook.Id] = webhook;
        foreach (var absence in state.Absences ?? [])
            workspace.PutAbsence(absence.Who, absence);
        workspace.LastItem = state.LastItem;
        workspace.LastLease = state.LastLease;
        return workspace;
    }
}
