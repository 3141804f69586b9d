namespace ControlSurface.Core.Items;

/// <summary>Why an item asks for a person (API.md, Items, <c>attention</c>).</summary>
public enum AttentionKind
{
    /// <summary>An item that it depends on was cancelled.</summary>
    DependencyCancelled,

    /// <summary>An item that it depends on is parked, and comes back only when somebody unparks it.</summary>
    DependencyParked,

    /// <summary>An item that it depends on waits itself for work that cannot come by itself.</summary>
    DependencyStuck,

    /// <summary>It has been stale for long, and nobody took it over.</summary>
    StaleHold,

    /// <summary>Its <c>dueAt</c> has passed.</summary>
    Overdue,

    /// <summary>Its attempts are used up.</summary>
    AttemptsExhausted,

    /// <summary>Nobody accepted its handoff in time.</summary>
    HandoffExpired,
}
