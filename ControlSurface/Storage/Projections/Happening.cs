namespace ControlSurface.Storage.Projections;

/// <summary>What somebody who was away wants to hear of: few of all events. The numbers are stored; they never change.</summary>
public enum Happening
{
    /// <summary>A lease ran out.</summary>
    WentStale = 1,

    /// <summary>Approvals fell, since what they were for has changed.</summary>
    ApprovalFell = 2,

    /// <summary>Two changes collided.</summary>
    ConflictOpened = 3,

    /// <summary>Nobody can say whether an action happened.</summary>
    ActionAmbiguous = 4,

    /// <summary>An item was set aside until somebody takes it up again.</summary>
    Parked = 5,

    /// <summary>An item was completed.</summary>
    Completed = 10,

    /// <summary>An item was cancelled.</summary>
    Cancelled = 11,

    /// <summary>An action was done.</summary>
    ActionApplied = 12,

    /// <summary>A conflict was resolved or dismissed, or its cause went away.</summary>
    ConflictSettled = 13,

    /// <summary>A version was approved, rejected, or sent back.</summary>
    Decided = 20,

    /// <summary>A lease was taken over from its holder.</summary>
    TakenOver = 21,

    /// <summary>A lease was handed to somebody else.</summary>
    HandedOff = 22,

    /// <summary>A queue was made, or its policy changed.</summary>
    PolicySet = 30,

    /// <summary>A queue or the whole line was stopped, or goes on.</summary>
    PausedOrResumed = 31,
}

/// <summary>Which events are of which kind: what is counted by it and where all of it is listed go by this one table.</summary>
public static class HappeningTypes
{
    /// <summary>The types of each kind's events, as the wire names them.</summary>
    public static IReadOnlyDictionary<Happening, IReadOnlyList<string>> All { get; } =
        new Dictionary<Happening, IReadOnlyList<string>>
        {
            [Happening.WentStale] = ["lease.stale"],
            [Happening.ApprovalFell] = ["approval.invalidated"],
            [Happening.ConflictOpened] = ["conflict.opened"],
            [Happening.ActionAmbiguous] = ["action.ambiguous"],
            [Happening.Parked] = ["item.parked"],
            [Happening.Completed] = ["item.completed"],
            [Happening.Cancelled] = ["item.cancelled"],
            [Happening.ActionApplied] = ["action.applied"],
            [Happening.ConflictSettled] = ["conflict.resolved", "conflict.dismissed", "conflict.overtaken"],
            [Happening.Decided] = ["approval.given", "decision.given", "decision.lifted"],
            [Happening.TakenOver] = ["lease.takenOver"],
            [Happening.HandedOff] = ["handoff.offered"],
            [Happening.PolicySet] = ["queue.policySet"],
            [Happening.PausedOrResumed] = ["queue.paused", "queue.resumed", "workspace.stopped", "workspace.went"],
        };

    private static readonly Dictionary<string, Happening> ByType = All.SelectMany(kind =>
            kind.Value.Select(type => (type, kind.Key))
        )
        .ToDictionary(one => one.type, one => one.Key, StringComparer.Ordinal);

    /// <summary>What an event of the type is to somebody who was away; null for what they need not hear of.</summary>
    public static Happening? Of(string type) => ByType.TryGetValue(type, out var what) ? what : null;
}

/// <summary>How often something happened since an instant, and its newest events.</summary>
/// <param name="Count">How often in all.</param>
/// <param name="Newest">Seqs of the newest, the newest first; no more than were asked for.</param>
public sealed record Happened(Happening What, long Count, IReadOnlyList<long> Newest);
