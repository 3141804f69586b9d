using ControlSurface.Core.Engine;

namespace ControlSurface.Hosting;

/// <summary>Writes one line to the log when the journal begins to refuse writes, and one when it takes them again.</summary>
internal sealed partial class WritesWatch(Engine engine, ILogger<WritesWatch> log) : BackgroundService
{
    // Real time, also where a test holds the clock: it is about a disk. The engine itself tries again each second.
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
    private long _counted;
    private long _refusedAt;
    private bool _isRefused;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _counted = engine.Figures.RefusedWrites;
        using var timer = new PeriodicTimer(Often);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void Look()
    {
        var (isWritable, refused) = (engine.IsWritable, engine.Figures.RefusedWrites);
        if (!_isRefused && (!isWritable || refused != _counted))
        {
            _isRefused = true;
            _refusedAt = TimeProvider.System.GetTimestamp();
            LogRefused(engine.LastRefusal ?? "no reason is known");
        }
        if (_isRefused && isWritable)
        {
            _isRefused = false;
            LogHealed(TimeProvider.System.GetElapsedTime(_refusedAt).TotalSeconds, refused - _counted);
            _counted = refused;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The journal refuses writes: {Why} Reads go on; writes are answered 503 until there is room. It is tried again each second."
    )]
    private partial void LogRefused(string why);

    [LoggerMessage(
        LogLevel.Warning,
        "The journal takes writes again, after {Seconds:0.0} s in which {Count} were refused."
    )]
    private partial void LogHealed(double seconds, long count);
}
