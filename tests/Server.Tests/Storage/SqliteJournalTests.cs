using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using ControlSurface.Testing;

namespace Server.Tests.Storage;

/// <summary>The journal in SQLite keeps what a journal promises.</summary>
public sealed class SqliteJournalTests() : SqliteContract(folder => Storages.Open("sqlite", new StoragePlace(folder)));

/// <summary>The same where every answer and every event is moved into its index at once, and all but the newest batches are packed.</summary>
public sealed class SqliteJournalInPortionsTests()
    : SqliteContract(folder =>
        SqliteStorage.Open(
            folder,
            new JournalOptions
            {
                AnswersPerPortion = 1,
                AnswersPerBlock = 2,
                EventsPerBlockShift = 0,
                EventsPerPack = 2,
                EventsLeftLoose = 1,
                MovesInBackground = false,
            }
        )
    );

/// <summary>The contract on a real file.</summary>
public abstract class SqliteContract : JournalContract
{
    private readonly Func<string, IStorage> _open;
    private TemporaryFolder _temporary = new();
    private DataFolder _folder;
    private IStorage _storage;

    private protected SqliteContract(Func<string, IStorage> open)
    {
        _open = open;
        _folder = DataFolder.Open(_temporary.Path);
        _storage = open(_folder.Path);
    }

    private protected override IStorage Storage => _storage;

    private protected override void Reopen()
    {
        Close();
        Open();
    }

    // The connection that writes may not: each statement that would is refused, as on a volume that was made read-only.
    private protected override void Refuse(bool all) =>
        ((SqliteJournal)_storage.Journal).WritingConnection.Execute(
            all ? "pragma query_only=1" : "pragma query_only=0"
        );

    private protected override void Renew()
    {
        Dispose();
        _temporary = new TemporaryFolder();
        Open();
    }

    public override void Dispose()
    {
        Close();
        _temporary.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Open()
    {
        _folder = DataFolder.Open(_temporary.Path);
        _storage = _open(_folder.Path);
    }

    private void Close()
    {
        _storage.Dispose();
        _folder.Dispose();
    }
}
