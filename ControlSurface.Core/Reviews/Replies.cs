namespace ControlSurface.Core.Reviews;

/// <summary>The review after the command.</summary>
/// <param name="Review">The review as it is now.</param>
/// <param name="IsNew">True where this command created it: 201 instead of 200.</param>
public sealed record ReviewReply(ReviewView Review, bool IsNew) : Reply;

/// <summary>The comment after the command.</summary>
/// <param name="Comment">The comment with its answers.</param>
/// <param name="Artifact">The artifact that it is on.</param>
/// <param name="IsNew">True where this command added a comment or an answer: 201 instead of 200.</param>
public sealed record CommentedReply(Comment Comment, ArtifactId Artifact, bool IsNew) : Reply;
