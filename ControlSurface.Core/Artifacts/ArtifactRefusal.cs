namespace ControlSurface.Core.Artifacts;

/// <summary>Why a version was refused (API.md, Refusals).</summary>
public abstract record ArtifactRefusal : Refusal
{
    private ArtifactRefusal() { }

    /// <summary>409: the base is not the current version. The content is kept, and competes in a conflict.</summary>
    /// <param name="CurrentVersion">The current version.</param>
    /// <param name="Mergeable">A clean three-way merge with the current version exists.</param>
    /// <param name="HumanEdit">A person made a version after the base.</param>
    public sealed record VersionConflict(int CurrentVersion, bool Mergeable, bool HumanEdit) : ArtifactRefusal
    {
        /// <inheritdoc/>
        public override string Code => "version_conflict";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>409: a person edited, or is editing, after what the agent read.</summary>
    /// <param name="Version">The person's version, or the current one while they edit.</param>
    /// <param name="IsEditing">They have it open for editing now and have not saved.</param>
    /// <param name="ResolveBy">What lets the agent go on.</param>
    public sealed record HumanEditHold(int Version, PrincipalId By, bool IsEditing, HoldResolution ResolveBy)
        : ArtifactRefusal
    {
        /// <inheritdoc/>
        public override string Code => "human_edit_hold";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>
    /// 503: the merge that was tried is not with the current version, or does not hold all competing contents. The edge tries
    /// again; a caller gets this only where versions come faster than they can be merged.
    /// </summary>
    /// <param name="CurrentVersion">The current version.</param>
    public sealed record MergeOutdated(int CurrentVersion) : ArtifactRefusal
    {
        /// <inheritdoc/>
        public override string Code => "unavailable";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.Unavailable;
    }
}
