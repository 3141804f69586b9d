using ControlSurface.Commands;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using ControlSurface.Storage.Postgres;
using ControlSurface.Testing;

namespace Server.Tests.Storage;

/// <summary>The journal in PostgreSQL keeps what a journal promises: the contract on a real server.</summary>
public sealed class PostgresJournalTests : JournalContract
{
    private readonly TemporaryFolder _temporary = new();
    private string _connection;
    private string _place;
    private IStorage _storage;
    private int _folders;

    public PostgresJournalTests()
    {
        _connection = PostgresServer.Shared.NewDatabase();
        _place = NewPlace();
        _storage = Open();
    }

    private protected override IStorage Storage => _storage;

    private protected override void Reopen()
    {
        _storage.Dispose();
        _storage = Open();
    }

    // The session that writes may not: each statement that would is refused, as on a server that was made read-only.
    private protected override void Refuse(bool all)
    {
        using var set = ((PostgresJournal)_storage.Journal).Writer.Connection.CreateCommand();
        set.CommandText = $"set default_transaction_read_only = {(all ? "on" : "off")}";
        set.ExecuteNonQuery();
    }

    private protected override void Renew()
    {
        _storage.Dispose();
        _connection = PostgresServer.Shared.NewDatabase();
        _place = NewPlace();
        _storage = Open();
    }

    public override void Dispose()
    {
        _storage.Dispose();
        _temporary.Dispose();
    }

    private IStorage Open() => Storages.Open(PostgresStorage.Word, new StoragePlace(_place, _connection));

    private string NewPlace() => Directory.CreateDirectory(Path.Combine(_temporary.Path, $"{++_folders}")).FullName;

