using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Applying;

/// <summary>Beginning an action: its one permit, or why none is given (API.md, Actions; DESIGN.md, 5).</summary>
internal static class BeginRules
{
    internal static Decision Begin(IItemContext<ITargets> context, WorkAction action, ActionCommand.Begin c)
    {
        var item = action.Item is { } id ? context.At.FindItem(id) : null;
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        if (bounds.Refusal is { } invalid)
            return invalid;
        // An applied action always answers with its first receipt, with a lease or without (FIELD.md, 8).
        if (action.Written == ActionState.Applied)
            return NotBegun(
                context,
                action,
                BeginResult.AlreadyCompleted,
                "It was applied already; this is its first receipt."
            );
        var events = new List<Event>();
        if (UnderLease.Check(context, item, c.Verb, c.Run, c.Token, null, events, out var lease) is { } under)
            return under;
        if (PauseOf(context.At, action) is { } paused)
            return paused;
        if (LockRules.Guard(context, item, action.Queue, action.Target) is { } guarded)
            return guarded;
        if (NotReady(context, action) is { } otherwise)
            return otherwise;
        var approvals = Approvals(context.At, action, out var why);
        return why is null
            ? Go(context, action, c, lease?.Id, approvals, events)
            : NotBegun(context, action, BeginResult.NotApproved, why);
    }

    /// <summary>The pause that keeps the action from beginning: the whole line's first, then its queue's; null where none does.</summary>
    private static Refusal.Paused? PauseOf(ITargets at, WorkAction action)
    {
        if (at.Stopped is { } stop)
            return new Refusal.Paused(PauseScope.Workspace, stop.By, stop.Why);
        return action.Queue is { } queue && at.FindQueue(queue)?.Queue.Pause is { } pause
            ? new Refusal.Paused(PauseScope.Queue, pause.By, pause.Why)
            : null;
    }

    /// <summary>The answer without a permit, given the action's state, version and target; null where it may go.</summary>
    private static Decision? NotReady(IItemContext<ITargets> context, WorkAction action)
    {
        switch (action.Written)
        {
            case ActionState.Applying:
                return NotBegun(
                    context,
                    action,
                    BeginResult.InProgress,
                    action.Outstanding!.By == context.Who.Id
                        ? $"You began it and have until {Phrases.Clock(action.Outstanding.ApplyBy)}; reading the action with its run gives you its permit again."
                        : $"{action.Outstanding.ByName} began it and has until {Phrases.Clock(action.Outstanding.ApplyBy)}."
                );
            case ActionState.Ambiguous:
                return NotBegun(
                    context,
                    action,
                    BeginResult.Ambiguous,
                    $"{action.Why} Look in the real system, then verify."
                );
            case ActionState.Withdrawn:
                return NotBegun(context, action, BeginResult.Superseded, $"It was withdrawn: {action.Why}");
        }
        if (context.At.IsSuperseded(action))
            return NotBegun(
                context,
                action,
                BeginResult.Superseded,
                $"Version {action.Version} is no longer current; prepare an action for the current one."
            );
        return Obstruction.Of(context.At, action, context.Now) is { } obstacle
            ? Conflicting(context, action, obstacle)
            : null;
    }

    /// <summary>Gives the permit out and spends the approvals that let the action through.</summary>
    private static Decision Go(
        IItemContext<ITargets> context,
        WorkAction action,
        ActionCommand.Begin c,
        LeaseId? lease,
        IReadOnlyList<Approval> approvals,
        List<Event> events
    )
    {
        var item = context.At.InMemory(action.Item);
        events.Add(
            new ActionEvent.Begun(action.Id, item)
            {
                PermitHash = WorkAction.HashOf(c.Permit),
                Name = context.Who.Name,
                Run = c.Run,
                Lease = lease,
                ApplyBy = context.Now.AddSeconds(action.ApplySeconds),
                Approvals = [.. approvals.Select(a => a.Id)],
                PermitSeed = c.PermitSeed,
            }
        );
        if (approvals.Count > 0)
            events.Add(
                new ApprovalEvent.Spent(action.Artifact!.Value, item, [.. approvals.Select(a => a.Id)], action.Id)
            );
        var after = ActionRules.After(context, action, events);
        return Decision.Accepted(
            events,
            new BeginReply(
                new BeginOutcome(BeginResult.Go, after, Why: null, c.Permit, after.NextDueAt, Conflict: null)
            )
        );
    }

    private static Decision Conflicting(IItemContext<ITargets> context, WorkAction action, Obstruction obstacle)
    {
        var events = new List<Event>();
        var conflict = Collisions.Open(
            context.At,
            events,
            ActionCollision.Of(
                context.At,
                action,
                obstacle.Kind,
                obstacle.Why,
                ActionCollision.VersionOf(context.At, action, "to be applied")
            )
        );
        var guidance = RunbookRules.GuidanceFor(context.At, obstacle.Kind, action.Queue, action.Target);
        var why = RunbookRules.Advised(obstacle.Why, guidance);
        return Decision.Accepted(
            events,
            new BeginReply(
                new BeginOutcome(BeginResult.Conflicting, action, why, Permit: null, ApplyBy: null, conflict)
            )
        );
    }

    /// <summary>The approvals that let the action through, which it spends; or why there are none that do.</summary>
    private static IReadOnlyList<Approval> Approvals(ITargets at, WorkAction action, out string? why)
    {
        why = null;
        var policy = at.PolicyOf(action.Queue);
        if (action is not { Artifact: { } id, Version: { } number } || at.FindArtifact(id) is not { } artifact)
        {
            if (action.Queue is not null && (policy.RequiredApprovals > 0 || policy.Approvals.Count > 0))
                why =
                    "no_artifact: this queue requires approvals, and the action names no version that could have one.";
            return [];
        }
        var version = artifact.Versions[number - 1];
        var rulesOfNone = ApprovalStanding.Weigh(at, artifact, [], [action]);
        if (rulesOfNone.Count == 0)
            return [];
        if (ApprovalStanding.Blocking(artifact, number) is { Count: > 0 } blocked)
        {
            why =
                $"{blocked[0].ByName} said {WireNames.Of(blocked[0].Decision).Replace('_', ' ')}{Phrases.Because(blocked[0].Comment)}.";
            return [];
        }
        var holding = ApprovalStanding.Holding(artifact, version);
        List<Approval> covering = [.. holding.Where(a => Consequences.Covers(a, action))];
        var missing = ApprovalStanding.Weigh(at, artifact, covering, [action]).FirstOrDefault(r => !r.IsMet);
        if (missing is null)
            return holding;
        why =
            holding.Count > covering.Count
                ? $"Version {number} was approved before this action was prepared; ask for it to be approved again."
            : missing.State == RuleState.NobodyEligible
                ? $"Version {number} needs {missing.Required} for {missing.Name}, and nobody is eligible to give it."
            : $"Version {number} has {missing.Given} of {missing.Required} for {missing.Name}.";
        return [];
    }

    private static Decision NotBegun(IItemContext<ITargets> context, WorkAction action, BeginResult outcome, string why)
    {
        var conflict = context.At.OpenConflicts.FirstOrDefault(c => c.Action == action.Id)?.Id;
        return Decision.Unchanged(
            new BeginReply(new BeginOutcome(outcome, action, why, Permit: null, action.NextDueAt, conflict))
        );
    }
}
