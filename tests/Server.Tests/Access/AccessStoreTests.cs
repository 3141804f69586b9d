using System.Buffers.Binary;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using Microsoft.Data.Sqlite;
using Server.Tests.Storage;

namespace Server.Tests.Access;

/// <summary>Who may call, in a file of the folder.</summary>
public sealed class AccessStoreTests() : AccessStoreContract(folder => new StoragePlace(folder))
{
    [Fact]
    public void No_file_of_the_folder_holds_a_key_or_a_link()
    {
        var key = Store.AddKey(Ann().Id, "laptop").Text;
        var link = Secret(Store.MakeSignInLink(Ann().Id));
        Store.Dispose();
        foreach (var file in Directory.GetFiles(Place.Folder))
        {
            var bytes = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.DoesNotContain(key[^20..], bytes, StringComparison.Ordinal);
            Assert.DoesNotContain(link, bytes, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_request_reads_no_database()
    {
        var key = Store.AddKey(Ann().Id, "a");
        using var blocking = Database.Open(Path.Combine(Place.Folder, "access.db"), DatabaseAccess.ReadWrite);
        blocking.Execute("begin exclusive; update principals set name = 'Nobody'");
        Assert.Equal("Ann", Store.Verify(key.Text)!.Principal.Name);
    }

    [Fact]
    public void All_uses_are_written_down_in_one_commit()
    {
        var keys = Enumerable.Range(0, 20).Select(k => Store.AddKey(Ann().Id, $"key {k}").Text).ToList();
        Clock.Advance(TimeSpan.FromSeconds(5));
        foreach (var key in keys)
            Store.Verify(key);
        var before = Commits();

        Store.WriteDownUses();

        Assert.Equal(before + 1, Commits());
        Assert.False(Store.LookForChanges());
        using (var other = Open())
            Assert.All(other.Keys(), key => Assert.Equal(Batches.T0.AddSeconds(5), key.LastUsedAt));
        before = Commits();
        Store.WriteDownUses();
        Assert.Equal(before, Commits());
    }

    [Fact]
    public void What_the_database_refuses_is_the_databases_own_exception()
    {
        var ann = Ann();
        Store.AddKey(ann.Id, "a");
        using (var tool = Database.Open(Store.Where, DatabaseAccess.ReadWrite))
            tool.Execute("create trigger t before update on principals begin select raise(abort, 'no'); end");

        Assert.Throws<SqliteException>(() => Store.SetState(ann.Id, PrincipalState.Ended, "left"));

        Assert.Equal(PrincipalState.Active, Store.Find(ann.Id)!.State);
    }

    // Frames of the write-ahead log that end a commit: they say how long the file is then.
    private int Commits()
    {
        using var log = new FileStream(Store.Where + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[log.Length];
        log.ReadExactly(bytes);
        var frame = 24 + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8));
        var commits = 0;
        for (var at = 32; at + frame <= bytes.Length; at += frame)
        {
            if (
                bytes.AsSpan(at + 8, 8).SequenceEqual(bytes.AsSpan(16, 8))
                && bytes.AsSpan(at + 4, 4).ContainsAnyExcept((byte)0)
            )
                commits++;
        }
        return commits;
    }
}
