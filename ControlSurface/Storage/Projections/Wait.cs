using System.Runtime.InteropServices;

namespace ControlSurface.Storage.Projections;

/// <summary>What kept work waiting, as a rule until a person did something. The numbers are stored; they never change.</summary>
public enum WaitCause
{
    /// <summary>A review was asked for and nobody had decided, until it was decided, withdrawn or superseded.</summary>
    Review = 1,

    /// <summary>A lease stood still for an answer of a person (<c>waiting_on_human</c>).</summary>
    Question = 2,

    /// <summary>A conflict was open.</summary>
    Conflict = 3,

    /// <summary>A request for locks waited for whoever had them.</summary>
    Lock = 4,

    /// <summary>A lease stood still because somebody had paused its queue or stopped the line.</summary>
    Pause = 5,

    /// <summary>An item had used up its attempts and was parked until somebody took it up again.</summary>
    Attempts = 6,
}

/// <summary>What waited for one cause within a stretch of time, in all queues that were asked for.</summary>
/// <param name="From">When the stretch begins: an hour, or a day (UTC).</param>
/// <param name="Ms">How long in all, within the stretch, by what is over; what still waits is in <see cref="OpenWait"/>.</param>
/// <param name="Come">How many began to wait.</param>
/// <param name="Gone">How many stopped waiting.</param>
public sealed record WaitedThen(DateTimeOffset From, WaitCause Cause, long Ms, long Come, long Gone);

/// <summary>What waited in a queue, the one that it was in when it began to wait, over all the time that was asked for.</summary>
/// <param name="Queue">Its queue; empty for what belongs to none.</param>
/// <param name="Kind">
/// Of a review who was asked (a role, <c>person</c>, <c>anybody</c>); of a conflict its kind; of a lock its mode; of the others the
/// cause itself.
/// </param>
/// <param name="Ms">How long in all, within the time, by what is over; what still waits is in <see cref="OpenWait"/>.</param>
/// <param name="Come">How many began to wait.</param>
/// <param name="Gone">How many stopped waiting.</param>
/// <param name="LongestMs">The longest wait that ended within the time, from its own beginning.</param>
public sealed record WaitedIn(
    string Queue,
    WaitCause Cause,
    string Kind,
    long Ms,
    long Come,
    long Gone,
    long LongestMs
);

/// <summary>Something that waits now.</summary>
/// <param name="Key">Its id: of a review, a conflict, an item or a lease; of a request for locks its event.</param>
public sealed record OpenWait(WaitCause Cause, string Key, string Queue, string Kind, DateTimeOffset Since);

/// <summary>What one principal ended the waiting of.</summary>
/// <param name="By">Number of the principal.</param>
/// <param name="Ms">How long all of it had waited.</param>
public sealed record Settled(int By, WaitCause Cause, long Count, long Ms);

/// <summary>Where work waited, as of one event. ByTime and ByQueue are two groupings of the same waits.</summary>
/// <param name="ByTime">By the stretch and the cause, the oldest first. Stretches in which nothing waited are left out.</param>
/// <param name="ByQueue">By queue, cause and kind, in no order.</param>
/// <param name="Before">The same of the period before, where it was asked for.</param>
public sealed record Waits(
    IReadOnlyList<WaitedThen> ByTime,
    IReadOnlyList<WaitedIn> ByQueue,
    IReadOnlyList<WaitedIn> Before,
    IReadOnlyList<OpenWait> Open,
    IReadOnlyList<Settled> Settled
)
{
    /// <summary>Nothing waited.</summary>
    public static Waits None { get; } = new([], [], [], [], []);
}

/// <summary>How much there was in a queue at an instant, or how often something happened in it within an hour.</summary>
public sealed record LevelThen(string Queue, Measure Measure, long Value);

/// <summary>How much there was in a queue at the end of an hour.</summary>
/// <param name="Queue">The queue's place in the list that was asked for.</param>
/// <param name="Hour">When the hour begins.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HourLevel(int Queue, DateTimeOffset Hour, Measure Measure, long Value);
