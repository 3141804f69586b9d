using ControlSurface.Core.Engine;
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
        no = Assert.Throws<DataFolderException>(() => Storages.Open("sqlite", new StoragePlace(_place)));
        Assert.Contains("keeps its journal in postgres", no.Message, StringComparison.Ordinal);
        no = Assert.Throws<DataFolderException>(() => Storages.Open("postgres", new StoragePlace(NewPlace())));
        Assert.Contains("ControlSurface:StorageConnection is empty", no.Message, StringComparison.Ordinal);
        no = Assert.Throws<DataFolderException>(() =>
            Storages.Open("postgres", new StoragePlace(NewPlace(), "Host=127.0.0.1;Port=1;Timeout=2"))
        );
        Assert.Contains("cannot be opened in PostgreSQL", no.Message, StringComparison.Ordinal);
        no = Assert.Throws<DataFolderException>(() =>
            Storages.Open("postgres", new StoragePlace(NewPlace(), "nonsense"))
        );
        Assert.Contains("no connection string", no.Message, StringComparison.Ordinal);
    }
}
