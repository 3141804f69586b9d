using System.Globalization;
using System.Text;

namespace ControlSurface.Components.Parts;

/// <summary>A chart's geometry on a ground of 360 by 104: what <see cref="QueueChart"/> draws, worked out without drawing.</summary>
public sealed record ChartShape(
    bool HasPoints,
    IReadOnlyList<(double Y, string Words)> Levels,
    IReadOnlyList<(double X, string Anchor, string Words, DateTimeOffset? At)> Instants,
    IReadOnlyList<(string D, Hue? Hue, bool IsDashed, bool IsArea)> Paths,
    double? GoalY
)
{
    internal const double Left = 32;
    internal const double Right = 356;
    private const double Top = 6;
    private const double Bottom = 88;

    /// <summary>Lines, axes and labels of a chart in its own units; an empty shape for fewer than two instants or no value.</summary>
    public static ChartShape Of(ChartView chart)
    {
        if (chart.At.Count < 2 || chart.Series.All(series => series.Values.All(value => value is null)))
            return new ChartShape(false, [], [], [], null);
        var top = Scale(Math.Max(Highest(chart), chart.Goal ?? 0));
        double Y(double value) => Bottom - (Bottom - Top) * value / top;
        return new ChartShape(
            true,
            [
                // The unit beside the shortest number: with a longer one it would be cut, and "20 min" would read "0 min".
                (Bottom, Number(0, chart.Unit)),
                (Y(top / 2), OnAxis(top / 2)),
                (Top, OnAxis(top)),
            ],
            Times(chart.At),
            chart.IsStacked ? Stack(chart, Y) : Lines(chart, Y),
            chart.Goal is { } goal ? Y(goal) : null
        );
    }

    /// <summary>A level line across the chart.</summary>
    public static string Level(double y) => FormattableString.Invariant($"M{Left} {y:0.##}H{Right}");

    /// <summary>A number with its unit, or "not known".</summary>
    public static string Number(double? value, string unit) =>
        value is { } number ? number.ToString("#,0.##", CultureInfo.InvariantCulture) + unit : "not known";

    // At most five figures and signs have room.
    private static string OnAxis(double value) =>
        value switch
        {
            < 10_000 => Number(value, ""),
            < 1_000_000 => Number(value / 1_000, "k"),
            _ => Number(value / 1_000_000, "M"),
        };

    /// <summary>The next of 1, 2, 4, 6, 8, 10 times a power of ten, so that the half is a plain number too.</summary>
    internal static double Scale(double highest)
    {
        if (highest <= 0)
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        foreach (var step in (double[])[1, 2, 3, 4, 6, 8, 10])
        {
            if (highest <= step * power)
                return step * power;
        }
        return 10 * power;
    }

    private static double Highest(ChartView chart) =>
        chart.IsStacked
            ? Enumerable.Range(0, chart.At.Count).Max(i => chart.Series.Sum(series => series.Values[i] ?? 0))
            : chart.Series.Max(series => series.Values.Max() ?? 0);

    private static double X(int index, int count) => Left + (Right - Left) * index / (count - 1);

    private static List<(double, string, string, DateTimeOffset?)> Times(IReadOnlyList<DateTimeOffset> at)
    {
        var format = at[^1] - at[0] > TimeSpan.FromHours(36) ? "d MMM" : "HH:mm";
        // Where there is a value: 08:00 of full hours, never 07:40.
        return
        [
            .. new[] { 0, (at.Count - 1) / 3d, (at.Count - 1) * 2 / 3d, at.Count - 1 }
                .Select(place => (int)Math.Round(place, MidpointRounding.AwayFromZero))
                .Distinct()
                .Select(Time),
        ];

        (double, string, string, DateTimeOffset?) Time(int index)
        {
            var words = at[index].UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
            var anchor =
                index == 0 ? "start"
                : index == at.Count - 1 ? "end"
                : "middle";
            return (X(index, at.Count), anchor, words, IsByDay(at) ? null : at[index]);
        }
    }

    /// <summary>Each point is a day, which is counted in UTC: it has no clock that a reader's zone could move.</summary>
    public static bool IsByDay(IReadOnlyList<DateTimeOffset> at) =>
        at.Count > 1 && at[1] - at[0] >= TimeSpan.FromDays(1);

    private static List<(string, Hue?, bool, bool)> Lines(ChartView chart, Func<double, double> y) =>
        [.. chart.Series.Select(series => (Line(series.Values, y), series.Hue, series.IsDashed, false))];

    // Where nothing is known the line stops and begins anew: a straight stroke across the gap would be made up.
    private static string Line(IReadOnlyList<double?> values, Func<double, double> y)
    {
        var path = new StringBuilder();
        var isDown = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is { } value)
            {
                path.Append(
                    CultureInfo.InvariantCulture,
                    $"{(isDown ? 'L' : 'M')}{X(i, values.Count):0.##} {y(value):0.##}"
                );
                // A point between gaps is a dot, or nobody would see it.
                if (!isDown && (i + 1 == values.Count || values[i + 1] is null))
                    path.Append("m-1.5 0h3");
            }
            isDown = values[i] is not null;
        }
        return path.ToString();
    }

    private static List<(string, Hue?, bool, bool)> Stack(ChartView chart, Func<double, double> y)
    {
        var count = chart.At.Count;
        var floor = new double[count];
        var areas = new List<(string, Hue?, bool, bool)>();
        foreach (var series in chart.Series)
        {
            var path = new StringBuilder();
            for (var i = 0; i < count; i++)
                path.Append(
                    CultureInfo.InvariantCulture,
                    $"{(i == 0 ? 'M' : 'L')}{X(i, count):0.##} {y(floor[i] + (series.Values[i] ?? 0)):0.##}"
                );
            for (var i = count - 1; i >= 0; i--)
                path.Append(CultureInfo.InvariantCulture, $"L{X(i, count):0.##} {y(floor[i]):0.##}");
            areas.Add((path.Append('Z').ToString(), series.Hue, false, true));
            for (var i = 0; i < count; i++)
                floor[i] += series.Values[i] ?? 0;
        }
        return areas;
    }
}
