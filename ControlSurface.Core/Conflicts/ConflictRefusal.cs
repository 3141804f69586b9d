namespace ControlSurface.Core.Conflicts;

/// <summary>Why a step on a conflict was refused (API.md, Refusals).</summary>
public abstract record ConflictRefusal : Refusal
{
    private ConflictRefusal() { }

    /// <summary>409: the conflict changed after what the caller read.</summary>
    /// <param name="Seq">Its seq now.</param>
    public sealed record ConflictChanged(long Seq) : ConflictRefusal
    {
        /// <inheritdoc/>
        public override string Code => "conflict_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>409: the conflict is resolved already.</summary>
    /// <param name="Resolution">The word of its resolution.</param>
    /// <param name="By">Who resolved it.</param>
    public sealed record ConflictClosed(string Resolution, PrincipalId By) : ConflictRefusal
    {
        /// <inheritdoc/>
        public override string Code => "conflict_closed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
