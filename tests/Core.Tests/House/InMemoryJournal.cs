using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.House;

/// <summary>
/// A journal with the real one's promises and no disk: an append is whole or not at all, names what it follows, and can
/// be made to refuse or to leave its fate unknown. What was appended survives <see cref="Crash"/>, and nothing else does.
/// </summary>
internal sealed class InMemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly List<Recorded> _events = [];
    private readonly Dictionary<(PrincipalId, string), KeptAnswer> _answers = [];
    private readonly List<Item> _archive = [];
    private readonly Dictionary<string, KeptContent> _contents = new(StringComparer.Ordinal);
    private readonly List<Snapshot> _snapshots = [];
    private int _appends;

    /// <summary>Numbers of the appends, from 1, that are refused cleanly.</summary>
    internal Predicate<int> Refuses { get; set; } = _ => false;

    /// <summary>The number of the append whose fate is unknown to the caller; 0 for none.</summary>
    internal int OutcomeUnknownAt { get; set; }

    /// <summary>Whether that append reached the disk all the same.</summary>
    internal bool UnknownIsWritten { get; set; }

    /// <summary>The mark and upkeep are refused too: a full disk.</summary>
    internal bool IsFull { get; set; }

    /// <summary>Held by a test to keep an append from returning.</summary>
    internal ManualResetEventSlim Disk { get; } = new(initialState: true);

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
            _events.AddRange(batch.Events);
            foreach (var answer in batch.Answers)
                _answers.Add((answer.Principal, answer.Key), answer);
            _archive.AddRange(batch.Archived);
            Sizes.Add(batch.Events.Count);
        }
        if (number == OutcomeUnknownAt)
            throw new JournalOutcomeUnknownException("A flush failed.");
    }

    public IEnumerable<Recorded> ReadAfter(long seq) => Events.Skip((int)seq);

    public IEnumerable<Snapshot> Snapshots()
    {
        lock (_lock)
            return [.. _snapshots.OrderByDescending(s => s.Seq)];
    }

    public void Save(Snapshot snapshot)
    {
        if (IsFull)
            throw new JournalRefusedException("The disk is full.");
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
            var old = _answers.Where(a => a.Value.At < before).Select(a => a.Key).ToList();
            foreach (var key in old)
                _answers.Remove(key);
            return old.Count;
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
            return _archive.LastOrDefault(i => i.Id == id);
    }

    public Item? FindArchived(LeaseId id)
    {
        lock (_lock)
            return _archive.LastOrDefault(i => i.FindLease(id) is not null);
    }

    public Item? FindArchived(string queue, string externalId)
    {
        lock (_lock)
            return _archive.LastOrDefault(i => i.Queue == queue && i.ExternalId == externalId);
    }

    /// <summary>The power fails: a journal with just what was appended, and the mark of when the server was last up.</summary>
    internal InMemoryJournal Crash()
    {
        lock (_lock)
        {
            var left = new InMemoryJournal { LastUpAt = LastUpAt };
            left._events.AddRange(_events);
            left._archive.AddRange(_archive);
            left._snapshots.AddRange(_snapshots);
            foreach (var (key, answer) in _answers)
                left._answers.Add(key, answer);
            return left;
        }
    }

    public void Dispose() => Disk.Set();
}
