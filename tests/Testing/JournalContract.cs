using System.Buffers;
using System.Globalization;
using System.Text;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Testing;

/// <summary>
/// What each storage promises (<see cref="IStorage"/> and its parts). Every implementation passes the same tests, so that a test on
/// one of them holds for the others.
/// </summary>
public abstract class JournalContract : IDisposable
{
    private static readonly DateTimeOffset T0 = new(2026, 5, 4, 9, 30, 0, TimeSpan.Zero);
    private static readonly PrincipalId Ann = new(4);
    private static readonly PrincipalId Bob = new(5);

    /// <summary>The storage under test.</summary>
    private protected abstract IStorage Storage { get; }

    private IJournal Journal => Storage.Journal;

    /// <summary>Ends the process and starts it again on what is on disk.</summary>
    private protected abstract void Reopen();

    /// <summary>From now on every write is refused cleanly, or none is.</summary>
    private protected abstract void Refuse(bool all);

    /// <summary>An empty storage takes the place of the one under test.</summary>
    private protected abstract void Renew();

    public abstract void Dispose();

    [Fact]
    public void A_new_journal_is_empty()
    {
        Assert.Equal(0, Journal.LastSeq);
        Assert.Null(Journal.LastUpAt);
        Assert.Empty(Journal.ReadAfter(0));
        Assert.Empty(Journal.Snapshots());
        Assert.Empty(Journal.AnswerKeys()!);
    }

