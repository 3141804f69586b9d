using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;

namespace ControlSurface.Storage.Journaling;

/// <summary>How an archived item's texts are kept for looking them up.</summary>
internal static class ArchiveText
{
    internal static string Labels(Item item) =>
        item.Labels.Count == 0 ? "" : "\n" + string.Join('\n', item.Labels) + "\n";

    internal static string Search(Item item) =>
        string.Join('\n', [item.Id.Text, item.Title, item.ExternalId ?? "", .. item.Labels]).ToLowerInvariant();
}

/// <summary>
/// An archived item as its row has it: a version, the length of its JSON, and that deflated after <see cref="KnownItem"/>; in version 1,
/// which is read and no longer written, after nothing.
/// </summary>
internal static class ArchivedItem
{
    private const byte Alone = 1;
    private const byte Version = 2;

    internal static byte[] Pack(Item item)
    {
        var json = StateJson.WriteItem(item);
        using var packed = new MemoryStream(json.Length / 2);
        packed.WriteByte(Version);
        Span<byte> length = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        packed.Write(length);
        Packed.DeflateAfter(packed, KnownItem.Text, json);
        return packed.ToArray();
    }

    /// <exception cref="DamagedRecordException">It is not an item as it was packed.</exception>
    internal static Item Unpack(ReadOnlySpan<byte> packed)
    {
        try
        {
            if (packed.Length < 5 || packed[0] is not (Alone or Version))
                throw new InvalidDataException("The item is of a version that is not known here.");
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(packed[1..]);
            return StateJson.ReadItem(
                packed[0] == Alone
                    ? Packed.Inflate(packed[5..], length)
                    : Packed.InflateAfter(KnownItem.Text, packed[5..], length)
            );
        }
        catch (Exception failure) when (failure is InvalidDataException or System.Text.Json.JsonException)
        {
            throw new DamagedRecordException(
                $"An archived item cannot be read: {failure.Message} It was changed on disk. Run doctor, and restore the newest backup.",
                failure
            );
        }
    }
}
