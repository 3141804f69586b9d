namespace ControlSurface.Core.Reviews;

/// <summary>How a comment was settled.</summary>
public enum CommentResolution
{
    /// <summary>Somebody resolved it.</summary>
    Resolved,

    /// <summary>Its suggestion was published as a version.</summary>
    Accepted,
}
