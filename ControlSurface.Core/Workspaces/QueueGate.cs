using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
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

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// What each command names, held against the scope of a caller who is limited to queues (API.md, Limited callers). Every command
/// passes here before its room decides it, and again before a kept answer is given for it. A thing that does not exist
/// belongs to no queue here: its room says so.
/// </summary>
internal static class QueueGate
{
    /// <summary>Why the caller may not make the command; null where no queue keeps them from it.</summary>
    internal static Refusal? Outside(Workspace at, Command command, Scope scope) =>
        scope.IsLimited ? scope.OutsideOf(command.Verb) ?? Named(at, command, scope) : null;

    private static Refusal? Named(Workspace at, Command command, Scope scope) =>
        command switch
        {
            ItemCommand c => Named(at, c, scope),
            ClaimCommand c => Named(at, c, scope),
            LeaseCommand c => OnLease(at, c.Lease, scope),
            // Each renewal is refused by itself, beside the others.
            RenewMany => null,
            NoteCommand.Add c => OnItem(at, c.Item, scope),
            NoteCommand.Acknowledge c => OnItem(at, c.Item, scope),
            RunCommand.End c => OnRun(at, c, scope),
            // Its own run: nothing of it is held any more.
            RunCommand.Reopen => null,
            QueueCommand.Set c => scope.Outside(c.Queue),
            QueueCommand.PauseQueue c => scope.Outside(c.Queue),
            QueueCommand.ResumeQueue c => scope.Outside(c.Queue),
            // The whole line: kept away by its verb already.
            QueueCommand.Stop or QueueCommand.Go or QueueCommand.Drain => null,
            ArtifactCommand.Create c => c.Item is { } item ? OnItem(at, item, scope) : scope.Outside(queue: null),
            ArtifactCommand.Publish c => OnArtifact(at, c.Artifact, scope),
            ArtifactCommand.Permit c => OnArtifact(at, c.Artifact, scope),
            ArtifactCommand.Keep => null,
            ReviewCommand c => Named(at, c, scope),
            ApprovalCommand.Decide c => OnArtifact(at, c.Artifact, scope),
            ApprovalCommand.Revoke c => OnArtifact(at, c.Artifact, scope),
            ApprovalCommand.Lift c => OnArtifact(at, c.Artifact, scope),
            ActionCommand c => Named(at, c, scope),
            // The topic is read where it is checked.
            PresenceCommand => null,
            // The whole workspace: kept away by its verb already.
            AddWorkspaceCommand => null,
            // Anybody may say that something outside changed; what follows where is not shown to them.
            TargetCommand.Report => null,
            InboxCommand => null,
            // All but this one are kept away by their verbs already.
            PrincipalCommand => null,
            BulkCommand c => Named(at, c, scope),
            WebhookCommand => null,
            ViewCommand.Save => null,
            ViewCommand.Delete c => OnView(at, c, scope),
            RunbookCommand.Set c => at.FindPattern(c.Pattern) is { } pattern ? scope.Outside(pattern.Queue) : null,
            HoldCommand.Begin => null,
            HoldCommand.End c => at.FindHold(c.Hold) is { } hold && hold.By != scope.Who
                ? scope.Outside(queue: null)
                : null,
            ConflictCommand.Take c => OnConflict(at, c.Conflict, scope),
            ConflictCommand.Resolve c => OnConflict(at, c.Conflict, scope),
            MalformedCommand c => Named(at, c, scope),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Refusal? Named(Workspace at, ItemCommand command, Scope scope) =>
        command switch
        {
            ItemCommand.Create c => scope.Outside(c.Queue)
                ?? (c.DependsOn.IsNamed ? OnDependencies(at, c.DependsOn.Value, scope) : null),
            ItemCommand.Edit c => OnItem(at, c.Item, scope)
                ?? (c.Queue.IsNamed ? scope.Outside(c.Queue.Value) : null)
                ?? (c.DependsOn.IsNamed ? OnDependencies(at, c.DependsOn.Value, scope) : null),
            ItemCommand.Requeue c => OnItem(at, c.Item, scope),
            ItemCommand.Cancel c => OnItem(at, c.Item, scope),
            ItemCommand.Park c => OnItem(at, c.Item, scope),
            ItemCommand.Unpark c => OnItem(at, c.Item, scope),
            ItemCommand.Snooze c => OnItem(at, c.Item, scope),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Refusal? Named(Workspace at, ClaimCommand command, Scope scope) =>
        command switch
        {
            ClaimCommand.Next c => scope.Outside(c.Queue),
            ClaimCommand.One c => OnItem(at, c.Item, scope),
            ClaimCommand.TakeOver c => OnItem(at, c.Item, scope),
            ClaimCommand.Accept c => OnItem(at, c.Item, scope),
            ClaimCommand.Decline c => OnItem(at, c.Item, scope),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Refusal? Named(Workspace at, ReviewCommand command, Scope scope) =>
        command switch
        {
            ReviewCommand.Request c => OnArtifact(at, c.Artifact, scope),
            ReviewCommand.Take c => OnReview(at, c.Review, scope),
            ReviewCommand.Reassign c => OnReview(at, c.Review, scope),
            ReviewCommand.Remind c => OnReview(at, c.Review, scope),
            ReviewCommand.Withdraw c => OnReview(at, c.Review, scope),
            ReviewCommand.AddComment c => OnArtifact(at, c.Artifact, scope),
            ReviewCommand.Reply c => OnArtifact(at, c.Artifact, scope),
            ReviewCommand.Resolve c => OnArtifact(at, c.Artifact, scope),
            ReviewCommand.Accept c => OnArtifact(at, c.Artifact, scope),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Refusal? Named(Workspace at, ActionCommand command, Scope scope)
    {
        if (at.FindAction(command.Action) is { } known)
            return scope.Outside(at.QueueOf(known));
        return command is ActionCommand.Prepare c
            ? c.Artifact is { } artifact && OnArtifact(at, artifact, scope) is { } outside
                ? outside
                : c.Item is { } item
                    ? OnItem(at, item, scope)
                    : c.Artifact is null
                        ? scope.Outside(queue: null)
                        : null
            : null;
    }

    private static Refusal? Named(Workspace at, BulkCommand command, Scope scope) =>
        command switch
        {
            BulkCommand.Start { Ids: { } ids } c => OnEach(at, c.Do, ids, scope),
            // What a filter means is only what the caller sees.
            BulkCommand.Start => null,
            BulkCommand.Stop c => at.FindBulk(c.Bulk) is { } job && !scope.Covers(job.Queues)
                ? scope.Outside(queue: null)
                : null,
            BulkCommand.Advance => null,
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Refusal? Named(Workspace at, MalformedCommand c, Scope scope) =>
        (c.Queue is { } queue ? scope.Outside(queue) : null)
        ?? (c.Item is { } item ? OnItem(at, item, scope) : null)
        ?? (c.Artifact is { } artifact ? OnArtifact(at, artifact, scope) : null)
        ?? (c.Lease is { } lease ? OnLease(at, lease, scope) : null);

    private static Refusal? OnItem(Workspace at, ItemId id, Scope scope) =>
        at.FindItem(id) is { } item ? scope.Outside(item.Queue) : null;

    private static Refusal? OnLease(Workspace at, LeaseId id, Scope scope) =>
        at.FindItemOf(id) is { } item ? scope.Outside(item.Queue) : null;

    private static Refusal? OnArtifact(Workspace at, ArtifactId id, Scope scope) =>
        at.FindArtifact(id) is { } artifact ? scope.Outside(artifact.Queue) : null;

    private static Refusal? OnReview(Workspace at, ReviewId id, Scope scope) =>
        at.FindReviewed(id) is { } artifact ? scope.Outside(artifact.Queue) : null;

    private static Refusal? OnConflict(Workspace at, ConflictId id, Scope scope) =>
        at.FindConflict(id) is { } conflict ? scope.Outside(at.QueueOf(conflict)) : null;

    // A run is ended whole or not at all: ending what the caller sees of it would leave the rest without its agent.
    private static Refusal? OnRun(Workspace at, RunCommand.End c, Scope scope)
    {
        foreach (var item in at.HeldBy(c.Principal ?? scope.Who))
        {
            if (
                string.Equals(item.Lease!.Holder.Run, c.Run, StringComparison.Ordinal)
                && scope.Outside(item.Queue) is { } outside
            )
                return outside;
        }
        return null;
    }

    private static Refusal? OnDependencies(Workspace at, IReadOnlyList<string>? ids, Scope scope)
    {
        foreach (var text in ids ?? [])
        {
            if (ItemId.TryParse(text, out var id) && OnItem(at, id, scope) is { } outside)
                return outside;
        }
        return null;
    }

    private static Refusal? OnEach(Workspace at, BulkDo what, IReadOnlyList<string> ids, Scope scope)
    {
        foreach (var text in ids)
        {
            var outside =
                what == BulkDo.Resolve
                    ? ConflictId.TryParse(text, out var conflict)
                        ? OnConflict(at, conflict, scope)
                        : null
                    : ItemId.TryParse(text, out var item)
                        ? OnItem(at, item, scope)
                        : null;
            if (outside is not null)
                return outside;
        }
        return null;
    }

    // A view that is shared belongs to the whole workspace; their own is theirs.
    private static Refusal? OnView(Workspace at, ViewCommand.Delete c, Scope scope) =>
        at.FindOwnView(scope.Who, c.Id) is null && at.FindView(scope.Who, c.Id) is not null
            ? scope.Outside(queue: null)
            : null;
}
