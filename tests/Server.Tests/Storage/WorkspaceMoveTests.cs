using System.Text;
using ControlSurface.Access;
using ControlSurface.Commands;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Sqlite;
using ControlSurface.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace Server.Tests.Storage;

/// <summary>A journal moved between SQLite and a real PostgreSQL: nothing of it changes, and it is in one of them at every moment.</summary>
public sealed class WorkspaceMoveTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    // One database for all: each test's workspace has an id of its own in it.
    private static readonly Lazy<string> Database = new(() => PostgresServer.Shared.NewDatabase());
    private readonly string _connection = Database.Value;
    private readonly StoragePlace _place;

    public WorkspaceMoveTests() => _place = NewPlace("team");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Ten_thousand_events_go_there_and_back_and_each_hash_answer_and_record_stays_what_it_was()
    {
        Fill(_place, events: 10_000, answers: 6_000);
        var before = Content();
        var hashes = Hashes();
        var moves = 0;
        foreach (var to in (string[])["postgres", "sqlite", "postgres"])
        {
            var moved = Move(to);
            CheckHome(++moves);
            Assert.Equal(before, moved.Content);
            Assert.NotNull(moved.SetAside);
            Assert.Equal(to, Storages.Of(_place.Folder).Word);
            Assert.Equal(to == "sqlite", File.Exists(JournalFile));
            Assert.Equal(before, Content());
            Assert.Equal(hashes, Hashes());
            CheckRecords();
        }
        Assert.Equal(10_002, before.Events);
        Assert.Equal(
            (6_000L, 2L, 2L, 1L),
            (before.Answers.Count, before.Contents.Count, before.Archived.Count, before.Snapshots.Count)
        );
    }

    [Fact]
    public void What_is_written_after_a_move_is_there_after_the_next_one()
    {
        Fill(_place, events: 10);
        for (var k = 0; k < 4; k++)
        {
            Move(k % 2 == 0 ? "postgres" : "sqlite");
            using var storage = Open();
            var last = storage.Journal.LastSeq;
            storage.Journal.Append(
                Batches.Of(last, Batches.Created(100 + k)) with
                {
                    Answers = [Answer($"after-{k}")],
                }
            );
        }
        using var all = Open();
        Assert.Equal(16, all.Journal.LastSeq);
        Assert.All(Enumerable.Range(0, 4), k => Assert.NotNull(all.Journal.FindAnswer(Batches.Ann, $"after-{k}")));
    }

    [Theory]
    [InlineData(nameof(MoveStage.Held))]
    [InlineData(nameof(MoveStage.Copied))]
    [InlineData(nameof(MoveStage.Placed))]
    [InlineData(nameof(MoveStage.Switched))]
    public void What_a_second_machine_writes_while_the_workspace_is_moved_out_of_the_database_is_not_lost(string at)
    {
        Fill(_place, events: 20);
        Move("postgres");
        var second = NewPlace("second machine");
        File.Copy(Path.Combine(_place.Folder, "storage"), Path.Combine(second.Folder, "storage"));
        IStorage? there = null;
        var no = Assert.ThrowsAny<DataFolderException>(() =>
            Move(
                "sqlite",
                stage =>
                {
                    if (stage != Enum.Parse<MoveStage>(at))
                        return;
                    there = Storages.Open("postgres", second);
                    there.Journal.Append(Batches.Of(there.Journal.LastSeq, Batches.Created(900)));
                }
            )
        );
        Assert.Contains("Stop every machine that shares the database", no.Message, StringComparison.Ordinal);
        Assert.Equal("postgres", Storages.Of(_place.Folder).Word);
        // It was not fenced: nobody else has the workspace.
        there!.Journal.Append(Batches.Of(there.Journal.LastSeq, Batches.Created(901)));
        there.Dispose();
        using (var storage = Open())
            Assert.Equal(24, storage.Journal.LastSeq);
        // Once that machine is stopped, what was left of the move is in the way of nothing.
        Assert.Equal(24, Move("sqlite").Content!.Events);
        CheckRecords();
    }

    public static TheoryData<string, string> Steps()
    {
        var steps = new TheoryData<string, string>();
        foreach (var to in (string[])["postgres", "sqlite"])
        {
            foreach (var stage in Enum.GetNames<MoveStage>())
                steps.Add(to, stage);
        }
        return steps;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_move_that_ends_after_any_step_leaves_the_workspace_whole_in_one_place_and_is_finished_by_the_next(
        string to,
        string last
    )
    {
        Fill(_place, events: 20);
        var from = "sqlite";
        if (to == "sqlite")
        {
            Move("postgres");
            from = "postgres";
        }
        var stage = Enum.Parse<MoveStage>(last);
        var before = Content();
        Assert.Throws<KilledException>(() => Move(to, s => ThrowAt(stage, s)));
        Assert.Equal(stage < MoveStage.Switched ? from : to, Storages.Of(_place.Folder).Word);
        Assert.Equal(before, Content());
        // A server starts on it, and writes where the folder says.
        using (var storage = Open())
            storage.Journal.Append(Batches.Of(storage.Journal.LastSeq, Batches.Created(900)));
        before = Content();
        // Ended again at the same place where it can be: what the first one left is in the way of nothing.
        if (Storages.Of(_place.Folder).Word == from)
            Assert.Throws<KilledException>(() => Move(to, s => ThrowAt(stage, s)));
        Move(to);
        Assert.Equal((to, before), (Storages.Of(_place.Folder).Word, Content()));
        Assert.Equal(23, before.Events);
        CheckRecords();
        CheckHome(moves: 1);
        Assert.Equal(to == "sqlite" ? -2 : 1, FormatOf(_place));
        Assert.Equal(to == "sqlite", File.Exists(JournalFile));
        Assert.False(Directory.Exists(Path.Combine(_place.Folder, SqliteMoveSide.IncomingFolder)));
        // Once more changes nothing.
        Assert.Null(Move(to).Content);
        Assert.Equal(before, Content());
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public void A_process_that_still_has_the_old_journal_open_writes_no_more(string to)
    {
        Fill(_place, events: 10);
        if (to == "sqlite")
            Move("postgres");
        var old = Open();
        var last = old.Journal.LastSeq;
        Move(to);
        Assert.Throws<JournalFencedException>(() => old.Journal.Append(Batches.Of(last, Batches.Created(77))));
        Assert.Throws<JournalOutcomeUnknownException>(() => old.Journal.MarkUp(Batches.T0));
        old.Dispose();
        Assert.Equal(last, Content().Events);
    }

    [Fact]
    public void A_copy_of_a_folder_whose_workspace_is_in_the_database_is_refused()
    {
        Fill(_place, events: 10);
        Assert.Throws<KilledException>(() => Move("postgres", s => ThrowAt(MoveStage.Copied, s)));
        var copy = NewPlace("copy");
        foreach (var file in Directory.EnumerateFiles(_place.Folder))
            File.Copy(file, Path.Combine(copy.Folder, Path.GetFileName(file)));
        Move("postgres");
        using (Storages.Open("sqlite", copy)) { }
        var no = Assert.Throws<DataFolderException>(() =>
            WorkspaceMove.Run(copy, Storages.Find("postgres")!, WorkspaceMoveCommand.Databases)
        );
        Assert.Contains("which is in use", no.Message, StringComparison.Ordinal);
        Assert.False(SqliteFence.IsSet(DataFolder.JournalFileIn(copy.Folder)));
        Assert.Equal("sqlite", Storages.Of(copy.Folder).Word);
        using (var storage = Storages.Open("sqlite", copy))
            Assert.Equal(12, storage.Journal.LastSeq);
        // The way out that the sentence names.
        File.Delete(Path.Combine(copy.Folder, "storage"));
        WorkspaceMove.Run(copy, Storages.Find("postgres")!, WorkspaceMoveCommand.Databases);
        Assert.All([_place, copy], place => Assert.Equal(1, FormatOf(place)));
    }

    [Fact]
    public void A_journal_that_somebody_put_into_the_folder_is_not_overwritten()
    {
        Fill(_place, events: 10);
        Move("postgres");
        var other = NewPlace("other");
        Fill(other, events: 3);
        File.Copy(DataFolder.JournalFileIn(other.Folder), JournalFile);
        var no = Assert.Throws<DataFolderException>(() => Move("sqlite"));
        Assert.Contains("is there already", no.Message, StringComparison.Ordinal);
        Assert.Equal("postgres", Storages.Of(_place.Folder).Word);
        Assert.Equal(1, FormatOf(_place));
        File.Delete(JournalFile);
        Assert.Equal(12, Move("sqlite").Content!.Events);
    }

    [Fact]
    public void A_log_that_a_reader_left_beside_the_old_file_is_never_taken_for_the_new_ones()
    {
        Fill(_place, events: 10);
        // Somebody with a tool has it open all the time: the log cannot be removed.
        using (var reader = ControlSurface.Storage.Database.Open(JournalFile, DatabaseAccess.ReadOnly))
        using (ControlSurface.Storage.Database.BeginRead(reader))
        {
            reader.Scalar("select count(*) from batches");
            Move("postgres");
        }
        var before = Content();
        File.WriteAllBytes(JournalFile + "-wal", new byte[4_096]);
        Move("sqlite");
        Assert.Equal(before, Content());
        CheckRecords();
    }

    [Fact]
    public void An_old_folder_does_not_open_what_was_moved_out_of_the_database()
    {
        Fill(_place, events: 10);
        Move("postgres");
        var old = NewPlace("old");
        File.Copy(Path.Combine(_place.Folder, "storage"), Path.Combine(old.Folder, "storage"));
        Move("sqlite");
        var no = Assert.Throws<DataFolderException>(() => Storages.Open("postgres", old));
        Assert.Contains("was moved out of the database", no.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "update batches set at = at + 1 where first = (select max(first) from batches where first < 9)",
        "was changed"
    )]
    [InlineData("delete from batches where first = (select max(first) from batches where first < 9)", "is missing")]
    [InlineData("update contents set bytes = x'00'", "are not those that were sent")]
    [InlineData("update archive set data = x'00'", "archived item")]
    [InlineData("update answer_blocks set data = x'00'", "cannot be relied on")]
    public void A_damaged_source_is_named_and_stays_where_it_is(string damage, string says)
    {
        Fill(_place, events: 10, answers: 5_000);
        using (var connection = ControlSurface.Storage.Database.Open(JournalFile, DatabaseAccess.ReadWrite))
            connection.Execute(damage);
        var failure = Assert.ThrowsAny<Exception>(() => Move("postgres"));
        Assert.True(failure is JournalCorruptException or DamagedRecordException, failure.ToString());
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Equal("sqlite", Storages.Of(_place.Folder).Word);
        // As much as before: what is damaged is not used, and the rest is served.
        using var storage = Open();
        Assert.Equal(12, storage.Journal.LastSeq);
    }

    [Fact]
    public void An_empty_workspace_and_one_without_a_journal_can_be_moved_too()
    {
        Assert.Equal(0, Move("postgres").Content!.Events);
        using (var storage = Open())
            storage.Journal.Append(Batches.Of(0, Queue));
        Assert.Equal(1, Move("sqlite").Content!.Events);
    }

    [Fact]
    public void A_database_that_does_not_answer_moves_nothing()
    {
        Fill(_place, events: 10);
        var away = _place with { Connection = "Host=127.0.0.1;Port=1;Timeout=2" };
        var no = Assert.Throws<DataFolderException>(() =>
            WorkspaceMove.Run(away, Storages.Find("postgres")!, WorkspaceMoveCommand.Databases)
        );
        Assert.Contains("StorageConnection", no.Message, StringComparison.Ordinal);
        no = Assert.Throws<DataFolderException>(() =>
            WorkspaceMove.Run(
                _place with
                {
                    Connection = null,
                },
                Storages.Find("postgres")!,
                WorkspaceMoveCommand.Databases
            )
        );
        Assert.Contains("StorageConnection", no.Message, StringComparison.Ordinal);
        // It is known before anything is written or held.
        Assert.False(File.Exists(Path.Combine(_place.Folder, "storage")));
        Assert.False(SqliteFence.IsSet(JournalFile));
        using var storage = Open();
        storage.Journal.Append(Batches.Of(12, Batches.Created(500)));
    }

    private static QueueEvent.PolicySet Queue => new("crm", new QueuePolicy(), []);

    private string JournalFile => DataFolder.JournalFileIn(_place.Folder);

    private StoragePlace NewPlace(string name) =>
        new(DataFolder.Create(Path.Combine(_temporary.Path, name)), _connection);

    private MoveResult Move(string to, Action<MoveStage>? onStage = null) =>
        WorkspaceMove.Run(_place, Storages.Find(to)!, WorkspaceMoveCommand.Databases, onStage);

    // As a server opens it, whose settings name the default.
    private IStorage Open() => Storages.Open("sqlite", _place);

    private JournalContent Content()
    {
        using var journal = Storages.Of(_place.Folder).Examine(_place);
        return JournalContent.Of(journal);
    }

    private static object? FormatOf(StoragePlace place) =>
        PostgresServer.Scalar(
            place.Connection!,
            $"select format from controlsurface.workspaces where id = '{StorageMark.Read(place.Folder)!.Id}'"
        );

    private List<string?> Hashes()
    {
        using var journal = Storages.Of(_place.Folder).Examine(_place);
        return [.. new long[] { 0, 1, 7, 500, 9_999, 10_002 }.Select(journal.HashAt)];
    }

    // Items, two of them archived, with answers of which most are in portions, contents, a snapshot and the mark of a server.
    private static void Fill(StoragePlace place, int events, int answers = 20)
    {
        // What waits is moved into portions by the append that makes it due.
        using IStorage storage = SqliteStorage.Open(place.Folder, new JournalOptions { MovesInBackground = false });
        var journal = storage.Journal;
        var state = new Workspace();
        journal.Append(Batches.Of(0, Queue));
        foreach (var some in Enumerable.Range(1, events - 1).Chunk(7))
            journal.Append(Batches.Of(some[0], [.. some.Select(k => (Event)Batches.Created(k))]));
        journal.Append(
            Batches.Archiving(events, Batches.Settled(1, title: "Ünïcode"), Batches.Settled(2, labels: ["a", "b"]))
        );
        foreach (var some in Enumerable.Range(0, answers).Chunk(500))
            journal.Append(
                Batches.Of(journal.LastSeq) with
                {
                    Answers = [.. some.Select(k => Answer($"key-{k}"))],
                    Contents = [Kept("first"), Kept("second")],
                }
            );
        foreach (var recorded in journal.ReadAfter(0))
            state.Evolve(recorded);
        var bytes = StateJson.Write(state.ToState());
        journal.Save(new Snapshot(state.Seq, Digest.Of(state.ToState()), bytes));
        journal.MarkUp(Batches.T0.AddDays(1));
        FillHome(place);
    }

    private static readonly FakeTimeProvider Clock = new(Batches.T0);
    private static readonly string GithubKey = KeyText.Make(PrincipalKind.Agent);

    // People, a session that is over, a secret with the key that protects it, and a delivery that waits.
    private static void FillHome(StoragePlace place)
    {
        var home = Storages.HomeOf(place);
        using (var access = AccessStore.Open(home, Clock))
        {
            var ann = access.AddPrincipal("Ann", PrincipalKind.Person, Roles.Admin, null);
            access.SetState(ann.Id, PrincipalState.Paused, "lunch \0 ½");
            access.SetState(ann.Id, PrincipalState.Active, null);
            access.AddKey(ann.Id, "laptop", expiresAt: Batches.T0.AddDays(1));
            access.EndSession(access.BeginSession(ann.Id, new SignInProof("link")).Session.Number, null, null);
        }
        HookKeys.Open(home.Secrets).Keep("github", GithubKey);
        using var outbox = Outbox.Open(home);
        outbox.Add([new Owed("crm", [(1, "item.created"), (2, "item.created")], 2)], Batches.T0);
    }

    // Numbers go on where they were, in both storages.
    private void CheckHome(int moves)
    {
        var home = Storages.HomeOf(_place);
        using (var access = AccessStore.Open(home, Clock))
        {
            Assert.Equal((1, "laptop"), (access.Keys()[0].Id, access.Keys()[0].Name));
            Assert.Equal(
                1 + moves,
                access.AddPrincipal($"Bob {moves}", PrincipalKind.Agent, Roles.Agent, null).Id.Number
            );
            Assert.Equal(1 + moves, access.BeginSession(new PrincipalId(1), new SignInProof("link")).Session.Number);
        }
        Assert.Equal([GithubKey], HookKeys.Open(home.Secrets).Of("github"));
        using var outbox = Outbox.Open(home);
        Assert.Equal(2, outbox.PositionOf("crm"));
        Assert.Equal([(1, 1), (2, 2)], outbox.Waiting("crm"));
    }

    private void CheckRecords()
    {
        using var storage = Open();
        var journal = storage.Journal;
        Assert.Equal("answer key-3", Encoding.UTF8.GetString(journal.FindAnswer(Batches.Ann, "key-3")!.Body));
        Assert.Equal("/items/W-19", journal.FindAnswer(Batches.Ann, "key-19")!.Location);
        Assert.Null(journal.FindAnswer(new PrincipalId(9), "key-3"));
        Assert.Equal(
            "second",
            Encoding.UTF8.GetString(journal.FindContent(Kept("second").Content.Hash)!.Content.Bytes)
        );
        Assert.Equal("Ünïcode", journal.FindArchived(new ItemId(1))!.Title);
        Assert.Equal(new ItemId(2), journal.FindArchived(new LeaseId(102))!.Id);
        Assert.Equal(new ItemId(2), journal.FindArchived("crm", "EXT-2")!.Id);
        Assert.Equal(2, journal.CountOf(new ItemId(2)));
        Assert.Equal(Batches.T0.AddDays(1), journal.LastUpAt);
        Assert.Single(journal.Snapshots());
    }

    private static KeptAnswer Answer(string key) =>
        new(
            Batches.Ann,
            key,
            new byte[32],
            201,
            Encoding.UTF8.GetBytes($"answer {key}"),
            key == "key-19" ? "/items/W-19" : null,
            Batches.T0.AddSeconds(key.Length)
        );

    private static KeptContent Kept(string text) =>
        new(
            new ContentData(ContentHash.Of(Encoding.UTF8.GetBytes(text)), "text/plain", Encoding.UTF8.GetBytes(text)),
            Batches.Ann,
            Batches.T0
        );

    private static void ThrowAt(MoveStage wanted, MoveStage reached)
    {
        if (wanted == reached)
            throw new KilledException();
    }

    private sealed class KilledException : Exception;
}
