using System.Globalization;

namespace ControlSurface.Core.Texts;

/// <summary>Counts and lengths of time as sentences write them. Not dependent on the machine's culture.</summary>
public static class Amounts
{
    /// <summary>A count with separators: <c>2,381</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 lease</c>, <c>2 leases</c>.</summary>
    /// <param name="many">The plural, where it is not <paramref name="one"/> with an s.</param>
    public static string Plural(long count, string one, string? many = null) =>
        $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>A length in the largest unit that gives a whole number: "5 minutes", "8 hours", "90 seconds".</summary>
    public static string Span(long seconds) =>
        seconds switch
        {
            >= 86_400 when seconds % 86_400 == 0 => Plural(seconds / 86_400, "day"),
            >= 3_600 when seconds % 3_600 == 0 => Plural(seconds / 3_600, "hour"),
            >= 60 when seconds % 60 == 0 => Plural(seconds / 60, "minute"),
            _ => Plural(seconds, "second"),
        };
}
