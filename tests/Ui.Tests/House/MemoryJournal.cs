using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace Ui.Tests;

/// <summary>A journal with no disk. What was appended is there; nothing is refused and nothing is lost.</summary>
internal sealed class MemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeptContent> _contents = new(StringComparer.Ordinal);
    private readonly List<Recorded> _events = [];
    private readonly List<Item> _archive = [];

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
            _events.AddRange(batch.Events);
            _archive.AddRange(batch.Archived);
        }
    }

    public IEnumerable<Recorded> ReadAfter(long seq)
    {
        lock (_lock)
            return [.. _events.Skip((int)seq)];
    }

    public IEnumerable<Snapshot> Snapshots() => [];

    public void Save(Snapshot snapshot)
    {
        // All of it is in memory already; a snapshot would save nothing.
    }

    public void MarkUp(DateTimeOffset at) => LastUpAt = at;

    public KeptAnswer? FindAnswer(PrincipalId principal, string key) => null;

    public int PruneAnswers(DateTimeOffset before) => 0;

    public KeptContent? FindContent(string hash)
    {
        lock (_lock)
            return _contents.GetValueOrDefault(hash);
    }

    public Item? FindArchived(ItemId id)
    {
        lock (_lock)
            return _archive.LastOrDefault(item => item.Id == id);
    }

    public Item? FindArchived(LeaseId id)
    {
        lock (_lock)
            return _archive.LastOrDefault(item => item.FindLease(id) is not null);
    }

    public Item? FindArchived(string queue, string externalId)
    {
        lock (_lock)
            return _archive.LastOrDefault(item => item.Queue == queue && item.ExternalId == externalId);
    }

    public void Dispose() { }
}
