using System.Data.Common;
using ControlSurface.Storage;

namespace ControlSurface.Access;

/// <summary>
/// Looks four times a second whether the command line changed who may call, so that it is in force within a second
/// (API.md, Who calls), and writes down once a minute when keys were used.
/// </summary>
public sealed class AccessWatch(AccessStore store, TimeProvider clock, ILogger<AccessWatch> log) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Often, clock);
        var wroteAt = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
                if (clock.GetElapsedTime(wroteAt) < Seldom)
                    continue;
                wroteAt = clock.GetTimestamp();
                Write();
            }
        }
        catch (OperationCanceledException)
        {
            Write();
        }
    }

    private void Look()
    {
        try
        {
            store.LookForChanges();
            store.EndExpiredSessions();
        }
        catch (DbException failure)
        {
            // Who may call stays as it was last known; the next look is in a quarter of a second.
            log.CouldNotLook(Database.CodeOf(failure), failure.Message);
        }
    }

    private void Write()
    {
        try
        {
            store.WriteDownUses();
        }
        catch (DbException failure)
        {
            log.CouldNotLook(Database.CodeOf(failure), failure.Message);
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "access.db could not be used ({Code}): {Message}")]
    internal static partial void CouldNotLook(this ILogger log, int code, string message);
}
