using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Storage.Journaling;

/// <summary>
/// A few answers of a portion in two columns, both in the order of the keys' hashes: their keys, by which they are looked through, and
/// the rest. Version 2 of the keys: the version, the first instant, and for each key the principal, the key and its instant after the first.
/// Version 2 of the rest: the version; for each answer its fingerprint and its checksum, which nothing makes shorter; then packed by
/// Brotli, for each answer the status, the location (0, or 1 and the text) and the body. Version 1, which is read and no longer written,
/// has each answer whole in the rest, deflated, and its key in the keys once more.
/// </summary>
internal static class AnswerBlock
{
    private const byte Whole = 1;
    private const byte Version = 2;
    private const int UuidLength = 16;
    private const int UuidTextLength = 36;

    // Of a hundred answers it has a hundred kilobytes: one for each thread that moves answers, not one for each block.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _plain;

    /// <summary>A key of a block.</summary>
    internal readonly record struct Key(PrincipalId Principal, string Text, long At);

    internal static byte[] Keys(ReadOnlySpan<StoredAnswer> answers)
    {
        var first = long.MaxValue;
        foreach (var (answer, _) in answers)
            first = Math.Min(first, answer.At.ToUnixTimeMilliseconds());
        var keys = new ArrayBufferWriter<byte>(4096);
        keys.Write([Version]);
        Varint.WriteSigned(keys, first);
        foreach (var (answer, _) in answers)
        {
            Varint.WriteSigned(keys, answer.Principal.Number);
            WriteKey(keys, answer.Key);
            Varint.Write(keys, (ulong)(answer.At.ToUnixTimeMilliseconds() - first));
        }
        return keys.WrittenSpan.ToArray();
    }

    internal static byte[] Rest(ReadOnlySpan<StoredAnswer> answers)
    {
        var rest = new ArrayBufferWriter<byte>(16 * 1024);
        rest.Write([Version]);
        var plain = _plain ??= new ArrayBufferWriter<byte>(128 * 1024);
        plain.ResetWrittenCount();
        foreach (var (answer, sum) in answers)
        {
            Varint.WriteBytes(rest, answer.Fingerprint);
            BinaryPrimitives.WriteUInt64LittleEndian(rest.GetSpan(8), sum);
            rest.Advance(8);
            Varint.Write(plain, (ulong)answer.Status);
            AnswerCodec.WriteLocation(plain, answer.Location);
            Varint.WriteBytes(plain, answer.Body);
        }
        Packed.Brotli(rest, plain.WrittenSpan);
        return rest.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">They are no keys of a block.</exception>
    internal static List<Key> ReadKeys(ReadOnlySpan<byte> bytes)
    {
        var reader = new VarintReader(bytes);
        var version = reader.ReadByte();
        if (version is not (Whole or Version))
            throw new InvalidDataException("The keys are of a version that is not known here.");
        var first = version == Whole ? 0 : reader.ReadSigned();
        var keys = new List<Key>();
        while (!reader.IsAtEnd)
            keys.Add(
                version == Whole
                    ? new Key(
                        ReadPrincipal(ref reader),
                        Encoding.UTF8.GetString(reader.ReadBytes()),
                        reader.ReadSigned()
                    )
                    : new Key(ReadPrincipal(ref reader), ReadKey(ref reader), first + (long)reader.Read())
            );
        return keys;
    }

    /// <summary>The answers of a block.</summary>
    /// <param name="keys">Its keys, as they are kept.</param>
    /// <param name="rest">The rest of its answers, as it is kept.</param>
    /// <exception cref="InvalidDataException">They are no answers of a block.</exception>
    internal static List<StoredAnswer> Read(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> rest) =>
        rest switch
        {
            [Whole, _, _, _, _, .. var packed] => AnswerCodec.Read(
                Packed.Inflate(packed, BinaryPrimitives.ReadInt32LittleEndian(rest[1..]))
            ),
            [Version, .. var parts] => Read(ReadKeys(keys), parts),
            _ => throw new InvalidDataException("The answers are of a version that is not known here."),
        };

    private static List<StoredAnswer> Read(List<Key> keys, ReadOnlySpan<byte> parts)
    {
        var own = new VarintReader(parts);
        var named = new List<(Key Key, byte[] Fingerprint, ulong Sum)>(keys.Count);
        foreach (var key in keys)
            named.Add((key, own.ReadBytes().ToArray(), BinaryPrimitives.ReadUInt64LittleEndian(own.ReadSpan(8))));
        var reader = new VarintReader(Packed.Unbrotli(parts[own.At..]));
        var answers = new List<StoredAnswer>(keys.Count);
        foreach (var (key, fingerprint, sum) in named)
        {
            var status = reader.ReadInt();
            var location = AnswerCodec.ReadLocation(ref reader);
            var body = reader.ReadBytes().ToArray();
            var at = AnswerCodec.InstantOf(key.At);
            answers.Add(
                new StoredAnswer(new KeptAnswer(key.Principal, key.Text, fingerprint, status, body, location, at), sum)
            );
        }
        return reader.IsAtEnd ? answers : throw new InvalidDataException("A block holds more answers than keys.");
    }

    private static PrincipalId ReadPrincipal(ref VarintReader reader) => new((int)reader.ReadSigned());

    // A UUID as programs write it is 36 letters for 16 bytes, and random: 0 and its bytes. Any other key: its length and one more, its bytes.
    private static void WriteKey(ArrayBufferWriter<byte> to, string key)
    {
        Span<char> written = stackalloc char[UuidTextLength];
        if (
            Guid.TryParseExact(key, "D", out var uuid)
            && uuid.TryFormat(written, out _)
            && key.AsSpan().SequenceEqual(written)
        )
        {
            Varint.Write(to, 0);
            uuid.TryWriteBytes(to.GetSpan(UuidLength), bigEndian: true, out _);
            to.Advance(UuidLength);
            return;
        }
        Varint.Write(to, (ulong)Encoding.UTF8.GetByteCount(key) + 1);
        Encoding.UTF8.GetBytes(key, to);
    }

    private static string ReadKey(ref VarintReader reader)
    {
        var length = reader.ReadInt();
        return length == 0
            ? new Guid(reader.ReadSpan(UuidLength), bigEndian: true).ToString()
            : Encoding.UTF8.GetString(reader.ReadSpan(length - 1));
    }
}
