using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>What a cause of waiting is called, where its waits are listed, and how lengths and rates are said.</summary>
internal static class WaitWords
{
    /// <summary>The causes in the order in which they are shown: <c>Many</c> as what work waits for.</summary>
    internal static IReadOnlyList<(WaitCause Cause, string Name, string Many, string Icon)> Causes { get; } =
    [
        (WaitCause.Review, "Review", "reviews", Icons.Eye),
        (WaitCause.Question, "Question", "questions", Icons.MessageSquare),
        (WaitCause.Conflict, "Conflict", "conflicts", Icons.OctagonAlert),
        (WaitCause.Lock, "Lock", "locks", Icons.Lock),
        (WaitCause.Pause, "Pause", "pauses", Icons.CirclePause),
        (WaitCause.Attempts, "Attempts used up", "used-up attempts", Icons.CircleMinus),
    ];

    /// <summary>The cause that an address names; null for none.</summary>
    internal static WaitCause? CauseOf(string? word) =>
        Causes.FirstOrDefault(known => Word(known.Cause) == word) is { Name: not null } found ? found.Cause : null;

    internal static string Word(WaitCause cause) => cause.ToString().ToLowerInvariant();

    internal static string NameOf(WaitCause cause) => Causes.First(known => known.Cause == cause).Name;

    internal static string ManyOf(WaitCause cause) => Causes.First(known => known.Cause == cause).Many;

    /// <summary>A length of waiting: <c>0</c>, <c>48 s</c>, <c>6 min</c>, <c>12.4 h</c>, <c>1,204 h</c>.</summary>
    internal static string Long(long ms)
    {
        var time = TimeSpan.FromMilliseconds(ms);
        return time.TotalHours switch
        {
            0 => "0",
            < 1 => Words.Age(time),
            < 100 => time.TotalHours.ToString("0.0", CultureInfo.InvariantCulture) + " h",
            _ => Words.Count((long)Math.Round(time.TotalHours)) + " h",
        };
    }

    /// <summary>The same for a file, in hours: <c>12.375</c>.</summary>
    internal static string Hours(long ms) => (ms / 3_600_000d).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>How many an hour: <c>6.2</c>, <c>0.05</c>, <c>0</c>.</summary>
    internal static string Rate(double anHour) =>
        anHour.ToString(anHour < 1 ? "0.##" : "0.#", CultureInfo.InvariantCulture);

    /// <summary>How many more an hour come than go: <c>+1.4</c>, <c>-0.2</c>, <c>even</c>.</summary>
    internal static string Difference(double anHour) =>
        Rate(Math.Abs(anHour)) is var rate && rate == "0" ? "even"
        : anHour > 0 ? "+" + rate
        : "−" + rate;

    /// <summary>A share of all: <c>58 %</c>, <c>under 1 %</c>.</summary>
    internal static string Share(double share) =>
        share is > 0 and < 0.01
            ? "under 1\u00a0%"
            : Math.Round(share * 100).ToString("0", CultureInfo.InvariantCulture) + "\u00a0%";

    /// <summary>What waits now for a cause, as a list of just that.</summary>
    /// <param name="queue">Empty for what belongs to none; null for all.</param>
    internal static string ListOf(WaitCause cause, string? queue)
    {
        var of = queue is null ? "" : "queue=" + (queue.Length == 0 ? FilterView.None : Uri.EscapeDataString(queue));
        return cause switch
        {
            WaitCause.Review => Address("review", "show=open"),
            WaitCause.Conflict => Address("conflicts", "q=" + Uri.EscapeDataString("state:open,in_review")),
            WaitCause.Lock => Address("locks"),
            WaitCause.Pause => Address("./", "view=" + NowFilter.Paused),
            WaitCause.Question => Address("./", "view=" + NowFilter.Asking),
            WaitCause.Attempts => Address("./", "q=" + Uri.EscapeDataString("attention:attempts_exhausted")),
        };

        string Address(string path, string? by = null) =>
            string.Join('&', new[] { by, of }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } query
                ? $"{path}?{query}"
                : path;
    }
}
