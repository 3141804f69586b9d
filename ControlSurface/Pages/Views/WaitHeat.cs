using System.Globalization;
using ControlSurface.Components.Parts;

namespace ControlSurface.Pages.Views;

/// <summary>The hours of the days, or the days of the weeks, each as dark as work waited in it.</summary>
internal static class WaitHeat
{
    private const int Darkest = 5;
    private const int HoursOfDay = 24;

    /// <param name="zone">The reader's: an hour stands on the day, and in the column, that its beginning has there.</param>
    internal static HeatView Of(WaitHours hours, ChartRange range, TimeZoneInfo zone) =>
        range.IsByDay ? ByWeek(hours) : ByDay(hours, zone);

    private static HeatView ByDay(WaitHours hours, TimeZoneInfo zone)
    {
        var places = Places(hours, at => TimeZoneInfo.ConvertTime(at, zone));
        var most = MostOf(places);
        List<HeatRow> rows =
        [
            .. places
                .GroupBy(place => DateOnly.FromDateTime(place.Local.DateTime))
                .Select(day =>
                    Row(
                        day.Key.ToString("ddd d", CultureInfo.InvariantCulture),
                        [.. Enumerable.Range(0, HoursOfDay).Select(hour => HourOf(day, hour))],
                        most
                    )
                ),
        ];
        return new HeatView(
            "By hour",
            "Day",
            [.. Enumerable.Range(0, HoursOfDay).Select(hour => new HeatColumn(Two(hour), hour % 6 == 0))],
            rows,
            Sentence(hours, most, "hour"),
            zone.BaseUtcOffset == TimeSpan.Zero && zone.Id is "UTC" or "Etc/UTC"
                ? "Days and hours are in UTC."
                : $"Days and hours are in {zone.Id.Replace('_', ' ')}."
        );

        Cell HourOf(IGrouping<DateOnly, Place> day, int hour)
        {
            List<Place> these = [.. day.Where(place => place.Local.Hour == hour)];
            var name = day.Key.ToString("ddd d MMM", CultureInfo.InvariantCulture);
            if (these.Count == 0)
                return new Cell(
                    null,
                    IsSkipped(day.Key, hour, zone) ? $"{name}: no {Two(hour)}:00, the clocks went forward" : ""
                );
            var first = these[0].Local;
            var span = $"{name}, {Clock(first)} to {Clock(first.AddHours(1))}{(these.Count > 1 ? ", twice" : "")}";
            return new Cell(these, span);
        }
    }

    private static HeatView ByWeek(WaitHours hours)
    {
        var places = Places(hours, at => at);
        var most = MostOf(places);
        List<HeatRow> rows =
        [
            .. places
                .GroupBy(place => MondayOf(place.Local))
                .Select(week =>
                    Row(
                        week.Key.ToString("d MMM", CultureInfo.InvariantCulture),
                        [.. Enumerable.Range(0, 7).Select(day => DayOf(week, week.Key.AddDays(day)))],
                        most
                    )
                ),
        ];
        string[] days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        return new HeatView(
            "By day",
            "Week from",
            [.. days.Select(day => new HeatColumn(day, IsShown: true))],
            rows,
            Sentence(hours, most, "day"),
            "Days are in UTC."
        );

        static Cell DayOf(IEnumerable<Place> week, DateOnly day)
        {
            List<Place> these = [.. week.Where(place => DateOnly.FromDateTime(place.Local.DateTime) == day)];
            return these.Count == 0
                ? new Cell(null, "")
                : new Cell(these, day.ToString("ddd d MMM", CultureInfo.InvariantCulture));
        }
    }

    private static List<Place> Places(WaitHours hours, Func<DateTimeOffset, DateTimeOffset> local) =>
        [.. hours.At.Select((at, k) => new Place(k, local(at), hours.MsAt(k)))];

    private static Place? MostOf(List<Place> places) =>
        places.MaxBy(place => place.Ms) is { Ms: > 0 } most ? most : null;

    private static HeatRow Row(string name, List<Cell> cells, Place? most)
    {
        var total = cells.Sum(cell => cell.Ms);
        return new HeatRow(
            name,
            [.. cells.Select(cell => Draw(cell, most))],
            WaitWords.Long(total),
            WaitWords.Hours(total)
        );
    }

    // The darkest is the most of one hour: where the clocks give a day an hour twice, its cell may have more and is no darker.
    private static HeatCell Draw(Cell cell, Place? most)
    {
        if (cell.Places is null)
            return new HeatCell(0, null, "", cell.When, IsMost: false);
        var level = most is null ? 0 : (int)Math.Min(Darkest, Math.Ceiling((double)Darkest * cell.Ms / most.Ms));
        var words = WaitWords.Long(cell.Ms);
        return new HeatCell(
            level,
            words,
            WaitWords.Hours(cell.Ms),
            $"{cell.When}: {words}",
            most is not null && cell.Places.Contains(most)
        );
    }

    private static string? Sentence(WaitHours hours, Place? most, string unit)
    {
        if (most is null)
            return null;
        var (cause, ms) = hours.MostAt(most.K);
        var day = most.Local.ToString("ddd d MMM", CultureInfo.InvariantCulture);
        var when = unit == "hour" ? $"{day}, {Clock(most.Local)} to {Clock(most.Local.AddHours(1))}" : day;
        return $"{when}: {WaitWords.Long(most.Ms)}, the most of any {unit}; {WaitWords.Long(ms)} of it for {WaitWords.ManyOf(cause)}.";
    }

    private static bool IsSkipped(DateOnly day, int hour, TimeZoneInfo zone) =>
        zone.IsInvalidTime(day.ToDateTime(new TimeOnly(hour, 0)));

    private static DateOnly MondayOf(DateTimeOffset at) =>
        DateOnly.FromDateTime(at.DateTime).AddDays(-(((int)at.DayOfWeek + 6) % 7));

    private static string Clock(DateTimeOffset at) => at.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Two(int hour) => hour.ToString("00", CultureInfo.InvariantCulture);

    private sealed record Place(int K, DateTimeOffset Local, long Ms);

    /// <summary>What a cell stands for: the hours or days in it, or none of those that are counted.</summary>
    private sealed record Cell(List<Place>? Places, string When)
    {
        internal long Ms => Places?.Sum(place => place.Ms) ?? 0;
    }
}
