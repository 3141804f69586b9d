using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Standing;

/// <summary>An artifact as outsiders see it: the record and what is computed from it. Values only.</summary>
public sealed record ArtifactView(
    Artifact Artifact,
    ApprovalStanding Approval,
    ReviewView? Review,
    HumanHold? Hold,
    int OpenConflicts
)
{
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
