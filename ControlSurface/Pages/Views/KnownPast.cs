using System.Globalization;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>
/// How much there was in the queues before, for all open pages of the workspace: the projections are asked once in a half hour for
/// everybody who sees the same queues and whose clocks went on together. While they are being written down, what was known of these
/// queues stays. Safe from any thread.
/// </summary>
/// <param name="projections">What is asked.</param>
public sealed class KnownPast(IProjections projections)
{
    // More different sets of queues than are read at a time; the set that nobody has read for longest is forgotten.
    private const int Most = 256;

    // The projections are behind for a moment after a start; nobody need ask them at each look.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(bool IsWhole, string Queues, string Zone), Known> _known = [];

    /// <summary>All that is known of the queues that the viewer may see; <see cref="QueuesPast.Unknown"/> before anything is.</summary>
    /// <param name="zone">The viewer's, by whose clocks yesterday is meant.</param>
    public QueuesPast Of(Board board, Viewer you, DateTimeOffset now, TimeZoneInfo zone) =>
        At(board, you, now, zone, isWhole: true);

    /// <summary>How much there was at this hour yesterday alone.</summary>
    /// <inheritdoc cref="Of(Board, Viewer, DateTimeOffset, TimeZoneInfo)"/>
    public QueuesPast OfYesterday(Board board, Viewer you, DateTimeOffset now, TimeZoneInfo zone) =>
        At(board, you, now, zone, isWhole: false);

    /// <summary>All that is known of one queue; <see cref="QueuesPast.Unknown"/> where the board has no queue of that name.</summary>
    /// <inheritdoc cref="Of(Board, Viewer, DateTimeOffset, TimeZoneInfo)"/>
    public QueuesPast Of(Board board, string queue, Viewer you, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (board.FindQueue(queue) is null || !you.MaySee(queue))
            return QueuesPast.Unknown;
        var by = SameHour.ZoneFor(zone, now);
        return Find((true, queue, by.Id), now).At(now, () => QueuesPast.Of(projections, [queue], now, by));
    }

    private QueuesPast At(Board board, Viewer you, DateTimeOffset now, TimeZoneInfo zone, bool isWhole)
    {
        var by = SameHour.ZoneFor(zone, now);
        // Looked at several times a second: the names of all queues are listed only to ask. A queue is never removed, so that their
        // number says which they are; no queue has a line feed in its name.
        var seen = you.Scope.IsLimited
            ? string.Join('\n', SeenBy(you, board)) + '\n'
            : board.Queues.Count.ToString(CultureInfo.InvariantCulture) + "\n\n";
        return Find((isWhole, seen, by.Id), now)
            .At(
                now,
                () =>
                    isWhole
                        ? QueuesPast.Of(projections, [.. SeenBy(you, board)], now, by)
                        : QueuesPast.OfYesterday(projections, [.. SeenBy(you, board)], now, by)
            );
    }

    private static IEnumerable<string> SeenBy(Viewer you, Board board) =>
        board.Queues.Select(queue => queue.Name).Where(you.MaySee);

    private Known Find((bool IsWhole, string Queues, string Zone) of, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(of, out var known))
            {
                if (_known.Count == Most)
                    _known.Remove(_known.MinBy(one => one.Value.ReadAt).Key);
                _known.Add(of, known = new Known());
            }
            known.ReadAt = now;
            return known;
        }
    }

    private sealed class Known
    {
        private readonly Lock _asking = new();
        private volatile QueuesPast _past = QueuesPast.Unknown;
        private long? _half;
        private DateTimeOffset _asksAt;

        internal DateTimeOffset ReadAt { get; set; }

        internal QueuesPast At(DateTimeOffset now, Func<QueuesPast> ask)
        {
            // Who comes while somebody asks keeps what was known before: few threads draw all pages. Only the first answer is waited for.
            if (_past == QueuesPast.Unknown)
                _asking.Enter();
            else if (!_asking.TryEnter())
                return _past;
            try
            {
                AskIfDue(now, ask);
                return _past;
            }
            finally
            {
                _asking.Exit();
            }
        }

        private void AskIfDue(DateTimeOffset now, Func<QueuesPast> ask)
        {
            var half = now.ToUnixTimeSeconds() / 1800;
            if (_half == half || (now < _asksAt && _asksAt - now <= Again))
                return;
            try
            {
                _past = ask();
                _half = half;
            }
            catch (ProjectionsNotReadyException)
            {
                _asksAt = now + Again;
            }
        }
    }
}
