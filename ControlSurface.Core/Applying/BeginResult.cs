namespace ControlSurface.Core.Applying;

/// <summary>What <c>begin</c> came to (<c>outcome</c>; API.md, Actions).</summary>
public enum BeginResult
{
    /// <summary>The caller has the permit and applies the action now.</summary>
    Go,

    /// <summary>The action was applied before; the answer brings its first receipt.</summary>
    AlreadyCompleted,

    /// <summary>A permit is out.</summary>
    InProgress,

    /// <summary>The action was withdrawn, or its version is no longer current.</summary>
    Superseded,

    /// <summary>The target changed, or another action is in the way.</summary>
    Conflicting,

    /// <summary>Approvals are missing.</summary>
    NotApproved,

    /// <summary>Nobody knows whether the last attempt took effect.</summary>
    Ambiguous,
}
