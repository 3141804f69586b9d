using ControlSurface.Commands.Checks;
using ControlSurface.Storage;

namespace ControlSurface.Commands;

/// <summary>
/// Opens every file of a data folder and compares the files with each other; changes none. Each check stands by itself: one
/// that fails is a finding, and the next one is made all the same.
/// </summary>
internal static class Examiner
{
    /// <summary>Makes every check on one workspace's folder.</summary>
    internal static Examination Examine(string folder, TimeProvider clock)
    {
        var at = new ExaminedFolder(Path.GetFullPath(folder), clock);
        foreach (var check in ChecksOf(at))
            at.Run(check);
        return new Examination(at.Folder, at.Findings);
    }

    /// <summary>
    /// All checks, in the order in which they are made. The journal is replayed before the files that are compared with it.
    /// </summary>
    private static IEnumerable<Check> ChecksOf(ExaminedFolder at)
    {
        var databases = new DatabaseChecks(at);
        yield return new Check("sqlite", File: null, databases.Library);
        var folder = new FolderChecks(at);
        if (!Directory.Exists(at.Folder))
        {
            yield return new Check("folder", at.Folder, folder.Missing);
            yield break;
        }
        yield return new Check("folder", at.Folder, folder.Modes);
        yield return new Check("owner", at.Folder, folder.Owners);
        yield return new Check("files", at.Folder, folder.Files);
        yield return new Check("file system", at.Folder, folder.FileSystem);
        var server = new ServerChecks(at);
        yield return new Check("server", at.Folder, server.Server);
        yield return new Check("writer", at.Journal, server.Writers);
        foreach (var database in KnownDatabases.Of(at.Folder))
            yield return new Check("database", Path.Combine(at.Folder, database.FileName), databases.PagesOf(database));
        foreach (var check in ChecksOfJournal(at))
            yield return check;
        if (Storages.Of(at.Folder).Names is not null)
            yield return new Check("list", File: null, server.Listed);
        yield return new Check("access", at.FileOf(DataFolder.AccessFile), new AccessChecks(at).Access);
        var webhooks = new WebhookChecks(at);
        yield return new Check("outbox", at.FileOf(DataFolder.OutboxFile), webhooks.Outbox);
        yield return new Check("secrets", at.FileOf(SecretNames.Webhooks), webhooks.Secrets);
        yield return new Check("secrets", at.FileOf(SecretNames.WebhookAddresses), webhooks.Addresses);
        yield return new Check("secrets", at.FileOf(SecretNames.HookKeys), webhooks.HookKeys);
        yield return new Check(
            "projections",
            DataFolder.ProjectionFileIn(at.Folder),
            new ProjectionChecks(at).Projections
        );
    }

    private static Check[] ChecksOfJournal(ExaminedFolder at)
    {
        var (journal, records) = (new JournalChecks(at), new RecordChecks(at));
        return at.HasJournal
            ?
            [
                new Check("format", at.Journal, journal.Format),
                new Check("head", at.Journal, journal.Head),
                new Check("chain", at.Journal, journal.History),
                new Check("clock", at.Journal, journal.Clock),
                new Check("contents", at.Journal, records.Contents),
                new Check("answers", at.Journal, records.Answers),
                new Check("items", at.Journal, records.Items),
                new Check("archive", at.Journal, records.Archive),
            ]
            : [new Check("journal", at.Journal, journal.Missing)];
    }
}
