namespace ControlSurface.Core.Reviews;

/// <summary>A reviewer's decision on a version.</summary>
public enum ReviewDecision
{
    /// <summary>The version may be applied; its actions begin once as many as the queue requires have approved.</summary>
    Approve,

    /// <summary>The author should publish another version; this one is blocked.</summary>
    RequestChanges,

    /// <summary>The version must not be applied; it is blocked, and approvals that were given no longer hold.</summary>
    Reject,

    /// <summary>The reviewer asks something first. The review stays open; nothing is approved or blocked.</summary>
    Ask,
}
