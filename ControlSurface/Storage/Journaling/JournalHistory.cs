using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Journaling;

/// <summary>Reads a journal back, checking the chain as it goes. Writes nothing.</summary>
internal sealed class JournalHistory(IBatchSource batches)
{
    internal IEnumerable<Recorded> ReadAfter(long seq)
    {
        ChainCheck? chain = null;
        while (true)
        {
            // The batch that has the seq is read again: what follows in it is checked from its own beginning.
            var rows = batches.From(chain is null ? Math.Max(seq, 1) : chain.Last + 1);
            if (chain is null)
            {
                if (seq > 0 && (rows.Count == 0 || rows[0].First > seq))
                    throw Corrupt(seq, "is missing");
                if (rows.Count == 0)
                    yield break;
                chain = rows[0].First == 1 || seq > 0 ? batches.Before(rows[0]) : throw Corrupt(1, "is missing");
            }
            if (rows.Count == 0)
                yield break;
            foreach (var row in rows)
            {
                if (row.First > chain.Last + 1)
                    throw Corrupt(chain.Last + 1, "is missing");
                foreach (var stored in Checked(row, chain))
                {
                    if (stored.Seq > seq)
                        yield return Understood(stored);
                }
            }
        }
    }

    /// <summary>The events of a batch that were not checked yet, each checked; the chain goes on to its end.</summary>
    /// <exception cref="JournalCorruptException">One was changed, or does not follow the one before.</exception>
    internal static IEnumerable<StoredEvent> Checked(BatchRow row, ChainCheck chain)
    {
        foreach (var stored in row.Events())
        {
            if (stored.Seq <= chain.Last)
                continue;
            if (!chain.Follow(stored))
                throw Corrupt(stored.Seq, "was changed, or does not follow the one before it");
            if (stored.Seq == row.Last && !chain.Hash.SequenceEqual(row.Hash))
                throw Corrupt(stored.Seq, "was changed, or does not follow the one before it");
            yield return stored;
        }
    }

    /// <inheritdoc cref="BatchSources.HashAt"/>
    internal byte[] HashAt(long seq) => batches.HashAt(seq);

    private static Recorded Understood(in StoredEvent stored)
    {
        Event happened;
        try
        {
            happened = EventJson.Read(stored.Type, stored.Data.Span);
        }
        catch (System.Text.Json.JsonException failure)
        {
            throw new JournalCorruptException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Seq {stored.Seq} ({stored.Type}) cannot be understood: {failure.Message} "
                ) + Advice,
                failure
            );
        }
        // The item is no part of the hash: it only repeats what the event says.
        if ((happened.ItemId?.Number ?? 0) != stored.Item)
            throw Corrupt(stored.Seq, "is filed under another item than its own");
        return new Recorded(
            stored.Seq,
            DateTimeOffset.FromUnixTimeMilliseconds(stored.At),
            new PrincipalId(stored.By),
            happened
        );
    }

    internal const string Advice =
        "Nothing was changed. Keep a copy of the folder as it is, run doctor to see the whole of it, and restore the newest backup.";

    internal static JournalCorruptException Corrupt(long seq, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The journal does not check: seq {seq} {what}. ") + Advice);
}
