using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Testing;

namespace Server.Tests.Api;

/// <summary>The journal without a disk, as the API reads it.</summary>
internal sealed class MemoryJournal : InMemoryJournal, IJournalReader
{
    EventPage IJournalReader.Events(EventQuery query)
    {
        var all = Events;
        var rows = all.Skip((int)query.After)
            .Where(r => query.Item is null || r.Event.ItemId == query.Item)
            .Where(r => query.Types is null || query.Types.Contains(r.Event.Type))
            .Take(query.Limit)
            .Select(RowOf)
            .ToArray();
        return new EventPage(rows, rows.Length == query.Limit ? rows[^1].Seq : all.Count);
    }

    /// <summary>No chain is kept in memory: each hash is empty.</summary>
    public IReadOnlyList<AuditRow> Chained(long after, int limit) =>
        [.. Events.Skip((int)after).Take(limit).Select(r => new AuditRow(RowOf(r), []))];

    public long LastBefore(DateTimeOffset at) => Events.ToList().FindLastIndex(r => r.At < at) + 1;

    public int CountOf(ItemId item) => Events.Count(r => r.Event.ItemId == item);

    public ArchivePage Archived(ArchiveQuery query)
    {
        var found = Archive
            .Where(i => query.Queues is null || query.Queues.Contains(i.Queue))
            .Where(i => query.States is null || query.States.Contains(i.State))
            .Where(i =>
                ItemFilter.IsSaidBy(i, query.Label, query.Attention) && query.Words?.Takes(i, default, default) != false
            )
            .ToArray();
        return new ArchivePage([.. found.Where(i => i.Id.Number > query.After).Take(query.Limit)], found.Length);
    }

    private static EventRow RowOf(Recorded recorded)
    {
        var data = new System.Buffers.ArrayBufferWriter<byte>();
        EventJson.Write(data, recorded.Event);
        return new EventRow(
            recorded.Seq,
            recorded.At,
            recorded.By,
            recorded.Event.Type,
            recorded.Event.ItemId,
            data.WrittenMemory
        );
    }
}
