using ControlSurface.Live;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlSurface.Hosting;

/// <summary>
/// Opens workspaces when they are needed, and closes them when nothing needs them (docs/decisions/0029). Safe from any thread.
/// </summary>
/// <param name="open">Opens one, with its host built and not started.</param>
/// <param name="idle">A workspace that nobody entered for so long, and that nothing keeps open, is closed.</param>
/// <param name="drain">So long what is under way in one that stops may take.</param>
internal sealed class WorkspaceKeeper(
    WorkspaceList list,
    Func<WorkspaceEntry, WorkspaceHost> open,
    TimeProvider clock,
    TimeSpan idle,
    TimeSpan drain
) : IAsyncDisposable
{
    // Opening costs seconds of the disk and the processor, and one that failed most often fails again.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    // One whose journal takes a minute holds up no other; all at once would hold up those who call.
    private const int OpenedAtOnce = 4;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private Task _keeping = Task.CompletedTask;
    private IPlacement? _placement;

    internal ILogger? Log { get; set; }

    /// <summary>The figures of all workspaces, made with the first one.</summary>
    internal Meters? Meters { get; set; }

    /// <summary>Knows which workspaces this process may open.</summary>
    internal IPlacement Placement
    {
        get => _placement ??= new SingleProcess(this);
        set => _placement = value;
    }

    private IEnumerable<WorkspaceEntry> Others => list.All.Where(entry => !entry.LivesWithProcess);

    /// <summary>
    /// A visit to the workspace, which is opened for it if need be; null where it cannot be opened, or could not a moment ago.
    /// </summary>
    /// <param name="gone">Ends the wait, not the opening: the answer is null too.</param>
    internal ValueTask<WorkspaceVisit?> EnterAsync(WorkspaceEntry entry, CancellationToken gone) =>
        entry.TryEnter() is { } visit ? ValueTask.FromResult<WorkspaceVisit?>(visit) : OpenAsync(entry, gone);

    /// <summary>How often it looks for what to open and to close; null for a quarter of the time after which one is idle.</summary>
    internal TimeSpan? Often { get; set; }

    /// <summary>Looks at once for what has to be opened: a machine that had some is gone.</summary>
    internal void Wake() => _wake.Release();

    /// <summary>Begins to open what was open when the server stopped, and to close what is idle.</summary>
    internal void Start() =>
        _keeping = Task.Run(() =>
            LastingWork.RunAsync(
                nameof(WorkspaceKeeper),
                KeepAsync,
                clock,
                Log ?? (ILogger)NullLogger.Instance,
                _stop.Token
            )
        );

    /// <summary>The process stops: all workspaces take nothing new.</summary>
    internal void BeginStop()
    {
        _stop.Cancel();
        foreach (var entry in Others)
            entry.Host?.BeginStop();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Whatever ended it, the workspaces are closed.
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var entry in Others)
        {
            await entry.Turn.WaitAsync();
            if (entry.TryShut(emptyFor: null, out var host))
                await CloseAsync(entry, host);
        }
        _wake.Dispose();
        _stop.Dispose();
    }

    private async ValueTask<WorkspaceVisit?> OpenAsync(WorkspaceEntry entry, CancellationToken gone)
    {
        try
        {
            await entry.Turn.WaitAsync(gone);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for an answer any more.
            return null;
        }
        try
        {
            if (entry.TryEnter() is { } visit)
                return visit;
            if (_stop.IsCancellationRequested || !Placement.MayOpen(entry))
                return null;
            if (entry.FailedAt is { } failedAt && clock.GetElapsedTime(failedAt) < Again)
                return null;
            // Work for the disk: not on a socket's thread.
            await Task.Run(() => StartAsync(entry), CancellationToken.None);
            entry.FailedAt = null;
            return entry.TryEnter();
        }
        catch (Exception failure)
        {
            // A folder fails in many ways; the caller is answered that it cannot be opened.
            entry.FailedAt = clock.GetTimestamp();
            Log?.CouldNotOpen(entry.Name, failure);
            return null;
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private async Task StartAsync(WorkspaceEntry entry)
    {
        var began = TimeProvider.System.GetTimestamp();
        entry.Access.LookForChanges();
        var host = open(entry);
        try
        {
            await host.StartAsync();
            entry.Home.MarkOpen();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
        entry.Opened(host);
        Meters?.Telemetry.Follow(host);
        Log?.Opened(entry.Name, (long)TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        // Something in it asked for the end, as when one of its services failed: the next visit finds it new.
        host.App.Lifetime.ApplicationStopping.Register(() => _ = Task.Run(() => StopAsync(entry, host)));
        // A stop that began while it was being opened did not find it.
        if (_stop.IsCancellationRequested)
            host.BeginStop();
    }

    private async Task KeepAsync(CancellationToken stopping)
    {
        // Where it fails and begins anew, what waited for a wake must not take the next one.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            await OpenThoseAtWorkAsync();
            using var timer = new PeriodicTimer(Often ?? idle / 4, clock);
            var tick = timer.WaitForNextTickAsync(over.Token).AsTask();
            var wake = _wake.WaitAsync(over.Token);
            while (true)
            {
                var first = await Task.WhenAny(tick, wake);
                await first;
                foreach (var entry in Others)
                    await CloseIfOverAsync(entry);
                await OpenThoseAtWorkAsync();
                if (first == tick)
                    tick = timer.WaitForNextTickAsync(over.Token).AsTask();
                else
                    wake = _wake.WaitAsync(over.Token);
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    // What was under way when it was closed goes on, also where nobody comes: clocks of leases, jobs, webhooks.
    private Task OpenThoseAtWorkAsync()
    {
        var asOf = TimeProvider.System.GetTimestamp();
        return Parallel.ForEachAsync(
            Others.Where(entry => entry.Host is null).ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = _stop.Token },
            async (entry, stopping) =>
            {
                try
                {
                    if (entry.Home.WasAtWork(asOf))
                        (await Placement.FindAsync(entry, stopping)).Visit?.Dispose();
                }
                catch (Exception failure)
                {
                    // A folder that cannot be read is in no other's way.
                    Log?.CouldNotOpen(entry.Name, failure);
                }
            }
        );
    }

    private async Task CloseIfOverAsync(WorkspaceEntry entry)
    {
        try
        {
            if (entry.Host is not { } host)
                return;
            if (host.DrainedFor(clock) >= idle)
                await StopAsync(entry, host);
            else if (entry.IsEmptyFor(idle) && host.IsIdle)
                await CloseIdleAsync(entry, host);
        }
        catch (Exception failure) when (!_stop.IsCancellationRequested)
        {
            // What is in the way of one is not in the way of the others.
            Log?.CouldNotClose(entry.Name, failure);
        }
    }

    private async Task CloseIdleAsync(WorkspaceEntry entry, WorkspaceHost open)
    {
        await entry.Turn.WaitAsync(_stop.Token);
        try
        {
            if (!open.IsIdle || !entry.TryShut(idle, out var host))
                return;
            if (await CloseAsync(entry, host))
                entry.Home.MarkIdle();
            Placement.Leave(entry);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    // What was under way leaves no mark of being idle: it is opened again without a visit.
    private async Task StopAsync(WorkspaceEntry entry, WorkspaceHost stopped)
    {
        if (_stop.IsCancellationRequested)
            return;
        await entry.Turn.WaitAsync();
        try
        {
            if (!_stop.IsCancellationRequested && entry.Host == stopped && entry.TryShut(emptyFor: null, out var host))
            {
                await TryLetGoAsync(entry, host);
                await CloseOnceEmptyAsync(entry, host);
            }
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    /// <summary>
    /// Closes the workspace, if it is open, whoever is within: its place is another from now on. Returns once its journal is free; whoever
    /// is within still has the time to leave.
    /// </summary>
    /// <param name="which">Closes only a host of which this is so; null for any.</param>
    /// <returns>Whether it was open.</returns>
    internal async Task<bool> GiveUpAsync(WorkspaceEntry entry, Func<WorkspaceHost, bool>? which = null)
    {
        await entry.Turn.WaitAsync();
        WorkspaceHost? host = null;
        try
        {
            if (entry.Host is not { } open || which?.Invoke(open) == false || !entry.TryShut(emptyFor: null, out host))
                return false;
            await TryLetGoAsync(entry, host);
            return true;
        }
        finally
        {
            if (host is null)
                entry.Turn.Release();
            else
                _ = CloseInTurnAsync(entry, host);
        }
    }

    private async Task CloseInTurnAsync(WorkspaceEntry entry, WorkspaceHost host)
    {
        try
        {
            await CloseOnceEmptyAsync(entry, host);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    // Whatever fails, what is left is closed.
    private async Task TryLetGoAsync(WorkspaceEntry entry, WorkspaceHost host)
    {
        try
        {
            await host.LetGoAsync();
        }
        catch (Exception failure)
        {
            Log?.CouldNotClose(entry.Name, failure);
        }
    }

    // Whoever is within is told as at a stop of the server, and comes again to a new one.
    private async Task CloseOnceEmptyAsync(WorkspaceEntry entry, WorkspaceHost host)
    {
        await entry
            .EmptyAsync()
            .WaitAsync(drain, TimeProvider.System)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(entry, host);
    }

    private async Task<bool> CloseAsync(WorkspaceEntry entry, WorkspaceHost host)
    {
        try
        {
            await host.DisposeAsync();
            Log?.Closed(entry.Name);
            return true;
        }
        catch (Exception failure)
        {
            Log?.CouldNotClose(entry.Name, failure);
            return false;
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "The workspace {Name} cannot be opened. Run doctor.")]
    internal static partial void CouldNotOpen(this ILogger log, string name, Exception failure);

    [LoggerMessage(LogLevel.Error, "The workspace {Name} did not close as it should.")]
    internal static partial void CouldNotClose(this ILogger log, string name, Exception failure);

    [LoggerMessage(LogLevel.Information, "The workspace {Name} was opened in {Milliseconds} ms.")]
    internal static partial void Opened(this ILogger log, string name, long milliseconds);

    [LoggerMessage(LogLevel.Information, "The workspace {Name} was closed.")]
    internal static partial void Closed(this ILogger log, string name);
}
