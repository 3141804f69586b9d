namespace ControlSurface.Components;

/// <summary>A list of a page as a file: all its rows, also those that are not drawn. The browser writes it (js/csv.js).</summary>
/// <param name="Name">The file's name, without its ending.</param>
/// <param name="Heads">The names of the columns.</param>
/// <param name="Rows">Texts, numbers and instants; null for an empty cell.</param>
public sealed record ListFile(string Name, IReadOnlyList<string> Heads, IEnumerable<IReadOnlyList<object?>> Rows)
{
    /// <summary>The heads and then the rows; each instant as RFC 3339 has it.</summary>
    internal object?[][] Lines() =>
        [
            [.. Heads],
            .. Rows.Select(row => row.Select(Cell).ToArray()),
        ];

    private static object? Cell(object? value) => value is DateTimeOffset at ? Words.Iso(at) : value;
}
