using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Writes states and items as JSON, for snapshots and the archive. The same state always gives the same bytes: lists have a fixed order,
/// members stand in the order of the records, and numbers and instants depend on no culture.
/// </summary>
public static class StateJson
{
    /// <summary>The state of a workspace as JSON, UTF-8.</summary>
    public static byte[] Write(WorkspaceState state)
    {
        // Write through a stream in pieces: one buffer of many megabytes would stay in the shared pool for good.
        using var bytes = new MemoryStream();
        JsonSerializer.Serialize(bytes, state, EventJson.Options.GetTypeInfo(typeof(WorkspaceState)));
        return bytes.ToArray();
    }

    /// <summary>The state that was written as these bytes, by this version or an earlier one.</summary>
    /// <exception cref="JsonException">The bytes are no state that this version understands.</exception>
    public static WorkspaceState Read(ReadOnlySpan<byte> bytes) =>
        (WorkspaceState)JsonSerializer.Deserialize(bytes, EventJson.Options.GetTypeInfo(typeof(WorkspaceState)))!;

    /// <summary>One item with its whole record as JSON, UTF-8, as the archive keeps it.</summary>
    public static byte[] WriteItem(Item item) =>
        JsonSerializer.SerializeToUtf8Bytes(item, EventJson.Options.GetTypeInfo(typeof(Item)));

    /// <summary>The item that was written as these bytes, by this version or an earlier one.</summary>
    /// <exception cref="JsonException">The bytes are no item that this version understands.</exception>
    public static Item ReadItem(ReadOnlySpan<byte> bytes) =>
        (Item)JsonSerializer.Deserialize(bytes, EventJson.Options.GetTypeInfo(typeof(Item)))!;
}

/// <summary>Digests of states: SHA-256 over the bytes of <see cref="StateJson"/> (DESIGN.md, 8). Equal states have equal digests.</summary>
public static class Digest
{
    /// <summary>The digest of the state that these bytes of <see cref="StateJson"/> say, 32 bytes.</summary>
    internal static byte[] Of(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes);

    /// <summary>The digest of a state, 32 bytes. The JSON is hashed as it is written and never held as a whole.</summary>
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
