using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// States and items as JSON, for snapshots and for the archive. The same state always gives the same bytes: its lists
/// have a fixed order, its members that of the records, and numbers and instants know no culture.
/// </summary>
public static class StateJson
{
    /// <summary>A workspace's state, UTF-8.</summary>
    public static byte[] Write(WorkspaceState state)
    {
        // Through a stream in pieces: written in one go, buffers of many megabytes would stay in the shared pool for good.
        using var bytes = new MemoryStream();
        JsonSerializer.Serialize(bytes, state, EventJson.Options.GetTypeInfo(typeof(WorkspaceState)));
        return bytes.ToArray();
    }

    /// <exception cref="JsonException">It is not a state that this version understands.</exception>
    public static WorkspaceState Read(ReadOnlySpan<byte> bytes) =>
        (WorkspaceState)JsonSerializer.Deserialize(bytes, EventJson.Options.GetTypeInfo(typeof(WorkspaceState)))!;

    /// <summary>One item with all that it was, UTF-8: what the archive keeps.</summary>
    public static byte[] WriteItem(Item item) =>
        JsonSerializer.SerializeToUtf8Bytes(item, EventJson.Options.GetTypeInfo(typeof(Item)));

    /// <exception cref="JsonException">It is not an item that this version understands.</exception>
    public static Item ReadItem(ReadOnlySpan<byte> bytes) =>
        (Item)JsonSerializer.Deserialize(bytes, EventJson.Options.GetTypeInfo(typeof(Item)))!;
}

/// <summary>What makes two states the same: SHA-256 over the bytes of <see cref="StateJson"/> (DESIGN.md, 8).</summary>
public static class Digest
{
    /// <summary>32 bytes. The state is hashed as it is written and never held as a whole.</summary>
    public static byte[] Of(WorkspaceState state)
    {
        using var hash = new HashingBuffer();
        using var writer = new Utf8JsonWriter(hash, EventJson.WriterOptions);
        JsonSerializer.Serialize(writer, state, EventJson.Options.GetTypeInfo(typeof(WorkspaceState)));
        writer.Flush();
        return hash.Finish();
    }

    private sealed class HashingBuffer : IBufferWriter<byte>, IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private byte[] _chunk = new byte[64 * 1024];

        public void Advance(int count) => _hash.AppendData(_chunk, 0, count);

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (sizeHint > _chunk.Length)
                _chunk = new byte[sizeHint];
            return _chunk;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        internal byte[] Finish() => _hash.GetHashAndReset();

        public void Dispose() => _hash.Dispose();
    }
}
