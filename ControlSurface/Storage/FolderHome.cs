using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Storage;

/// <summary>A workspace that keeps everything in its folder.</summary>
internal sealed class FolderHome(string folder) : IWorkspaceHome
{
    // Nothing was under way when it was closed.
    private readonly string _idleMark = Path.Combine(folder, "idle");

    public string Mend => $"Run doctor --data {folder}.";

    public string Where(KnownDatabase database) => Path.Combine(folder, database.FileName);

    public ITables Open(KnownDatabase database) => FileTables.Open(folder, database);

    public ITables? Examine(KnownDatabase database) => FileTables.Examine(folder, database);

    public ISecrets Secrets { get; } = new FolderSecrets(folder);

    public ISecrets ExamineSecrets() => Secrets;

    public HomeContent Read(IReadOnlyList<KnownDatabase> databases)
    {
        var tables = new List<TableContent>();
        foreach (var database in databases)
        {
            var name = Where(database);
            using var file = File.Exists(name) ? Database.Open(name, DatabaseAccess.ReadWrite) : null;
            tables.AddRange(file is null ? TableContent.Nothing(database) : TableContent.Of(file, database));
        }
        var secrets = new FolderSecrets(folder);
        return new HomeContent(
            tables,
            [
                .. SecretNames
                    .All.Select(name => (Name: name, Data: secrets.Read(name)))
                    .Where(secret => secret.Data is not null)
                    .Select(secret => (secret.Name, secret.Data!)),
            ],
            [.. secrets.Keys()]
        );
    }

    public bool WasOpened => Storages.HasJournal(folder);

    public bool WasAtWork(long asOf) => WasOpened && !Path.Exists(_idleMark);

    public void MarkIdle() => File.WriteAllText(_idleMark, "");

    public void MarkOpen() => File.Delete(_idleMark);
}
