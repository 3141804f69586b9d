namespace ControlSurface.Core.Actions;

/// <summary>Why a step of an action was refused (API.md, Refusals).</summary>
public abstract record ActionRefusal : Refusal
{
    private ActionRefusal() { }

    /// <summary>409: the id is another action's, with another fingerprint.</summary>
    /// <param name="Action">The id.</param>
    public sealed record ActionIdReused(string Action) : ActionRefusal
    {
        /// <inheritdoc/>
        public override string Code => "action_id_reused";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>409: the permit does not let this caller settle the action.</summary>
    /// <param name="Why">Why it does not.</param>
    /// <param name="Run">With <see cref="PermitFault.Run"/>: the run that the permit was given to; null for none.</param>
    public sealed record PermitInvalid(PermitFault Why, string? Run = null) : ActionRefusal
    {
        /// <inheritdoc/>
        public override string Code => "permit_invalid";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>409: somebody else settled the action otherwise meanwhile, or its outcome was not in doubt.</summary>
    /// <param name="By">Who settled it; where nobody did, who began or prepared it last.</param>
    /// <param name="As">How: a word of <see cref="AttemptFate"/>, or the action's state.</param>
    public sealed record ActionSettled(PrincipalId By, string As) : ActionRefusal
    {
        /// <summary>Nobody settled it: its outcome was not in doubt.</summary>
        public bool IsNotInDoubt { get; init; }

        /// <inheritdoc/>
        public override string Code => "action_settled";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
