namespace ControlSurface.Core.Artifacts;

/// <summary>Why a version was refused (API.md, Refusals).</summary>
public abstract record ArtifactRefusal : Refusal
{
    private ArtifactRefusal() { }

    /// <param name="HumanEdit">A person made the version that stands in between.</param>
    public sealed record VersionConflict(int CurrentVersion, bool Mergeable, bool HumanEdit) : ArtifactRefusal
    {
        public override string Code => "version_conflict";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="By">Who edited or is editing.</param>
    /// <param name="ResolveBy"><c>permit</c> or <c>acknowledges</c>: what lets the agent go on.</param>
    public sealed record HumanEditHold(int Version, PrincipalId By, bool IsEditing, string ResolveBy) : ArtifactRefusal
    {
        public override string Code => "human_edit_hold";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>
    /// The merge that was tried is not with the version that is current now, or does not hold all that competes. The edge tries
    /// again; a caller hears it only where versions come faster than they can be merged.
    /// </summary>
    public sealed record MergeOutdated(int CurrentVersion) : ArtifactRefusal
    {
        public override string Code => "unavailable";
        public override RefusalStatus Status => RefusalStatus.Unavailable;
    }
}
