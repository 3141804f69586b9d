using ControlSurface.Core.Engine;

namespace ControlSurface.Storage.Moving;

/// <summary>
/// A storage as one side of a move (docs/decisions/0042). A journal that a move holds can be written by no process that had it open
/// before; the next server that opens it, because the folder names this storage, ends that.
/// </summary>
internal interface IMoveSide
{
    /// <summary>
    /// Refuses a target that cannot take the journal, before anything is written or held. <see cref="Receive"/> and
    /// <see cref="Place"/> look again.
    /// </summary>
    /// <exception cref="DataFolderException">The storage cannot be used, or has a journal in use where the copy would be.</exception>
    void CheckTarget();

    /// <summary>Opens the journal as a server does, so that its end is checked, and holds it: no older process writes it from then on.</summary>
    /// <exception cref="DataFolderException">The storage cannot be opened, or another version wrote it.</exception>
    /// <exception cref="JournalCorruptException">Its end is missing.</exception>
    void Hold();

    /// <summary>Right before the switch: whether the hold still stands. Several machines may share a storage, each with a folder of its own.</summary>
    /// <exception cref="OvertakenException">Another process opened the workspace since.</exception>
    void CheckHold();

    /// <summary>The journal that the move comes from, for reading.</summary>
    IJournalExamination Source();

    /// <summary>The copy that <see cref="Receive"/> made, for reading.</summary>
    IJournalExamination Copy();

    /// <summary>Takes in everything of a journal; a copy that an earlier move left goes first.</summary>
    /// <exception cref="DataFolderException">A journal lies there that is no such copy; it is left as it is.</exception>
    void Receive(IJournalExamination source);

    /// <summary>Holds what the workspace keeps beside its journal as well, and reads it. Nobody changes it from then on.</summary>
    HomeContent HoldHome(IReadOnlyList<KnownDatabase> databases);

    /// <summary>Takes that in; a copy that an earlier move left goes first. After <see cref="Receive"/>.</summary>
    void ReceiveHome(HomeContent content, IReadOnlyList<KnownDatabase> databases);

    /// <summary>What <see cref="ReceiveHome"/> took in, read back.</summary>
    HomeContent CopyOfHome(IReadOnlyList<KnownDatabase> databases);

    /// <summary>Puts the copy where a server looks for it once the folder names this storage.</summary>
    void Place();

    /// <summary>Ends the hold after the folder names this storage. Repeating it changes nothing.</summary>
    void Release();

    /// <summary>Sets the old journal aside after the folder names another storage, if a move still holds it. Repeating it changes nothing.</summary>
    /// <returns>Where the old journal is kept, for a person; null where nothing was set aside.</returns>
    /// <exception cref="OvertakenException">Another process opened the workspace since <see cref="Hold"/>. It is left to it.</exception>
    string? SetAside();
}
