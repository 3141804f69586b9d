using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Storage;

/// <summary>
/// Where a workspace keeps what is not in its journal and does not follow from it: who may call, what is owed to webhooks, secrets, and
/// whether anything was under way when it was closed. It is with the journal: in the folder, or in the database (docs/decisions/0044).
/// </summary>
internal interface IWorkspaceHome
{
    /// <summary>Where tables are, for a message.</summary>
    string Where(KnownDatabase database);

    /// <summary>What an operator does where it cannot be used: a sentence.</summary>
    string Mend { get; }

    /// <summary>Opens tables; makes them if need be, and brings them to this version.</summary>
    /// <exception cref="DataFolderException">They cannot be used; the message says what to do.</exception>
    /// <exception cref="System.Data.Common.DbException">They cannot be opened.</exception>
    ITables Open(KnownDatabase database);

    /// <summary>Opens tables to be read by <c>doctor</c>, which changes nothing; null where there are none yet.</summary>
    ITables? Examine(KnownDatabase database);

    /// <summary>The secrets, and the keys that protect them.</summary>
    ISecrets Secrets { get; }

    /// <summary>The same for <c>doctor</c>, which changes nothing.</summary>
    ISecrets ExamineSecrets();

    /// <summary>Everything of it, as it is at one instant where it is in a database.</summary>
    HomeContent Read(IReadOnlyList<KnownDatabase> databases);

    /// <summary>Whether it was ever opened, by whichever process.</summary>
    bool WasOpened { get; }

    /// <summary>Whether it was opened before, and something was under way when it was closed: it goes on without a visit.</summary>
    /// <param name="asOf">As for <see cref="ITables.Version"/>: homes that are asked with the same one share a question.</param>
    bool WasAtWork(long asOf);

    /// <summary>Nothing is under way, and it was closed: the next start leaves it closed.</summary>
    void MarkIdle();

    /// <summary>It is open.</summary>
    void MarkOpen();
}