    [Fact]
    public void What_was_appended_is_there_in_order_after_a_start()
    {
        Journal.Append(Batch(0, Created(1), Created(2)));
        Journal.Append(Batch(2, Created(3)));
        Reopen();
        Assert.Equal(3, Journal.LastSeq);
        Assert.Equal([1L, 2L, 3L], Journal.ReadAfter(0).Select(r => r.Seq));
        Assert.Equal([3L], Journal.ReadAfter(2).Select(r => r.Seq));
        Assert.Equal(Bytes(Created(2)), Bytes(Journal.ReadAfter(1).First().Event));
        Assert.Equal((Ann, T0.AddSeconds(2)), (Journal.ReadAfter(2).Single().By, Journal.ReadAfter(2).Single().At));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_batch_that_does_not_follow_is_fenced_and_leaves_nothing(long follows)
    {
        Journal.Append(Batch(0, Created(1), Created(2)));
        var late = Batch(follows, Created(3)) with { Answers = [Answer(Ann, "k1")], Contents = [Content("x")] };
        Assert.Throws<JournalFencedException>(() => Journal.Append(late));
        Reopen();
        Assert.Equal(2, Journal.LastSeq);
        Assert.Null(Journal.FindAnswer(Ann, "k1"));
        Assert.Null(Journal.FindContent(Content("x").Content.Hash));
    }

    [Fact]
    public void An_answer_is_found_by_its_principal_and_key_and_listed_after_a_start_too()
    {
        Journal.Append(Batch(0, Created(1)) with { Answers = [Answer(Ann, "k1"), Answer(Bob, "k1", "other")] });
        for (var k = 0; k < 2; k++)
        {
            Assert.Equal("answer", Encoding.UTF8.GetString(Journal.FindAnswer(Ann, "k1")!.Body));
            Assert.Equal("other", Encoding.UTF8.GetString(Journal.FindAnswer(Bob, "k1")!.Body));
            Assert.Null(Journal.FindAnswer(Ann, "k2"));
            Assert.Equal([(Ann, "k1"), (Bob, "k1")], Journal.AnswerKeys()!.Order());
            Reopen();
        }
    }

    [Fact]
    public void A_key_that_is_used_again_has_its_newest_answer()
    {
        Journal.Append(Batch(0, Created(1)) with { Answers = [Answer(Ann, "k1")] });
        Journal.Append(Batch(1, Created(2)) with { Answers = [Answer(Ann, "k1", "newer", T0.AddDays(8))] });
        Reopen();
        Assert.Equal("newer", Encoding.UTF8.GetString(Journal.FindAnswer(Ann, "k1")!.Body));
        Assert.Single(Journal.AnswerKeys()!);
    }

    [Fact]
    public void Answers_are_pruned_by_their_age_and_no_others()
    {
        Journal.Append(
            Batch(0, Created(1)) with
            {
                Answers =
                [
                    Answer(Ann, "old"),
                    Answer(Ann, "edge", at: T0.AddDays(1)),
                    Answer(Ann, "new", at: T0.AddDays(2)),
                ],
            }
        );
        // The second call has nothing left to drop.
        for (var k = 0; k < 2; k++)
        {
            Journal.PruneAnswers(T0.AddDays(1));
            Assert.Equal(["edge", "new"], Journal.AnswerKeys()!.Select(a => a.Key).Order(StringComparer.Ordinal));
            Assert.Null(Journal.FindAnswer(Ann, "old"));
            Assert.NotNull(Journal.FindAnswer(Ann, "edge"));
            Assert.NotNull(Journal.FindAnswer(Ann, "new"));
        }
    }

    [Fact]
    public void A_content_is_kept_once_under_its_hash_and_stays_its_first_senders()
    {
        var content = Content("words");
        Journal.Append(Batch(0) with { Contents = [content] });
        Journal.Append(Batch(0, Created(1)) with { Contents = [content with { By = Bob, At = T0.AddDays(1) }] });
        Reopen();
        var kept = Journal.FindContent(content.Content.Hash)!;
        Assert.Equal((Ann, T0, "words"), (kept.By, kept.At, Encoding.UTF8.GetString(kept.Content.Bytes)));
        Assert.Null(Journal.FindContent(Content("other").Content.Hash));
    }

    [Fact]
    public void An_archived_item_is_found_by_id_lease_and_external_id_until_it_is_brought_back()
    {
        Journal.Append(Archiving(0, Settled(1), Settled(2)));
        Reopen();
        Assert.Equal(new ItemId(1), Journal.FindArchived(new ItemId(1))!.Id);
        Assert.Equal(new ItemId(2), Journal.FindArchived(new LeaseId(102))!.Id);
        Assert.Equal(new ItemId(2), Journal.FindArchived("crm", "EXT")!.Id);
        Assert.Null(Journal.FindArchived("web", "EXT"));
        Assert.Null(Journal.FindArchived(new ItemId(3)));
        Journal.Append(Batch(2, new ItemEvent.Restored(new ItemId(2), Settled(2))));
        Assert.Null(Journal.FindArchived(new ItemId(2)));
        Assert.Null(Journal.FindArchived(new LeaseId(102)));
        Assert.Equal(new ItemId(1), Journal.FindArchived("crm", "EXT")!.Id);
    }

    [Fact]
    public void The_parts_of_a_storage_see_what_was_appended_to_it()
    {
        Journal.Append(Archiving(0, Settled(1)) with { Answers = [Answer(Ann, "k1")], Contents = [Content("one")] });
        Journal.Save(new Snapshot(1, [1], [2]));
        Assert.Equal(1, Storage.Events.LastSeq);
        Assert.NotNull(Storage.Answers.FindAnswer(Ann, "k1"));
        Assert.NotNull(Storage.Contents.FindContent(Content("one").Content.Hash));
        Assert.NotNull(Storage.Archive.FindArchived(new ItemId(1)));
        Assert.Single(Storage.Snapshots.Snapshots());
    }

    [Fact]
    public void Events_are_paged_by_type_and_by_item_without_losing_the_place()
    {
        Journal.Append(Batch(0, Created(1), Note(1), Created(2)));
        Journal.Append(Batch(3, Note(2), Note(1)));
        for (var k = 0; k < 2; k++)
        {
            Assert.Equal("1 2 to 2", Seqs(new EventQuery(0, 2)));
            Assert.Equal("3 4 5 to 5", Seqs(new EventQuery(2, 10)));
            Assert.Equal("2 to 2", Seqs(new EventQuery(0, 1, ["note.added"])));
            Assert.Equal("3 to 5", Seqs(new EventQuery(1, 10, ["item.created"])));
            Assert.Equal(" to 5", Seqs(new EventQuery(2, 10, ["lease.renewed"])));
            Assert.Equal("1 2 to 2", Seqs(new EventQuery(0, 2, Types: null, new ItemId(1))));
            Assert.Equal("5 to 5", Seqs(new EventQuery(2, 10, Types: null, new ItemId(1))));
            Assert.Equal("4 to 5", Seqs(new EventQuery(0, 9, ["note.added"], new ItemId(2))));
            Assert.Equal((3, 2, 0), (Count(1), Count(2), Count(3)));
            Assert.Equal([2L, 3L], Journal.Chained(1, 2).Select(row => row.Event.Seq));
            Assert.Equal(
                (0, 2, 5),
                (Journal.LastBefore(T0), Journal.LastBefore(T0.AddSeconds(2)), Journal.LastBefore(T0.AddDays(1)))
            );
            Reopen();
        }
        var row = Journal.FindEvents(new EventQuery(3, 1)).Rows.Single();
        Assert.Equal(
            (4, T0.AddSeconds(3), Ann, "note.added", new ItemId(2)),
            (row.Seq, row.At, row.By, row.Type, row.Item)
        );
        Assert.Equal(Bytes(Note(2)), Encoding.UTF8.GetString(row.Data.Span));

        string Seqs(EventQuery query)
        {
            var page = Journal.FindEvents(query);
            return $"{string.Join(' ', page.Rows.Select(r => r.Seq))} to {page.Next}";
        }

        int Count(int item) => Journal.CountOf(new ItemId(item));
    }

    [Fact]
    public void Archived_items_are_paged_by_number_and_counted_in_all()
    {
        Journal.Append(Archiving(0, Settled(1), Settled(2), Settled(3)));
        Reopen();
        Assert.Equal([1, 2], Found(new ArchiveQuery(0, 2)));
        Assert.Equal([3], Found(new ArchiveQuery(2, 2)));
        Assert.Equal(3, Journal.FindArchived(new ArchiveQuery(2, 2)).Total);
        Assert.Equal([1, 2, 3], Found(new ArchiveQuery(0, 9, Queues: ["crm", "web"], States: [ItemState.Completed])));
        Assert.Empty(Found(new ArchiveQuery(0, 9, Queues: [])));
        Assert.Empty(Found(new ArchiveQuery(0, 9, States: [ItemState.Cancelled])));
        Assert.Empty(Found(new ArchiveQuery(0, 9, States: [])));
        Assert.Empty(Found(new ArchiveQuery(0, 9, Label: "vip")));
        Assert.Empty(Found(new ArchiveQuery(0, 9, Attention: "any")));

        int[] Found(ArchiveQuery query) => [.. Journal.FindArchived(query).Items.Select(i => i.Id.Number)];
    }

    [Fact]
    public void The_newest_three_snapshots_are_kept_newest_first()
    {
        for (var seq = 1; seq <= 5; seq++)
            Journal.Save(new Snapshot(seq, [(byte)seq], [(byte)seq, 0]));
        Reopen();
        Assert.Equal([5L, 4L, 3L], Journal.Snapshots().Select(s => s.Seq));
        Assert.Equal([5, 0], Journal.Snapshots().First().State);
        Assert.Equal([4L, 3L], Journal.Snapshots(upTo: 4).Select(s => s.Seq));
        Assert.Empty(Journal.Snapshots(upTo: 2));
    }

    [Fact]
    public void Older_snapshots_are_rungs_into_the_past_and_a_newer_one_of_a_seq_takes_the_place_of_the_old()
    {
        for (var k = 1; k <= 12; k++)
            Journal.Save(new Snapshot(k * SnapshotLadder.Rung / 2, [0], [0]));
        Journal.Save(new Snapshot(6 * SnapshotLadder.Rung, [0], [1]));
        Reopen();
        var kept = Journal.Snapshots().Select(s => (double)s.Seq / SnapshotLadder.Rung);
        Assert.Equal([6, 5.5, 5, 4, 3, 2, 1], kept);
        Assert.Equal([1], Journal.Snapshots().First().State);
        Assert.Equal(2 * SnapshotLadder.Rung, Journal.Snapshots(upTo: 3 * SnapshotLadder.Rung - 1).First().Seq);
    }

    [Fact]
    public void The_mark_of_when_it_was_last_up_is_known_after_a_start()
    {
        Journal.Append(Batch(0, Created(1)));
        Journal.MarkUp(T0.AddHours(1));
        Journal.MarkUp(T0.AddHours(2));
        Reopen();
        Assert.Equal(T0.AddHours(2), Journal.LastUpAt);
    }

    [Fact]
    public void A_write_that_is_refused_leaves_nothing_and_the_same_again_is_taken_whichever_of_them_it_is()
    {
        Play(refused: -1);
        var whole = Summary();
        for (var n = 0; n < Script.Count; n++)
        {
            Renew();
            Play(refused: n);
            Assert.Equal(whole, Summary());
        }
    }

    [Fact]
    public async Task Found_1_1_the_first_answer_is_given_for_seven_days_however_many_came_between_and_after_a_start()
    {
        var clock = new StandingClock(T0);
        var options = new EngineOptions { RecentKeys = 3, SnapshotEvery = 7 };
        string first;
        await using (var engine = Engine.Open(Journal, clock, options))
        {
            await engine.SendAsync(new Request(new PrincipalCommand.Sync(Mona), Caller.System));
            await engine.SendAsync(
                new Request(new QueueCommand.Set("crm", new PolicyChange(), null), new Caller(Mona.Id))
            );
            first = Encoding.UTF8.GetString((await CreateAsync(engine, "first")).Rendered!.Body);
            for (var k = 0; k < 40; k++)
            {
                Assert.True((await CreateAsync(engine, $"k{k}")).Wrote);
                Assert.Equal(first, Again(await CreateAsync(engine, "first")));
            }
        }
        Reopen();
        clock.Now = T0.AddDays(7);
        await using (var engine = Engine.Open(Journal, clock, options))
        {
            for (var k = 40; k < 60; k++)
            {
                Assert.True((await CreateAsync(engine, $"k{k}")).Wrote);
                Assert.Equal(first, Again(await CreateAsync(engine, "first")));
            }
            Assert.Equal(61, engine.Picture.Read(at => at.ItemCount));
            clock.Now = T0.AddDays(7).AddMilliseconds(1);
            Assert.True((await CreateAsync(engine, "first")).Wrote, "after seven days it is another request");
        }
    }

    private static readonly Principal Mona = new(
        new PrincipalId(1),
        "Mona",
        PrincipalKind.Person,
        Roles.Manager,
        null,
        PrincipalState.Active
    );

    private static Task<Outcome> CreateAsync(Engine engine, string key) =>
        engine.SendAsync(
            new Request(new ItemCommand.Create("crm", key), new Caller(Mona.Id))
            {
                Key = new IdempotencyKey(key, new byte[32]),
                Render = outcome => new RenderedAnswer(
                    201,
                    Encoding.UTF8.GetBytes(outcome.Seq.ToString(CultureInfo.InvariantCulture)),
                    Location: null
                ),
            }
        );

    private static string Again(Outcome outcome) =>
        Encoding.UTF8.GetString(
            (outcome.Replayed ?? throw new InvalidOperationException("It was carried out again.")).Body
        );

    // A day of writes of each kind, in which any one may be refused at first.
    private static readonly IReadOnlyList<Action<IJournal>> Script =
    [
        j => j.Append(Batch(0, Created(1)) with { Answers = [Answer(Ann, "k1")], Contents = [Content("one")] }),
        j => j.MarkUp(T0.AddSeconds(1)),
        j => j.Append(Batch(1, Created(2), Created(3)) with { Answers = [Answer(Bob, "k2", at: T0.AddDays(2))] }),
        j => j.Save(new Snapshot(3, [1], [2])),
        j => j.Append(Batch(3) with { Contents = [Content("two")] }),
        j => j.Append(Archiving(3, Settled(1))),
        j => j.PruneAnswers(T0.AddDays(1)),
        j => j.Append(Batch(4, new ItemEvent.Restored(new ItemId(1), Settled(1)))),
        j => j.MarkUp(T0.AddSeconds(9)),
        j => j.Save(new Snapshot(5, [3], [4])),
    ];

    private void Play(int refused)
    {
        for (var k = 0; k < Script.Count; k++)
        {
            if (k == refused)
            {
                var before = Summary();
                Refuse(all: true);
                Assert.Throws<JournalRefusedException>(() => Script[k](Journal));
                Refuse(all: false);
                Assert.Equal(before, Summary());
            }
            Script[k](Journal);
        }
        Reopen();
    }

    private string Summary() =>
        string.Join(
            '\n',
            [
                $"{Journal.LastSeq} {Journal.LastUpAt:O}",
                .. Journal.ReadAfter(0).Select(r => $"{r.Seq} {r.At:O} {r.By} {Bytes(r.Event)}"),
                .. Journal.AnswerKeys()!.Order().Select(k => $"{k}"),
                .. Journal.Snapshots().Select(s => $"snapshot {s.Seq} {s.State[0]}"),
                $"{Journal.FindContent(Content("one").Content.Hash)?.By} {Journal.FindContent(Content("two").Content.Hash)?.By}",
                $"{Journal.FindArchived(new ItemId(1))?.Id} {Journal.FindArchived("crm", "EXT")?.Id}",
            ]
        );

    private static JournalBatch Batch(long follows, params Event[] events) =>
        new(
            follows,
            [.. events.Select((e, k) => new Recorded(follows + k + 1, T0.AddSeconds(follows + k), Ann, e))],
            [],
            []
        );

    private static JournalBatch Archiving(long follows, params Item[] items) =>
        Batch(follows, [.. items.Select(i => (Event)new ItemEvent.Archived(i.Id))]) with
        {
            Archived = items,
        };

    private static ItemEvent.Created Created(int item) =>
        new(new ItemId(item), "crm", ExternalId: null, OpenDependencies: [], WaitsUntil: null)
        {
            Fields = new ItemFields { Title = "Title" },
        };

    private static NoteEvent.Added Note(int item) =>
        new(new ItemId(item), 1, "all", NoteKind.Note, "text", "Ann", PrincipalKind.Agent);

    private static KeptAnswer Answer(PrincipalId who, string key, string body = "answer", DateTimeOffset? at = null) =>
        new(who, key, new byte[32], 201, Encoding.UTF8.GetBytes(body), "/items/W-1", at ?? T0);

    private static KeptContent Content(string text) =>
        new(ContentData.Of(Encoding.UTF8.GetBytes(text), "text/plain"), Ann, T0);

    private static Item Settled(int item) =>
        new()
        {
            Id = new ItemId(item),
            Queue = "crm",
            Fields = new ItemFields { Title = "Title" },
            ExternalId = "EXT",
            CreatedBy = Ann,
            CreatedAt = T0,
            UpdatedAt = T0,
            Seq = 1,
            Settled = new Settlement(Completed: true, Ann, T0, null, null),
            Past =
            [
                new Lease
                {
                    Id = new LeaseId(100 + item),
                    Item = new ItemId(item),
                    Queue = "crm",
                    Holder = new Holder(Ann, "Ann", PrincipalKind.Agent, null),
                    Token = 2,
                    State = LeaseState.Ended,
                    ClaimedAt = T0,
                    LeaseSeconds = 300,
                    Policy = LeaseTerms.Of(new QueuePolicy()),
                },
            ],
        };

    private static string Bytes(Event happened)
    {
        var data = new ArrayBufferWriter<byte>();
        EventJson.Write(data, happened);
        return Encoding.UTF8.GetString(data.WrittenSpan);
    }

    /// <summary>A clock that stands where it was set.</summary>
    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.UtcTicks;
    }
}
