using System.Data.Common;
using ControlSurface.Storage;

namespace ControlSurface.Access;

/// <summary>
/// Looks four times a second whether another process, such as the command line, changed who may call in any workspace, open or closed, so that it is in force
/// within a second (API.md, Who calls), and writes down once a minute when keys and sessions were used.
/// </summary>
/// <param name="stores">The stores of all workspaces, as they are when it is asked.</param>
/// <param name="tend">What has to be done besides each time, for all workspaces together.</param>
public sealed class AccessWatch(
    Func<IEnumerable<AccessStore>> stores,
    Action tend,
    TimeProvider clock,
    ILogger<AccessWatch> log
) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);
    private readonly WarningBound _warnings = new(clock);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Often, clock);
        var wroteAt = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var asOf = TimeProvider.System.GetTimestamp();
                Each(store =>
                {
                    store.LookForChanges(asOf);
                    store.EndExpiredSessions();
                });
                Tend();
                if (clock.GetElapsedTime(wroteAt) < Seldom)
                    continue;
                wroteAt = clock.GetTimestamp();
                Each(static store => store.WriteDownUses());
            }
        }
        catch (OperationCanceledException)
        {
            Each(static store => store.WriteDownUses());
        }
    }

    private void Tend()
    {
        try
        {
            tend();
        }
        catch (Exception failure)
        {
            // Whatever fails, the stores must be looked at again: an exception here would end the process.
            if (_warnings.IsDue("workspaces"))
                log.CouldNotTend(failure);
        }
    }

    // One workspace's store that cannot be used keeps no other from being looked at.
    private void Each(Action<AccessStore> look)
    {
        foreach (var store in stores())
        {
            try
            {
                look(store);
            }
            catch (Exception failure)
            {
                // Who may call stays as it was last known; the next look is in a quarter of a second.
                if (_warnings.IsDue(store.Where))
                    log.CouldNotLook(
                        store.Where,
                        failure is DbException known ? Database.CodeOf(known) : 0,
                        failure.Message
                    );
            }
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Where} could not be used ({Code}): {Message} Logged once a minute."
    )]
    internal static partial void CouldNotLook(this ILogger log, string where, int code, string message);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Workspaces and their sessions could not be looked after. Logged once a minute."
    )]
    internal static partial void CouldNotTend(this ILogger log, Exception failure);
}
