using System.Diagnostics;
using System.Globalization;
using System.Text;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using ControlSurface.Storage.Journaling;
using ControlSurface.Storage.Sqlite;
using ControlSurface.Testing;
using Microsoft.Data.Sqlite;

namespace Server.Tests.Storage;

/// <summary>
/// Indexes follow the journal in steps. A step that fails, or after which the process ends, changes nothing that anybody finds:
/// the journal in a file says the same as the one in memory, which has no steps.
/// </summary>
public sealed class MoveTests : IDisposable
{
    private const int Keys = 24;
    private const int Items = 6;
    private static readonly PrincipalId[] Principals = [new(4), new(5)];
    private readonly List<TemporaryFolder> _folders = [];

    /// <summary>How a move is broken at a step.</summary>
    public enum Break
    {
        CutBefore,
        CutWithin,
        CutAfter,
        Refused,
    }

    [Theory]
    [InlineData(Break.CutBefore)]
    [InlineData(Break.CutWithin)]
    [InlineData(Break.CutAfter)]
    [InlineData(Break.Refused)]
    public void A_step_that_is_cut_or_refused_changes_nothing_whichever_it_is(Break how)
    {
        var story = Story(seed: 7, length: 24);
        var steps = 0;
        Play(story, (_, step) => steps += step == MoveStep.Within ? 1 : 0);
        Assert.InRange(steps, 20, 500); // Else nothing was moved, or far too much.
        for (var n = 0; n < steps; n++)
        {
            var (at, left) = (n, true);
            Play(
                story,
                (_, step) =>
                {
                    if (!left || step != StepOf(how) || at-- > 0)
                        return;
                    left = false;
                    throw how == Break.Refused ? new JournalRefusedException("The disk is full.") : new Cut();
                }
            );
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void No_schedule_of_writes_cuts_and_starts_tells_the_two_apart(int seed)
    {
        var chance = new Random(seed);
        Play(
            Story(seed, length: 120),
            (_, _) =>
            {
                if (chance.Next(12) == 0)
                    throw chance.Next(2) == 0 ? new Cut() : new JournalRefusedException("The disk is full.");
            }
        );
    }

    [Fact]
    public async Task A_move_beside_writers_and_readers_loses_no_answer_and_waits_for_nobody()
    {
        using var folder = NewFolder();
        var options = new JournalOptions { AnswersPerPortion = 50, EventsPerBlockShift = 4 };
        using (var storage = SqliteStorage.Open(folder.Path, options))
        {
            var journal = storage.Journal;
            var written = 0;
            var reading = Task.Run(() =>
            {
                var chance = new Random(3);
                while (Volatile.Read(ref written) < 600)
                {
                    var upTo = Volatile.Read(ref written);
                    if (upTo == 0)
                        continue;
                    var k = chance.Next(upTo) + 1;
                    Assert.NotNull(journal.FindAnswer(Batches.Ann, Key(k)));
                    Assert.Contains(
                        k,
                        journal
                            .FindEvents(new EventQuery(0, 500, null, new ItemId(1 + (k % Items))))
                            .Rows.Select(r => (int)r.Seq)
                            .Append(k)
                    );
                }
            });
            for (var k = 1; k <= 600; k++)
            {
                journal.Append(
                    Batches.Of(k - 1, Batches.Renewal(1 + (k % Items))) with
                    {
                        Answers = [Answer(Batches.Ann, Key(k), 0)],
                    }
                );
                Volatile.Write(ref written, k);
            }
            await reading;
        }
        using (var again = SqliteStorage.Open(folder.Path, options))
        {
            for (var k = 1; k <= 600; k++)
                Assert.NotNull(again.Journal.FindAnswer(Batches.Ann, Key(k)));
            Assert.Equal(600, again.Journal.AnswerKeys().Distinct().Count());
            Assert.Equal(600, Enumerable.Range(1, Items).Sum(item => again.Journal.CountOf(new ItemId(item))));
        }
        using (var again = SqliteStorage.Open(folder.Path, options))
        {
            again.Journal.Append(Batches.Of(600, Batches.Renewal(1)));
            while (Count(folder, "recent") >= 50)
                await Task.Yield();
        }
        Assert.InRange(Count(folder, "portions"), 1, 12);
    }

    [Fact]
    public void Portions_go_from_the_disk_once_all_their_answers_are_old()
    {
        using var folder = NewFolder();
        var options = new JournalOptions { AnswersPerPortion = 10, MovesInBackground = false };
        using var storage = SqliteStorage.Open(folder.Path, options);
        for (var k = 1; k <= 100; k++)
            storage.Journal.Append(
                Batches.Of(k - 1, Batches.Renewal(1)) with
                {
                    Answers = [Answer(Batches.Ann, Key(k), k)],
                }
            );
        Assert.Equal(10, Count(folder, "portions"));
        Assert.Equal(0, Count(folder, "recent"));
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(55));
        Assert.Equal(46, storage.Journal.AnswerKeys()!.Count());
        Assert.Null(storage.Journal.FindAnswer(Batches.Ann, Key(54)));
        Assert.NotNull(storage.Journal.FindAnswer(Batches.Ann, Key(55)));
        Assert.Equal(5, Count(folder, "portions"));
        Assert.Equal(5, Count(folder, "answer_blocks"));
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(500));
        Assert.Equal((0, 0), (Count(folder, "portions"), Count(folder, "answer_blocks")));
        Assert.Empty(storage.Journal.AnswerKeys()!);
    }

