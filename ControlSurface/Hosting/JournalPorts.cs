using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Storage;

namespace ControlSurface.Hosting;

/// <summary>What the API looks up in the journal.</summary>
internal sealed class ApiJournalReader(JournalReader reader) : IJournalReader
{
    public Api.EventPage Events(EventQuery query)
    {
        var types = query.Types?.ToHashSet(StringComparer.Ordinal);
        var page = reader.Events(query.After, query.Limit, types, query.Item);
        return new Api.EventPage(
            [.. page.Events.Select(e => new EventRow(e.Seq, e.At, e.By, e.Type, e.Item, e.Data))],
            page.Next
        );
    }

    public IReadOnlyList<AuditRow> Chained(long after, int limit) =>
        [
            .. reader
                .Chained(after, limit)
                .Select(row => new AuditRow(
                    new EventRow(
                        row.Event.Seq,
                        row.Event.At,
                        row.Event.By,
                        row.Event.Type,
                        row.Event.Item,
                        row.Event.Data
                    ),
                    row.Hash
                )),
        ];

    public long LastBefore(DateTimeOffset at) => reader.LastBefore(at);

    public int CountOf(ItemId item) => reader.CountOf(item);

    public Api.ArchivePage Archived(ArchiveQuery query)
    {
        // Nothing that is settled asks for attention.
        if (query.Attention is not null || query.States is { Count: 0 })
            return new Api.ArchivePage([], 0);
        var state = query.States is { Count: 1 } only ? WireNames.Of(only[0]) : null;
        var page = reader.Archived(
            new ArchiveFilter(query.Queues, state, Owner: null, query.Label, query.Words),
            query.After,
            query.Limit
        );
        return new Api.ArchivePage(page.Items, page.Total);
    }
}

/// <summary>What the hub reads for whoever resumes.</summary>
internal sealed class HubHistory(JournalReader reader, Engine engine, IJournal journal) : IJournalHistory
{
    // A read from disk: a hub's connection is served by its socket's thread.
    public Task<IReadOnlyList<LiveEvent>> ReadAsync(long after, int limit, CancellationToken waiting) =>
        Task.Run<IReadOnlyList<LiveEvent>>(
            () =>
            {
                var page = reader.Events(after, limit);
                var events = page.Events.Select(e => new Recorded(
                    e.Seq,
                    e.At,
                    e.By,
                    EventJson.Read(e.Type, e.Data.Span)
                ));
                return LiveEvent.AllFrom([.. events], engine.Picture, journal);
            },
            waiting
        );
}
