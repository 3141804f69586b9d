using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;

namespace ControlSurface.Testing;

#pragma warning disable CA1852 // Server.Tests compiles this file too, and derives from it.

/// <summary>
/// The one journal without a disk, with the real one's promises (<c>JournalContract</c> holds both to the same tests): an append is
/// whole or not at all, names what it follows, and can be made to refuse or to leave its fate unknown. What was appended survives
/// <see cref="Crash"/>, and nothing else does.
/// </summary>
internal class InMemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly List<Recorded> _events = [];
    private readonly Dictionary<(PrincipalId, string), KeptAnswer> _answers = [];
    private readonly SortedDictionary<ItemId, Item> _archive = [];
    private readonly Dictionary<string, KeptContent> _contents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, Snapshot> _snapshots = [];
    private int _appends;
    private int _saves;

    /// <summary>Numbers of the appends, from 1, that are refused cleanly.</summary>
    internal Predicate<int> Refuses { get; set; } = _ => false;

    /// <summary>The number of the append whose fate is unknown to the caller; 0 for none.</summary>
    internal int OutcomeUnknownAt { get; set; }

    /// <summary>Whether that append reached the disk all the same.</summary>
    internal bool UnknownIsWritten { get; set; }

    /// <summary>Every write is refused: a full disk.</summary>
    internal bool IsFull { get; set; }

    /// <summary>Held by a test to keep an append from returning.</summary>
    internal ManualResetEventSlim Disk { get; } = new(initialState: true);

    /// <summary>Held by a test to keep an append from returning once its events are on disk.</summary>
    internal ManualResetEventSlim Written { get; } = new(initialState: true);

    /// <summary>Held by a test to keep a snapshot from being saved.</summary>
    internal ManualResetEventSlim Saving { get; } = new(initialState: true);

    /// <summary>Snapshots are refused, and nothing else.</summary>
    internal bool RefusesSnapshots { get; set; }

    /// <summary>How many snapshots were brought.</summary>
    internal int Saves => Volatile.Read(ref _saves);

    /// <summary>Told of each look-up that a thread makes here: it would be a read from disk.</summary>
    internal Action? OnLookUp { get; set; }

    /// <summary>Told when somebody begins to read the list of keys.</summary>
    internal Action? OnKeysRead { get; set; }

    /// <summary>Told when somebody begins to read events in order.</summary>
    internal Action? OnReplay { get; set; }

    /// <summary>How many appends were tried.</summary>
    internal int Appends => Volatile.Read(ref _appends);

    /// <summary>How many events each append brought.</summary>
    internal List<int> Sizes { get; } = [];

    public DateTimeOffset? LastUpAt { get; set; }

    public long LastSeq
    {
        get
        {
            lock (_lock)
                return _events.Count;
        }
    }

    /// <summary>All that is on disk.</summary>
    internal IReadOnlyList<Recorded> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    /// <summary>All that is in the archive, by id.</summary>
    internal IReadOnlyList<Item> Archive
    {
        get
        {
            lock (_lock)
                return [.. _archive.Values];
        }
    }

    public void Append(JournalBatch batch)
    {
        var number = Interlocked.Increment(ref _appends);
        Disk.Wait();
        if (IsFull || Refuses(number))
            throw new JournalRefusedException("The disk is full.");
        if (number == OutcomeUnknownAt && !UnknownIsWritten)
            throw new JournalOutcomeUnknownException("A flush failed.");
        lock (_lock)
        {
            if (batch.Follows != _events.Count)
                throw new JournalFencedException($"{batch.Follows} is not the last seq, which is {_events.Count}.");
            for (var k = 0; k < batch.Events.Count; k++)
            {
                if (batch.Events[k].Seq != batch.Follows + k + 1)
                    throw new InvalidOperationException("The batch has a gap.");
            }
            Write(batch);
            Sizes.Add(batch.Events.Count);
        }
        Written.Wait();
        if (number == OutcomeUnknownAt)
            throw new JournalOutcomeUnknownException("A flush failed.");
    }

    private void Write(JournalBatch batch)
    {
        _events.AddRange(batch.Events);
        foreach (var recorded in batch.Events)
        {
            if (recorded.Event is ItemEvent.Restored restored)
                _archive.Remove(restored.Item);
        }
        foreach (var content in batch.Contents)
            _contents.TryAdd(content.Content.Hash, content);
        foreach (var answer in batch.Answers)
            _answers[(answer.Principal, answer.Key)] = answer;
        foreach (var item in batch.Archived)
            _archive[item.Id] = item;
    }

    public IEnumerable<Recorded> ReadAfter(long seq)
    {
        OnReplay?.Invoke();
        return Events.Skip((int)seq);
    }

    public EventPage FindEvents(EventQuery query)
    {
        var all = Events;
        var rows = all.Skip((int)query.After)
            .Where(r => query.Item is null || r.Event.ItemId == query.Item)
            .Where(r => query.Types is null || query.Types.Contains(r.Event.Type))
            .Take(query.Limit)
            .Select(RowOf)
            .ToArray();
        return new EventPage(rows, rows.Length == query.Limit ? rows[^1].Seq : Math.Max(query.After, all.Count));
    }

    /// <summary>No chain is kept in memory: each hash is empty.</summary>
    public IReadOnlyList<AuditRow> Chained(long after, int limit) =>
        [.. Events.Skip((int)after).Take(limit).Select(r => new AuditRow(RowOf(r), []))];

    /// <summary>No chain is kept in memory.</summary>
    public byte[] HashAt(long seq) => [];

    public long LastBefore(DateTimeOffset at) => Events.ToList().FindLastIndex(r => r.At < at) + 1;

    public int CountOf(ItemId item) => Events.Count(r => r.Event.ItemId == item);

    public ArchivePage FindArchived(ArchiveQuery query)
    {
        var found = Archive
            .Where(i => query.Queues is null || query.Queues.Contains(i.Queue))
            .Where(i => query.States is null || query.States.Contains(i.State))
            .Where(i => query.Label is null || i.Labels.Contains(query.Label))
            .Where(i => query.Attention is null && query.Words?.Matches(i, default, default) != false)
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

    public IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue)
    {
        lock (_lock)
            return [.. _snapshots.Values.Reverse().Where(snapshot => snapshot.Seq <= upTo)];
    }

    public void Save(Snapshot snapshot)
    {
        Interlocked.Increment(ref _saves);
        Saving.Wait();
        RefuseIfFull();
        if (RefusesSnapshots)
            throw new JournalRefusedException("No room for a snapshot.");
        lock (_lock)
        {
            _snapshots[snapshot.Seq] = snapshot;
            foreach (
                var seq in SnapshotLadder.Dropped(_snapshots.Values.Select(kept => (kept.Seq, (long)kept.State.Length)))
            )
                _snapshots.Remove(seq);
        }
    }

    public void MarkUp(DateTimeOffset at)
    {
        RefuseIfFull();
        LastUpAt = at;
    }

    public KeptAnswer? FindAnswer(PrincipalId principal, string key)
    {
        OnLookUp?.Invoke();
        lock (_lock)
            return _answers.GetValueOrDefault((principal, key));
    }

    // Read as it is gone through, as from a disk.
    public IEnumerable<(PrincipalId Principal, string Key)>? AnswerKeys()
    {
        OnKeysRead?.Invoke();
        List<(PrincipalId, string)> keys;
        lock (_lock)
            keys = [.. _answers.Keys];
        foreach (var key in keys)
            yield return key;
    }

    public void PruneAnswers(DateTimeOffset before)
    {
        RefuseIfFull();
        lock (_lock)
        {
            var old = _answers.Where(a => a.Value.At < before).Select(a => a.Key).ToList();
            foreach (var key in old)
                _answers.Remove(key);
        }
    }

    public KeptContent? FindContent(string hash)
    {
        OnLookUp?.Invoke();
        lock (_lock)
            return _contents.GetValueOrDefault(hash);
    }

    public Item? FindArchived(ItemId id)
    {
        OnLookUp?.Invoke();
        lock (_lock)
            return _archive.GetValueOrDefault(id);
    }

    public Item? FindArchived(LeaseId id)
    {
        OnLookUp?.Invoke();
        lock (_lock)
            return _archive.Values.FirstOrDefault(i => i.FindLease(id) is not null);
    }

    public Item? FindArchived(string queue, string externalId)
    {
        OnLookUp?.Invoke();
        lock (_lock)
            return _archive.Values.LastOrDefault(i => i.Queue == queue && i.ExternalId == externalId);
    }

    /// <summary>The power fails: a journal with just what was appended, and the mark of when the server was last up.</summary>
    internal InMemoryJournal Crash()
    {
        lock (_lock)
        {
            var left = new InMemoryJournal { LastUpAt = LastUpAt };
            left._events.AddRange(_events);
            foreach (var (id, item) in _archive)
                left._archive.Add(id, item);
            foreach (var (seq, snapshot) in _snapshots)
                left._snapshots.Add(seq, snapshot);
            foreach (var (key, answer) in _answers)
                left._answers.Add(key, answer);
            foreach (var (hash, content) in _contents)
                left._contents.Add(hash, content);
            return left;
        }
    }

    public void Dispose()
    {
        Disk.Set();
        Written.Set();
    }

    private void RefuseIfFull()
    {
        if (IsFull)
            throw new JournalRefusedException("The disk is full.");
    }
}
