using System.Globalization;
using ControlSurface.Wording;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlSurface.Api.Pipeline;

/// <summary>The third step: the parameters of the query, checked against those that the operation knows. Immutable.</summary>
internal sealed class QueryValues
{
    /// <summary>No parameters.</summary>
    internal static readonly QueryValues None = new([], mask: null);

    private readonly IReadOnlyList<KeyValuePair<string, string>> _pairs;

    private QueryValues(IReadOnlyList<KeyValuePair<string, string>> pairs, FieldMask? mask)
    {
        _pairs = pairs;
        Mask = mask;
        IsDryRun = Find("dryRun") == "true";
    }

    /// <summary>The members that <c>fields</c> or <c>brief</c> choose; null for all.</summary>
    internal FieldMask? Mask { get; }

    /// <summary>The request tries only: it changes nothing.</summary>
    internal bool IsDryRun { get; }

    /// <summary>Reads the query of a request. Unknown, repeated and malformed parameters become faults.</summary>
    internal static QueryValues Read(QueryString query, ApiOperation operation, Faults faults)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            Check(operation, name, value, pairs.Count(p => p.Key == name), faults);
            pairs.Add(new KeyValuePair<string, string>(name, value));
        }
        return new QueryValues(pairs, MaskOf(pairs, operation, faults));
    }

    /// <summary>The first value of a parameter; null where it is not there.</summary>
    internal string? Find(string name) => Find(_pairs, name);

    /// <summary>All values of a parameter that may stand several times, in their order.</summary>
    internal IReadOnlyList<string> All(string name) =>
        [.. _pairs.Where(pair => pair.Key == name).Select(pair => pair.Value)];

    /// <summary>A copy with one value for the parameter; without it where the value is null.</summary>
    internal QueryValues With(string name, string? value)
    {
        var pairs = _pairs.Where(pair => pair.Key != name).ToList();
        if (value is not null)
            pairs.Add(new KeyValuePair<string, string>(name, value));
        return new QueryValues(pairs, Mask);
    }

    /// <summary>The number that a text is; the least, and a fault, where it is none or out of bounds.</summary>
    internal static long WholeNumber(string name, string text, long least, long most, Faults faults)
    {
        if (Numbers.TryReadWhole(text, out var number) && number >= least && number <= most)
            return number;
        faults.Add(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
        return least;
    }

    private static string? Find(IReadOnlyList<KeyValuePair<string, string>> pairs, string name)
    {
        foreach (var (known, value) in pairs)
        {
            if (known == name)
                return value;
        }
        return null;
    }

    private static FieldMask? MaskOf(
        IReadOnlyList<KeyValuePair<string, string>> pairs,
        ApiOperation operation,
        Faults faults
    )
    {
        var fields = Find(pairs, "fields");
        if (operation.Shape is not { } shape)
        {
            if (fields is not null)
                faults.Add("fields", "names members, and what comes here has none");
            return null;
        }
        var brief = Find(pairs, "brief");
        if (fields is null)
        {
            return brief == "true" && operation.Brief.Count > 0
                ? FieldMask.Read(operation.Brief, shape, "brief", faults)
                : null;
        }
        var mask = FieldMask.Read(fields.Split(','), shape, "fields", faults);
        if (brief is not null)
            faults.Add("brief", "must not come with fields");
        return mask;
    }

    /// <param name="times">How often the parameter stood before this value.</param>
    private static void Check(ApiOperation operation, string name, string value, int times, Faults faults)
    {
        var parameter = KindOf(operation, name);
        if (parameter is { MostTimes: { } most } several && times > 0)
        {
            if (times == most)
                faults.Add(
                    ShownText.Name(name, "query"),
                    string.Create(CultureInfo.InvariantCulture, $"must stand at most {most} times")
                );
            else if (times < most)
                CheckValue(several, value, faults);
        }
        else if (times > 0)
            faults.Add(ShownText.Name(name, "query"), "must not be named twice");
        else if (parameter is not null)
            CheckValue(parameter, value, faults);
        else
            faults.Add(ShownText.Name(name, "query"), "is not a parameter of this call");
    }

    private static QueryParameter? KindOf(ApiOperation operation, string name)
    {
        foreach (var parameter in CommonParameters.Of(operation))
        {
            if (parameter.Name == name)
                return parameter;
        }
        foreach (var parameter in operation.Query)
        {
            if (parameter.Name == name)
                return parameter;
        }
        return null;
    }

    private static void CheckValue(QueryParameter parameter, string value, Faults faults)
    {
        if (parameter.Type == "boolean" && value is not ("true" or "false"))
            faults.Add(parameter.Name, "must be true or false");
        else if (parameter.Type == "integer")
            WholeNumber(parameter.Name, value, parameter.Least, parameter.Most, faults);
        else if (parameter.Type == "number")
            CheckNumber(parameter, value, faults);
        else if (value.Length == 0)
            faults.Add(parameter.Name, "must not be empty");
        else if (parameter.Words is { } words)
            CheckWords(parameter, words, value, faults);
        else if (
            parameter.Name == "run"
            && CallerChosenId.Check("run", value) is Refusal.InvalidRequest { Errors: var errors }
        )
        {
            foreach (var message in errors.Values.SelectMany(m => m))
                faults.Add("run", message);
        }
    }

    private static void CheckWords(QueryParameter parameter, IReadOnlyList<string> words, string value, Faults faults)
    {
        foreach (var word in value.Split(','))
        {
            if (!parameter.Meant(word).Any())
                faults.Add(
                    parameter.Name,
                    NearestNames.Fault(word, words) + (parameter.TakesPatterns ? "; lease.* is a pattern" : "")
                );
        }
    }

    private static void CheckNumber(QueryParameter parameter, string value, Faults faults)
    {
        if (Numbers.ReadDecimal(value) is not { } number || number < parameter.Least || number > parameter.Most)
            faults.Add(
                parameter.Name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"must be a number from {parameter.Least} to {parameter.Most}"
                )
            );
    }
}
