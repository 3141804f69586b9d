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
            var rows = batches.From(chain is null ? Math.Max(seq, 1) : seq + 1);
            if (chain is null)
            {
                if (seq > 0 && (rows.Count == 0 || rows[0].First > seq))
                    throw Corrupt(seq, "is missing");
                chain = new ChainCheck(
                    rows.Count == 0 ? JournalChain.Start()
                    : rows[0].First == 1 || seq > 0 ? batches.HashBefore(rows[0].First)
                    : throw Corrupt(1, "is missing")
                );
            }
            if (rows.Count == 0)
                yield break;
            foreach (var row in rows)
            {
                if (row.First > seq + 1)
                    throw Corrupt(seq + 1, "is missing");
                foreach (var stored in Checked(row, chain))
                {
                    if (stored.Seq > seq)
                        yield return Understood(stored);
                }
                seq = Math.Max(seq, row.Last);
            }
        }
    }

    /// <summary>The events of a batch, each checked; the chain goes on to its end.</summary>
    /// <exception cref="JournalCorruptException">One was changed, or does not follow the one before.</exception>
    internal static IEnumerable<StoredEvent> Checked(BatchRow row, ChainCheck chain)
    {
        foreach (var stored in row.Events())
        {
            if (!chain.Follow(stored))
                throw Corrupt(stored.Seq, "was changed, or does not follow the one before it");
            if (stored.Seq == row.Last && !chain.Hash.SequenceEqual(row.Hash))
                throw Corrupt(stored.Seq, "was changed, or does not follow the one before it");
            yield return stored;
        }
    }

    /// <summary>The chain's hash at a seq; at 0, where the chain starts.</summary>
    /// <exception cref="JournalCorruptException">There is no event with this seq.</exception>
    internal byte[] HashAt(long seq)
    {
        if (seq == 0)
            return JournalChain.Start();
        if (batches.From(seq, events: 1) is not [var row, ..] || row.First > seq)
            throw Corrupt(seq, "is missing");
        if (row.Last == seq)
            return row.Hash;
        var chain = new ChainCheck(batches.HashBefore(row.First));
        foreach (var stored in row.Events())
        {
            chain.Follow(stored);
            if (stored.Seq == seq)
                break;
        }
        return chain.Hash.ToArray();
    }

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
