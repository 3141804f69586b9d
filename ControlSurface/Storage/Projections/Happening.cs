namespace ControlSurface.Storage.Projections;

/// <summary>What somebody who was away wants to hear of: few of all events. The numbers are stored; they never change.</summary>
public enum Happening
{
    /// <summary>A lease ran out.</summary>
    WentStale = 1,

    /// <summary>Approvals fell, since what they were for has changed.</summary>
    ApprovalFell = 2,
    ConflictOpened = 3,

    /// <summary>Nobody can say whether an action happened.</summary>
    ActionAmbiguous = 4,

    /// <summary>An item was set aside until somebody takes it up again.</summary>
    Parked = 5,
    Completed = 10,
    Cancelled = 11,
    ActionApplied = 12,

    /// <summary>A conflict was resolved or dismissed, or its cause went away.</summary>
    ConflictSettled = 13,

    /// <summary>A version was approved, rejected, or sent back.</summary>
    Decided = 20,
    TakenOver = 21,
    HandedOff = 22,

    /// <summary>A queue was made, or its policy changed.</summary>
    PolicySet = 30,

    /// <summary>A queue or the whole line was stopped, or goes on.</summary>
    PausedOrResumed = 31,
}

/// <summary>How often something happened since an instant, and its newest events.</summary>
/// <param name="Count">How often in all.</param>
/// <param name="Newest">Seqs of the newest, the newest first; no more than were asked for.</param>
public sealed record Happened(Happening What, long Count, IReadOnlyList<long> Newest);
