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

    /// <summary>A wall clock that gains more than this on the steady clock stepped; that time is given back.</summary>
    public TimeSpan ClockStep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Told once, when the process must end: the journal's fate is unknown or another writer took over.</summary>
    public Action<Exception>? OnFatal { get; init; }
}

/// <summary>Counts since the start, for metrics and health.</summary>
public sealed class EngineFigures
{
    private long _commands;
    private long _refusals;
    private long _batches;
    private long _events;
    private long _replays;
    private long _refusedWrites;

    public long Commands => Interlocked.Read(ref _commands);
    public long Refusals => Interlocked.Read(ref _refusals);
    public long Batches => Interlocked.Read(ref _batches);
    public long Events => Interlocked.Read(ref _events);
    public long Replays => Interlocked.Read(ref _replays);

    /// <summary>Batches that the journal refused.</summary>
    public long RefusedWrites => Interlocked.Read(ref _refusedWrites);

    /// <summary>Called after each durable append with its length and number of events; for histograms.</summary>
    public Action<TimeSpan, int>? OnAppended { get; set; }

    internal void Decided(bool refused)
    {
        Interlocked.Increment(ref _commands);
        if (refused)
            Interlocked.Increment(ref _refusals);
    }

    internal void Replayed() => Interlocked.Increment(ref _replays);

    internal void WriteRefused() => Interlocked.Increment(ref _refusedWrites);

    internal void Appended(TimeSpan took, int events)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _events, events);
        OnAppended?.Invoke(took, events);
    }
}
