using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Storage.Moving;

/// <summary>
/// Everything that a workspace keeps beside its journal: who may call, what is owed to webhooks, secrets and the keys that protect them. It
/// is small enough to be held in memory.
/// </summary>
/// <param name="Tables">In the order in which they can be written.</param>
/// <param name="Secrets">By their names, protected.</param>
/// <param name="Keys">By their names, as the framework writes them.</param>
internal sealed record HomeContent(
    IReadOnlyList<TableContent> Tables,
    IReadOnlyList<(string Name, byte[] Data)> Secrets,
    IReadOnlyList<(string Name, string Xml)> Keys
)
{
    /// <summary>Rows of each table, for a person.</summary>
    internal IReadOnlyDictionary<string, int> Counts =>
        Tables.ToDictionary(table => table.Name, table => table.Rows.Count, StringComparer.Ordinal);

    /// <summary>The same for the same content, wherever it is kept; lower-case hex.</summary>
    internal string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in Tables)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(TextOf(table.Name, table.LastNumber)));
            // Two databases have their own orders of rows, and columns stand in another one where a later version added some.
            foreach (var row in table.Rows.Select(row => TextOf(table.Columns, row)).Order(StringComparer.Ordinal))
                hash.AppendData(Encoding.UTF8.GetBytes(row));
        }
        foreach (var (name, data) in Secrets.OrderBy(s => s.Name, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(TextOf(name, data)));
        foreach (var (name, xml) in Keys.OrderBy(k => k.Name, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(TextOf(name, xml)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string TextOf(IReadOnlyList<string> columns, object?[] row) =>
        string.Concat(
            columns
                .Select((name, k) => (Name: name, Value: row[k]))
                .OrderBy(column => column.Name, StringComparer.Ordinal)
                .Select(column => TextOf(column.Name, column.Value))
        );

    // JSON: where one value ends cannot be mistaken.
    private static string TextOf(string name, object? value) =>
        JsonSerializer.Serialize(
            (string[])
                [
                    name,
                    value switch
                    {
                        byte[] bytes => "bytes " + Convert.ToHexStringLower(bytes),
                        null => "nothing",
                        IFormattable number => "number " + number.ToString(format: null, CultureInfo.InvariantCulture),
                        // Not every database holds the character 0.
                        _ => "text " + value.ToString()!.Replace('\0', '\uFFFD'),
                    },
                ]
        );
}
