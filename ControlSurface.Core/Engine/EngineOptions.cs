using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>What can be set about an engine.</summary>
public sealed record EngineOptions
{
    /// <summary>Commands decided into one batch at most.</summary>
    public int MaxBatch { get; init; } = 1_024;

    /// <summary>Commands that may wait to be decided; one more is answered <c>unavailable</c>.</summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>Settled items leave memory after this long.</summary>
    public TimeSpan ArchiveAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A snapshot is taken after this many events.</summary>
    public long SnapshotEvery { get; init; } = 100_000;

    /// <summary>Answers to idempotency keys are kept this long (API.md: 7 days).</summary>
    public TimeSpan KeepAnswers { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// A longer gap between two heartbeats is time in which the server was down, and given back (API.md, Stopped clocks). So is a step by
    /// which the wall clock gains more than this on the steady one.
    /// </summary>
    public TimeSpan LongestGap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The steady clock that tells when the process stood still. Apart from the engine's own, so that a test that moves time by
    /// hours in one step has not stopped the process.
    /// </summary>
    public TimeProvider Heartbeat { get; init; } = TimeProvider.System;

    /// <summary>How far the wall clock may be behind the journal's last event at the start.</summary>
    public TimeSpan LongestBehind { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Start though the wall clock is further behind the journal than that: time goes on from the journal's last event.</summary>
    public bool AcceptClock { get; init; }

    /// <summary>Requests of one principal that may wait for something to claim or to lock; one more is answered <c>rate_limited</c>.</summary>
    public int MaxWaitsPerPrincipal { get; init; } = 2_000;

    /// <summary>Idempotency keys of this many writes are remembered in memory before the journal is asked for them.</summary>
    public int RecentKeys { get; init; } = 100_000;

    /// <summary>
    /// Which law an event would break, asked before it changes anything; null for none. Only a test has a reason to set another than
    /// <see cref="Laws.BrokenBy"/>.
    /// </summary>
    public Func<Workspace, Recorded, string?> Check { get; init; } = Laws.BrokenBy;

    /// <summary>Told once, when the process must end: the journal's fate is unknown or another writer took over.</summary>
    public Action<Exception>? OnFatal { get; init; }

    /// <summary>Told of each request that a rule failed on; the request was refused, and nothing else happened.</summary>
    public Action<RuleFault>? OnFault { get; init; }
}

/// <summary>A rule threw. It is a bug; nothing of what it was asked was done.</summary>
/// <param name="What">The command's type, or what was due.</param>
/// <param name="Shape">Which members were there, how long and of what type; none of their content.</param>
/// <param name="By">Who asked; null where nobody did.</param>
public sealed record RuleFault(string What, string Shape, PrincipalId? By, Exception Why);

/// <summary>Counts since the start, for metrics and health.</summary>
public sealed class EngineFigures
{
    private long _commands;
    private long _refusals;
    private long _batches;
    private long _events;
    private long _replays;
    private long _refusedWrites;
    private long _faults;

    public long Commands => Interlocked.Read(ref _commands);
    public long Refusals => Interlocked.Read(ref _refusals);
    public long Batches => Interlocked.Read(ref _batches);
    public long Events => Interlocked.Read(ref _events);
    public long Replays => Interlocked.Read(ref _replays);

    /// <summary>Batches that the journal refused.</summary>
    public long RefusedWrites => Interlocked.Read(ref _refusedWrites);

    /// <summary>Requests that a rule failed on.</summary>
    public long Faults => Interlocked.Read(ref _faults);

    /// <summary>Called after each durable append with its length and number of events; for histograms.</summary>
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
