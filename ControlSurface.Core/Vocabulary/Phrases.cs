using System.Globalization;

namespace ControlSurface.Core.Vocabulary;

/// <summary>Builds parts of sentences about events.</summary>
internal static class Phrases
{
    /// <summary>A colon and a reason without its last full stop; empty for no reason, and for one that is not written yet.</summary>
    internal static string Because(string? why) =>
        string.IsNullOrWhiteSpace(why) || why == EventDescriptions.NotYetWritten ? "" : $": {why.TrimEnd('.', ' ')}";

    /// <summary>Words with commas, and <c>and</c> before the last.</summary>
    internal static string And(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1];

    /// <summary>An instant in UTC, to the second.</summary>
    internal static string Clock(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number with the digits 0 to 9.</summary>
    internal static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Milliseconds as whole seconds, rounded up, at least one.</summary>
    internal static string Seconds(long ms) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (ms + 999) / 1000)} s");

    /// <summary>A wire name with spaces for underscores.</summary>
    internal static string Word(string word) => word.Replace('_', ' ');
}
