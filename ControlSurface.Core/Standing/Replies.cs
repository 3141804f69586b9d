using ControlSurface.Core.Approvals;

namespace ControlSurface.Core.Standing;

/// <param name="IsNew">A version came to be.</param>
public sealed record ArtifactReply(ArtifactView Artifact, bool IsNew) : Reply;

/// <param name="Verdict">The decision; null where nothing new was said and none was before.</param>
public sealed record VerdictReply(Verdict? Verdict, ArtifactView Artifact, bool IsNew) : Reply;
