namespace ControlSurface.Core.Actions;

/// <summary>Why a step of an action was refused (API.md, Refusals).</summary>
public abstract record ActionRefusal : Refusal
{
    private ActionRefusal() { }

    public sealed record ActionIdReused(string Action) : ActionRefusal
    {
        public override string Code => "action_id_reused";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="Why"><c>unknown</c>, <c>used</c>, <c>not_yours</c>, or <c>run</c> where that member is missing or one too many.</param>
    /// <param name="Run">With <c>run</c>: the run that the permit was given to; null for none.</param>
    public sealed record PermitInvalid(string Why, string? Run = null) : ActionRefusal
    {
        public override string Code => "permit_invalid";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="As">What it was settled as.</param>
    public sealed record ActionSettled(PrincipalId By, string As) : ActionRefusal
    {
        public override string Code => "action_settled";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
