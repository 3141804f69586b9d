using ControlSurface.Core.Engine;

namespace ControlSurface.Storage.Journaling;

/// <summary>A batch as its row has it.</summary>
/// <param name="First">Seq of its first event.</param>
/// <param name="At">Instant of its first event, milliseconds.</param>
/// <param name="Hash">The chain's hash after its last event.</param>
internal sealed record BatchRow(long First, int Count, long At, byte[] Hash, byte[] Data)
{
    internal long Last => First + Count - 1;

    /// <summary>Its events, not checked against the chain.</summary>
    /// <exception cref="JournalCorruptException">They cannot be read.</exception>
    internal List<StoredEvent> Events()
    {
        try
        {
            return BatchCodec.Read(First, Count, At, Data);
        }
        catch (InvalidDataException failure)
        {
            throw JournalHistory.Corrupt(First, $"was changed: its batch cannot be read ({failure.Message})");
        }
    }

    /// <summary>The same batch without the events before a seq.</summary>
    /// <exception cref="JournalCorruptException">Its events cannot be read.</exception>
    internal BatchRow From(long seq) => seq <= First ? this : Cut(seq);

    private BatchRow Cut(long seq)
    {
        using var codec = new BatchCodec();
        return Of(codec, [.. Events().Where(stored => stored.Seq >= seq)], Hash);
    }

    /// <summary>A batch of events that stand in other batches.</summary>
    /// <param name="codec">What encodes them.</param>
    /// <param name="events">One after another.</param>
    /// <param name="hash">The chain's hash after the last of them.</param>
    internal static BatchRow Of(BatchCodec codec, IReadOnlyList<StoredEvent> events, byte[] hash) =>
        new(events[0].Seq, events.Count, events[0].At, hash, codec.Write(events).ToArray());
}

/// <summary>
/// The committed batches of a journal. Safe from any thread; each call is one short read. Old batches are packed together between two
/// calls: an event is then in a batch that begins earlier, and nothing else is different.
/// </summary>
internal interface IBatchSource
{
    /// <summary>A thousand batches of one event, or one of a thousand: no read stays open while the caller thinks about a batch.</summary>
    const int EventsPerRead = 1_000;

    /// <summary>From the batch that has the seq, or the next one after it; at most about so many events more.</summary>
    /// <exception cref="JournalCorruptException">The store is damaged there.</exception>
    List<BatchRow> From(long seq, int events = EventsPerRead);

    /// <summary>Seq of the last event; 0 for none.</summary>
    long Last();
}

/// <summary>A whole journal by its batches.</summary>
internal static class BatchSources
{
    /// <summary>Every event once, in batches, unchecked, read a few at a time.</summary>
    /// <exception cref="JournalCorruptException">The store is damaged.</exception>
    internal static IEnumerable<BatchRow> All(this IBatchSource batches)
    {
        for (var seq = 1L; batches.From(seq) is [.., var last] rows; seq = last.Last + 1)
        {
            foreach (var row in rows)
                yield return row.From(seq);
        }
    }

    /// <summary>The chain's hash at a seq; at 0, where the chain starts. Checks nothing.</summary>
    /// <exception cref="JournalCorruptException">There is no event with this seq.</exception>
    internal static byte[] HashAt(this IBatchSource batches, long seq)
    {
        if (seq == 0)
            return JournalChain.Start();
        if (batches.From(seq, events: 1) is not [var row, ..] || row.First > seq)
            throw JournalHistory.Corrupt(seq, "is missing");
        if (row.Last == seq)
            return row.Hash;
        var chain = batches.Before(row);
        foreach (var stored in row.Events().TakeWhile(stored => stored.Seq <= seq))
            chain.Follow(stored);
        return chain.Hash.ToArray();
    }

    /// <summary>A check that goes on with the first event of a batch.</summary>
    /// <exception cref="JournalCorruptException">The event before it is missing.</exception>
    internal static ChainCheck Before(this IBatchSource batches, BatchRow row) =>
        new(row.First - 1, batches.HashAt(row.First - 1));
}

/// <summary>Which events an item has.</summary>
internal interface IItemEvents
{
    /// <summary>The last event that the index knows of. Read it before <see cref="Find"/>, which finds everything up to it.</summary>
    long Last { get; }

    /// <summary>Seqs of an item's events after a seq, in order; at most <paramref name="most"/>.</summary>
    List<long> Find(ItemId item, long after, int most = int.MaxValue);
}
