namespace ControlSurface.Core.Items;

/// <summary>Why an item cannot be claimed or changed (<c>why</c> of <c>not_claimable</c>).</summary>
public enum NotClaimableReason
{
    /// <summary>It depends on items that are not completed.</summary>
    Blocked,

    /// <summary>It is parked or snoozed.</summary>
    Parked,

    /// <summary>Its time has not come.</summary>
    NotBefore,

    /// <summary>It has an open conflict.</summary>
    Conflict,

    /// <summary>A limit of its queue is reached.</summary>
    Limit,

    /// <summary>It waits until the receiver of a handoff accepts it.</summary>
    HandedOff,

    /// <summary>Nobody holds it, so there is nothing to take over, accept or decline.</summary>
    NotOwned,

    /// <summary>It is completed.</summary>
    Completed,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>An action of it is being applied, and nobody holds it.</summary>
    Applying,

    /// <summary>The call would change nothing. Only <c>can</c> says so.</summary>
    NothingToDo,
}
