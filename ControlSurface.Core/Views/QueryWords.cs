using System.Globalization;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Views;

/// <summary>Splits a query into words at spaces outside quotes.</summary>
internal static class QueryWords
{
    /// <summary>Name before the first colon outside quotes (empty for none), what follows, and whether it is left out.</summary>
    internal static IEnumerable<(string Name, string Value, bool IsNot, bool IsQuoted)> Split(string text)
    {
        var k = 0;
        while (k < text.Length)
        {
            if (char.IsWhiteSpace(text[k]))
            {
                k++;
                continue;
            }
            var isNot = IsMinus(text, k);
            if (isNot)
                k++;
            var (name, value, isQuoted, end) = Word(text, k);
            k = end;
            if (value.Length > 0 || name.Length > 0)
                yield return (name, value, isNot, isQuoted);
        }
    }

    /// <summary>The place of each word in the text, with its name and whether it is left out.</summary>
    internal static IEnumerable<(string Name, bool IsNot, Range At)> Spans(string text)
    {
        var k = 0;
        while (k < text.Length)
        {
            if (char.IsWhiteSpace(text[k]))
            {
                k++;
                continue;
            }
            var start = k;
            if (IsMinus(text, k))
                k++;
            var (name, _, _, end) = Word(text, k);
            yield return (name, start < k, start..end);
            k = end;
        }
    }

    private static bool IsMinus(string text, int k) =>
        text[k] == '-' && k + 1 < text.Length && !char.IsWhiteSpace(text[k + 1]);

    // A quote that is not closed goes to the end of the text.
    private static (string Name, string Value, bool IsQuoted, int End) Word(string text, int k)
    {
        var name = "";
        var value = new System.Text.StringBuilder();
        var (isQuoting, wasQuoted) = (false, false);
        for (; k < text.Length && (isQuoting || !char.IsWhiteSpace(text[k])); k++)
        {
            if (text[k] == '"')
            {
                isQuoting = !isQuoting;
                wasQuoted = true;
            }
            else if (text[k] == ':' && !wasQuoted && name.Length == 0 && value.Length > 0)
            {
                name = value.ToString();
                value.Clear();
            }
            else
            {
                value.Append(text[k]);
            }
        }
        return (name, value.ToString(), wasQuoted, k);
    }
}

/// <summary>One name that may stand before a colon, and what may follow it.</summary>
/// <param name="Says">What may follow, as the end of a sentence: "takes a number".</param>
/// <param name="Read">Reads name, value and minus into a condition; null where the value is not valid.</param>
internal sealed record QueryField(string Says, Func<string, string, bool, QueryTerm?> Read);

/// <summary>The names that a query may use before a colon, for each subject. Pages offer them, and errors list them.</summary>
public static class QueryFields
{
    private const int MostValues = 20;

    private static readonly SortedDictionary<string, QueryField> OfItems = new(StringComparer.Ordinal)
    {
        ["queue"] = Any("takes names of queues, separated by commas"),
        ["state"] = OneOf([.. Enum.GetValues<ItemState>().Select(WireNames.Of)]),
        ["owner"] = Any("takes me, none, people, agents, a name or an id"),
        ["label"] = Any("takes labels, separated by commas"),
        ["target"] = Target,
        ["attention"] = Any("takes what an item asks for, such as overdue, or any"),
        ["priority"] = new QueryField("takes a number, as in priority:<3", Number),
        ["age"] = Age,
    };

    private static readonly SortedDictionary<string, QueryField> OfConflicts = new(StringComparer.Ordinal)
    {
        ["queue"] = Any("takes names of queues, separated by commas"),
        ["state"] = OneOf([.. Enum.GetValues<ConflictState>().Select(WireNames.Of)]),
        ["kind"] = OneOf([.. Enum.GetValues<ConflictKind>().Select(WireNames.Of)]),
        ["item"] = Any("takes ids of items, separated by commas"),
        ["target"] = Target,
        ["age"] = Age,
    };

    /// <summary>The names, in ordinal order.</summary>
    public static IEnumerable<string> Of(QuerySubject subject) => Table(subject).Keys;

    internal static QueryField? Find(QuerySubject subject, string name) => Table(subject).GetValueOrDefault(name);

    internal static string InWords(QuerySubject subject) =>
        string.Join(", ", Of(subject).SkipLast(1)) + " and " + Of(subject).Last();

    private static SortedDictionary<string, QueryField> Table(QuerySubject subject) =>
        subject == QuerySubject.Items ? OfItems : OfConflicts;

    private static QueryField Target =>
        new(
            "takes targets, each as it is written: those on it or below it are meant",
            // One spelling: what looks the same is the same, as where targets are locked.
            static (name, value, isNot) =>
                Values(value) is { } values ? new QueryTerm(name, [.. values.Select(CanonicalForm.Of)], isNot) : null
        );

    private static QueryField Age =>
        new(
            "takes < or > and a time in s, m, h or d, as in age:>1h",
            static (name, value, isNot) =>
                value.Length > 2
                && value[0] is '<' or '>'
                && UnitOf(value[^1]) is { } unit
                && TryNumber(value[1..^1], out var number)
                    ? new QueryTerm(name, [value], isNot, value[0], number * unit)
                    : null
        );

    private static QueryField Any(string says) =>
        new(
            says,
            static (name, value, isNot) => Values(value) is { } values ? new QueryTerm(name, values, isNot) : null
        );

    private static QueryField OneOf(IReadOnlyList<string> words) =>
        new(
            "takes " + string.Join(", ", words.SkipLast(1)) + " or " + words[^1],
            (name, value, isNot) =>
                Values(value) is { } values && values.All(v => words.Contains(v, StringComparer.Ordinal))
                    ? new QueryTerm(name, values, isNot)
                    : null
        );

    private static QueryTerm? Number(string name, string value, bool isNot)
    {
        var sign = value.Length > 0 && value[0] is '<' or '>' ? value[0] : '=';
        return TryNumber(sign == '=' ? value : value[1..], out var number)
            ? new QueryTerm(name, [value], isNot, sign, number)
            : null;
    }

    private static string[]? Values(string value)
    {
        var values = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return values.Length is > 0 and <= MostValues ? values : null;
    }

    private static int? UnitOf(char unit) =>
        unit switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => null,
        };

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
        && number is >= 0 and < 1e9;
}
