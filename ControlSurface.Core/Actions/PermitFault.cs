namespace ControlSurface.Core.Actions;

/// <summary>Why a permit does not let its caller settle the action (<c>why</c> of <c>permit_invalid</c>).</summary>
public enum PermitFault
{
    /// <summary>The action has no such permit.</summary>
    Unknown,

    /// <summary>The permit settled the action already.</summary>
    Used,

    /// <summary>The permit was given to another principal, or to another of its runs.</summary>
    NotYours,

    /// <summary>The request must name the run and does not, or names one and must not.</summary>
    Run,
}
