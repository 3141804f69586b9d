using System.Diagnostics;
using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Queues;
using static ControlSurface.Pages.Views.PolicyText;

namespace ControlSurface.Pages.Views;

/// <summary>Every member of a queue's policy as a field of its page. Only how a value is typed is decided here, by its kind.</summary>
internal static class PolicySettings
{
    private const string LengthExpected = "a length such as 20 s, 5 min, 8 h or 2 d";
    private const string CountExpected = "a whole number";

    internal static IReadOnlyList<PolicySetting> All { get; } = [.. PolicyMembers.OnPage.Select(Of)];

    private static PolicySetting Of(PolicyMember member) =>
        member switch
        {
            NumberMember m => new(
                m,
                Expected(m.Unit, isOptional: false),
                p => Show(m.Unit, m.Get(p)),
                (change, text) => ReadNumber(m.Unit, text) is { } number ? change.With(m, number) : null
            ),
            OptionalNumberMember m => new(
                m,
                Expected(m.Unit, isOptional: true),
                p => m.Get(p) is { } number ? Show(m.Unit, number) : "none",
                (change, text) =>
                    IsNone(text) ? change.With(m, null)
                    : ReadNumber(m.Unit, text) is { } number ? change.With(m, number)
                    : null
            ),
            SwitchMember m => new(
                m,
                "true or false",
                p => m.Get(p) ? "true" : "false",
                (change, text) => text is "true" or "false" ? change.With(m, text == "true") : null
            )
            {
                Choices = [("true", "yes"), ("false", "no")],
            },
            IChoiceMember m => new(member, "one of " + string.Join(", ", m.Words), m.WordIn, m.Named)
            {
                Choices = [.. m.Words.Select(word => (word, word.Replace('_', ' ')))],
            },
            ListMember<ActiveLimit> m => ListOf(
                m,
                "a list such as label refund: 3; target crm:customer: 1, or none",
                ShowLimit,
                ReadLimit
            ),
            ListMember<ApprovalRule> m => ListOf(
                m,
                "a list such as legal: 1 manager where label=refund; money: 2 reviewer where target=pay:, or none",
                ShowRule,
                ReadRule
            ),
            RecordMember<Backoff> m => new(
                m,
                "the first rest, the factor and the longest, such as 10 s, 2, 5 min, or none",
                p => ShowBackoff(m.Get(p)),
                (change, text) =>
                    IsNone(text) ? change.With(m, null)
                    : ReadBackoff(text) is { } backoff ? change.With(m, backoff)
                    : null
            )
            {
                IsLine = true,
            },
            _ => throw new UnreachableException(member.Name),
        };

    // A list is typed as one line: its entries with semicolons between.
    private static PolicySetting ListOf<T>(
        ListMember<T> member,
        string expected,
        Func<T, string> show,
        Func<string, T?> read
    )
        where T : class =>
        new(
            member,
            expected,
            policy => member.Get(policy) is { Count: > 0 } list ? string.Join("; ", list.Select(show)) : "none",
            (change, text) =>
            {
                if (IsNone(text))
                    return change.With(member, []);
                var list = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(read)
                    .ToList();
                return list.Contains(null) ? null : change.With(member, [.. list.OfType<T>()]);
            }
        )
        {
            IsLine = true,
            FaultIn = text =>
                text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .FirstOrDefault(entry => read(entry) is null),
        };

    private static string Expected(PolicyUnit unit, bool isOptional) =>
        unit switch
        {
            PolicyUnit.Seconds => LengthExpected + (isOptional ? ", or none" : ""),
            PolicyUnit.Count => CountExpected + (isOptional ? " or none" : ""),
        };

    private static string Show(PolicyUnit unit, int number) =>
        unit switch
        {
            PolicyUnit.Seconds => Length(number),
            PolicyUnit.Count => Words.Count(number),
        };

    private static int? ReadNumber(PolicyUnit unit, string text) =>
        unit switch
        {
            PolicyUnit.Seconds => ReadLength(text),
            PolicyUnit.Count => ReadCount(text),
        };

    private static string ShowBackoff(Backoff? backoff) =>
        backoff is { } b
            ? $"{Length(b.FirstSeconds)}, {b.Factor.ToString(CultureInfo.InvariantCulture)}, {Length(b.MaxSeconds)}"
            : "none";

    private static Backoff? ReadBackoff(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries) is [var first, var factor, var most]
        && ReadLength(first) is { } firstSeconds
        && ReadFactor(factor) is { } times
        && ReadLength(most) is { } maxSeconds
            ? new Backoff(firstSeconds, times, maxSeconds)
            : null;

    private static string ShowLimit(ActiveLimit limit) =>
        $"{(limit.Label is { } label ? $"label {label}" : $"target {limit.TargetPrefix}")}: {Words.Count(limit.Limit)}";

    private static ActiveLimit? ReadLimit(string entry)
    {
        var at = entry.LastIndexOf(':');
        if (at < 0 || ReadCount(entry[(at + 1)..].Trim()) is not { } limit)
            return null;
        var of = entry[..at].Trim();
        return of.StartsWith("label ", StringComparison.Ordinal) ? new ActiveLimit(of[6..].Trim(), null, limit)
            : of.StartsWith("target ", StringComparison.Ordinal) ? new ActiveLimit(null, of[7..].Trim(), limit)
            : null;
    }

    private static string ShowRule(ApprovalRule rule)
    {
        var when = string.Join(
            ", ",
            rule.When.Conditions().Where(one => one.Value is not null).Select(one => $"{one.Name}={one.Value}")
        );
        return $"{rule.Name}: {Words.Count(rule.Count)} {rule.Role}{(when.Length == 0 ? "" : $" where {when}")}";
    }

    private static ApprovalRule? ReadRule(string entry)
    {
        if (entry.IndexOf(": ", StringComparison.Ordinal) is not (> 0 and var colon))
            return null;
        var (asked, where) = entry[(colon + 2)..].Split(" where ", 2, StringSplitOptions.TrimEntries) switch
        {
            [var alone] => (alone, ""),
            [var before, var after] => (before, after),
            _ => ("", ""),
        };
        if (
            asked.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var number, var role]
            || ReadCount(number) is not { } count
            || ReadWhen(where) is not { } when
        )
            return null;
        return new ApprovalRule(entry[..colon].Trim(), when, role, count);
    }

    private static ApprovalWhen? ReadWhen(string where)
    {
        var when = new ApprovalWhen(null, null, null, null);
        foreach (var one in where.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var next = one.Split('=', 2, StringSplitOptions.TrimEntries) switch
            {
                ["target", var value] => when with { TargetPrefix = value },
                ["action", var value] => when with { ActionKind = value },
                ["label", var value] => when with { Label = value },
                ["type", var value] => when with { ContentType = value },
                _ => null,
            };
            if (next is null)
                return null;
            when = next;
        }
        return when;
    }
}
