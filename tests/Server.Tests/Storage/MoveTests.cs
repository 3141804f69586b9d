using System.Globalization;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using ControlSurface.Testing;

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
        foreach (var data in tool.Rows("select data from answer_blocks", row => row.GetFieldValue<byte[]>(0)))
        {
            var answers = AnswerBlock.ReadData(data);
            var changed = answers.Select(a => a with { Answer = a.Answer with { Status = 204 } }).ToArray();
            using var update = tool.Command(
                "update answer_blocks set data = $data",
                ("$data", AnswerBlock.Data(changed))
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
        var told = false;
        var options = new JournalOptions
        {
            AnswersPerPortion = 5,
            AnswersPerBlock = 3,
            EventsPerBlockShift = 3,
            MovesInBackground = false,
            OnStep = step =>
            {
                if (told)
                    onStep(null, step);
            },
        };
        using var memory = new InMemoryJournal();
        var storage = SqliteStorage.Open(folder.Path, options);
        try
        {
            foreach (var act in story)
            {
                act(memory);
                told = true;
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
            }
            storage.Dispose();
            storage = SqliteStorage.Open(folder.Path, options);
            AssertSame(memory, storage.Journal);
        }
        finally
        {
            storage.Dispose();
        }
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
