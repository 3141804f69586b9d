using System.Globalization;
using ControlSurface.Core.Texts;
using ControlSurface.Wording;

namespace ControlSurface.Components;

/// <summary>
/// Spans, clock times and counts as the pages write them. <c>js/clock.js</c> has the same two span formats, since it goes on
/// where these stop: what one changes the other must change too, and a browser test compares them.
/// </summary>
public static class Words
{
    /// <summary>Time left: <c>0:09</c>, <c>3:47</c>, <c>11:20</c>, from one hour <c>3h 51m</c>. Never below <c>0:00</c>.</summary>
    public static string Left(TimeSpan left)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(left.TotalSeconds));
        return seconds >= 3600
            ? Invariant($"{seconds / 3600}h {seconds / 60 % 60:00}m")
            : Invariant($"{seconds / 60}:{seconds % 60:00}");
    }

    /// <summary>Age: <c>48 s</c>, <c>6 min</c>, <c>1 h 12 m</c>, <c>3 d</c>. Never below <c>0 s</c>.</summary>
    public static string Age(TimeSpan age)
    {
        var seconds = Math.Max(0, (long)Math.Floor(age.TotalSeconds));
        return seconds switch
        {
            < 60 => Invariant($"{seconds} s"),
            < 3600 => Invariant($"{seconds / 60} min"),
            < 86_400 => Invariant($"{seconds / 3600} h {seconds / 60 % 60} m"),
            _ => Invariant($"{seconds / 86_400} d"),
        };
    }

    /// <summary>Time left as it is said aloud: <c>3 minutes 47 seconds</c>.</summary>
    public static string LeftAloud(TimeSpan left)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(left.TotalSeconds));
        var (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        var said =
            hours > 0 ? [Plural(hours, "hour"), Plural(minutes, "minute")]
            : minutes > 0 ? [Plural(minutes, "minute"), Plural(rest, "second")]
            : new[] { Plural(rest, "second") };
        return string.Join(' ', said);
    }

    /// <summary>Day and time for paper, UTC, as <c>24 November 2026, 21:05 UTC</c>.</summary>
    public static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Clock time with seconds, UTC, as <c>21:05:12</c>. The browser rewrites it in the reader's zone.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>
    /// An instant in a sentence, as <c>21:05:12 UTC on 24 Nov 2026</c>: day and zone stand in it, wherever the sentence is read. A page
    /// draws it in the reader's zone (<see cref="Parts.Marked"/>).
    /// </summary>
    public static string At(DateTimeOffset at) => Instants.Say(at);

    /// <summary>The exact instant for <c>title</c>, as <c>2026-11-24 21:05:12.480 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The instant for <c>datetime</c> and <c>data-expires</c>: ISO 8601, UTC, milliseconds.</summary>
    public static string Iso(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A length in whole seconds, for a file.</summary>
    public static string Seconds(TimeSpan length) => ((long)length.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>A count with separators: <c>2,381</c>.</summary>
    public static string Count(long count) => Amounts.Count(count);

    /// <summary><c>1 lease</c>, <c>2 leases</c>.</summary>
    public static string Plural(long count, string one, string? many = null) => Amounts.Plural(count, one, many);

    /// <summary>First letters of the first two names, as they are written; two letters of a single name.</summary>
    public static string Initials(string name)
    {
        var names = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return names.Length switch
        {
            0 => "?",
            1 => names[0][..Math.Min(2, names[0].Length)],
            _ => $"{names[0][0]}{names[1][0]}",
        };
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
