using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;

namespace Benchmarks;

/// <summary>Takes everything and keeps nothing: what is left is the engine's own cost.</summary>
internal sealed class NullJournal : IJournal
{
    public long LastSeq { get; private set; }
    public DateTimeOffset? LastUpAt => null;

    public void Append(JournalBatch batch) => LastSeq = batch.Follows + batch.Events.Count;

    public IEnumerable<Recorded> ReadAfter(long seq) => [];

    public IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue) => [];

    public void Save(Snapshot snapshot) { }

    public void MarkUp(DateTimeOffset at) { }

    public KeptAnswer? FindAnswer(PrincipalId principal, string key) => null;

    public void PruneAnswers(DateTimeOffset before) { }

    public EventPage FindEvents(EventQuery query) => new([], LastSeq);

    public IReadOnlyList<AuditRow> Chained(long after, int limit) => [];

    public byte[] HashAt(long seq) => [];

    public long LastBefore(DateTimeOffset at) => 0;

    public int CountOf(ItemId item) => 0;

    public ArchivePage FindArchived(ArchiveQuery query) => new([], 0);

    public KeptContent? FindContent(string hash) => null;

    public Item? FindArchived(ItemId id) => null;

    public Item? FindArchived(LeaseId id) => null;

    public Item? FindArchived(string queue, string externalId) => null;

    public void Dispose() { }
}
