using System.Data.Common;
using ControlSurface.Core.Queues;

namespace ControlSurface.Storage.Projections;

/// <summary>What happened within a stretch of time, or how much there was at its end.</summary>
/// <param name="From">When the stretch begins.</param>
/// <param name="Count">How often; of a level, how much at the end.</param>
/// <param name="SumMs">How long it took in all.</param>
/// <param name="Peak">The longest in milliseconds, or the most that there was.</param>
/// <param name="PeakSeq">The event of that.</param>
public sealed record Figure(DateTimeOffset From, Measure Measure, long Count, long SumMs, long Peak, long PeakSeq);

/// <summary>Figures of queues over time. Safe from any thread; each call is one short read.</summary>
internal sealed class Figures
{
    private const long HourMs = 3_600_000;
    private readonly ProjectionFile _file;
    private readonly int _workspace;

    internal Figures(ProjectionFile file, int workspace)
    {
        _file = file;
        _workspace = workspace;
    }

    /// <summary>A queue by the hour, or by the day (UTC), from an instant on. Stretches in which nothing happened are left out.</summary>
    /// <remarks>What counts levels is carried on by the reader: where nothing happens, nothing changes.</remarks>
    /// <exception cref="ProjectionsNotReadyException">They are being made.</exception>
    public IReadOnlyList<Figure> Of(string queue, DateTimeOffset from, bool byDay)
    {
        var size = byDay ? 24 : 1;
        (string, object?)[] values =
        [
            ("$queue", queue),
            ("$from", from.ToUnixTimeMilliseconds() / HourMs / size * size),
            ("$size", size),
        ];
        var happened = Read(
            "select (hour / $size) * $size, measure, sum(count), sum(sum_ms), max(peak), peak_seq from figures "
                + "where workspace = $workspace and queue = $queue and hour >= $from and measure < 20 group by 1, 2 order by 1",
            FigureFrom,
            values
        );
        var levels = Read(
            "select (hour / $size) * $size, measure, count, 0, peak, peak_seq from figures "
                + "where workspace = $workspace and queue = $queue and hour >= $from and measure >= 20 order by hour",
            FigureFrom,
            values
        );
        happened.AddRange(levels.GroupBy(level => (level.From, level.Measure)).Select(Together));
        return happened;
    }

    // A stretch ends with the level of its last hour, and its peak is that of the highest.
    private static Figure Together(IEnumerable<Figure> hours)
    {
        Figure? last = null;
        Figure? highest = null;
        foreach (var hour in hours)
        {
            last = hour;
            if (highest is null || hour.Peak > highest.Peak)
                highest = hour;
        }
        return last! with { Peak = highest!.Peak, PeakSeq = highest.PeakSeq };
    }

