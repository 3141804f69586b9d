using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Applying;

/// <summary>
/// The events that settle an action or put it in doubt. Reports of callers, conflicts, permits that ran out and leases that ended all
/// come here, so that an action is settled in one way.
/// </summary>
internal static class ActionOutcomes
{
    /// <summary>The action was applied: with its receipt, or as somebody saw it in the real system.</summary>
    internal static void Apply(
        List<Event> events,
        IItemContext<ITargets> context,
        WorkAction action,
        string? receipt,
        string? observed,
        TargetEvidence? after,
        SettledBy how,
        string? note,
        Attempt? attempt
    )
    {
        var late = action.Written == ActionState.Ambiguous || attempt?.ApplyBy <= context.Now;
        var item = context.At.InMemory(action.Item);
        events.Add(new ActionEvent.Applied(action.Id, item, receipt, observed, after, late, how, note));
        TargetRules.Release(events, context, action, observed);
        Overtake(events, context.At, action, "The action was settled: it was applied.");
    }

    /// <summary>Settles an ambiguous action by what somebody saw in the real system: for <c>verify</c>, and for a resolution of its conflict.</summary>
    internal static void Settle(
        List<Event> events,
        IItemContext<ITargets> context,
        WorkAction action,
        bool applied,
        string? observed,
        string? contentHash,
        string? note
    )
    {
        if (!applied)
        {
            Undo(events, context, action, action.Outstanding!, SettledBy.Verify, note);
            return;
        }
        Apply(
            events,
            context,
            action,
            receipt: null,
            observed,
            after: null,
            SettledBy.Verify,
            note,
            action.Outstanding
        );
        if (contentHash is null || action.PayloadHash is null || contentHash == action.PayloadHash)
            return;
        var competing = ActionCollision.VersionOf(context.At, action, "approved");
        competing.Add(new Competing("seen", null, null, contentHash, context.Who.Id, context.Who.Name, context.Now));
        Collisions.Open(
            context.At,
            events,
            ActionCollision.Of(
                context.At,
                action,
                ConflictKind.VerificationMismatch,
                $"{context.Who.Name} saw another content on {action.Target} than the one that was approved.",
                competing
            )
        );
    }

    /// <summary>Makes the action ambiguous and opens its conflict: nobody can say whether it happened until somebody has looked (DESIGN.md, 5).</summary>
    internal static void MarkAmbiguous(List<Event> events, ITargets at, WorkAction action, string why)
    {
        events.Add(new ActionEvent.BecameAmbiguous(action.Id, at.InMemory(action.Item), why));
        var competing = ActionCollision.VersionOf(at, action, "being applied");
        Collisions.Open(
            at,
            events,
            ActionCollision.Of(
                at,
                action,
                ConflictKind.LateResult,
                $"{action.Kind} on {action.Target} may or may not have happened. {why}",
                competing
            )
        );
    }

    /// <summary>The action had no effect: it can be begun again, and gets back the approvals that it spent.</summary>
    internal static void Undo(
        List<Event> events,
        IItemContext<ITargets> context,
        WorkAction action,
        Attempt attempt,
        SettledBy how,
        string? why
    )
    {
        var item = context.At.InMemory(action.Item);
        var isLast = action.Item is { } of && context.At.FindItem(of) is not { Settled: null };
        events.Add(new ActionEvent.HadNoEffect(action.Id, item, how, why, isLast));
        // An unused approval is given back only while its version is still the one that would be applied.
        if (
            attempt.Approvals.Count > 0
            && action.Artifact is { } id
            && context.At.FindArtifact(id) is { } artifact
            && artifact.Current.Number == action.Version
        )
        {
            List<ApprovalId> back =
            [
                .. artifact
                    .Approvals.Where(a =>
                        attempt.Approvals.Contains(a.Id) && a.State is (ApprovalState.Spent or ApprovalState.Valid)
                    )
                    .Select(a => a.Id),
            ];
            if (back.Count > 0)
                events.Add(new ApprovalEvent.Restored(id, item, back, action.Id));
        }
        TargetRules.Release(events, context, action, observed: null);
        Overtake(events, context.At, action, "The action was settled: it had no effect.");
    }

    private static void Overtake(List<Event> events, ITargets at, WorkAction action, string why) =>
        Collisions.Overtake(at, events, c => c.Kind == ConflictKind.LateResult && c.Action == action.Id, why);
}
