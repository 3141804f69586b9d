using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Storage;
using ControlSurface.Storage.Journaling;
using ControlSurface.Storage.Sqlite;

namespace Server.Tests.Storage;

/// <summary>A journal in a real file.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private DataFolder _folder;
    private SqliteJournal _journal;

    public JournalTests()
    {
        _folder = DataFolder.Open(_temporary.Path);
        _journal = SqliteStorage.Open(_folder.Path).Journal;
    }

    [Fact]
    public void A_new_folder_has_an_empty_journal()
    {
        Assert.Equal(0, _journal.LastSeq);
        Assert.Null(_journal.LastUpAt);
        Assert.Empty(_journal.ReadAfter(0));
    }

    [Fact]
    public void What_was_appended_is_there_after_the_folder_is_opened_again()
    {
        _journal.Append(Batches.Of(0, Batches.Created(1), Batches.Renewal(1)));
        _journal.Append(Batches.Renewals(2, 3));
        Reopen();
        Assert.Equal(5, _journal.LastSeq);
        var read = _journal.ReadAfter(0).ToList();
        Assert.Equal([1, 2, 3, 4, 5], read.Select(r => r.Seq));
        Assert.Equal(Batches.T0.AddSeconds(1), read[1].At);
        Assert.Equal(Batches.Ann, read[1].By);
        Assert.Equal(Batches.Renewal(1), read[1].Event);
        Assert.Equal([4L, 5L], _journal.ReadAfter(3).Select(r => r.Seq));
    }

    [Fact]
    public void More_rows_than_one_read_takes_come_in_order_and_check()
    {
        _journal.Append(Batches.Renewals(0, 2_500));
        Assert.Equal(2_500, _journal.ReadAfter(0).Select((r, k) => r.Seq == k + 1).Count(inOrder => inOrder));
    }

    /// <summary>What somebody did to a journal of two batches of three events, and what is said of it.</summary>
    private static readonly Dictionary<string, (Action<string> Tamper, string Named)> Tampering = new(
        StringComparer.Ordinal
    )
    {
        ["data"] = (
            file =>
                JournalSurgery.Change(
                    file,
                    3,
                    e =>
                        e with
                        {
                            Data = Encoding.UTF8.GetBytes(Text(e).Replace("W-3", "W-4", StringComparison.Ordinal)),
                        }
                ),
            "seq 3 was changed"
        ),
        ["instant"] = (file => JournalSurgery.Change(file, 5, e => e with { At = e.At + 1 }), "seq 5 was changed"),
        ["principal"] = (file => JournalSurgery.Change(file, 2, e => e with { By = 5 }), "seq 2 was changed"),
        ["type"] = (
            file => JournalSurgery.Change(file, 5, e => e with { Type = "lease.revived" }),
            "seq 5 was changed"
        ),
        ["item"] = (
            file => JournalSurgery.Change(file, 5, e => e with { Item = 9 }),
            "seq 5 is filed under another item"
        ),
        ["dropped from its batch"] = (file => JournalSurgery.Drop(file, 2), "seq 2 was changed"),
        ["moved"] = (file => JournalSurgery.Swap(file, 4), "seq 4 was changed"),
        ["erased without a trace"] = (
            file => JournalSurgery.Change(file, 2, e => e with { Data = default, Digest = new byte[32] }),
            "seq 2 was changed"
        ),
        ["batch dropped"] = (file => Run(file, "delete from batches where first = 1"), "seq 1 is missing"),
        ["last batch's hash"] = (
            file => Run(file, "update batches set hash = zeroblob(32) where first = 4"),
            "seq 6 was changed"
        ),
        ["first batch's hash"] = (
            file => Run(file, "update batches set hash = zeroblob(32) where first = 1"),
            "seq 3 was changed"
        ),
        ["instant of the batch"] = (
            file => Run(file, "update batches set at = at + 1 where first = 4"),
            "seq 4 was changed"
        ),
        ["count"] = (file => Run(file, "update batches set count = 2 where first = 4"), "seq 4 was changed"),
        ["batch moved"] = (file => Run(file, "update batches set first = 5 where first = 4"), "seq 4 is missing"),
        ["no batch at all"] = (file => Run(file, "update batches set data = x'0705' where first = 4"), "seq 4 was"),
    };

    public static TheoryData<string> TamperingNames => [.. Tampering.Keys];

    [Theory]
    [MemberData(nameof(TamperingNames))]
    public void An_event_that_was_changed_dropped_or_moved_is_found_and_named(string what)
    {
        _journal.Append(Batches.Renewals(0, 3));
        _journal.Append(Batches.Renewals(3, 3));
        Close();
        Tampering[what].Tamper(Path.Combine(_temporary.Path, "journal.db"));
        _folder = DataFolder.Open(_temporary.Path);
        var found = Assert.Throws<JournalCorruptException>(() =>
        {
            using var journal = SqliteStorage.Open(_folder.Path).Journal;
            return journal.ReadAfter(0).Count();
        });
        Assert.Contains(Tampering[what].Named, found.Message, StringComparison.Ordinal);
        Assert.Contains("doctor", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)] // Plain.
    [InlineData(20)] // Deflated.
    public void Whichever_byte_of_a_batch_is_changed_no_event_is_read_as_another(int events)
    {
        _journal.Append(Batches.Renewals(0, events));
        var file = _folder.JournalFile;
        var before = _journal.ReadAfter(0).ToList();
        Close();
        using var tool = Database.Open(file, DatabaseAccess.ReadWrite);
        var data = tool.Rows("select data from batches", row => row.GetFieldValue<byte[]>(0)).Single();
        using var reads = new ReadConnections(file);
        var history = new JournalHistory(new SqliteBatches(reads));
        var found = 0;
        for (var k = 0; k < data.Length; k++)
        {
            data[k] ^= 0x10;
            using (var update = tool.Command("update batches set data = $data", ("$data", data)))
                update.ExecuteNonQuery();
            try
            {
                Assert.Equal(before, history.ReadAfter(0).ToList());
            }
            catch (JournalCorruptException)
            {
                found++;
            }
            data[k] ^= 0x10;
        }
        // Bits that say nothing are few: those that fill the last byte of what was deflated.
        Assert.InRange(found, data.Length - 2, data.Length);
        Open();
    }

    [Fact]
    public void An_event_that_was_erased_leaves_its_digest_and_the_chain_checks()
    {
        _journal.Append(Batches.Renewals(0, 3));
        var hash = _journal.HashAt(3);
        Close();
        JournalSurgery.Change(
            Path.Combine(_temporary.Path, "journal.db"),
            2,
            e => e with { Data = default, Digest = SHA256.HashData(e.Data.Span) }
        );
        Open();
        var chained = _journal.Chained(0, 10);
        Assert.Equal(hash, chained[2].Hash);
        Assert.True(chained[1].Event.Data.IsEmpty);
        Assert.Equal(hash, _journal.HashAt(3));
    }

    private static string Text(StoredEvent stored) => Encoding.UTF8.GetString(stored.Data.Span);

    private static void Run(string file, string sql)
    {
        using var tool = Database.Open(file, DatabaseAccess.ReadWrite);
        tool.Execute(sql);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData((1 << 30) - 1)]
    public void A_length_that_was_changed_is_damage_to_its_own_record_and_takes_no_memory(int length)
    {
        var item = Batches.Settled(7);
        var options = new JournalOptions { AnswersPerPortion = 1, MovesInBackground = false };
        Close();
        using (var storage = SqliteStorage.Open(_temporary.Path, options))
        {
            var answer = new KeptAnswer(Batches.Ann, "k", new byte[32], 201, "{}"u8.ToArray(), null, Batches.T0);
            storage.Journal.Append(Batches.Archiving(0, item) with { Answers = [answer] });
            storage.Journal.Append(Batches.Renewals(1, 200));
            storage.Journal.Save(new Snapshot(1, [1], new byte[5_000]));
        }
        var bytes = Convert.ToHexString(BitConverter.GetBytes(length));
        // After the version, and how the batch is packed.
        _temporary.Tamper(
            $"update archive set data = cast(substr(data, 1, 1) || x'{bytes}' || substr(data, 6) as blob);"
                + $"update answer_blocks set data = cast(substr(data, 1, 1) || x'{bytes}' || substr(data, 6) as blob);"
                + $"update batches set data = cast(substr(data, 1, 2) || x'{bytes}' || substr(data, 7) as blob) where first = 2;"
                + $"update snapshots set length = {length}"
        );
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reads = new ReadConnections(Path.Combine(_temporary.Path, "journal.db"));
        var history = new JournalHistory(new SqliteBatches(reads));
        Assert.Empty(new SnapshotRows(reads).UpTo(long.MaxValue));
        Assert.Throws<JournalCorruptException>(() => history.ReadAfter(1).Count());
        Assert.Throws<JournalCorruptException>(() => history.HashAt(5));
        using var examination = SqliteExamination.Open(_temporary.Path);
        Assert.Null(examination.Archived().Single().Item);
        Assert.Throws<InvalidDataException>(() =>
            AnswerBlock.Read(Blob("select keys from answer_blocks"), Blob("select data from answer_blocks"))
        );
        Assert.Throws<DamagedRecordException>(() => ArchivedItem.Unpack(Blob("select data from archive")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

    private byte[] Blob(string sql)
    {
        using var tool = Database.Open(Path.Combine(_temporary.Path, "journal.db"), DatabaseAccess.ReadOnly);
        return tool.Rows(sql, row => row.GetFieldValue<byte[]>(0)).Single();
    }

    [Fact]
    public void A_page_of_an_items_events_never_passes_one_that_the_index_does_not_know_yet()
    {
        _journal.Append(Batches.Of(0, Batches.Renewal(1), Batches.Renewal(2)));
        // On disk, and not in this journal's index: as between a commit and what follows it.
        using (var other = SqliteStorage.Open(_folder.Path).Journal)
            other.Append(Batches.Of(2, Batches.Renewal(1)));
        var page = _journal.FindEvents(new EventQuery(0, 500, Types: null, new ItemId(1)));
        Assert.Equal([1L], page.Rows.Select(r => r.Seq));
        Assert.Equal(2, page.Next);
        Reopen();
        Assert.Equal(
            [3L],
            _journal.FindEvents(new EventQuery(page.Next, 500, null, new ItemId(1))).Rows.Select(r => r.Seq)
        );
    }

    [Fact]
    public void A_tail_that_was_cut_off_is_missed_at_the_next_start()
    {
        _journal.Append(Batches.Renewals(0, 4));
        _journal.Append(Batches.Renewals(4, 2));
        _journal.MarkUp(Batches.T0);
        Close();
        _temporary.Tamper("delete from batches where first > 4");
        _folder = DataFolder.Open(_temporary.Path);
        var found = Assert.Throws<JournalCorruptException>(() => SqliteStorage.Open(_folder.Path).Journal);
        Assert.Contains("seq 5 is missing", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_that_was_overtaken_is_fenced_and_writes_nothing_more()
    {
        _journal.Append(Batches.Renewals(0, 2));
        using var other = SqliteStorage.Open(_folder.Path).Journal;
        other.Append(Batches.Renewals(2, 1));
        Assert.Throws<JournalFencedException>(() => _journal.Append(Batches.Renewals(2, 1)));
        Assert.Throws<JournalOutcomeUnknownException>(() => _journal.Append(Batches.Renewals(3, 1)));
        Assert.Equal(3, other.ReadAfter(0).Count());
        other.Append(Batches.Renewals(3, 1));
        Assert.Equal(4, other.LastSeq);
    }

    [Fact]
    public void A_batch_that_does_not_follow_is_fenced()
    {
        _journal.Append(Batches.Renewals(0, 2));
        Assert.Throws<JournalFencedException>(() => _journal.Append(Batches.Renewals(1, 1)));
        Assert.Equal(2, _journal.LastSeq);
    }

    [Fact]
    public void A_full_disk_refuses_the_whole_batch_and_the_next_is_written_when_there_is_room()
    {
        _journal.Append(Batches.Renewals(0, 10));
        var pages = _journal.WritingConnection.Scalar("pragma page_count");
        _journal.WritingConnection.Execute($"pragma max_page_count={pages}");
        var refused = Assert.Throws<JournalRefusedException>(() => _journal.Append(Batches.Renewals(10, 2_000)));
        Assert.Contains("13", refused.Message, StringComparison.Ordinal);
        Assert.Equal(10, _journal.LastSeq);
        Assert.Equal(10, _journal.ReadAfter(0).Count());
        _journal.WritingConnection.Execute("pragma max_page_count=1000000");
        _journal.Append(Batches.Renewals(10, 2_000));
        Reopen();
        Assert.Equal(2_010, _journal.ReadAfter(0).Count());
    }

    [Fact]
    public void A_journal_that_may_only_be_read_refuses_and_goes_on_once_it_may_be_written()
    {
        _journal.WritingConnection.Execute("pragma query_only=1");
        Assert.Throws<JournalRefusedException>(() => _journal.Append(Batches.Renewals(0, 1)));
        Assert.Throws<JournalRefusedException>(() => _journal.MarkUp(Batches.T0));
        Assert.Null(_journal.LastUpAt);
        _journal.WritingConnection.Execute("pragma query_only=0");
        _journal.Append(Batches.Renewals(0, 1));
        Assert.Equal(1, _journal.LastSeq);
    }

    [Fact]
    public void A_journal_that_somebody_else_is_writing_refuses_after_a_second()
    {
        using (var tool = Database.Open(_folder.JournalFile, DatabaseAccess.ReadWrite))
        {
            tool.Execute("begin immediate");
            Assert.Throws<JournalRefusedException>(() => _journal.Append(Batches.Renewals(0, 1)));
        }
        _journal.Append(Batches.Renewals(0, 1));
        Assert.Equal(1, _journal.LastSeq);
    }

    [Fact]
    public void A_batch_that_cannot_be_written_for_a_fault_of_its_own_leaves_nothing()
    {
        var batch = Batches.Renewals(0, 2);
        var faulty = batch with { Answers = [new KeptAnswer(Batches.Ann, null!, [1], 200, [2], null, Batches.T0)] };
        Assert.ThrowsAny<Exception>(() => _journal.Append(faulty));
        Assert.Equal(0, _journal.LastSeq);
        Assert.Empty(_journal.ReadAfter(0));
    }

    [Fact]
    public void Every_commit_is_flushed_and_the_log_is_used_again()
    {
        Assert.Equal("2", _journal.WritingConnection.Scalar("pragma synchronous"));
        for (var k = 0; k < 40; k++)
            _journal.Append(Batches.Renewals(k * 500, 500));
        // 40 batches are about 9 MB; without checkpoints the log would be longer than that.
        Assert.InRange(new FileInfo(_folder.JournalFile + "-wal").Length, 1, 9_000_000);
        Assert.Equal(20_000, _journal.ReadAfter(0).Count());
    }

    [Fact]
    public void An_answer_is_kept_with_its_batch_and_pruned_by_age()
    {
        var answer = new KeptAnswer(
            Batches.Ann,
            "k9",
            [1, 2],
            201,
            Encoding.UTF8.GetBytes("{}"),
            "/api/v1/items/W-1",
            Batches.T0
        );
        _journal.Append(Batches.Renewals(0, 1) with { Answers = [answer] });
        Reopen();
        var found = _journal.FindAnswer(Batches.Ann, "k9")!;
        Assert.Equal((201, "/api/v1/items/W-1", Batches.T0), (found.Status, found.Location, found.At));
        Assert.Equal(answer.Fingerprint, found.Fingerprint);
        Assert.Equal(answer.Body, found.Body);
        Assert.Null(_journal.FindAnswer(new PrincipalId(5), "k9"));
        _journal.PruneAnswers(Batches.T0);
        Assert.NotNull(_journal.FindAnswer(Batches.Ann, "k9"));
        _journal.PruneAnswers(Batches.T0.AddMilliseconds(1));
        Assert.Null(_journal.FindAnswer(Batches.Ann, "k9"));
    }

    [Fact]
    public void The_newest_snapshots_are_kept_and_a_damaged_one_is_passed_over()
    {
        foreach (var seq in new long[] { 10, 20, 30, 40 })
        {
            var state = Encoding.UTF8.GetBytes("state at " + seq);
            _journal.Save(new Snapshot(seq, SHA256.HashData(state), state));
        }
        Close();
        _temporary.Tamper("update snapshots set state = x'ffffff' where seq = 40");
        Open();
        var kept = _journal.Snapshots().ToList();
        Assert.Equal([30L, 20L], kept.Select(s => s.Seq));
        Assert.Equal("state at 30", Encoding.UTF8.GetString(kept[0].State));
        Assert.Equal(SHA256.HashData(kept[0].State), kept[0].Digest);
    }

    [Fact]
    public void The_moment_it_was_last_up_is_known_after_a_restart()
    {
        _journal.MarkUp(Batches.T0.AddSeconds(1));
        _journal.MarkUp(Batches.T0.AddSeconds(2));
        Reopen();
        Assert.Equal(Batches.T0.AddSeconds(2), _journal.LastUpAt);
    }

    [Fact]
    public void An_archived_item_is_found_by_id_lease_and_external_id_until_it_is_brought_back()
    {
        var item = Batches.Settled(7);
        _journal.Append(Batches.Archiving(0, item));
        Reopen();
        Assert.Equal(item.Past[0].Token, _journal.FindArchived(item.Id)!.Past[0].Token);
        Assert.Equal(item.Id, _journal.FindArchived(item.Past[0].Id)!.Id);
        Assert.Equal(item.Id, _journal.FindArchived("crm", "EXT-7")!.Id);
        Assert.Null(_journal.FindArchived("other", "EXT-7"));
        _journal.Append(Batches.Of(1, new ItemEvent.Restored(item.Id, item)));
        Assert.Null(_journal.FindArchived(item.Id));
        Assert.Null(_journal.FindArchived(item.Past[0].Id));
    }

    [Fact]
    public void Archived_items_are_listed_by_what_they_are_asked_for()
    {
        _journal.Append(
            Batches.Archiving(
                0,
                Batches.Settled(1, title: "Refund ÄRGER", labels: ["vip", "eu"]),
                Batches.Settled(2, completed: false, queue: "ops"),
                Batches.Settled(3, labels: ["vip-2"])
            )
        );
        Assert.Equal([1, 2, 3], Numbers(All));
        Assert.Equal([2], Numbers(All with { States = [ItemState.Cancelled] }));
        Assert.Equal([1, 3], Numbers(All with { Queues = ["crm"] }));
        Assert.Empty(Numbers(All with { Queues = [] }));
        Assert.Equal([1], Numbers(All with { Label = "vip" }));
        foreach (
            var (words, numbers) in new (string, int[])[]
            {
                ("\"refund ärg\"", [1]),
                ("ÄRG refund", [1]),
                ("-state:cancelled", [1, 3]),
                ("queue:crm -label:vip", [3]),
                ("state:completed,cancelled -refund", Numbers(All).Except([1]).ToArray()),
            }
        )
            Assert.Equal(numbers, Numbers(All with { Words = Query.Read(QuerySubject.Items, words, out _)! }));

        int[] Numbers(ArchiveQuery query) => [.. _journal.FindArchived(query).Items.Select(i => i.Id.Number)];
    }

    private static readonly ArchiveQuery All = new(After: 0, Limit: 50);

    [Fact]
    public void An_items_events_are_found_across_blocks_by_their_index_and_counted()
    {
        for (var k = 0; k < 10; k++)
            _journal.Append(Batches.Renewals(k * 1_000, 1_000));
        var seqs = Enumerable.Range(0, 10).Select(k => (k * 1_000L) + 7).ToArray();
        Assert.Equal(10, _journal.CountOf(new ItemId(7)));
        Assert.Equal(0, _journal.CountOf(new ItemId(5_000)));
        var first = _journal.FindEvents(new EventQuery(0, 6, Types: null, new ItemId(7)));
        Assert.Equal((seqs[5], 6), (first.Next, first.Rows.Count));
        var rest = _journal.FindEvents(new EventQuery(first.Next, 6, Types: null, new ItemId(7)));
        Assert.Equal(seqs, first.Rows.Concat(rest.Rows).Select(e => e.Seq));
        Assert.Equal(10_000, rest.Next);
        using var plan = _journal.WritingConnection.Command(
            "explain query plan " + ItemIndex.Rows,
            ("$from", 0),
            ("$to", 2),
            ("$item", 7)
        );
        using var steps = plan.ExecuteReader();
        var plans = new List<string>();
        while (steps.Read())
            plans.Add(steps.GetString(3));
        Assert.Contains(
            plans,
            step => step.Contains("INDEX sqlite_autoindex_item_events_1 (block=? AND item<?)", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Readers_see_committed_batches_only_while_a_writer_appends()
    {
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                Assert.Equal(0, _journal.FindEvents(new EventQuery(0, 100_000)).Rows.Count % 5);
                reads++;
            }
        });
        for (var k = 0; k < 200; k++)
            _journal.Append(Batches.Renewals(k * 5, 5));
        await done.CancelAsync();
        await reading;
        Assert.Equal(1_000, _journal.LastSeq);
    }

    public void Dispose()
    {
        Close();
        _temporary.Dispose();
    }

    private void Reopen()
    {
        Close();
        Open();
    }

    private void Open()
    {
        _folder = DataFolder.Open(_temporary.Path);
        _journal = SqliteStorage.Open(_folder.Path).Journal;
    }

    private void Close()
    {
        _journal.Dispose();
        _folder.Dispose();
    }
}
