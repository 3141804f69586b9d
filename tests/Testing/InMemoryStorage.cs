using ControlSurface.Core.Engine;

namespace ControlSurface.Testing;

/// <summary>A storage without a disk.</summary>
internal sealed class InMemoryStorage(InMemoryJournal journal) : IStorage
{
    internal InMemoryJournal Journal => journal;

    IJournal IStorage.Journal => journal;

    public void Dispose() => journal.Dispose();
}
