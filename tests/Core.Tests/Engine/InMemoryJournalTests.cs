using ControlSurface.Core.Engine;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>The journal without a disk keeps what a journal promises.</summary>
public sealed class InMemoryJournalTests : JournalContract
{
    private InMemoryStorage _storage = new(new InMemoryJournal());

    private protected override IStorage Storage => _storage;

    private protected override void Reopen() => _storage = new InMemoryStorage(_storage.Journal.Crash());

    private protected override void Refuse(bool all) => _storage.Journal.IsFull = all;

    private protected override void Renew() => _storage = new InMemoryStorage(new InMemoryJournal());

    public override void Dispose() => _storage.Dispose();
}
