using System.Globalization;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// How many random days the laws are played for, and which day is played first. 2,000 days are enough to find what a change broke;
/// <c>tests/soak.sh</c> plays 10,000 and more.
/// </summary>
internal static class RandomDays
{
    private const int Usual = 2_000;

    /// <summary>Days to play: <c>SIMULATION_COUNT</c>, or 2,000.</summary>
    internal static int Count => Number("SIMULATION_COUNT") is { } asked and > 0 ? (int)asked : Usual;

    /// <summary>One more day, played first: <c>SIMULATION_SEED</c>; null where none is asked for.</summary>
    internal static ulong? Seed => Number("SIMULATION_SEED");

    /// <summary>How often each kind of event must happen so that the days are about it: once in two hundred days.</summary>
    internal static int Enough => Math.Max(1, Count / 200);

    /// <summary>The numbers of the days, the one that is asked for first.</summary>
    internal static IReadOnlyList<ulong> Seeds() =>
        [.. Seed is { } one ? [one] : Array.Empty<ulong>(), .. Enumerable.Range(1, Count).Select(k => (ulong)k)];

    private static ulong? Number(string name) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