    [Fact]
    public void A_flush_that_fails_while_answers_are_moved_gives_the_journal_up_as_one_of_a_writer_does()
    {
        using var folder = NewFolder();
        var options = new JournalOptions
        {
            AnswersPerPortion = 1,
            MovesInBackground = false,
            OnCheckpoint = () => throw new SqliteException("disk I/O error", 10, 1034),
        };
        using var storage = SqliteStorage.Open(folder.Path, options);
        // Large enough that the log is due right after it, when its answer is moved.
        var content = new ContentData("unused", "text/plain", new byte[8_000_000]);
        Assert.Throws<JournalOutcomeUnknownException>(() =>
            storage.Journal.Append(
                Batches.Of(0, Batches.Renewal(1)) with
                {
                    Contents = [new KeptContent(content, Batches.Ann, Batches.T0)],
                    Answers = [Answer(Batches.Ann, Key(1), 1)],
                }
            )
        );
        var next = Assert.Throws<JournalOutcomeUnknownException>(() =>
            storage.Journal.Append(Batches.Of(1, Batches.Renewal(1)))
        );
        Assert.Contains("was given up", next.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commits_go_on_while_the_log_is_copied_and_then_it_is_used_again()
    {
        using var folder = NewFolder();
        using var mayCopy = new ManualResetEventSlim();
        using var storage = SqliteStorage.Open(folder.Path, new JournalOptions { OnCheckpoint = mayCopy.Wait });
        var seq = 0L;
        void Append(int bytes)
        {
            var content = new ContentData($"unused {seq}", "text/plain", new byte[bytes]);
            storage.Journal.Append(
                Batches.Of(seq++, Batches.Renewal(1)) with
                {
                    Contents = bytes == 0 ? [] : [new KeptContent(content, Batches.Ann, Batches.T0)],
                }
            );
        }
        long Log() => new FileInfo(Path.Combine(folder.Path, "journal.db-wal")).Length;
        Append(8_000_000);
        var going = Task.Run(() =>
        {
            for (var k = 0; k < 50; k++)
                Append(0);
        });
        await going.WaitAsync(TimeSpan.FromSeconds(60));
        var whole = Log();
        Assert.True(whole > 8_000_000);

        mayCopy.Set();
        // The first after the copy has ended copies the rest, and the next begins the log anew: what is as large fits into it.
        for (var tries = 0; tries < 200; tries++)
        {
            Append(400_000);
            await Task.Yield();
        }
        Assert.True(Log() < 4 * whole, $"80 MB were written to a log of {whole}, which has {Log()} now.");
    }

    [Fact]
    public void A_flush_that_fails_beside_the_writer_gives_the_journal_up_and_loses_nothing()
    {
        using var folder = NewFolder();
        var seq = 0L;
        using (
            var storage = SqliteStorage.Open(
                folder.Path,
                new JournalOptions { OnCheckpoint = () => throw new SqliteException("disk I/O error", 10, 1034) }
            )
        )
        {
            var content = new ContentData("unused", "text/plain", new byte[8_000_000]);
            storage.Journal.Append(
                Batches.Of(seq++, Batches.Renewal(1)) with
                {
                    Contents = [new KeptContent(content, Batches.Ann, Batches.T0)],
                }
            );
            var began = Stopwatch.GetTimestamp();
            Assert.Throws<JournalOutcomeUnknownException>(() =>
            {
                for (; Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60); seq++)
                    storage.Journal.Append(Batches.Of(seq, Batches.Renewal(1)));
            });
            var next = Assert.Throws<JournalOutcomeUnknownException>(() =>
                storage.Journal.Append(Batches.Of(seq, Batches.Renewal(1)))
            );
            Assert.Contains("was given up", next.Message, StringComparison.Ordinal);
        }
        using var again = SqliteStorage.Open(folder.Path);
        Assert.Equal(seq, again.Journal.LastSeq);
    }

    [Fact]
    public void A_portion_that_goes_makes_no_smaller_one_of_the_few_answers_that_wait()
    {
        using var folder = NewFolder();
        var options = new JournalOptions { AnswersPerPortion = 10, MovesInBackground = false };
        using var storage = SqliteStorage.Open(folder.Path, options);
        Write(storage, 1, 35);
        Assert.Equal((3, 5), (Count(folder, "portions"), Count(folder, "recent")));
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(15));
        Assert.Equal((2, 5), (Count(folder, "portions"), Count(folder, "recent")));
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(25));
        Assert.Equal((1, 5), (Count(folder, "portions"), Count(folder, "recent")));
        for (var k = 25; k <= 35; k++)
            Assert.NotNull(storage.Journal.FindAnswer(Batches.Ann, Key(k)));
        // With five more there are enough for the next one.
        Write(storage, 36, 40);
        Assert.Equal((2, 0), (Count(folder, "portions"), Count(folder, "recent")));
    }

    [Fact]
    public void Answers_that_are_too_few_for_a_portion_go_from_the_disk_once_they_are_old()
    {
        using var folder = NewFolder();
        using var storage = SqliteStorage.Open(folder.Path);
        Write(storage, 1, 20);
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(15));
        Assert.Equal(6, Count(folder, "recent"));
        Assert.Null(storage.Journal.FindAnswer(Batches.Ann, Key(14)));
        Assert.NotNull(storage.Journal.FindAnswer(Batches.Ann, Key(15)));
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(21));
        Assert.Equal(0, Count(folder, "recent"));
        Write(storage, 21, 21);
        Assert.NotNull(storage.Journal.FindAnswer(Batches.Ann, Key(21)));
    }

    [Fact]
    public void Keys_that_cannot_be_read_stop_no_pruning_and_leave_the_list_of_keys_not_whole()
    {
        using var folder = NewFolder();
        var options = new JournalOptions
        {
            AnswersPerPortion = 12,
            AnswersPerBlock = 4,
            MovesInBackground = false,
        };
        using var storage = SqliteStorage.Open(folder.Path, options);
        Write(storage, 1, 12);
        folder.Tamper("update answer_blocks set keys = x'02' where hash = (select min(hash) from answer_blocks)");
        // Half of the portion is old: its answers are on both sides of the instant.
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(7));
        var listed = new List<string>();
        Assert.Throws<DamagedRecordException>(() =>
        {
            foreach (var (_, key) in storage.Journal.AnswerKeys())
                listed.Add(key);
        });
        var readable = Enumerable.Range(7, 6).Select(Key).Where(k => !IsDamaged(storage.Journal, k));
        Assert.Equal(readable.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal(4, Enumerable.Range(1, 12).Count(k => IsDamaged(storage.Journal, Key(k))));
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(500));
        Assert.Equal(0, Count(folder, "answer_blocks"));
        Assert.Empty(storage.Journal.AnswerKeys());
    }

    private static bool IsDamaged(IJournal journal, string key)
    {
        try
        {
            journal.FindAnswer(Batches.Ann, key);
            return false;
        }
        catch (DamagedRecordException)
        {
            return true;
        }
    }

    [Fact]
    public void A_failure_that_passes_ends_no_journal_and_the_move_is_made_later()
    {
        using var folder = NewFolder();
        var left = 2;
        var said = new List<string>();
        var options = new JournalOptions
        {
            AnswersPerPortion = 10,
            OnMoveFailed = said.Add,
            OnStep = step =>
            {
                if (step == MoveStep.Before && left-- > 0)
                    throw new Microsoft.Data.Sqlite.SqliteException("unable to open database file", 14);
            },
        };
        using var storage = SqliteStorage.Open(folder.Path, options);
        var written = 0;
        for (var began = Stopwatch.StartNew(); Count(folder, "portions") == 0; written++)
        {
            Assert.InRange(began.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
            Write(storage, written + 1, written + 1);
        }
        for (var k = 1; k <= written; k++)
            Assert.NotNull(storage.Journal.FindAnswer(Batches.Ann, Key(k)));
        var sentence = Assert.Single(said);
        Assert.Contains("unable to open database file", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_of_answers_that_is_damaged_while_the_server_runs_refuses_its_own_keys_and_ends_nothing()
    {
        using var folder = NewFolder();
        var said = new List<string>();
        var options = new JournalOptions { AnswersPerPortion = 10, OnMoveFailed = said.Add };
        using var storage = SqliteStorage.Open(folder.Path, options);
        Write(storage, 1, 5);
        folder.Tamper("update recent set data = x'07' where id = 2");
        var written = 5;
        for (var began = Stopwatch.StartNew(); Volatile.Read(ref said).Count == 0; written++)
        {
            Assert.InRange(began.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
            Write(storage, written + 1, written + 1);
        }
        Write(storage, written + 1, written + 20);
        Assert.Contains("row 2 of recent", said[0], StringComparison.Ordinal);
        Assert.True(IsDamaged(storage.Journal, Key(2)));
        foreach (var k in Enumerable.Range(1, written + 20).Where(k => k != 2))
            Assert.NotNull(storage.Journal.FindAnswer(Batches.Ann, Key(k)));
        // Its answers are old after a week, and the row goes.
        storage.Journal.PruneAnswers(Batches.T0.AddSeconds(4));
        Assert.Null(storage.Journal.FindAnswer(Batches.Ann, Key(2)));
    }

    [Fact]
    public void A_damaged_index_of_items_is_replaced_by_the_log_while_it_is_read()
    {
        using var folder = NewFolder();
        var options = new JournalOptions { EventsPerBlockShift = 3, MovesInBackground = false };
        using var storage = SqliteStorage.Open(folder.Path, options);
        for (var k = 1; k <= 30; k++)
            storage.Journal.Append(Batches.Of(k - 1, Batches.Renewal(1 + (k % 3))));
        var query = new EventQuery(After: 5, Limit: 7, Types: null, new ItemId(2));
        var (seqs, count) = (SeqsOf(storage.Journal, query), storage.Journal.CountOf(new ItemId(2)));
        foreach (var data in (string[])["x'02'", "x''", "x'01020163'", "substr(data, 1, length(data) - 1)"])
        {
            folder.Tamper($"update item_events set data = {data} where block in (0, 1)");
            Assert.Equal((seqs, count), (SeqsOf(storage.Journal, query), storage.Journal.CountOf(new ItemId(2))));
        }
    }

    [Fact]
    public void The_index_of_items_is_made_anew_where_its_mark_was_deleted()
    {
        using var folder = NewFolder();
        var options = new JournalOptions { EventsPerBlockShift = 3, MovesInBackground = false };
        using (var storage = SqliteStorage.Open(folder.Path, options))
            for (var k = 1; k <= 30; k++)
                storage.Journal.Append(Batches.Of(k - 1, Batches.Renewal(1 + (k % 3))));
        Assert.Empty(ItemFaults(folder, options));
        folder.Tamper(
            "update item_events set data = x'010102' where block = 1; delete from item_events where block = 2"
        );
        Assert.Equal([(9L, 16L), (17L, 24L)], ItemFaults(folder, options));
        folder.Tamper("delete from marks where name = 'items.indexed'");
        using (var storage = SqliteStorage.Open(folder.Path, options))
        {
            storage.Journal.Append(Batches.Of(30, Batches.Renewal(1)));
            Assert.Equal(10, storage.Journal.CountOf(new ItemId(2)));
        }
        Assert.Empty(ItemFaults(folder, options));
    }

    private static List<(long, long)> ItemFaults(TemporaryFolder folder, JournalOptions options)
    {
        using var examination = SqliteExamination.Open(folder.Path, options);
        return [.. examination.ItemFaults()];
    }

    private static void Write(SqliteStorage storage, int from, int to)
    {
        for (var k = from; k <= to; k++)
            storage.Journal.Append(
                Batches.Of(k - 1, Batches.Renewal(1)) with
                {
                    Answers = [Answer(Batches.Ann, Key(k), k)],
                }
            );
    }

    [Fact]
    public void An_answer_that_was_changed_within_a_portion_is_never_given_again()
    {
        using var folder = NewFolder();
        var options = new JournalOptions { AnswersPerPortion = 4, MovesInBackground = false };
        using var storage = SqliteStorage.Open(folder.Path, options);
        storage.Journal.Append(
            Batches.Of(0, Batches.Renewal(1)) with
            {
                Answers = [.. Enumerable.Range(1, 4).Select(k => Answer(Batches.Ann, Key(k), k))],
            }
        );
        using var tool = Database.Open(DataFolder.JournalFileIn(folder.Path), DatabaseAccess.ReadWrite);
        foreach (
            var (keys, data) in tool.Rows(
                "select keys, data from answer_blocks",
                row => (row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1))
            )
        )
        {
            var answers = AnswerBlock.Read(keys, data);
            var changed = answers.Select(a => a with { Answer = a.Answer with { Status = 204 } }).ToArray();
            using var update = tool.Command(
                "update answer_blocks set data = $data",
                ("$data", AnswerBlock.Rest(changed))
            );
            update.ExecuteNonQuery();
        }
        for (var k = 1; k <= 4; k++)
            Assert.Throws<DamagedRecordException>(() => storage.Journal.FindAnswer(Batches.Ann, Key(k)));
        tool.Execute("update answer_blocks set data = x'01020304050607'");
        Assert.Throws<DamagedRecordException>(() => storage.Journal.FindAnswer(Batches.Ann, Key(1)));
        Assert.Null(storage.Journal.FindAnswer(Batches.Ann, Key(9)));
    }

    [Fact]
    public void A_row_of_answers_that_cannot_be_read_stops_the_start_with_a_sentence()
    {
        using var folder = NewFolder();
        using (var storage = SqliteStorage.Open(folder.Path))
            storage.Journal.Append(
                Batches.Of(0, Batches.Renewal(1)) with
                {
                    Answers = [Answer(Batches.Ann, Key(1), 0)],
                }
            );
        folder.Tamper("update recent set data = substr(data, 1, length(data) - 3)");
        var found = Assert.Throws<JournalCorruptException>(() => SqliteStorage.Open(folder.Path));
        Assert.Contains("row 1 of recent", found.Message, StringComparison.Ordinal);
        Assert.Contains("doctor", found.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folders.ForEach(f => f.Dispose());

    /// <summary>The power fails here.</summary>
    private sealed class Cut : Exception;

    private static MoveStep StepOf(Break how) =>
        how switch
        {
            Break.CutBefore => MoveStep.Before,
            Break.CutAfter => MoveStep.After,
            _ => MoveStep.Within,
        };

    // Writes of a few principals on a few items, with keys that come again, and answers that grow old.
    private static List<Action<IJournal>> Story(int seed, int length)
    {
        var chance = new Random(seed);
        var story = new List<Action<IJournal>>();
        var seq = 0L;
        for (var k = 0; k < length; k++)
        {
            if (chance.Next(10) == 0)
            {
                var before = Batches.T0.AddSeconds(k - chance.Next(length));
                story.Add(j => j.PruneAnswers(before));
                continue;
            }
            var events = Enumerable
                .Range(0, chance.Next(1, 5))
                .Select(_ => (Event)Batches.Renewal(1 + chance.Next(Items)))
                .ToArray();
            var answers = Enumerable
                .Range(0, chance.Next(4))
                .Select(n => Answer(Principals[chance.Next(2)], Key(chance.Next(Keys)), k, $"answer {k}.{n}"))
                .ToArray();
            var batch = Batches.Of(seq, events) with { Answers = answers };
            seq += events.Length;
            story.Add(j => j.Append(batch));
        }
        return story;
    }

    // Making the tables takes longer than a whole story: it is done once, and the file copied.
    private static readonly Lazy<byte[]> EmptyFile = new(() =>
    {
        using var folder = new TemporaryFolder();
        SqliteStorage.Open(DataFolder.Create(folder.Path)).Dispose();
        return File.ReadAllBytes(DataFolder.JournalFileIn(folder.Path));
    });

    private void Play(List<Action<IJournal>> story, Action<SqliteStorage?, MoveStep> onStep)
    {
        using var folder = NewFolder();
        var (told, isBroken) = (false, false);
        var options = new JournalOptions
        {
            AnswersPerPortion = 5,
            AnswersPerBlock = 3,
            EventsPerBlockShift = 3,
            EventsPerPack = 4,
            EventsLeftLoose = 2,
            MovesInBackground = false,
            OnStep = step =>
            {
                if (!told)
                    return;
                isBroken = true;
                onStep(null, step);
                isBroken = false;
            },
        };
        using var memory = new InMemoryJournal();
        var chain = new List<string>();
        var storage = SqliteStorage.Open(folder.Path, options);
        try
        {
            foreach (var act in story)
            {
                act(memory);
                (told, isBroken) = (true, false);
                try
                {
                    act(storage.Journal);
                }
                catch (Cut)
                {
                    // Only a move is cut: what made it due is on disk.
                    storage.Dispose();
                    storage = SqliteStorage.Open(folder.Path, options);
                }
                told = false;
                AssertSame(memory, storage.Journal);
                AssertChained(chain, storage.Journal);
                if (!isBroken)
                    Assert.Equal("0", storage.Journal.WritingConnection.Scalar(LeftBehind));
            }
            storage.Dispose();
            storage = SqliteStorage.Open(folder.Path, options);
            AssertSame(memory, storage.Journal);
            AssertChained(chain, storage.Journal);
            Assert.InRange(Count(folder, "batches"), 1, Math.Max(3, memory.LastSeq / 2));
        }
        finally
        {
            storage.Dispose();
        }
    }

    // What a move that was not finished left behind; the next one that is not broken removes it.
    private const string LeftBehind =
        "select (select count(*) from answer_blocks where portion not in (select id from portions))"
        + " + (select count(*) from recent where id <= (select max(up_to) from portions))";

    // What the chain said of an event once it says for ever, wherever the event stands.
    private static void AssertChained(List<string> known, SqliteJournal journal)
    {
        var rows = journal.Chained(0, int.MaxValue);
        List<string> found = [.. rows.Select(row => Convert.ToHexString(row.Hash))];
        Assert.Equal(known, found.Take(known.Count));
        known.AddRange(found.Skip(known.Count));
        for (var seq = 1 + (journal.LastSeq % 7); seq <= journal.LastSeq; seq += 7)
            Assert.Equal(known[(int)seq - 1], Convert.ToHexString(journal.HashAt(seq)));
    }

    private static void AssertSame(InMemoryJournal expected, IJournal found)
    {
        Assert.Equal(expected.LastSeq, found.LastSeq);
        Assert.Equal(expected.AnswerKeys()!.Order(), found.AnswerKeys()!.Order());
        foreach (var who in Principals)
        {
            for (var k = 0; k < Keys; k++)
                Assert.Equal(BodyOf(expected, who, k), BodyOf(found, who, k));
        }
        for (var item = 1; item <= Items; item++)
        {
            var query = new EventQuery(expected.LastSeq / 3, 500, Types: null, new ItemId(item));
            Assert.Equal(SeqsOf(expected, query), SeqsOf(found, query));
            Assert.Equal(expected.CountOf(new ItemId(item)), found.CountOf(new ItemId(item)));
        }
        Assert.Equal(expected.Events, found.ReadAfter(0));
    }

    private static string? BodyOf(IJournal journal, PrincipalId who, int key) =>
        journal.FindAnswer(who, Key(key)) is { } answer ? Encoding.UTF8.GetString(answer.Body) : null;

    private static string SeqsOf(IJournal journal, EventQuery query) =>
        string.Join(' ', journal.FindEvents(query).Rows.Select(r => r.Seq));

    private static string Key(int k) => "key-" + k.ToString(CultureInfo.InvariantCulture);

    private static KeptAnswer Answer(PrincipalId who, string key, int seconds, string body = "{}") =>
        new(who, key, new byte[32], 201, Encoding.UTF8.GetBytes(body), null, Batches.T0.AddSeconds(seconds));

    private static long Count(TemporaryFolder folder, string table)
    {
        using var tool = Database.Open(DataFolder.JournalFileIn(folder.Path), DatabaseAccess.ReadOnly);
        return long.Parse(tool.Scalar($"select count(*) from {table}")!, CultureInfo.InvariantCulture);
    }

    private TemporaryFolder NewFolder()
    {
        var folder = new TemporaryFolder();
        _folders.Add(folder);
        File.WriteAllBytes(DataFolder.JournalFileIn(DataFolder.Create(folder.Path)), EmptyFile.Value);
        return folder;
    }
}
