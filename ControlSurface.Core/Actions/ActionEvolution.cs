using System.Diagnostics;

namespace ControlSurface.Core.Actions;

/// <summary>The action after an event: copies what the event says, asks nothing, refuses nothing.</summary>
internal static class ActionEvolution
{
    internal static WorkAction Evolve(WorkAction? action, Recorded recorded)
    {
        if (recorded.Event is ActionEvent.Prepared prepared)
            return Prepare(prepared, recorded);
        var was = action ?? throw new UnreachableException(recorded.Event.Type);
        var next = (ActionEvent)recorded.Event switch
        {
            ActionEvent.Carried e => was with
            {
                Version = e.Version,
                PayloadHash = e.PayloadHash,
                Fingerprint = e.Fingerprint,
            },
            ActionEvent.Begun e => was with
            {
                Written = ActionState.Applying,
                Why = null,
                Attempts = was.Attempts.Add(
                    new Attempt(e.PermitHash, recorded.By, e.Name, e.Run, e.Lease, recorded.At, e.ApplyBy, e.Approvals)
                    {
                        PermitSeed = e.PermitSeed,
                    }
                ),
            },
            ActionEvent.Applied e => Settle(
                was,
                e.How == SettledBy.Verify ? AttemptFate.VerifiedApplied : AttemptFate.Applied,
                recorded
            ) with
            {
                Written = ActionState.Applied,
                Receipt = e.Receipt,
                ObservedTargetVersion = e.ObservedTargetVersion,
                After = e.After,
                AppliedAt = recorded.At,
                Late = e.Late,
                Why = e.Note,
            },
            ActionEvent.HadNoEffect e => Settle(
                was,
                e.How == SettledBy.Verify ? AttemptFate.VerifiedNotApplied : AttemptFate.Failed,
                recorded
            ) with
            {
                Written = e.IsLast ? ActionState.Failed : ActionState.Prepared,
                Why = e.Why,
            },
            ActionEvent.BecameAmbiguous e => was with { Written = ActionState.Ambiguous, Why = e.Why },
            ActionEvent.Withdrawn e => was with { Written = ActionState.Withdrawn, Why = e.Why },
            ActionEvent.Prepared => throw new UnreachableException("made a new action above"),
            _ => throw new UnreachableException(recorded.Event.GetType().Name),
        };
        return next with { UpdatedAt = recorded.At, Seq = recorded.Seq };
    }

    private static WorkAction Prepare(ActionEvent.Prepared p, Recorded recorded) =>
        new()
        {
            Id = p.Action,
            Kind = p.Kind,
            Target = p.Target,
            Item = p.Item,
            Queue = p.Queue,
            Artifact = p.Artifact,
            Version = p.Version,
            ExpectedTargetVersion = p.ExpectedTargetVersion,
            PayloadHash = p.PayloadHash,
            Before = p.Before,
            Summary = p.Summary,
            ApplySeconds = p.ApplySeconds,
            Fingerprint = p.Fingerprint,
            PreparedBy = recorded.By,
            PreparedAt = recorded.At,
            UpdatedAt = recorded.At,
            Seq = recorded.Seq,
        };

    private static WorkAction Settle(WorkAction action, AttemptFate fate, Recorded recorded) =>
        action.Outstanding is not { } attempt
            ? action
            : action with
            {
                Attempts = action.Attempts.SetItem(
                    action.Attempts.Count - 1,
                    attempt with
                    {
                        Fate = fate,
                        SettledBy = recorded.By,
                    }
                ),
            };
}
