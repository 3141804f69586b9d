using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Views;

/// <summary>What a query selects.</summary>
public enum QuerySubject
{
    /// <summary>Items, as on the Now page and the Desk.</summary>
    Items,

    /// <summary>Conflicts, as on the Conflicts page.</summary>
    Conflicts,
}

/// <summary>One condition of a query. All conditions of a query must hold.</summary>
/// <param name="Name">The name before the colon; empty for a plain word.</param>
/// <param name="Values">The values, of which one has to match; plain words are compared without case.</param>
/// <param name="IsNot">Written with a minus before it: things that match are left out.</param>
/// <param name="Sign">Of a number or a time: <c>&lt;</c>, <c>&gt;</c>, or <c>=</c>.</param>
/// <param name="Number">The number; for a time its seconds.</param>
public sealed record QueryTerm(
    string Name,
    IReadOnlyList<string> Values,
    bool IsNot,
    char Sign = '=',
    double Number = 0
)
{
    internal bool Is(double value) =>
        Sign switch
        {
            '<' => value < Number,
            '>' => value > Number,
            _ => value.Equals(Number),
        };
}

/// <summary>
/// A query in words (API.md, Runbook, lists, journal, live): <c>queue:refunds state:stale age:&gt;1h twice</c>. The same words
/// are a page's address, the API's <c>q</c> and the content of a saved view, and mean the same in all three.
/// </summary>
public sealed class Query
{
    /// <summary>Longest text, in characters.</summary>
    public const int MostLetters = 500;
    private const int MostTerms = 30;

    private Query(QuerySubject subject, IReadOnlyList<QueryTerm> terms) => (Subject, Terms) = (subject, terms);

    /// <summary>Whether it selects items or conflicts.</summary>
    public QuerySubject Subject { get; }

    /// <summary>Its conditions in the order in which they were written, at most 30; empty selects everything.</summary>
    public IReadOnlyList<QueryTerm> Terms { get; }

    /// <summary>Whether it has a condition of this name.</summary>
    public bool Names(string name) => Terms.Any(term => term.Name == name);

    /// <summary>
    /// Whether it has a condition that only open work can meet: owner, attention, age, priority or target. Such a query never
    /// selects items that are completed or cancelled.
    /// </summary>
    public bool IsOfOpenWork =>
        Terms.Any(term => term.Name is "owner" or "attention" or "age" or "priority" or "target");

    /// <summary>Reads a query; null where the text has an unknown name or value, or is too long.</summary>
    /// <param name="subject">Whether it selects items or conflicts.</param>
    /// <param name="text">The words, up to <see cref="MostLetters"/> characters.</param>
    /// <param name="fault">A sentence that says what is wrong and which names or values are known; null where nothing is wrong.</param>
    public static Query? Read(QuerySubject subject, string text, out string? fault)
    {
        fault = text.Length > MostLetters ? $"may be at most {MostLetters} characters" : null;
        var terms = new List<QueryTerm>();
        foreach (var (name, value, isNot, isQuoted) in fault is null ? QueryWords.Split(text) : [])
        {
            if (terms.Count == MostTerms)
                fault = $"may have at most {MostTerms} words";
            else if (name.Length == 0 || (isQuoted && value.Length == 0))
                terms.Add(new QueryTerm("", [name + value], isNot));
            else if (QueryFields.Find(subject, name) is not { } field)
                fault =
                    $"{name}: is nothing that this list knows; it knows {QueryFields.InWords(subject)}. "
                    + $"To look for the words themselves, put them in quotes: \"{name}:{value}\"";
            else if (field.Read(name, value, isNot) is { } term)
                terms.Add(term);
            else
                fault = $"{name}:{value} is not understood; {name}: {field.Says}";
            if (fault is not null)
                return null;
        }
        return fault is null ? new Query(subject, terms) : null;
    }

    /// <summary>The text with other values for one name: its words of that name go, all others stay as they are written.</summary>
    /// <param name="values">One of which has to match; none for no such condition.</param>
    public static string Replace(string text, string name, IReadOnlyCollection<string> values)
    {
        var kept = QueryWords.Spans(text).Where(word => word.Name != name || word.IsNot).Select(word => text[word.At]);
        var value = string.Join(',', values);
        var term =
            value.Length == 0 ? null
            : value.Any(char.IsWhiteSpace) ? $"{name}:\"{value}\""
            : $"{name}:{value}";
        return string.Join(' ', term is null ? kept : kept.Append(term));
    }

    /// <summary>Whether the query selects the item. It does not ask whether the caller may see the item's queue.</summary>
    /// <param name="me">The principal that <c>owner:me</c> means.</param>
    /// <param name="now">The instant from which ages are counted.</param>
    public bool Matches(Item item, PrincipalId me, DateTimeOffset now)
    {
        if (item.Settled is not null && IsOfOpenWork)
            return false;
        foreach (var term in Terms)
        {
            if (Has(item, term, me, now) == term.IsNot)
                return false;
        }
        return true;
    }

