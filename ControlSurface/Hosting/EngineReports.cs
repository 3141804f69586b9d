using ControlSurface.Core.Engine;

namespace ControlSurface.Hosting;

/// <summary>
/// What the engine has to tell whoever operates the server. The engine is open before there is a log: what it says until then is
/// told first.
/// </summary>
internal sealed class EngineReports
{
    private readonly Lock _lock = new();
    private readonly List<RuleFault> _early = [];
    private ILogger? _log;

    /// <summary>A rule failed on one request.</summary>
    internal void Tell(RuleFault fault)
    {
        lock (_lock)
        {
            if (_log is null)
            {
                if (_early.Count < 100)
                    _early.Add(fault);
                return;
            }
        }
        _log.RuleFailed(fault.What, fault.By?.Text, fault.Shape, fault.Why);
    }

    /// <summary>From now on there is a log.</summary>
    internal void TellTo(ILogger log)
    {
        List<RuleFault> early;
        lock (_lock)
        {
            _log = log;
            early = [.. _early];
            _early.Clear();
        }
        foreach (var fault in early)
            Tell(fault);
    }
}

/// <summary>Says in the log when the wall clock is behind the journal, and when it is right again.</summary>
internal sealed class ClockWatch(Engine engine, TimeProvider clock, ILogger<ClockWatch> log) : BackgroundService
{
    /// <summary>Less is what clocks do that are corrected a little at a time.</summary>
    internal static readonly TimeSpan Bearable = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isBehind = false;
        using var timer = new PeriodicTimer(Often, clock);
        try
        {
            do
            {
                var ahead = engine.AheadOfWall;
                if (ahead > Bearable == isBehind)
                    continue;
                isBehind = !isBehind;
                if (isBehind)
                    log.ClockIsBehind((long)ahead.TotalSeconds, engine.Now);
                else
                    log.ClockIsRight();
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A rule failed on {What} by {By}: {Shape}. It was refused with internal_error and changed nothing."
    )]
    internal static partial void RuleFailed(this ILogger log, string what, string? by, string shape, Exception why);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The clock of this machine is {Seconds} s behind the journal. Time goes on steadily from {Now}, and leases end when they were to. Set the clock right."
    )]
    internal static partial void ClockIsBehind(this ILogger log, long seconds, DateTimeOffset now);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The clock of this machine is no longer behind the journal."
    )]
    internal static partial void ClockIsRight(this ILogger log);
}
