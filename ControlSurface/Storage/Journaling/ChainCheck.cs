using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ControlSurface.Storage.Journaling;

/// <summary>Checks events against the chain, one after another.</summary>
/// <param name="last">The event that the first of them follows; 0 for none.</param>
/// <param name="hash">The chain's hash after that event.</param>
internal sealed class ChainCheck(long last, byte[] hash)
{
    private readonly byte[] _hash = [.. hash];
    private readonly byte[] _digest = new byte[JournalChain.Length];

    /// <summary>
    /// The last event that was checked. Batches are packed together while somebody reads: a batch can begin with events that were
    /// checked in another batch, and those are not to be checked again.
    /// </summary>
    internal long Last { get; private set; } = last;

    /// <summary>The hash after that event.</summary>
    internal ReadOnlySpan<byte> Hash => _hash;

    /// <summary>Goes on by one event; false where it does not follow from the one before, or was changed.</summary>
    internal bool Follow(in StoredEvent stored)
    {
        if (stored.Digest.IsEmpty)
            SHA256.HashData(stored.Data.Span, _digest);
        else
            stored.Digest.Span.CopyTo(_digest);
        JournalChain.Next(_hash, stored.Seq, stored.At, stored.By, stored.Type, _digest, _hash);
        Last = stored.Seq;
        return BinaryPrimitives.ReadUInt32LittleEndian(_hash) == stored.Check;
    }
}
