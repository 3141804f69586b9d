using ControlSurface.Access;

namespace ControlSurface.Live;

/// <summary>
/// A service that only tells of what was committed, or goes on with what is written down. Where it fails, that is logged, and it begins
/// anew after a second: no event and no job that it meets ends the process (DESIGN.md, 3).
/// </summary>
public abstract class LastingWork(ILogger log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>About processors, not about leases: real time, also where a test holds the clock of the workspace.</summary>
    private protected virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>Works until the server stops. Returns where there is nothing to follow any more.</summary>
    protected abstract Task WorkAsync(CancellationToken stopping);

    /// <inheritdoc/>
    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RunAsync(GetType().Name, WorkAsync, Clock, log, stoppingToken);

    /// <summary>The same for work that is no service of an application.</summary>
    /// <param name="name">What the log calls it.</param>
    /// <param name="work">Works until the server stops. Returns where there is nothing to follow any more.</param>
    internal static async Task RunAsync(
        string name,
        Func<CancellationToken, Task> work,
        TimeProvider clock,
        ILogger log,
        CancellationToken stopping
    )
    {
        var warnings = new WarningBound(clock);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await work(stopping).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (warnings.IsDue(name))
                    TryTell(log, name, failure);
            }
            await Task.Delay(Pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The log may be what fails.
    private static void TryTell(ILogger log, string name, Exception failure)
    {
        try
        {
            log.BeginsAnew(name, failure);
        }
        catch (Exception)
        {
            // Nobody can be told; the work goes on all the same.
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "{Work} failed and begins anew after a second. Logged once a minute.")]
    internal static partial void BeginsAnew(this ILogger log, string work, Exception failure);
}
