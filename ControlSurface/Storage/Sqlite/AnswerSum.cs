using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Engine;

namespace ControlSurface.Storage.Sqlite;

/// <summary>The checksum over everything that a kept answer says: one that was changed on disk is found, and never given again.</summary>
internal static class AnswerSum
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _row;

    /// <summary>SHA-256 over principal, key, fingerprint, status, body, location and instant, each text after its length.</summary>
    internal static byte[] Of(KeptAnswer answer)
    {
        var row = _row ??= new ArrayBufferWriter<byte>(1024);
        row.ResetWrittenCount();
        Write(row, answer.Principal.Number);
        Write(row, answer.Status);
        Write(row, answer.At.ToUnixTimeMilliseconds());
        Write(row, answer.Key);
        Write(row, answer.Location);
        Write(row, answer.Fingerprint.Length);
        row.Write(answer.Fingerprint);
        row.Write(answer.Body);
        return SHA256.HashData(row.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> row, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(row.GetSpan(8), number);
        row.Advance(8);
    }

    private static void Write(ArrayBufferWriter<byte> row, string? text)
    {
        Write(row, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text ?? "", row);
    }
}
