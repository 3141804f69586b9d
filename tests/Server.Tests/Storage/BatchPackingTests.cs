using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using ControlSurface.Storage.Journaling;
using ControlSurface.Storage.Sqlite;

namespace Server.Tests.Storage;

/// <summary>
/// Old batches are packed together behind those who write and read. <see cref="MoveTests"/> cuts each step of it in turn; here is what
/// is packed, what is not, and what a reader meets meanwhile.
/// </summary>
public sealed class BatchPackingTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private SqliteStorage _storage;
    private bool _packs;

    public BatchPackingTests()
    {
        DataFolder.Create(_temporary.Path);
        _storage = Open();
    }

    private SqliteJournal Journal => _storage.Journal;

    private string JournalFile => DataFolder.JournalFileIn(_temporary.Path);

    [Fact]
    public void Every_event_and_every_hash_stays_what_it_was_in_a_fraction_of_the_bytes()
    {
        Write(600);
        var (events, chain, bytes) = (Journal.ReadAfter(0).ToList(), Chain(), Bytes());

        Pack();

        Assert.Equal(events, Journal.ReadAfter(0).Take(600));
        Assert.Equal(chain, Chain().Take(600));
        Assert.All([1L, 99, 100, 101, 250, 599], seq => Assert.Equal(chain[(int)seq - 1], HashAt(seq)));
        Assert.Equal(events.Skip(250), Journal.ReadAfter(250).Take(350));
        Assert.Equal(
            Enumerable.Range(1, 600).Where(seq => seq % 5 == 3).Select(seq => (long)seq),
            Journal.FindEvents(new EventQuery(0, 500, Types: null, new ItemId(3))).Rows.Select(row => row.Seq)
        );
        Assert.All(
            [1, 100, 333, 600],
            seq => Assert.Equal(seq - 1, Journal.LastBefore(Batches.T0.AddSeconds(seq - 1)))
        );
        Assert.InRange(Bytes(), 1, bytes / 4);
        Assert.Equal([100, 100, 100, 100, 100], Counts().Take(5));
        // The newest stay in the batches that they were written in.
        Assert.Equal(101, Counts().Count(count => count == 1));
    }

    [Fact]
    public void Whoever_reads_meanwhile_goes_on_and_has_each_event_once()
    {
        Write(1_300);
        var chain = Chain();
        using var reading = Journal.ReadAfter(120).GetEnumerator();
        using var examination = SqliteExamination.Open(_temporary.Path);
        using var copying = examination.Batches().GetEnumerator();
        var (read, copied) = (new List<long>(), new List<BatchRow>());
        // A page of batches is in memory, and the next is not read yet.
        while (read.Count < 510 && reading.MoveNext())
            read.Add(reading.Current.Seq);
        while (copied.Count < 510 && copying.MoveNext())
            copied.Add(copying.Current);
        var half = Journal.Chained(0, 510);

        Pack();

        while (reading.MoveNext())
            read.Add(reading.Current.Seq);
        while (copying.MoveNext())
            copied.Add(copying.Current);
        Assert.Equal(Enumerable.Range(121, 1_301 - 120).Select(seq => (long)seq), read);
        Assert.Equal(
            Enumerable.Range(1, 1_301).Select(seq => (long)seq),
            copied.SelectMany(batch => batch.Events()).Select(stored => stored.Seq)
        );
        var check = new ChainCheck(0, JournalChain.Start());
        foreach (var batch in copied)
            Assert.Equal(batch.Count, JournalHistory.Checked(batch, check).Count());
        Assert.Equal(chain, half.Concat(Journal.Chained(510, 790)).Select(row => Convert.ToHexString(row.Hash)));
    }

    [Fact]
    public async Task Writers_and_readers_beside_it_notice_nothing()
    {
        _storage.Dispose();
        _storage = SqliteStorage.Open(_temporary.Path, new JournalOptions { EventsPerPack = 7, EventsLeftLoose = 10 });
        var over = false;
        var reading = Task.Run(() =>
        {
            var known = new List<string>();
            while (!Volatile.Read(ref over))
            {
                var found = Chain();
                Assert.Equal(known, found.Take(known.Count));
                known = found;
                Assert.Equal(known.Count, Journal.ReadAfter(0).Take(known.Count).Count());
                for (var seq = 1 + (known.Count % 17); seq <= known.Count; seq += 17)
                    Assert.Equal(known[seq - 1], HashAt(seq));
            }
        });
        for (var k = 0; k < 300 && !reading.IsCompleted; k++)
            Journal.Append(Batches.Of(k, Batches.Renewal(1 + (k % 5))));
        Volatile.Write(ref over, true);
        await reading;
        Assert.Equal(300, Journal.ReadAfter(0).Count());
    }

    [Fact]
    public void A_batch_that_was_changed_stays_as_it_is_and_the_event_is_named()
    {
        Write(600);
        JournalSurgery.Change(
            JournalFile,
            137,
            e =>
                e with
                {
                    Data = Encoding.UTF8.GetBytes(
                        Encoding.UTF8.GetString(e.Data.Span).Replace("step 3", "step 4", StringComparison.Ordinal)
                    ),
                }
        );

        Pack();

        // The hundred with the changed one are left; those before and after are packed.
        Assert.Equal([100, 1, 1], Counts().Take(3));
        Assert.Equal([1, 100, 100], Counts().Skip(100).Take(3));
        var found = Assert.Throws<JournalCorruptException>(() => Journal.ReadAfter(0).Count());
        Assert.Contains("seq 137 was changed", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(101)] // the first of its pack
    [InlineData(150)]
    [InlineData(200)] // the last
    public void An_event_that_was_changed_within_a_pack_is_named(int seq)
    {
        Write(600);
        Pack();
        JournalSurgery.Change(JournalFile, seq, e => e with { By = 5 });
        var found = Assert.Throws<JournalCorruptException>(() => Journal.ReadAfter(0).Count());
        Assert.Contains($"seq {seq} was changed", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_erased_event_stays_erased_and_the_chain_checks()
    {
        Write(600);
        var chain = Chain();
        JournalSurgery.Change(JournalFile, 42, e => e with { Data = default, Digest = SHA256.HashData(e.Data.Span) });

        Pack();

        Assert.Equal(100, Counts()[0]);
        Assert.Equal(chain, Chain().Take(600));
        Assert.True(Journal.Chained(41, 1)[0].Event.Data.IsEmpty);
    }

    [Fact]
    public void Without_its_mark_it_looks_once_more_and_changes_nothing()
    {
        Write(600);
        Pack();
        var (counts, chain) = (Counts(), Chain());
        _storage.Dispose();
        _temporary.Tamper("delete from marks where name = 'batches.packed'");
        _storage = Open();

        Pack();

        Assert.Equal(counts.Take(5), Counts().Take(5));
        Assert.Equal(chain, Chain().Take(chain.Count));
        using var tool = Database.Open(JournalFile, DatabaseAccess.ReadOnly);
        Assert.Equal("500", tool.Scalar("select value from marks where name = 'batches.packed'"));
    }

    [Fact]
    public void A_large_batch_stays_alone_and_its_neighbours_are_packed_on_both_sides()
    {
        for (var k = 0; k < 30; k++)
            Write(1);
        Journal.Append(Batches.Renewals(30, 150));
        for (var k = 0; k < 320; k++)
            Write(1);

        Pack();

        Assert.Equal([30, 150, 100, 100, 1], Counts().Take(5));
        Assert.Equal(501, Journal.ReadAfter(0).Count());
    }

    public void Dispose()
    {
        _storage.Dispose();
        _temporary.Dispose();
    }

    private SqliteStorage Open() =>
        SqliteStorage.Open(
            _temporary.Path,
            new JournalOptions
            {
                EventsPerPack = 100,
                EventsLeftLoose = 100,
                MovesInBackground = false,
                // A move that is refused is made later.
                OnStep = _ =>
                {
                    if (!_packs)
                        throw new JournalRefusedException("The disk is full.");
                },
            }
        );

    // Each event in a batch of its own, as one caller at a time makes them.
    private void Write(int batches)
    {
        for (var k = 0; k < batches; k++)
            Journal.Append(Batches.Of(Journal.LastSeq, Batches.Renewal(1 + (int)(Journal.LastSeq % 5))));
    }

    private void Pack()
    {
        _packs = true;
        Write(1);
        _packs = false;
    }

    private List<string> Chain() => [.. Journal.Chained(0, int.MaxValue).Select(row => Convert.ToHexString(row.Hash))];

    private string HashAt(long seq) => Convert.ToHexString(Journal.HashAt(seq));

    private List<long> Counts()
    {
        using var tool = Database.Open(JournalFile, DatabaseAccess.ReadOnly);
        return tool.Rows("select count from batches order by first", row => row.GetInt64(0));
    }

    private long Bytes()
    {
        using var tool = Database.Open(JournalFile, DatabaseAccess.ReadOnly);
        return long.Parse(
            tool.Scalar("select sum(length(data) + length(hash)) from batches")!,
            CultureInfo.InvariantCulture
        );
    }
}
