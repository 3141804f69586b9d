using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Queries over archived items. Safe from any thread; each call is one short read.</summary>
internal sealed class ArchiveReader(ReadConnections reads)
{
    /// <inheritdoc cref="IArchive.FindArchived(ArchiveQuery)"/>
    internal ArchivePage Find(ArchiveQuery query)
    {
        // No settled item asks for attention.
        if (query.Attention is not null || query.States is { Count: 0 })
            return new ArchivePage([], 0);
        using var read = reads.Rent();
        var (where, values) = ArchiveFilter.Where(query, "instr");
        using var count = read.Connection.Command("select count(*) from archive" + where, values);
        var total = Convert.ToInt32(count.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        using var select = read.Connection.Command(
            "select data from archive" + where + " and item > @after order by item limit @limit",
            [.. values, ("@after", query.After), ("@limit", query.Limit)]
        );
        using var row = select.ExecuteReader();
        var items = new List<Item>();
        while (row.Read())
            items.Add(ArchivedItem.Unpack(row.GetFieldValue<byte[]>(0)));
        return new ArchivePage(items, total);
    }

    internal Item? FindOne(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var read = reads.Rent();
        using var command = read.Connection.Command(sql, values);
        return command.ExecuteScalar() is byte[] data ? ArchivedItem.Unpack(data) : null;
    }
}
