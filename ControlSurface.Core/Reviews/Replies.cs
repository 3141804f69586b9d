namespace ControlSurface.Core.Reviews;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record ReviewReply(ReviewView Review, bool IsNew) : Reply;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record CommentedReply(Comment Comment, ArtifactId Artifact, bool IsNew) : Reply;
