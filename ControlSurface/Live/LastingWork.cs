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
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var warnings = new WarningBound(Clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (warnings.IsDue(GetType().Name))
                    log.BeginsAnew(GetType().Name, failure);
            }
            await Task.Delay(Pause, Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "{Service} failed and begins anew after a second. Logged once a minute.")]
    internal static partial void BeginsAnew(this ILogger log, string service, Exception failure);
}
