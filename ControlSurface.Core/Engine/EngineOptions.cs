using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>The settings of an engine. The defaults are those of production.</summary>
public sealed record EngineOptions
{
    /// <summary>The most commands that are decided into one batch.</summary>
    public int MaxBatch { get; init; } = 1_024;

    /// <summary>The most commands that may wait to be decided; one more is refused with <c>unavailable</c>.</summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>How long a settled item stays in memory before it moves to the archive.</summary>
    public TimeSpan ArchiveAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The number of events after which the next snapshot is taken, with up to 50,000 items in memory; with more, as many times more.
    /// </summary>
    public long SnapshotEvery { get; init; } = 100_000;

    /// <summary>How long the first answer to an idempotency key is kept (API.md, Idempotency-Key: 7 days).</summary>
    public TimeSpan KeepAnswers { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// A longer gap between two heartbeats counts as downtime, by which leases are extended (API.md, Stopped clocks). So does a step by
    /// which the wall clock gains more than this on the steady clock.
    /// </summary>
    public TimeSpan LongestGap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The steady clock whose gaps tell that the process stood still. It is not the engine's own clock, so that a test may move time
    /// by hours in one step without that counting as downtime.
    /// </summary>
    public TimeProvider Heartbeat { get; init; } = TimeProvider.System;

    /// <summary>
    /// How far the wall clock may be behind the journal's last event at the start; further behind, the engine does not start.
    /// </summary>
    public TimeSpan LongestBehind { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Starts even though the wall clock is further behind: time then goes on from the journal's last event.</summary>
    public bool AcceptClock { get; init; }

    /// <summary>
    /// How long a mark proves that no other writer has the journal (<see cref="Engine.UnprovedSince"/>); null where no other can be.
    /// </summary>
    public TimeSpan? ProvedFor { get; init; }

    /// <summary>The most claims and lock requests of one principal that may wait; one more is refused with <c>rate_limited</c>.</summary>
    public int MaxWaitsPerPrincipal { get; init; } = 2_000;

    /// <summary>How many recently committed idempotency keys are remembered in memory; older ones are looked up in the journal.</summary>
    public int RecentKeys { get; init; } = 100_000;

    /// <summary>
    /// Names the law that an event would break, or null for none; called with the state before the event. Only tests set another than
    /// <see cref="Laws.BrokenBy"/>.
    /// </summary>
    public Func<Workspace, Recorded, string?> Check { get; init; } = Laws.BrokenBy;

    /// <summary>Called once, when the process must end: a write's fate is unknown, or another writer appended to the journal.</summary>
    public Action<Exception>? OnFatal { get; init; }

    /// <summary>Called for each command, or due thing, whose rule threw. Nothing of it was done; the engine goes on.</summary>
    public Action<RuleFault>? OnFault { get; init; }
}

/// <summary>A rule that threw, which is a bug. Nothing of the command was done.</summary>
/// <param name="What">The command's type, or the kind of thing that was due.</param>
/// <param name="Shape">Which members the command had, of which type and length; none of their content.</param>
/// <param name="By">The caller; null where time caused it.</param>
/// <param name="Why">The exception.</param>
public sealed record RuleFault(string What, string Shape, PrincipalId? By, Exception Why);

/// <summary>Counters since the start of the engine, for metrics and health. Safe to read from any thread.</summary>
public sealed class EngineFigures
{
    private long _commands;
    private long _refusals;
    private long _batches;
    private long _events;
    private long _replays;
    private long _refusedWrites;
    private long _faults;

    /// <summary>Commands that were decided: accepted, refused, and dry runs. Replays and faults are counted apart.</summary>
    public long Commands => Interlocked.Read(ref _commands);

    /// <summary>Decided commands that were refused.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Batches that are durable.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Events that are durable.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Requests whose idempotency key had an answer already.</summary>
    public long Replays => Interlocked.Read(ref _replays);

    /// <summary>Batches that the journal refused cleanly; nothing of them was written.</summary>
    public long RefusedWrites => Interlocked.Read(ref _refusedWrites);

    /// <summary>Commands and due things whose rule threw.</summary>
    public long Faults => Interlocked.Read(ref _faults);

    /// <summary>Called on the writer's thread after each durable append, with how long it took and how many events it had.</summary>
    public Action<TimeSpan, int>? OnAppended { get; set; }

    internal void Decided(bool refused)
    {
        Interlocked.Increment(ref _commands);
        if (refused)
            Interlocked.Increment(ref _refusals);
    }

    internal void Replayed() => Interlocked.Increment(ref _replays);

    internal void Faulted() => Interlocked.Increment(ref _faults);

    internal void WriteRefused() => Interlocked.Increment(ref _refusedWrites);

    internal void Appended(TimeSpan took, int events)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _events, events);
        OnAppended?.Invoke(took, events);
    }
}
