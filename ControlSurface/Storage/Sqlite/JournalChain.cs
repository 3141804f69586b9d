using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// The chain over the journal's rows: each hash covers the one before and all of its own row, so that a row that was
/// changed, dropped, put in or moved is found and named.
/// </summary>
internal sealed class JournalChain
{
    internal const int Length = 32;

    // Kept from call to call: a hash is taken for each event that is written.
    private readonly ArrayBufferWriter<byte> _row = new(4096);

    /// <summary>What the first row of a workspace follows: rows of one workspace never check in another.</summary>
    internal static byte[] Start(int workspace)
    {
        Span<byte> start = stackalloc byte[32];
        var written = Encoding.UTF8.GetBytes("controlsurface journal 1", start);
        BinaryPrimitives.WriteInt32LittleEndian(start[written..], workspace);
        return SHA256.HashData(start);
    }

    /// <summary>The hash of a row: SHA-256 over the hash before, seq, at, by, the length and bytes of the type, and the data.</summary>
    internal byte[] Next(ReadOnlySpan<byte> before, long seq, long atMs, int by, string type, ReadOnlySpan<byte> data)
    {
        _row.ResetWrittenCount();
        _row.Write(before);
        var numbers = _row.GetSpan(24);
        BinaryPrimitives.WriteInt64LittleEndian(numbers, seq);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], atMs);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], by);
        // The length keeps a letter from moving between the type and the data unnoticed.
        BinaryPrimitives.WriteInt32LittleEndian(numbers[20..], Encoding.UTF8.GetByteCount(type));
        _row.Advance(24);
        Encoding.UTF8.GetBytes(type, _row);
        _row.Write(data);
        return SHA256.HashData(_row.WrittenSpan);
    }
}