    [Fact]
    public void Whoever_opens_the_workspace_fences_the_one_before_for_good()
    {
        var old = _storage.Journal;
        old.Append(Batches.Of(0, Batches.Renewal(1)));
        using (var next = Open())
        {
            Assert.Throws<JournalFencedException>(() => old.Append(Batches.Of(1, Batches.Renewal(2))));
            next.Journal.Append(Batches.Of(1, Batches.Renewal(3)));
            Assert.Throws<JournalOutcomeUnknownException>(() => old.MarkUp(Batches.T0));
            Assert.Equal(2, next.Journal.ReadAfter(0).Count());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_write_whose_answer_never_came_is_written_once(bool mayCommit)
    {
        var journal = (PostgresJournal)_storage.Journal;
        journal.Append(Batches.Of(0, Batches.Renewal(1)));
        // Locked: what was sent cannot go on before its session has ended.
        using var locks = Npgsql.NpgsqlDataSource.Create(_connection);
        using var holds = locks.OpenConnection();
        using var hold = holds.BeginTransaction();
        using (var take = new Npgsql.NpgsqlCommand("select 1 from controlsurface.workspaces for update", holds, hold))
            take.ExecuteNonQuery();
        var pid = journal.Writer.Connection.ProcessID;
        var cut = new Thread(() =>
        {
            // Once the write waits for the row: it is with the server, and its answer is not here.
            while (
                PostgresServer.Scalar(_connection, $"select wait_event_type from pg_stat_activity where pid = {pid}")
                    is not "Lock"
            )
                continue;
            if (mayCommit)
                hold.Rollback();
            PostgresServer.Scalar(_connection, $"select pg_terminate_backend({pid})");
            if (!mayCommit)
                hold.Rollback();
        });
        cut.Start();
        // Written by the session that was cut, or by the next one: once.
        journal.Append(Batches.Of(1, Batches.Renewal(2)));
        cut.Join();
        Assert.Equal([1L, 2L], journal.ReadAfter(0).Select(r => r.Seq));
        Assert.Equal(2, journal.LastSeq);
        journal.Append(Batches.Of(2, Batches.Renewal(3)));
        Reopen();
        Assert.Equal(3, _storage.Journal.LastSeq);
    }

    [Fact]
    public void What_was_acknowledged_is_there_after_a_crash_of_the_database_and_a_write_waits_for_it()
    {
        using var server = PostgresServer.Own();
        var place = new StoragePlace(NewPlace(), server.NewDatabase());
        using var storage = Storages.Open(PostgresStorage.Word, place);
        storage.Journal.Append(Batches.Of(0, Batches.Renewal(1)));
        server.Crash();
        var start = new Thread(server.Start);
        start.Start();
        storage.Journal.Append(Batches.Of(1, Batches.Renewal(2)));
        start.Join();
        Assert.Equal(2, storage.Journal.ReadAfter(0).Count());
    }

    [Fact]
    public void A_folder_of_another_storage_is_refused_with_a_sentence()
    {
        var folder = NewPlace();
        Storages.Open("sqlite", new StoragePlace(folder)).Dispose();
        var no = Assert.Throws<DataFolderException>(() =>
            Storages.Open("postgres", new StoragePlace(folder, _connection))
        );
        Assert.Contains("keeps its journal in sqlite", no.Message, StringComparison.Ordinal);
        // The folder says where it is: what is missing is the name of the database.
        no = Assert.Throws<DataFolderException>(() => Storages.Open("sqlite", new StoragePlace(_place)));
        Assert.Contains(
            "kept in PostgreSQL, and ControlSurface:StorageConnection is empty",
            no.Message,
            StringComparison.Ordinal
        );
        Storages.Open("sqlite", new StoragePlace(_place, _connection)).Dispose();
        no = Assert.Throws<DataFolderException>(() => Storages.Open("postgres", new StoragePlace(NewPlace())));
        Assert.Contains("ControlSurface:StorageConnection is empty", no.Message, StringComparison.Ordinal);
        no = Assert.Throws<DataFolderException>(() =>
            Storages.Open("postgres", new StoragePlace(NewPlace(), "Host=127.0.0.1;Port=1;Timeout=2"))
        );
        Assert.Contains("cannot be opened in PostgreSQL", no.Message, StringComparison.Ordinal);
        Assert.Contains("Check ControlSurface:StorageConnection", no.Message, StringComparison.Ordinal);
        no = Assert.Throws<DataFolderException>(() =>
            Storages.Open("postgres", new StoragePlace(NewPlace(), "nonsense"))
        );
        Assert.Contains("no connection string", no.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_old_answers_are_found_no_more_at_once_and_are_deleted_step_by_step()
    {
        var old = Enumerable.Range(0, PostgresJournal.AnswersPerStep + 10).Select(k => Answer($"old-{k:d5}", day: 0));
        _storage.Journal.Append(Batches.Of(0, Batches.Renewal(1)) with { Answers = [.. old, Answer("new", day: 2)] });
        _storage.Journal.PruneAnswers(Batches.T0.AddDays(1));
        Assert.Equal(11L, Count("answers"));
        for (var k = 0; k < PostgresJournal.AnswersPerStep + 10; k += 7)
            Assert.Null(_storage.Journal.FindAnswer(Batches.Ann, $"old-{k:d5}"));
        Assert.Equal([(Batches.Ann, "new")], _storage.Journal.AnswerKeys());
        _storage.Journal.MarkUp(Batches.T0.AddDays(2));
        Assert.Equal(1L, Count("answers"));
        Assert.NotNull(_storage.Journal.FindAnswer(Batches.Ann, "new"));
    }

    [Fact]
    public void All_keys_are_listed_page_by_page()
    {
        var keys = Enumerable.Range(0, 10_500).Select(k => $"key-{k}").ToList();
        var answers = keys.Select((key, k) => Answer(key, day: 0) with { Principal = new PrincipalId(k % 3) });
        _storage.Journal.Append(Batches.Of(0, Batches.Renewal(1)) with { Answers = [.. answers] });
        Assert.Equal(
            keys.Select((key, k) => (k % 3, key)).Order(),
            _storage.Journal.AnswerKeys()!.Select(a => (a.Principal.Number, a.Key)).Order()
        );
    }

    [Fact]
    public void A_workspace_of_another_format_is_refused_and_its_writer_goes_on()
    {
        _storage.Journal.Append(Batches.Of(0, Batches.Renewal(1)));
        PostgresServer.Execute(_connection, "update controlsurface.workspaces set format = 7");
        var no = Assert.Throws<DataFolderException>(Open);
        Assert.Contains("written in format 7", no.Message, StringComparison.Ordinal);
        _storage.Journal.Append(Batches.Of(1, Batches.Renewal(2)));
        Assert.Equal(2, _storage.Journal.LastSeq);
    }

    [Fact]
    public void An_index_of_items_that_was_deleted_is_made_anew()
    {
        _storage.Journal.Append(Batches.Of(0, Batches.Created(1), Batches.Created(2), Batches.Renewal(1)));
        PostgresServer.Execute(_connection, "delete from controlsurface.item_events");
        Assert.Equal(0, _storage.Journal.CountOf(new ItemId(1)));
        Reopen();
        Assert.Equal(2, _storage.Journal.CountOf(new ItemId(1)));
        Assert.Equal(3L, Count("item_events"));
    }

    [Theory]
    [InlineData("Host=h", 5, 40, 20)]
    [InlineData("Host=h;TIMEOUT=9;MaxPoolSize=3", 9, 40, 3)]
    [InlineData("Host=h;Timeout=30;Max Auto Prepare=0", 30, 0, 20)]
    public void What_the_connection_string_says_counts_before_the_defaults(
        string said,
        int wait,
        int prepared,
        int reads
    )
    {
        var settings = PostgresStorage.Settings(said);
        Assert.Equal(
            (wait, prepared, reads, "h"),
            (settings.Timeout, settings.MaxAutoPrepare, settings.MaxPoolSize, settings.Host)
        );
        Assert.Contains("synchronous_commit=on", settings.Options, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_finds_the_database_away_says_which_setting_names_it()
    {
        var away = new JournalRefusedException("PostgreSQL does not answer.");
        Assert.Contains("ControlSurface:StorageConnection", SentenceOf(away, _place), StringComparison.Ordinal);
        Assert.Contains("Make room", SentenceOf(away, NewPlace()), StringComparison.Ordinal);
    }

    private static string? SentenceOf(Exception failure, string folder) =>
        StartFailure.Sentence(failure, new ServeOptions(null, folder, Demo: false, []));

    private static KeptAnswer Answer(string key, int day) =>
        new(Batches.Ann, key, new byte[32], 200, "{}"u8.ToArray(), null, Batches.T0.AddDays(day));

    private object? Count(string table) =>
        PostgresServer.Scalar(_connection, $"select count(*) from controlsurface.{table}");
}
