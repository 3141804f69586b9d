using ControlSurface.Core.Engine;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>The journal without a disk keeps what a journal promises.</summary>
public sealed class InMemoryJournalTests : JournalContract
{
    private InMemoryJournal _journal = new();

    private protected override IJournal Journal => _journal;

    private protected override void Reopen() => _journal = _journal.Crash();

    private protected override void Refuse(bool all) => _journal.IsFull = all;

    private protected override void Renew() => _journal = new InMemoryJournal();

    public override void Dispose() => _journal.Dispose();
}
