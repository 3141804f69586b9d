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
