namespace ControlSurface.Core.Reviews;

/// <summary>What a reviewer says of a version.</summary>
public enum ReviewDecision
{
    /// <summary>Actions may begin on it, once enough reviewers say so.</summary>
    Approve,

    /// <summary>The author is to publish another version.</summary>
    RequestChanges,

    /// <summary>Nothing is to come of it; approvals that were given fall.</summary>
    Reject,

    /// <summary>The reviewer asks something first. It neither approves nor blocks.</summary>
    Ask,
}
