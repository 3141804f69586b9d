using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage.Journaling;

namespace Server.Tests.Storage;

/// <summary>An archived item is packed after a text that all items share, and comes back whole.</summary>
public sealed class ArchivedItemTests
{
    [Theory]
    [InlineData("Title")]
    [InlineData("Réponse ✓ \"88213\"")]
    [InlineData("")]
    public void An_item_comes_back_whole(string title)
    {
        var item = Batches.Settled(7, title: title, labels: ["vip", "späti"]);
        Assert.Equal(Json(item), Json(ArchivedItem.Unpack(ArchivedItem.Pack(item))));
    }

    [Fact]
    public void It_takes_less_than_half_of_what_it_takes_alone()
    {
        var item = Batches.Settled(7);
        Assert.InRange(ArchivedItem.Pack(item).Length, 1, Alone(item).Length / 2);
    }

    [Fact]
    public void An_item_of_before_is_read()
    {
        var item = Batches.Settled(7, labels: "vip");
        Assert.Equal(Json(item), Json(ArchivedItem.Unpack(Alone(item))));
    }

    /// <summary>What is in the archives of others was packed after this very text.</summary>
    [Fact]
    public void The_known_text_never_changes() =>
        Assert.Equal(
            "d7d787ee1a81e1b6792e54ccbf891f5898f53479f3e32461bfab52bedb216cc0",
            Convert.ToHexStringLower(SHA256.HashData(KnownItem.Text))
        );

    [Fact]
    public void A_changed_version_or_length_and_a_cut_are_damage()
    {
        var item = Batches.Settled(7);
        var packed = ArchivedItem.Pack(item);
        var found = 0;
        for (var k = 0; k < 5; k++)
        {
            packed[k] ^= 0x10;
            try
            {
                ArchivedItem.Unpack(packed);
            }
            catch (DamagedRecordException)
            {
                found++;
            }
            packed[k] ^= 0x10;
        }
        // The version and each byte of the length.
        Assert.Equal(5, found);
        Assert.Throws<DamagedRecordException>(() => ArchivedItem.Unpack(packed.AsSpan(0, packed.Length - 3)));
    }

    // Version 1, as it was described.
    private static byte[] Alone(Item item)
    {
        var json = StateJson.WriteItem(item);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        return [1, .. length, .. Packed.Deflate(json)];
    }

    private static string Json(Item item) => Encoding.UTF8.GetString(StateJson.WriteItem(item));
}