    /// <summary>The same for a bulk job: a settled item is selected only where the query names a state.</summary>
    public bool MatchesToChange(Item item, PrincipalId me, DateTimeOffset now) =>
        (item.Settled is null || Names("state")) && Matches(item, me, now);

    /// <summary>The same for a bulk job: a closed conflict is selected only where the query names a state.</summary>
    public bool MatchesToChange(Conflict conflict, DateTimeOffset now) =>
        (conflict.IsOpen || Names("state")) && Matches(conflict, now);

    /// <summary>Whether the query selects the conflict. It does not ask whether the caller may see the conflict's queue.</summary>
    /// <param name="now">The instant from which ages are counted.</param>
    public bool Matches(Conflict conflict, DateTimeOffset now)
    {
        foreach (var term in Terms)
        {
            if (Has(conflict, term, now) == term.IsNot)
                return false;
        }
        return true;
    }

    /// <summary>The instant from which an item's age counts: when it was settled, went stale, was suspended, started, claimed, handed off, parked, or became available.</summary>
    public static DateTimeOffset Since(Item item) =>
        item switch
        {
            { Settled: { } settled } => settled.At,
            { Lease: { } lease } => lease.StaleAt ?? lease.SuspendedAt ?? lease.StartedAt ?? lease.ClaimedAt,
            { Handoff: { } handoff } => handoff.At,
            { Parked: { } parked } => parked.At,
            _ => item.ReadyAt,
        };

    private static bool Has(Item item, QueryTerm term, PrincipalId me, DateTimeOffset now) =>
        term.Name switch
        {
            "" => Says(item, term.Values[0]),
            "queue" => term.Values.Contains(item.Queue, StringComparer.Ordinal),
            "state" => term.Values.Contains(WireNames.Of(item.State), StringComparer.Ordinal),
            "owner" => term.Values.Any(value => IsOwnedBy(item, value, me)),
            "label" => term.Values.Any(value => item.Labels.Contains(value, StringComparer.Ordinal)),
            "target" => term.Values.Any(value => item.Targets.Any(target => TargetPath.IsAtOrBelow(target, value))),
            "attention" => term.Values.Any(item.AsksFor),
            "priority" => term.Is(item.Priority),
            "age" => term.Is((now - Since(item)).TotalSeconds),
            _ => throw new System.Diagnostics.UnreachableException(term.Name),
        };

    private static bool Has(Conflict conflict, QueryTerm term, DateTimeOffset now) =>
        term.Name switch
        {
            "" => Begins(conflict.Id.Text, term.Values[0])
                || Has(conflict.What, term.Values[0])
                || Begins(conflict.Item?.Text, term.Values[0])
                || Begins(conflict.Artifact?.Text, term.Values[0])
                || Has(conflict.Action, term.Values[0])
                || Has(conflict.Target, term.Values[0]),
            "queue" => conflict.Queue is { } queue && term.Values.Contains(queue, StringComparer.Ordinal),
            "state" => term.Values.Contains(WireNames.Of(conflict.State), StringComparer.Ordinal),
            "kind" => term.Values.Contains(WireNames.Of(conflict.Kind), StringComparer.Ordinal),
            "item" => term.Values.Any(value =>
                string.Equals(conflict.Item?.Text, value, StringComparison.OrdinalIgnoreCase)
            ),
            "target" => conflict.Target is { } target
                && term.Values.Any(value => TargetPath.IsAtOrBelow(target, value)),
            "age" => term.Is((now - conflict.OpenedAt).TotalSeconds),
            _ => throw new System.Diagnostics.UnreachableException(term.Name),
        };

    private static bool IsOwnedBy(Item item, string value, PrincipalId me) =>
        (value, item.Lease?.Holder) switch
        {
            ("none", var holder) => holder is null,
            (_, null) => false,
            ("me", { } holder) => holder.Id == me,
            ("people", { } holder) => holder.Kind == PrincipalKind.Person,
            ("agents", { } holder) => holder.Kind == PrincipalKind.Agent,
            (_, { } holder) => string.Equals(holder.Id.Text, value, StringComparison.OrdinalIgnoreCase)
                || string.Equals(holder.Name, value, StringComparison.OrdinalIgnoreCase),
        };

    private static bool Says(Item item, string word) =>
        Has(item.Title, word)
        || Begins(item.Id.Text, word)
        || Has(item.Body, word)
        || Has(item.ExternalId, word)
        || Begins(item.Lease?.Id.Text, word)
        || Has(item.Lease?.Holder.Name, word)
        || Has(item.Lease?.Holder.Run, word)
        || item.Targets.Any(target => Has(target, word))
        || item.Labels.Any(label => Has(label, word));

    // Of an id the beginning: the 3 of W-3 is a 3 of nothing that anybody means.
    private static bool Begins(string? id, string word) =>
        id?.StartsWith(word, StringComparison.OrdinalIgnoreCase) == true;

    private static bool Has(string? text, string word) =>
        text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
