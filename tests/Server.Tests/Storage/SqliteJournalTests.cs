using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using ControlSurface.Testing;

namespace Server.Tests.Storage;

/// <summary>The journal in SQLite keeps what a journal promises.</summary>
public sealed class SqliteJournalTests : JournalContract
{
    private TemporaryFolder _temporary = new();
    private DataFolder _folder;
    private IStorage _storage;

    public SqliteJournalTests()
    {
        _folder = DataFolder.Open(_temporary.Path);
        _storage = Storages.Find("sqlite")!.Open(_folder.Path);
    }

    private protected override IStorage Storage => _storage;

    private protected override void Reopen()
    {
        Close();
        _folder = DataFolder.Open(_temporary.Path);
        _storage = Storages.Find("sqlite")!.Open(_folder.Path);
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
        _folder = DataFolder.Open(_temporary.Path);
        _storage = Storages.Find("sqlite")!.Open(_folder.Path);
    }

    public override void Dispose()
    {
        Close();
        _temporary.Dispose();
    }

    private void Close()
    {
        _storage.Dispose();
        _folder.Dispose();
    }
}
