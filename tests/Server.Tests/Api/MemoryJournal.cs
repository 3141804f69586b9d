using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace Server.Tests.Api;

/// <summary>A journal that lives in memory and keeps the promises of <see cref="IJournal"/>, but that of outliving the process.</summary>
internal sealed class MemoryJournal : IJournal, IJournalReader
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeptContent> _contents = new(StringComparer.Ordinal);
    private readonly List<Recorded> _events = [];
    private readonly Dictionary<(PrincipalId, string), KeptAnswer> _answers = [];
    private readonly SortedDictionary<ItemId, Item> _archived = [];
    private readonly List<Snapshot> _snapshots = [];

    /// <summary>While set, every append is refused cleanly.</summary>
    internal bool IsFull { get; set; }

    public long LastSeq
    {
        get
        {
            lock (_lock)
                return _events.Count;
        }
    }

    public DateTimeOffset? LastUpAt { get; private set; }

    public void Append(JournalBatch batch)
    {
        lock (_lock)
        {
            foreach (var kept in batch.Contents)
                _contents.TryAdd(kept.Content.Hash, kept);
            if (IsFull)
                throw new JournalRefusedException("The disk is full.");
            if (batch.Follows != _events.Count)
                throw new JournalFencedException("Another writer has appended.");
            foreach (var recorded in batch.Events)
            {
                if (recorded.Event is ItemEvent.Restored restored)
                    _archived.Remove(restored.Item);
            }
            _events.AddRange(batch.Events);
            foreach (var answer in batch.Answers)
                _answers[(answer.Principal, answer.Key)] = answer;
            foreach (var item in batch.Archived)
                _archived[item.Id] = item;
        }
    }

    public IEnumerable<Recorded> ReadAfter(long seq)
    {
        lock (_lock)
            return _events.Skip((int)seq).ToArray();
    }

    public IEnumerable<Snapshot> Snapshots()
    {
        lock (_lock)
            return _snapshots.AsEnumerable().Reverse().ToArray();
    }

    public void Save(Snapshot snapshot)
    {
        lock (_lock)
            _snapshots.Add(snapshot);
    }

    public void MarkUp(DateTimeOffset at)
    {
        if (IsFull)
            throw new JournalRefusedException("The disk is full.");
        LastUpAt = at;
    }

    public KeptAnswer? FindAnswer(PrincipalId principal, string key)
    {
        lock (_lock)
            return _answers.GetValueOrDefault((principal, key));
    }

    public int PruneAnswers(DateTimeOffset before)
    {
        lock (_lock)
        {
            var old = _answers.Where(a => a.Value.At < before).Select(a => a.Key).ToArray();
            foreach (var key in old)
                _answers.Remove(key);
            return old.Length;
        }
    }

    public KeptContent? FindContent(string hash)
    {
        lock (_lock)
            return _contents.GetValueOrDefault(hash);
    }

    public Item? FindArchived(ItemId id)
    {
        lock (_lock)
            return _archived.GetValueOrDefault(id);
    }

    public Item? FindArchived(LeaseId id)
    {
        lock (_lock)
            return _archived.Values.FirstOrDefault(i => i.FindLease(id) is not null);
    }

    public Item? FindArchived(string queue, string externalId)
    {
        lock (_lock)
            return _archived.Values.LastOrDefault(i => i.Queue == queue && i.ExternalId == externalId);
    }

    public EventPage Events(EventQuery query)
    {
        lock (_lock)
        {
            var rows = _events
                .Skip((int)query.After)
                .Where(r => query.Item is null || r.Event.ItemId == query.Item)
                .Where(r => query.Types is null || query.Types.Contains(r.Event.Type))
                .Take(query.Limit)
                .Select(RowOf)
                .ToArray();
            return new EventPage(rows, rows.Length == query.Limit ? rows[^1].Seq : _events.Count);
        }
    }

    /// <summary>No chain is kept in memory: each hash is empty.</summary>
    public IReadOnlyList<AuditRow> Chained(long after, int limit)
    {
        lock (_lock)
            return [.. _events.Skip((int)after).Take(limit).Select(r => new AuditRow(RowOf(r), []))];
    }

    public long LastBefore(DateTimeOffset at)
    {
        lock (_lock)
            return _events.FindLastIndex(r => r.At < at) + 1;
    }

    public int CountOf(ItemId item)
    {
        lock (_lock)
            return _events.Count(r => r.Event.ItemId == item);
    }

    public ArchivePage Archived(ArchiveQuery query)
    {
        lock (_lock)
        {
            var found = _archived
                .Values.Where(i => query.Queues is null || query.Queues.Contains(i.Queue))
                .Where(i => query.States is null || query.States.Contains(i.State))
                .Where(i =>
                    ItemFilter.IsSaidBy(i, query.Label, query.Attention)
                    && query.Words?.Takes(i, default, default) != false
                )
                .ToArray();
            return new ArchivePage([.. found.Where(i => i.Id.Number > query.After).Take(query.Limit)], found.Length);
        }
    }

    public void Dispose() { }

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
