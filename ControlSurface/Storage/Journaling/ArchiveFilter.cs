using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Views;

namespace ControlSurface.Storage.Journaling;

/// <summary>Which archived items are wanted, as a condition on the columns of the table <c>archive</c>.</summary>
internal static class ArchiveFilter
{
    /// <summary>The condition, from <c> where</c> on, and the values of its parameters.</summary>
    /// <param name="contains">The function of the dialect that finds a text in another: <c>f(text, part)</c>, 0 where it is not there.</param>
    internal static (string Where, (string, object?)[] Values) Where(ArchiveQuery filter, string contains)
    {
        var where = new StringBuilder(" where item > 0");
        var values = new List<(string, object?)>();
        if (filter.Queues is { } queues)
        {
            var names = queues
                .Select((_, k) => "@queue" + k.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .ToList();
            where.Append(" and ");
            if (names.Count == 0)
                where.Append("false");
            else
                where.Append("queue in (").AppendJoin(", ", names).Append(')');
            values.AddRange(names.Zip(queues, (name, queue) => (name, (object?)queue)));
        }
        And("state = @state", "@state", filter.States is { Count: 1 } only ? WireNames.Of(only[0]) : null);
        And($"{contains}(labels, @label) > 0", "@label", filter.Label is { } label ? "\n" + label + "\n" : null);
        foreach (var (term, k) in (filter.Words?.Terms ?? []).Select((term, k) => (term, k)))
            AndTerm(term, k);
        return (where.ToString(), [.. values]);

        void AndTerm(QueryTerm term, int k)
        {
            var any = new List<string>();
            foreach (var (value, v) in term.Values.Select((value, v) => (value, v)))
            {
                var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"@t{k}_{v}");
                var (condition, given) = term.Name switch
                {
                    "queue" => ($"queue = {name}", value),
                    "state" => ($"state = {name}", value),
                    "label" => ($"{contains}(labels, {name}) > 0", "\n" + value + "\n"),
                    "" => ($"{contains}(search, {name}) > 0", value.ToLowerInvariant()),
                    // What only open work has is asked of no archive: nothing matches, whatever stands before it.
                    _ => ("false", value),
                };
                any.Add(condition);
                values.Add((name, given));
            }
            where.Append(term.IsNot ? " and not (" : " and (").AppendJoin(" or ", any).Append(')');
        }

        void And(string condition, string name, object? value)
        {
            if (value is null)
                return;
            where.Append(" and ").Append(condition);
            values.Add((name, value));
        }
    }
}