    private static Figure FigureFrom(DbDataReader row) =>
        new(
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0) * HourMs),
            (Measure)row.GetInt32(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5)
        );

    /// <summary>The levels that a queue had before an instant: with what a chart begins.</summary>
    public IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from) =>
        Read(
            "select max(hour), measure, count, 0, peak, peak_seq from figures "
                + "where workspace = $workspace and queue = $queue and hour < $from and measure >= 20 group by measure",
            FigureFrom,
            ("$queue", queue),
            ("$from", from.ToUnixTimeMilliseconds() / HourMs)
        );

    /// <summary>How much there was in each queue at the end of the hour that holds an instant.</summary>
    public IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at)
    {
        // All levels of a queue are looked at together: its last hour by then has them all. A cross join keeps the order that is written:
        // left to choose, SQLite looks at all figures of the workspace for each queue.
        return Read(
            "select asked.value, f.measure, f.count from json_each($queues) asked "
                + "cross join figures f on f.workspace = $workspace and f.queue = asked.value and f.measure >= 20 and f.hour = "
                + "(select max(hour) from figures where workspace = $workspace and queue = asked.value and hour <= $at and measure = 20)",
            row => new LevelThen(row.GetString(0), (Measure)row.GetInt32(1), row.GetInt64(2)),
            ("$queues", System.Text.Json.JsonSerializer.Serialize(queues)),
            ("$at", at.ToUnixTimeMilliseconds() / HourMs)
        );
    }

    /// <summary>How often each thing happened in each queue within the hour that holds an instant.</summary>
    public IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) =>
        // The order of the join is as in LevelsAt.
        Read(
            "select asked.value, f.measure, f.count from json_each($queues) asked "
                + "cross join figures f on f.workspace = $workspace and f.queue = asked.value and f.hour = $at and f.measure < 20",
            row => new LevelThen(row.GetString(0), (Measure)row.GetInt32(1), row.GetInt64(2)),
            ("$queues", System.Text.Json.JsonSerializer.Serialize(queues)),
            ("$at", at.ToUnixTimeMilliseconds() / HourMs)
        );

    /// <summary>How many were queued in each queue, and since when the oldest, at the end of each hour since an instant.</summary>
    public IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) =>
        // The last hour before the instant has the levels with which the line begins. The order of the join is as in LevelsAt.
        Read(
            "select asked.key, f.hour, f.measure, f.count from json_each($queues) asked "
                + "cross join figures f on f.workspace = $workspace and f.queue = asked.value and f.measure in (20, 25) and f.hour >= coalesce("
                + "(select max(hour) from figures where workspace = $workspace and queue = asked.value and hour < $from and measure = 20), $from)",
            row => new HourLevel(
                row.GetInt32(0),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1) * HourMs),
                (Measure)row.GetInt32(2),
                row.GetInt64(3)
            ),
            ("$queues", System.Text.Json.JsonSerializer.Serialize(queues)),
            ("$from", from.ToUnixTimeMilliseconds() / HourMs)
        );

    /// <summary>How the leases that ended since then used their time; the newest of them, where there are very many.</summary>
    public IReadOnlyList<TermUse> Terms(string queue, DateTimeOffset since, int most) =>
        Read(
            "select is_person, started_at - claimed_at, longest_ms, ended_at - claimed_at, most_quiet from terms "
                + "where workspace = $workspace and queue = $queue and ended_at >= $since order by ended_at desc limit $most",
            row => new TermUse(
                row.GetBoolean(0),
                row.IsDBNull(1) ? null : TimeSpan.FromMilliseconds(row.GetInt64(1)),
                TimeSpan.FromMilliseconds(row.GetInt64(2)),
                TimeSpan.FromMilliseconds(row.GetInt64(3)),
                row.GetInt32(4)
            ),
            ("$queue", queue),
            ("$since", since.ToUnixTimeMilliseconds()),
            ("$most", most)
        );

    /// <summary>How long the reviews waited that were decided since then.</summary>
    public IReadOnlyList<TimeSpan> ReviewWaits(string queue, DateTimeOffset since, int most) =>
        Read(
            "select decided_at - asked_at from reviews "
                + "where workspace = $workspace and queue = $queue and decided_at >= $since order by decided_at desc limit $most",
            row => TimeSpan.FromMilliseconds(Math.Max(0, row.GetInt64(0))),
            ("$queue", queue),
            ("$since", since.ToUnixTimeMilliseconds()),
            ("$most", most)
        );

    private List<T> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        params ReadOnlySpan<(string Name, object? Value)> values
    )
    {
        var reads = _file.Reads ?? throw new ProjectionsNotReadyException("The figures are being made.");
        try
        {
            using var lease = reads.Rent();
            using var command = lease.Connection.Command(sql, values);
            command.Add("$workspace", _workspace);
            using var row = command.ExecuteReader();
            var rows = new List<T>();
            while (row.Read())
                rows.Add(read(row));
            return rows;
        }
        catch (Exception failure) when (failure is DbException or ObjectDisposedException)
        {
            throw new ProjectionsNotReadyException("The figures cannot be read just now.", failure);
        }
    }
}
