using System.Data.Common;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Projections;

/// <summary>How much the projector takes at once, and how long it waits between. Smaller in tests only.</summary>
public sealed record ProjectionPace
{
    /// <summary>Batches that may wait for it; with one more it reads the journal instead.</summary>
    public int FeedCapacity { get; init; } = 4_096;

    /// <summary>Events written in one transaction.</summary>
    public int MostAtOnce { get; init; } = 5_000;

    /// <summary>
    /// Between two transactions. With a commit each millisecond it is written twenty times a second and not a thousand. It is about
    /// processors, not about leases: real time, also where a test holds the clock.
    /// </summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Before what failed is tried again, in real time.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>
/// Follows the feed into <c>projections.db</c>, one transaction for all that waits, and knows how far it is. Behind, or new, it
/// reads the journal; where the file cannot be read, or is of another journal, it is made again. Nothing waits for it but who
/// looks things up.
/// </summary>
public sealed partial class Projector : BackgroundService, IProjections
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    // While history is read again the levels of each hour matter, and the highest between them nearly.
    private static readonly TimeSpan LookBackEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TermsKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan HappeningsKept = TimeSpan.FromDays(90);
    private readonly Engine _engine;
    private readonly IEventLog _journal;
    private readonly TimeProvider _time;
    private readonly ILogger<Projector> _log;
    private readonly ProjectionFile _file;
    private readonly int _workspace;
    private readonly ProjectionPace _pace;
    private readonly SearchIndex _search;
    private readonly Figures _figures;
    private readonly Happenings _happenings;
    private readonly WaitsReader _waits;
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _seq = -1;

    // The end of the journal when it began to follow the file; -1 before that.
    private long _begins = -1;
    private DateTimeOffset _lookedAt;
    private DateTimeOffset _prunedAt;
    private long _lookedSeq;

    // Why it cannot be written just now: said once and not each second. Only the thread that follows uses it.
    private string? _stopped;

    /// <summary>Follows the engine's events into the projection file of the folder, once it is started.</summary>
    public Projector(
        Engine engine,
        IEventLog journal,
        DataFolder folder,
        TimeProvider time,
        ILogger<Projector> log,
        int workspace = 1,
        ProjectionPace? pace = null
    )
    {
        _pace = pace ?? new ProjectionPace();
        _engine = engine;
        _journal = journal;
        _time = time;
        _log = log;
        _workspace = workspace;
        _file = new ProjectionFile(DataFolder.ProjectionFileIn(folder.Path));
        _search = new SearchIndex(_file, workspace);
        _figures = new Figures(_file, workspace);
        _happenings = new Happenings(_file, workspace);
        _waits = new WaitsReader(_file, workspace);
    }

    /// <summary>Everything up to this seq is written down; -1 before the file was opened.</summary>
    public long Seq => Volatile.Read(ref _seq);

    /// <summary>Waits until everything up to a seq is written down.</summary>
    /// <param name="longest">Not longer than this.</param>
    /// <returns>Whether it is.</returns>
    public async Task<bool> WaitForAsync(long seq, TimeSpan longest, CancellationToken abandoned)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(abandoned);
        patience.CancelAfter(longest);
        while (true)
        {
            Task moved;
            lock (_lock)
                moved = _moved.Task;
            if (Seq >= seq)
                return true;
            try
            {
                await moved.WaitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!abandoned.IsCancellationRequested)
            {
                return Seq >= seq;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<FoundPage> SearchAsync(SearchQuery query, CancellationToken abandoned)
    {
        await WaitForAsync(_engine.Picture.Seq, Freshness, abandoned).ConfigureAwait(false);
        return _search.Find(query);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Figure> FiguresOf(string queue, DateTimeOffset from, bool byDay) =>
        CaughtUp(_figures).Of(queue, from, byDay);

    /// <inheritdoc/>
    public IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from) =>
        CaughtUp(_figures).LevelsBefore(queue, from);

    /// <inheritdoc/>
    public IReadOnlyList<TermUse> TermsOf(string queue, DateTimeOffset since, int most) =>
        CaughtUp(_figures).Terms(queue, since, most);

    /// <inheritdoc/>
    public IReadOnlyList<TimeSpan> ReviewWaitsOf(string queue, DateTimeOffset since, int most) =>
        CaughtUp(_figures).ReviewWaits(queue, since, most);

    /// <inheritdoc/>
    public IReadOnlyList<Happened> HappenedSince(
        DateTimeOffset since,
        DateTimeOffset? until,
        IReadOnlyList<string>? queues,
        int most
    ) => CaughtUp(_happenings).Since(since, until, queues, most);

    /// <inheritdoc/>
    public Waits WaitsSince(DateTimeOffset from, DateTimeOffset? before, bool byDay, IReadOnlyList<string>? queues) =>
        CaughtUp(_waits).Read(from, before, byDay, queues);

    /// <inheritdoc/>
    public IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) =>
        CaughtUp(_figures).LevelsAt(queues, at);

    /// <inheritdoc/>
    public IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) =>
        CaughtUp(_figures).CountsIn(queues, at);

