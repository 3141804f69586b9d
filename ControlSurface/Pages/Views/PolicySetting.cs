using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Queues;

namespace ControlSurface.Pages.Views;

/// <summary>One member of a queue's policy as a field of its page: how its value is shown and typed.</summary>
/// <param name="Member">What it is, and what follows from its value.</param>
/// <param name="Expected">What may be typed, as it stands in "“banana” is not …".</param>
/// <param name="Show">The policy's value as it could be typed.</param>
/// <param name="Read">The change with what the text names besides; null where the text cannot be read.</param>
internal sealed record PolicySetting(
    PolicyMember Member,
    string Expected,
    Func<QueuePolicy, string> Show,
    Func<PolicyChange, string, PolicyChange?> Read
)
{
    internal string Name => Member.Name;

    /// <summary>What there is to choose from, as value and words; empty where it is typed.</summary>
    internal IReadOnlyList<(string Value, string Words)> Choices { get; init; } = [];

    /// <summary>A value in the words in which it is read.</summary>
    internal string Named(string value) => Choices.FirstOrDefault(one => one.Value == value).Words ?? value;

    /// <summary>Where what was typed cannot be read, the part that cannot; null for all of it.</summary>
    internal Func<string, string?> FaultIn { get; init; } = _ => null;

    /// <summary>It takes a line of its own: a list, or several figures.</summary>
    internal bool IsLine { get; init; }

    /// <summary>
    /// Whether the policy's value can be typed as it is shown. A name with a semicolon in it would be read as two entries, so such a list
    /// is shown and not offered for typing.
    /// </summary>
    internal bool CanHold(QueuePolicy policy) =>
        Read(new PolicyChange(), Show(policy))?.ApplyTo(policy) is { } then && !Member.Differs(policy, then);
}

/// <summary>Lengths and counts as they are typed and shown.</summary>
internal static class PolicyText
{
    internal static bool IsNone(string text) => text is "" or "none";

    /// <summary>In the largest unit that says it exactly: 28800 is 8 h, 90 stays 90 s.</summary>
    internal static string Length(long seconds) =>
        seconds switch
        {
            > 0 when seconds % 86_400 == 0 => $"{Words.Count(seconds / 86_400)} d",
            > 0 when seconds % 3600 == 0 => $"{Words.Count(seconds / 3600)} h",
            > 0 when seconds % 60 == 0 => $"{Words.Count(seconds / 60)} min",
            _ => $"{Words.Count(seconds)} s",
        };

    /// <summary>Seconds, from 20 s, 5 min, 1.5 h, 2 d; a bare number is seconds. Null for what is no length.</summary>
    internal static int? ReadLength(string text)
    {
        var at = text.Length;
        while (at > 0 && char.IsAsciiLetter(text[at - 1]))
            at--;
        return UnitOf(text[at..]) is { } unit ? Whole(text[..at].TrimEnd(), unit) : null;
    }

    internal static int? ReadCount(string text) => Whole(text, 1);

    internal static decimal? ReadFactor(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            ? factor
            : null;

    private static int? Whole(string digits, decimal unit) =>
        decimal.TryParse(
            digits,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture,
            out var number
        )
        && number <= int.MaxValue
        && number * unit is var whole
        && whole == decimal.Truncate(whole)
        && whole <= int.MaxValue
            ? (int)whole
            : null;

    private static decimal? UnitOf(string word) =>
        word.ToLowerInvariant() switch
        {
            "" or "s" or "sec" or "second" or "seconds" => 1,
            "m" or "min" or "minute" or "minutes" => 60,
            "h" or "hour" or "hours" => 3_600,
            "d" or "day" or "days" => 86_400,
            _ => null,
        };
}
