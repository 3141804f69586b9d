using System.Buffers;

namespace ControlSurface.Storage.Journaling;

/// <summary>Whole numbers in as few bytes as they need: seven bits a byte, the lowest first (LEB128).</summary>
internal static class Varint
{
    internal static void Write(IBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[length++] = (byte)value;
        to.Advance(length);
    }

    /// <summary>A number that may be negative, as zigzag: 0, -1, 1, -2, 2.</summary>
    internal static void WriteSigned(IBufferWriter<byte> to, long value) =>
        Write(to, (ulong)((value << 1) ^ (value >> 63)));

    internal static void WriteBytes(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        Write(to, (ulong)bytes.Length);
        to.Write(bytes);
    }
}

/// <summary>Reads what <see cref="Varint"/> wrote. A read past the end throws and never reads what follows.</summary>
/// <exception cref="InvalidDataException">The bytes end early, or say what cannot be.</exception>
internal ref struct VarintReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal int At { get; private set; }

    internal readonly bool IsAtEnd => At == _bytes.Length;

    internal byte ReadByte()
    {
        if (At >= _bytes.Length)
            throw Cut();
        return _bytes[At++];
    }

    internal ulong Read()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException("A number is longer than 64 bits.");
    }

    internal long ReadSigned()
    {
        var value = Read();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    internal int ReadInt()
    {
        var value = Read();
        return value <= int.MaxValue ? (int)value : throw new InvalidDataException("A number is too great.");
    }

    internal ReadOnlySpan<byte> ReadSpan(int length)
    {
        if (length > _bytes.Length - At)
            throw Cut();
        var span = _bytes.Slice(At, length);
        At += length;
        return span;
    }

    internal ReadOnlySpan<byte> ReadBytes() => ReadSpan(ReadInt());

    private static InvalidDataException Cut() => new("The bytes end early.");
}

/// <summary>Deflated bytes with their length before them.</summary>
internal static class Packed
{
    /// <summary>Nothing that is kept is longer: a damaged length must not take the memory of the process.</summary>
    private const int Longest = 1 << 30;

    /// <summary>Deflate makes at most 1,032 bytes of one (RFC 1951: a length of 258 in two bits); a little more for the ends.</summary>
    private const long MostPerByte = 1_040;

    internal static byte[] Deflate(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream(bytes.Length / 2);
        Deflate(packed, bytes);
        return packed.ToArray();
    }

    internal static void Deflate(Stream to, ReadOnlySpan<byte> bytes)
    {
        using var deflate = new System.IO.Compression.DeflateStream(
            to,
            System.IO.Compression.CompressionLevel.Fastest,
            leaveOpen: true
        );
        deflate.Write(bytes);
    }

    /// <param name="length">Bytes before they were packed, as the file says.</param>
    /// <exception cref="InvalidDataException">They are not what was packed.</exception>
    internal static byte[] Inflate(ReadOnlySpan<byte> packed, long length)
    {
        if (length < 0 || length > Longest || length > packed.Length * MostPerByte)
            throw new InvalidDataException("Packed bytes cannot have the length that they say.");
        var bytes = new byte[length];
        using var inflate = new System.IO.Compression.DeflateStream(
            new MemoryStream(packed.ToArray()),
            System.IO.Compression.CompressionMode.Decompress
        );
        if (
            inflate.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length
            || inflate.ReadByte() >= 0
        )
            throw new InvalidDataException("Packed bytes have another length than they say.");
        return bytes;
    }
}
