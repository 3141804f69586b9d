using ControlSurface.Core.Approvals;

namespace ControlSurface.Core.Standing;

/// <summary>An artifact after a command.</summary>
/// <param name="Artifact">The artifact with its approval state.</param>
/// <param name="IsNew">Whether the command made a version, which is answered with 201.</param>
public sealed record ArtifactReply(ArtifactView Artifact, bool IsNew) : Reply;

/// <summary>An artifact after a decision on one of its versions.</summary>
/// <param name="Verdict">The decision, new or the same one before; null where there is none.</param>
/// <param name="Artifact">The artifact with its approval state.</param>
/// <param name="IsNew">Whether the command recorded a decision, which is answered with 201.</param>
public sealed record VerdictReply(Verdict? Verdict, ArtifactView Artifact, bool IsNew) : Reply;
