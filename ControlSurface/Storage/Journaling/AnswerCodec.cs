using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Storage.Journaling;

/// <summary>An answer with the checksum that was stored with it.</summary>
/// <param name="Sum">The first eight bytes of the SHA-256 over all that the answer says, as it was when it was kept.</param>
internal readonly record struct StoredAnswer(KeptAnswer Answer, ulong Sum)
{
    /// <summary>Whether the answer is the one that was kept: one that was changed on disk is never given again.</summary>
    internal bool IsIntact => AnswerCodec.SumOf(Answer) == Sum;

    /// <summary>The hash by which the answer is found.</summary>
    internal long Hash => AnswerCodec.HashOf(Answer.Principal, Answer.Key);
}

/// <summary>
/// Kept answers as bytes. Version 1: the version, then one answer after another: principal, key, fingerprint, status, location
/// (0, or 1 and the text), instant, body, and eight bytes of checksum.
/// </summary>
internal static class AnswerCodec
{
    private const byte Version = 1;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>What the answer of a principal's key is found by: equal ones may be of different keys.</summary>
    internal static long HashOf(PrincipalId principal, string key)
    {
        var bytes = Scratch();
        Write(bytes, principal.Number);
        Encoding.UTF8.GetBytes(key, bytes);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes.WrittenSpan, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    /// <summary>SHA-256 over principal, key, fingerprint, status, body, location and instant, each text after its length; eight bytes.</summary>
    internal static ulong SumOf(KeptAnswer answer)
    {
        var bytes = Scratch();
        Write(bytes, answer.Principal.Number);
        Write(bytes, answer.Status);
        Write(bytes, answer.At.ToUnixTimeMilliseconds());
        Write(bytes, answer.Key);
        Write(bytes, answer.Location);
        Write(bytes, answer.Fingerprint.Length);
        bytes.Write(answer.Fingerprint);
        bytes.Write(answer.Body);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    internal static void Begin(IBufferWriter<byte> to) => to.Write([Version]);

    internal static void Write(IBufferWriter<byte> to, KeptAnswer answer) =>
        Write(to, new StoredAnswer(answer, SumOf(answer)));

    internal static void Write(IBufferWriter<byte> to, in StoredAnswer stored)
    {
        var answer = stored.Answer;
        Varint.WriteSigned(to, answer.Principal.Number);
        WriteText(to, answer.Key);
        Varint.WriteBytes(to, answer.Fingerprint);
        Varint.Write(to, (ulong)answer.Status);
        WriteLocation(to, answer.Location);
        Varint.WriteSigned(to, answer.At.ToUnixTimeMilliseconds());
        Varint.WriteBytes(to, answer.Body);
        BinaryPrimitives.WriteUInt64LittleEndian(to.GetSpan(8), stored.Sum);
        to.Advance(8);
    }

    /// <summary>All answers of a list of them, in the order in which they were written.</summary>
    /// <exception cref="InvalidDataException">It is no such list, or of a later version.</exception>
    internal static List<StoredAnswer> Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new VarintReader(bytes);
        if (reader.ReadByte() != Version)
            throw new InvalidDataException("The answers are of a version that is not known here.");
        var answers = new List<StoredAnswer>();
        while (!reader.IsAtEnd)
        {
            var principal = new PrincipalId((int)reader.ReadSigned());
            var key = Encoding.UTF8.GetString(reader.ReadBytes());
            var fingerprint = reader.ReadBytes().ToArray();
            var status = reader.ReadInt();
            var location = ReadLocation(ref reader);
            var at = InstantOf(reader.ReadSigned());
            var body = reader.ReadBytes().ToArray();
            var sum = BinaryPrimitives.ReadUInt64LittleEndian(reader.ReadSpan(8));
            answers.Add(new StoredAnswer(new KeptAnswer(principal, key, fingerprint, status, body, location, at), sum));
        }
        return answers;
    }

    /// <exception cref="InvalidDataException">There is no such instant.</exception>
    internal static DateTimeOffset InstantOf(long ms) =>
        ms is >= -62_135_596_800_000 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : throw new InvalidDataException("An instant is none.");

    internal static void WriteLocation(IBufferWriter<byte> to, string? location)
    {
        Varint.Write(to, location is null ? 0ul : 1ul);
        if (location is not null)
            WriteText(to, location);
    }

    internal static string? ReadLocation(ref VarintReader reader) =>
        reader.Read() == 0 ? null : Encoding.UTF8.GetString(reader.ReadBytes());

    internal static void WriteText(IBufferWriter<byte> to, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Varint.Write(to, (ulong)length);
        Encoding.UTF8.GetBytes(text, to);
    }

    private static ArrayBufferWriter<byte> Scratch()
    {
        var scratch = _scratch ??= new ArrayBufferWriter<byte>(1024);
        scratch.ResetWrittenCount();
        return scratch;
    }

    private static void Write(ArrayBufferWriter<byte> to, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), number);
        to.Advance(8);
    }

    private static void Write(ArrayBufferWriter<byte> to, string? text)
    {
        Write(to, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text ?? "", to);
    }
}
