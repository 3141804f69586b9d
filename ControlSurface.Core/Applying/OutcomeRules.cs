using ControlSurface.Core.Actions;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Applying;

/// <summary>Reports on an action that was begun: completed, failed, or verified in the real system (API.md, Actions).</summary>
internal static class OutcomeRules
{
    internal static Decision Complete(IItemContext<ITargets> context, WorkAction action, ActionCommand.Complete c)
    {
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.OptionalName("observedTargetVersion", c.ObservedTargetVersion);
        if (c.Receipt is { Length: > Bounds.BodyLength })
            bounds.Fault("receipt", "must be at most 100000 characters; keep what is longer and name it here");
        ActionRules.CheckEvidence(bounds, "after", c.After);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (Find(context, action, c.Permit, c.Run, out var attempt) is { } refusal)
            return refusal;
        if (attempt.Fate == AttemptFate.Applied)
            return ActionRules.Unchanged(context, action);
        if (attempt.Fate is { } fate)
            return AlreadySettled(attempt, fate);
        var events = new List<Event>();
        ActionOutcomes.Apply(
            events,
            context,
            action,
            c.Receipt,
            c.ObservedTargetVersion,
            c.After,
            SettledBy.Complete,
            note: null,
            attempt
        );
        return ActionRules.Answer(context, action, events, isNew: false);
    }

    internal static Decision Fail(IItemContext<ITargets> context, WorkAction action, ActionCommand.Fail c)
    {
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        bounds.OneOf("effect", c.Effect);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (Find(context, action, c.Permit, c.Run, out var attempt) is { } refusal)
            return refusal;
        if (attempt.Fate is { } fate)
        {
            if (fate == AttemptFate.Failed && c.Effect == FailureEffect.None)
                return ActionRules.Unchanged(context, action);
            return AlreadySettled(attempt, fate);
        }
        var events = new List<Event>();
        if (c.Effect == FailureEffect.Unknown)
        {
            if (action.Written == ActionState.Ambiguous)
                return ActionRules.Unchanged(context, action);
            ActionOutcomes.MarkAmbiguous(
                events,
                context.At,
                action,
                $"{context.Who.Name} does not know whether it happened: {c.Why}"
            );
        }
        else
        {
            ActionOutcomes.Undo(events, context, action, attempt, SettledBy.Fail, c.Why);
        }
        return ActionRules.Answer(context, action, events, isNew: false);
    }

    private static Refusal AlreadySettled(Attempt attempt, AttemptFate fate) =>
        fate is AttemptFate.VerifiedApplied or AttemptFate.VerifiedNotApplied
            ? new ActionRefusal.ActionSettled(attempt.SettledBy!.Value, WireNames.Of(fate))
            : new ActionRefusal.PermitInvalid(PermitFault.Used);

    internal static Decision Verify(IItemContext<ITargets> context, WorkAction action, ActionCommand.Verify c)
    {
        var attempt = action.Outstanding;
        var holds =
            attempt?.By == context.Who.Id
            || (action.Item is { } id && context.At.FindItem(id)?.Lease?.Holder.Id == context.Who.Id);
        if (!holds && !context.Has(Verb.ResolveConflict))
            return new Refusal.Forbidden(
                "the holder, or " + Permissions.InWords(Permissions.MayAsk(Verb.ResolveConflict))
            );
        var bounds = new Bounds();
        bounds.Text("note", c.Note, Bounds.NoteLength);
        bounds.OptionalName("observedTargetVersion", c.ObservedTargetVersion);
        if (c.ContentHash is not null && !ContentHash.IsOne(c.ContentHash))
            bounds.Fault("contentHash", "must be sha256: and 64 lower-case hexadecimal digits");
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (action.Written != ActionState.Ambiguous)
        {
            var last = action.Attempts.Count > 0 ? action.Attempts[^1] : null;
            var same = last?.Fate == (c.Applied ? AttemptFate.VerifiedApplied : AttemptFate.VerifiedNotApplied);
            return same
                ? ActionRules.Unchanged(context, action)
                : new ActionRefusal.ActionSettled(
                    last?.SettledBy ?? last?.By ?? action.PreparedBy,
                    WireNames.Of(context.At.StateOf(action))
                )
                {
                    IsNotInDoubt = last?.SettledBy is null,
                };
        }
        var events = new List<Event>();
        ActionOutcomes.Settle(events, context, action, c.Applied, c.ObservedTargetVersion, c.ContentHash, c.Note);
        return ActionRules.Answer(context, action, events, isNew: false);
    }

    /// <summary>The attempt that the caller's permit began; or why the permit is not theirs to use.</summary>
    private static Refusal? Find(
        IItemContext<ITargets> context,
        WorkAction action,
        string permit,
        string? run,
        out Attempt attempt
    )
    {
        var hash = WorkAction.HashOf(permit);
        attempt = action.Attempts.FindLast(a => a.PermitHash == hash)!;
        if (attempt is null)
            return new ActionRefusal.PermitInvalid(PermitFault.Unknown);
        if (attempt.By != context.Who.Id)
            return new ActionRefusal.PermitInvalid(PermitFault.NotYours);
        if (string.Equals(attempt.Run, run, StringComparison.Ordinal))
            return null;
        // The permit and the principal are right, so the refusal names the run.
        return run is null || attempt.Run is null
            ? new ActionRefusal.PermitInvalid(PermitFault.Run, attempt.Run)
            : new ActionRefusal.PermitInvalid(PermitFault.NotYours);
    }
}
