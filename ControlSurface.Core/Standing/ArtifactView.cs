using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Standing;

/// <summary>An artifact with everything that is computed from it, as values that stay true to one moment.</summary>
/// <param name="Artifact">The record.</param>
/// <param name="Approval">Its approval state.</param>
/// <param name="Review">Its open review; null for none.</param>
/// <param name="Hold">A person's edit that holds agents' publishes; null for none.</param>
/// <param name="OpenConflicts">How many open conflicts name the artifact.</param>
public sealed record ArtifactView(
    Artifact Artifact,
    ApprovalStanding Approval,
    ReviewView? Review,
    HumanHold? Hold,
    int OpenConflicts
)
{
    /// <summary>The artifact as it is now.</summary>
    /// <param name="editing">A person who has it open for editing, as presence says; null for nobody.</param>
    public static ArtifactView Of(IActions at, Artifact artifact, PrincipalId? editing = null) =>
        new(
            artifact,
            ApprovalStanding.Of(at, artifact),
            artifact.OpenReview is { } review ? ReviewView.Of(at, artifact, review) : null,
            HumanHold.Of(at, artifact, editing),
            at.OpenConflicts.Count(c => c.Artifact == artifact.Id)
        );
}
