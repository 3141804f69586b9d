using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Testing;

namespace ControlSurface.Server.Tests.Storage;

/// <summary>The journal in SQLite keeps what a journal promises.</summary>
public sealed class SqliteJournalTests : JournalContract
{
    private TemporaryFolder _temporary = new();
    private DataFolder _folder;
    private SqliteJournal _journal;

    public SqliteJournalTests()
    {
        _folder = DataFolder.Open(_temporary.Path);
        _journal = SqliteJournal.Open(_folder);
    }

    private protected override IJournal Journal => _journal;

    private protected override void Reopen()
    {
        Close();
        _folder = DataFolder.Open(_temporary.Path);
        _journal = SqliteJournal.Open(_folder);
    }

    // The connection that writes may not: each statement that would is refused, as on a volume that was made read-only.
    private protected override void Refuse(bool all) =>
        _journal.WritingConnection.Execute(all ? "pragma query_only=1" : "pragma query_only=0");

    private protected override void Renew()
    {
        Dispose();
        _temporary = new TemporaryFolder();
        _folder = DataFolder.Open(_temporary.Path);
        _journal = SqliteJournal.Open(_folder);
    }

    public override void Dispose()
    {
        Close();
        _temporary.Dispose();
    }

    private void Close()
    {
        _journal.Dispose();
        _folder.Dispose();
    }
}
