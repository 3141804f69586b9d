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
}

/// <summary>The committed batches of a journal. Safe from any thread; each call is one short read.</summary>
internal interface IBatchSource
{
    /// <summary>A thousand batches of one event, or one of a thousand: no read stays open while the caller thinks about a batch.</summary>
    const int EventsPerRead = 1_000;

    /// <summary>From the batch that has the seq, or the next one after it; at most about so many events more.</summary>
    /// <exception cref="JournalCorruptException">The store is damaged there.</exception>
    List<BatchRow> From(long seq, int events = EventsPerRead);

    /// <summary>The hash that the first event of a batch follows.</summary>
    /// <exception cref="JournalCorruptException">The event before it is missing.</exception>
    byte[] HashBefore(long first);

    /// <summary>Seq of the last event; 0 for none.</summary>
    long Last();
}

/// <summary>A whole journal by its batches.</summary>
internal static class BatchSources
{
    /// <summary>Every batch in order, unchecked, read a few at a time.</summary>
    /// <exception cref="JournalCorruptException">The store is damaged.</exception>
    internal static IEnumerable<BatchRow> All(this IBatchSource batches)
    {
        for (var seq = 1L; batches.From(seq) is [.., var last] rows; seq = last.Last + 1)
        {
            foreach (var row in rows)
                yield return row;
        }
    }
}

/// <summary>Which events an item has.</summary>
internal interface IItemEvents
{
    /// <summary>The last event that the index knows of. Read it before <see cref="Find"/>, which finds everything up to it.</summary>
    long Last { get; }

    /// <summary>Seqs of an item's events after a seq, in order; at most <paramref name="most"/>.</summary>
    List<long> Find(ItemId item, long after, int most = int.MaxValue);
}
