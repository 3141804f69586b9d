using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Journaling;

/// <summary>An event as a batch holds it.</summary>
/// <param name="At">Milliseconds since 1970, UTC.</param>
/// <param name="Item">The item's number; 0 for an event of none. It repeats what the data say, so that an item's events are found without reading them.</param>
/// <param name="Data">JSON, UTF-8; empty once erased.</param>
/// <param name="Digest">SHA-256 of the data.</param>
/// <param name="Check">The first bytes of the chain's hash after this event, which name the event where the batch does not check.</param>
internal readonly record struct StoredEvent(
    long Seq,
    long At,
    int By,
    string Type,
    int Item,
    ReadOnlyMemory<byte> Data,
    ReadOnlyMemory<byte> Digest,
    uint Check
)
{
    internal EventRow ToRow() =>
        new(
            Seq,
            DateTimeOffset.FromUnixTimeMilliseconds(At),
            new PrincipalId(By),
            Type,
            Item == 0 ? null : new ItemId(Item),
            Data
        );
}

/// <summary>
/// The events of one batch as bytes. Version 1: the version; how they are packed (0 plain, 1 deflated after their length); then
/// for each event a form (0 with data, 1 erased, with the 32 bytes of their digest), instant as the difference from the batch's,
/// principal, type, item, the first four bytes of the chain's hash, and the data. Numbers are <see cref="Varint"/>.
/// </summary>
internal sealed class BatchCodec : IDisposable
{
    private const byte Version = 1;
    private const byte Plain = 0;
    private const byte Deflated = 1;
    private const byte WithData = 0;
    private const byte Erased = 1;

    // Shorter ones gain less than the 20 µs that it takes (measured; decision 35).
    private const int DeflatedFrom = 1_024;
    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private readonly ArrayBufferWriter<byte> _data = new(4096);
    private readonly MemoryStream _packed = new(4096);

    /// <summary>Encodes the events. The result is good until the next call.</summary>
    /// <param name="hash">The chain's hash before the first event; after the call, that after the last one.</param>
    internal ReadOnlySpan<byte> Write(IReadOnlyList<Recorded> events, Span<byte> hash)
    {
        _body.ResetWrittenCount();
        var from = events[0].At.ToUnixTimeMilliseconds();
        Span<byte> digest = stackalloc byte[JournalChain.Length];
        foreach (var recorded in events)
        {
            _data.ResetWrittenCount();
            EventJson.Write(_data, recorded.Event);
            SHA256.HashData(_data.WrittenSpan, digest);
            var at = recorded.At.ToUnixTimeMilliseconds();
            var type = recorded.Event.Type;
            JournalChain.Next(hash, recorded.Seq, at, recorded.By.Number, type, digest, hash);
            Varint.Write(_body, WithData);
            Varint.WriteSigned(_body, at - from);
            Varint.WriteSigned(_body, recorded.By.Number);
            WriteText(_body, type);
            Varint.Write(_body, (ulong)(recorded.Event.ItemId?.Number ?? 0));
            _body.Write(hash[..4]);
            Varint.WriteBytes(_body, _data.WrittenSpan);
        }
        return Finish(CompressionLevel.Fastest);
    }

    /// <summary>Encodes events that were read from batches, each as it stands there. The result is good until the next call.</summary>
    internal ReadOnlySpan<byte> Write(IReadOnlyList<StoredEvent> events)
    {
        _body.ResetWrittenCount();
        var from = events[0].At;
        foreach (var stored in events)
        {
            var isErased = !stored.Digest.IsEmpty;
            Varint.Write(_body, isErased ? Erased : WithData);
            Varint.WriteSigned(_body, stored.At - from);
            Varint.WriteSigned(_body, stored.By);
            WriteText(_body, stored.Type);
            Varint.Write(_body, (ulong)stored.Item);
            BinaryPrimitives.WriteUInt32LittleEndian(_body.GetSpan(4), stored.Check);
            _body.Advance(4);
            if (isErased)
                _body.Write(stored.Digest.Span);
            else
                Varint.WriteBytes(_body, stored.Data.Span);
        }
        return Finish(CompressionLevel.Optimal);
    }

    private ReadOnlySpan<byte> Finish(CompressionLevel level)
    {
        _packed.SetLength(0);
        _packed.WriteByte(Version);
        if (_body.WrittenCount < DeflatedFrom)
        {
            _packed.WriteByte(Plain);
            _packed.Write(_body.WrittenSpan);
        }
        else
        {
            _packed.WriteByte(Deflated);
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, _body.WrittenCount);
            _packed.Write(length);
            Packed.Deflate(_packed, _body.WrittenSpan, level);
        }
        return _packed.GetBuffer().AsSpan(0, (int)_packed.Length);
    }

    /// <summary>The events of a batch. What they say is not checked against the chain.</summary>
    /// <exception cref="InvalidDataException">It is no batch, or of a later version.</exception>
    internal static List<StoredEvent> Read(long first, int count, long from, ReadOnlySpan<byte> batch)
    {
        if (batch.Length < 2 || batch[0] != Version)
            throw new InvalidDataException("The batch is of a version that is not known here.");
        var body = batch[1] switch
        {
            Plain => batch[2..].ToArray(),
            Deflated when batch.Length >= 6 => Packed.Inflate(
                batch[6..],
                BinaryPrimitives.ReadInt32LittleEndian(batch[2..])
            ),
            _ => throw new InvalidDataException("The batch is packed in a way that is not known here."),
        };
        var reader = new VarintReader(body);
        var events = new List<StoredEvent>(Math.Min(count, 4096));
        for (var k = 0; k < count; k++)
            events.Add(ReadEvent(ref reader, body, first + k, from));
        if (!reader.IsAtEnd)
            throw new InvalidDataException("The batch holds more than its events.");
        return events;
    }

    public void Dispose() => _packed.Dispose();

    private static StoredEvent ReadEvent(ref VarintReader reader, byte[] body, long seq, long from)
    {
        var form = reader.ReadByte();
        var at = from + reader.ReadSigned();
        var by = (int)reader.ReadSigned();
        var type = TypeOf(reader.ReadBytes());
        var item = reader.ReadInt();
        var check = BinaryPrimitives.ReadUInt32LittleEndian(reader.ReadSpan(4));
        switch (form)
        {
            case WithData:
                var length = reader.ReadInt();
                var start = reader.At;
                reader.ReadSpan(length);
                return new StoredEvent(seq, at, by, type, item, body.AsMemory(start, length), default, check);
            case Erased:
                start = reader.At;
                reader.ReadSpan(JournalChain.Length);
                return new StoredEvent(
                    seq,
                    at,
                    by,
                    type,
                    item,
                    default,
                    body.AsMemory(start, JournalChain.Length),
                    check
                );
            default:
                throw new InvalidDataException("An event has a form that is not known here.");
        }
    }

    private static void WriteText(IBufferWriter<byte> to, string text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        Varint.WriteBytes(to, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    // Types are few: one string for all events of a type.
    private static readonly Dictionary<string, string> Known = EventJson.Types.ToDictionary(
        type => type,
        StringComparer.Ordinal
    );

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ByText =
        Known.GetAlternateLookup<ReadOnlySpan<char>>();

    private static string TypeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > JournalChain.LongestType)
            throw new InvalidDataException("The type of an event is too long.");
        Span<char> text = stackalloc char[bytes.Length];
        text = text[..Encoding.UTF8.GetChars(bytes, text)];
        return ByText.TryGetValue(text, out var known) ? known : text.ToString();
    }
}