    /// <inheritdoc/>
    public IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) =>
        CaughtUp(_figures).QueuedByHour(queues, from);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _file.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the server: a long history is read first.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var subscription = _engine.Feed.Subscribe(_pace.FeedCapacity);
                using var writer = ProjectionWriter.Open(_file, _workspace, _journal);
                await FollowAsync(writer, subscription, stoppingToken).ConfigureAwait(false);
                if (!subscription.Lagged)
                    return; // The engine has stopped.
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (DbException failure)
                when (Database.FaultOf(failure) is DatabaseFault.Damaged or DatabaseFault.OtherTables)
            {
                // Damaged, no database, or with other tables than these.
                LogDamaged(failure.Message);
                Moved(-1);
                Volatile.Write(ref _begins, -1);
                TryDelete();
            }
            catch (ObjectDisposedException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // What is looked up is no reason to stop what is coordinated: whatever it was, it is tried again.
                if (_stopped != failure.Message)
                    LogStopped(failure.Message);
                _stopped = failure.Message;
            }
            // Before it is tried again; a stop does not wait for it.
            await Task.Delay(_pace.Patience, TimeProvider.System, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // One that cannot be deleted is met again, and tried again.
    private void TryDelete()
    {
        try
        {
            _file.Delete();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogStopped(failure.Message);
        }
    }

    // A file that is new, or was made on another machine's journal, is behind for as long as it takes to read: what it has by then would
    // look like a past in which little happened.
    private T CaughtUp<T>(T reads) =>
        Seq >= Volatile.Read(ref _begins)
            ? reads
            : throw new ProjectionsNotReadyException("What happened so far is being written down.");

    private async Task FollowAsync(ProjectionWriter writer, FeedSubscription feed, CancellationToken stop)
    {
        if (_begins < 0)
            Volatile.Write(ref _begins, _engine.Picture.Seq);
        CatchUp(writer, stop);
        Moved(writer.Seq);
        var batches = feed.Batches;
        var waiting = new List<Recorded>();
        while (await MoreAsync(batches, stop).ConfigureAwait(false))
        {
            waiting.Clear();
            while (waiting.Count < _pace.MostAtOnce && batches.TryRead(out var batch))
                waiting.AddRange(batch.SkipWhile(recorded => recorded.Seq <= writer.Seq));
            if (waiting.Count > 0 && waiting[0].Seq != writer.Seq + 1)
                CatchUp(writer, stop);
            else
                writer.Write(waiting, LevelsIfDue());
            PruneIfDue(writer);
            Moved(writer.Seq);
            await Task.Delay(_pace.Round, TimeProvider.System, stop).ConfigureAwait(false);
        }
    }

    // Levels are looked at while things happen, and once more after the last of them.
    private async Task<bool> MoreAsync(
        System.Threading.Channels.ChannelReader<IReadOnlyList<Recorded>> batches,
        CancellationToken stop
    )
    {
        if (_lookedSeq == _engine.Picture.Seq)
            return await batches.WaitToReadAsync(stop).ConfigureAwait(false);
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var timer = _time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(),
            pause,
            FiguresProjection.LookEvery,
            Timeout.InfiniteTimeSpan
        );
        try
        {
            return await batches.WaitToReadAsync(pause.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return true;
        }
    }

    private IReadOnlyList<Level> LevelsIfDue()
    {
        var now = _time.GetUtcNow();
        if (now - _lookedAt < FiguresProjection.LookEvery && now >= _lookedAt)
            return [];
        _lookedAt = now;
        var (levels, seq) = _engine.Picture.Read(at => (FiguresProjection.LevelsOf(at), at.Seq));
        _lookedSeq = seq;
        return levels;
    }

    private void CatchUp(ProjectionWriter writer, CancellationToken stop)
    {
        // From the beginning, everything that there was at each hour can be known again: by the same rules, from the same events.
        var replay = writer.Seq == 0 ? new Workspace() : null;
        var looked = DateTimeOffset.MinValue;
        var levels = new List<Level>();
        foreach (var some in _journal.ReadAfter(writer.Seq).Chunk(_pace.MostAtOnce))
        {
            stop.ThrowIfCancellationRequested();
            levels.Clear();
            foreach (var recorded in some)
            {
                if (replay is null)
                    break;
                if (recorded.At - looked >= LookBackEvery || recorded.At.Hour != looked.Hour)
                {
                    levels.AddRange(FiguresProjection.LevelsOf(replay));
                    looked = recorded.At;
                }
                replay.Evolve(recorded);
            }
            writer.Write(some, levels);
            Moved(writer.Seq);
        }
        Prune(writer, _time.GetUtcNow());
    }

    private void PruneIfDue(ProjectionWriter writer)
    {
        var now = _time.GetUtcNow();
        if (now - _prunedAt >= PruneEvery || now < _prunedAt)
            Prune(writer, now);
    }

    private void Prune(ProjectionWriter writer, DateTimeOffset now)
    {
        _prunedAt = now;
        writer.Prune(now - TermsKept, now - HappeningsKept, now);
    }

    private void Moved(long seq)
    {
        if (_stopped is not null && seq >= 0)
        {
            LogGoesOn(seq);
            _stopped = null;
        }
        Volatile.Write(ref _seq, seq);
        TaskCompletionSource moved;
        lock (_lock)
            (moved, _moved) = (_moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        moved.SetResult();
    }

    [LoggerMessage(
        LogLevel.Warning,
        "projections.db is damaged or of another version ({Why}); it is made again from the journal."
    )]
    private partial void LogDamaged(string why);

    [LoggerMessage(
        LogLevel.Warning,
        "projections.db cannot be written just now ({Why}); tried again each second. Search and figures wait for it."
    )]
    private partial void LogStopped(string why);

    [LoggerMessage(LogLevel.Information, "projections.db is written again, up to seq {Seq}.")]
    private partial void LogGoesOn(long seq);
}

/// <summary>The open file with its statements, for the one thread that follows.</summary>
internal sealed class ProjectionWriter : IDisposable
{
    private readonly DbConnection _connection;
    private readonly IEventLog _journal;
    private readonly int _workspace;
    private readonly SearchProjection _search;
    private readonly FiguresProjection _figures;
    private readonly HappeningsProjection _happenings;
    private readonly WaitsProjection _waits;
    private readonly Prepared _progress;

    private ProjectionWriter(DbConnection connection, int workspace, IEventLog journal, long seq)
    {
        _connection = connection;
        _journal = journal;
        _workspace = workspace;
        _search = new SearchProjection(connection, workspace);
        _figures = new FiguresProjection(connection, workspace, _search);
        _happenings = new HappeningsProjection(connection, workspace, _search);
        _waits = new WaitsProjection(connection, workspace, _search);
        _progress = new Prepared(
            connection,
            "insert into progress (workspace, seq, hash) values ($1, $2, $3) "
                + "on conflict do update set seq = excluded.seq, hash = excluded.hash",
            3
        );
        Seq = seq;
    }

    /// <summary>The last event that is written down.</summary>
    internal long Seq { get; private set; }

    /// <summary>Opens the file; one that is not of this journal, or not of this version, is made anew.</summary>
    internal static ProjectionWriter Open(ProjectionFile file, int workspace, IEventLog journal)
    {
        if (SeqIn(file.Writing, workspace, journal) is { } seq)
            return new ProjectionWriter(file.Writing, workspace, journal, seq);
        file.Delete();
        return new ProjectionWriter(file.Writing, workspace, journal, 0);
    }

    internal void Write(IReadOnlyList<Recorded> events, IReadOnlyList<Level> levels)
    {
        if (events.Count == 0 && levels.Count == 0)
            return;
        var last = events.Count > 0 ? events[^1].Seq : Seq;
        _connection.Execute("begin immediate");
        try
        {
            foreach (var recorded in events)
            {
                _search.Follow(recorded);
                _figures.Follow(recorded);
                _happenings.Follow(recorded);
                _waits.Follow(recorded);
            }
            _figures.Write();
            _figures.Put(levels);
            _progress.Run(_workspace, last, _journal.HashAt(last));
            _connection.Execute("commit");
        }
        catch
        {
            // Its own failure would hide the one that is told apart by its number: a full disk would look like a damaged file.
            Database.RollBack(_connection);
            throw;
        }
        Seq = last;
    }

    /// <param name="terms">How leases and reviews used their time is forgotten before this instant.</param>
    /// <param name="happenings">Which events are of what kind is forgotten before this one.</param>
    /// <param name="now">What is counted by the hour and by the day is kept for a while before this instant.</param>
    internal void Prune(DateTimeOffset terms, DateTimeOffset happenings, DateTimeOffset now)
    {
        _figures.Prune(terms);
        _happenings.Prune(happenings);
        _waits.Prune(now);
    }

    public void Dispose()
    {
        _search.Dispose();
        _figures.Dispose();
        _happenings.Dispose();
        _waits.Dispose();
        _progress.Dispose();
    }

    private static long? SeqIn(DbConnection connection, int workspace, IEventLog journal)
    {
        using var command = connection.Command(
            "select seq, hash from progress where workspace = $workspace",
            ("$workspace", workspace)
        );
        using var row = command.ExecuteReader();
        if (!row.Read())
            return 0;
        var (seq, hash) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
        return seq <= journal.LastSeq && journal.HashAt(seq).AsSpan().SequenceEqual(hash) ? seq : null;
    }
}
