using System.Collections.Concurrent;

namespace ControlSurface.Access;

/// <summary>
/// Bounds how often the same warning is logged: once a minute for each thing that it is about. Safe from any thread.
/// </summary>
internal sealed class WarningBound(TimeProvider clock)
{
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, long> _loggedAt = new(StringComparer.Ordinal);

    /// <summary>Whether the warning may be logged now; it is counted.</summary>
    /// <param name="about">A file or a workspace: something of which there are few.</param>
    internal bool IsDue(string about)
    {
        var now = clock.GetTimestamp();
        if (_loggedAt.TryAdd(about, now))
            return true;
        var before = _loggedAt[about];
        return clock.GetElapsedTime(before, now) >= Seldom && _loggedAt.TryUpdate(about, now, before);
    }
}
