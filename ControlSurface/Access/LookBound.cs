using System.Net;

namespace ControlSurface.Access;

/// <summary>
/// Bounds how often callers whom nobody knows make the server look on disk, each network by itself: one that tries keys or links
/// keeps no other from being let in with one that was made a moment ago. All networks together are bounded too, since each look goes
/// through every workspace. Safe from any thread.
/// </summary>
internal sealed class LookBound(TimeProvider clock)
{
    private const int MostOfOne = 20;
    private const int MostOfAll = 200;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _looks = new(StringComparer.Ordinal);
    private long _second;
    private int _all;

    /// <summary>Whether one more look may be; it is counted.</summary>
    /// <param name="from">Where the caller comes from; null where that is not known.</param>
    internal bool IsFree(IPAddress? from)
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            if (_second != second)
            {
                _looks.Clear();
                _all = 0;
                _second = second;
            }
            var address = RefusalLog.Group(from);
            var looks = _looks.GetValueOrDefault(address);
            if (looks >= MostOfOne || _all >= MostOfAll)
                return false;
            _looks[address] = looks + 1;
            _all++;
            return true;
        }
    }
}
