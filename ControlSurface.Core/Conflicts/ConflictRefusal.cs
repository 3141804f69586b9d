namespace ControlSurface.Core.Conflicts;

/// <summary>Why a step on a conflict was refused (API.md, Refusals).</summary>
public abstract record ConflictRefusal : Refusal
{
    private ConflictRefusal() { }

    public sealed record ConflictChanged(long Seq) : ConflictRefusal
    {
        public override string Code => "conflict_changed";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record ConflictClosed(string Resolution, PrincipalId By) : ConflictRefusal
    {
        public override string Code => "conflict_closed";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
