using System.Globalization;
using ControlSurface.Core.Queues;
using Words = ControlSurface.Components.Words;

namespace ControlSurface.Pages.Views;

/// <summary>
/// One member of a queue's policy as the page has it. All that the page does with policies goes over the list of these
/// (<see cref="PolicySettings.All"/>): showing, reading what was typed, and saying what follows.
/// </summary>
/// <param name="Name">The API's name.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Expected">What may be typed, as it stands in "“banana” is not …".</param>
/// <param name="Show">Its value as it could be typed.</param>
/// <param name="Read">A change with what a typed text names besides; null where it cannot be read.</param>
/// <param name="Say">What follows from the policy, in a sentence, with what it would have done in the last week where that is known.</param>
internal sealed record PolicySetting(
    string Name,
    string Label,
    string Expected,
    Func<QueuePolicy, string> Show,
    Func<PolicyChange, string, PolicyChange?> Read,
    Func<QueuePolicy, PolicyPast, string> Say
)
{
    private static readonly Unit Lengths = new(
        "a length such as 20 s, 5 min, 8 h or 2 d",
        ", or none",
        seconds => PolicyText.Length(seconds),
        PolicyText.ReadLength
    );
    private static readonly Unit Counts = new(
        "a whole number",
        " or none",
        count => Words.Count(count),
        PolicyText.ReadCount
    );

    // How numbers of a kind are typed and shown.
    private sealed record Unit(string Expected, string OrNone, Func<int, string> Show, Func<string, int?> Read);

    /// <summary>What there is to choose from, as value and words; empty where it is typed.</summary>
    internal IReadOnlyList<(string Value, string Words)> Choices { get; init; } = [];

    /// <summary>It takes a line of its own: a list, or several figures.</summary>
    internal bool IsLine { get; init; }

    internal static PolicySetting Length(
        string name,
        string label,
        Func<QueuePolicy, int> get,
        Func<PolicyChange, int, PolicyChange> with,
        Func<QueuePolicy, PolicyPast, string> say
    ) =>
        Number(
            Lengths,
            isOptional: false,
            name,
            label,
            policy => get(policy),
            (change, number) => with(change, number!.Value),
            say
        );

    internal static PolicySetting OptionalLength(
        string name,
        string label,
        Func<QueuePolicy, int?> get,
        Func<PolicyChange, int?, PolicyChange> with,
        Func<QueuePolicy, PolicyPast, string> say
    ) => Number(Lengths, isOptional: true, name, label, get, with, say);

    internal static PolicySetting Count(
        string name,
        string label,
        Func<QueuePolicy, int> get,
        Func<PolicyChange, int, PolicyChange> with,
        Func<QueuePolicy, PolicyPast, string> say
    ) =>
        Number(
            Counts,
            isOptional: false,
            name,
            label,
            policy => get(policy),
            (change, number) => with(change, number!.Value),
            say
        );

    internal static PolicySetting OptionalCount(
        string name,
        string label,
        Func<QueuePolicy, int?> get,
        Func<PolicyChange, int?, PolicyChange> with,
        Func<QueuePolicy, PolicyPast, string> say
    ) => Number(Counts, isOptional: true, name, label, get, with, say);

    private static PolicySetting Number(
        Unit unit,
        bool isOptional,
        string name,
        string label,
        Func<QueuePolicy, int?> get,
        Func<PolicyChange, int?, PolicyChange> with,
        Func<QueuePolicy, PolicyPast, string> say
    ) =>
        new(
            name,
            label,
            unit.Expected + (isOptional ? unit.OrNone : ""),
            policy => get(policy) is { } number ? unit.Show(number) : "none",
            (change, text) =>
                isOptional && PolicyText.IsNone(text) ? with(change, null)
                : unit.Read(text) is { } number ? with(change, number)
                : null,
            say
        );

    internal static PolicySetting Choice<T>(
        string name,
        string label,
        Func<QueuePolicy, T> get,
        Func<PolicyChange, T, PolicyChange> with,
        Func<QueuePolicy, PolicyPast, string> say,
        params (T Value, string Word)[] values
    )
        where T : struct =>
        new(
            name,
            label,
            "one of " + string.Join(", ", values.Select(one => one.Word)),
            policy => values.Single(one => EqualityComparer<T>.Default.Equals(one.Value, get(policy))).Word,
            (change, text) =>
            {
                foreach (var (value, word) in values)
                {
                    if (word == text)
                        return with(change, value);
                }
                return null;
            },
            say
        )
        {
            Choices = [.. values.Select(one => (one.Word, one.Word.Replace('_', ' ')))],
        };

    internal static PolicySetting YesOrNo(
        string name,
        string label,
        Func<QueuePolicy, bool> get,
        Func<PolicyChange, bool, PolicyChange> with,
        Func<QueuePolicy, PolicyPast, string> say
    ) =>
        Choice(name, label, get, with, say, (true, "true"), (false, "false")) with
        {
            Expected = "true or false",
            Choices = [("true", "yes"), ("false", "no")],
        };

    /// <summary>A list as one line: its entries with semicolons between.</summary>
    internal static PolicySetting List<T>(
        string name,
        string label,
        string expected,
        Func<QueuePolicy, IReadOnlyList<T>> get,
        Func<PolicyChange, IReadOnlyList<T>, PolicyChange> with,
        Func<T, string> show,
        Func<string, T?> read,
        Func<QueuePolicy, PolicyPast, string> say
    )
        where T : class =>
        new(
            name,
            label,
            expected,
            policy => get(policy) is { Count: > 0 } list ? string.Join("; ", list.Select(show)) : "none",
            (change, text) =>
            {
                if (PolicyText.IsNone(text))
                    return with(change, []);
                var list = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(read)
                    .ToList();
                return list.Contains(null) ? null : with(change, [.. list.OfType<T>()]);
            },
            say
        )
        {
            IsLine = true,
        };

    /// <summary>
    /// Whether what is there can be typed as it is shown. A name with a semicolon in it would be read as two entries, so such a list is
    /// shown and not offered for typing.
    /// </summary>
    internal bool CanHold(QueuePolicy policy) =>
        Read(new PolicyChange(), Show(policy))?.ApplyTo(policy) is { } then
        && then.Approvals.SequenceEqual(policy.Approvals)
        && then.MaxActivePer.SequenceEqual(policy.MaxActivePer)
        && then with { Approvals = policy.Approvals, MaxActivePer = policy.MaxActivePer } == policy;
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

    /// <summary>Whole units only: "5 minutes", "8 hours", "90 seconds".</summary>
    internal static string Span(long seconds) =>
        seconds switch
        {
            >= 86_400 when seconds % 86_400 == 0 => Words.Plural(seconds / 86_400, "day"),
            >= 3_600 when seconds % 3_600 == 0 => Words.Plural(seconds / 3_600, "hour"),
            >= 60 when seconds % 60 == 0 => Words.Plural(seconds / 60, "minute"),
            _ => Words.Plural(seconds, "second"),
        };
}
