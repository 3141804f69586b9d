using ControlSurface.Core.Views;

namespace ControlSurface.Wording;

/// <summary>Where a saved view leads.</summary>
public static class SavedViews
{
    /// <summary>Path and query of its page, below the workspace's own address: <c>/desk?q=…</c>.</summary>
    public static string PathAndQuery(SavedView view) =>
        Address(view) is ['.', .. var rest] ? rest : "/" + Address(view);

    /// <summary>The link to its page, relative to the base address: the words are the address.</summary>
    public static string Address(SavedView view) =>
        (view.Page == "now" ? "./" : view.Page)
        + (view.Query.Length == 0 ? "" : "?q=" + Uri.EscapeDataString(view.Query));

    /// <summary>An id that is made from a name: its letters and digits in lower case, a hyphen for each stretch of anything else.</summary>
    public static string IdOf(string name)
    {
        var id = new System.Text.StringBuilder();
        foreach (var rune in name.Trim().EnumerateRunes())
        {
            if (System.Text.Rune.IsLetterOrDigit(rune))
                id.Append(System.Text.Rune.ToLowerInvariant(rune));
            else if (id.Length > 0 && id[^1] != '-')
                id.Append('-');
        }
        var made = id.ToString()[..Math.Min(id.Length, 80)].TrimEnd('-');
        return made.Length == 0 ? "view" : made;
    }

    /// <summary>The address of a list as a file.</summary>
    /// <param name="list">The API's path of the list: <c>items</c>.</param>
    /// <param name="query">The words that it is narrowed to; empty for all.</param>
    public static string Export(string list, string query) =>
        $"export/{list}?format=csv" + (query.Length == 0 ? "" : "&q=" + Uri.EscapeDataString(query));

    /// <summary>The words with states, where they name none: what a page shows by itself.</summary>
    public static string InStates(string query, string states) =>
        query.Contains("state:", StringComparison.Ordinal) ? query : $"state:{states} {query}".Trim();

    /// <summary>One condition in words: in quotes where it has to be.</summary>
    public static string? Term(string name, string? value) =>
        value is null ? null
        : value.Any(char.IsWhiteSpace) ? $"{name}:\"{value}\""
        : $"{name}:{value}";

    /// <summary>What a query says with one name, parted by commas; null where it says nothing, or only what is left out.</summary>
    public static string? Said(Query? query, string name)
    {
        var values = (query?.Terms ?? [])
            .Where(term => term.Name == name && !term.IsNot)
            .SelectMany(term => term.Values);
        return string.Join(',', values) is { Length: > 0 } said ? said : null;
    }

    /// <summary>The view of the reader's that lists exactly this, and that they may delete; else null.</summary>
    public static SavedView? Find(
        IEnumerable<SavedView> views,
        string page,
        string query,
        Core.Vocabulary.PrincipalId you,
        bool mayShare
    ) =>
        views.FirstOrDefault(view =>
            view.Page == page && view.Query == query && (view.By == you || (view.Shared && mayShare))
        );
}
