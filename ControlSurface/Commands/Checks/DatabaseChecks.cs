using System.Data.Common;
using ControlSurface.Storage;

namespace ControlSurface.Commands.Checks;

/// <summary>Each database file by itself: the SQLite library, the pages, and the schema of this version.</summary>
internal sealed class DatabaseChecks(ExaminedFolder at) : CheckGroup(at)
{
    internal void Library(string name, string? file)
    {
        try
        {
            Database.CheckVersion();
            Good(name, file, Database.Library);
        }
        catch (DataFolderException old)
        {
            Wrong(name, file, old.Message, "Nothing of the folder is changed by it.");
        }
    }

    /// <summary>The check of one database file: its pages, then its schema. A file that is not there has nothing to check.</summary>
    internal Action<string, string?> PagesOf(KnownDatabase database) =>
        (name, file) =>
        {
            if (File.Exists(file))
                Pages(database, name, file);
        };

    private void Pages(KnownDatabase database, string name, string file)
    {
        try
        {
            using var connection = Database.Open(file, DatabaseAccess.ReadOnly, timeoutSeconds: 30);
            var answer = connection.Scalar("pragma quick_check(1)");
            if (answer == "ok")
                Good(name, file, "its pages check");
            else
                Wrong(name, file, $"Its pages do not check: {answer}.", database.Mend);
            if (IsOfThisVersion(database, connection, file))
                Schema(database, connection, file);
        }
        catch (DbException failure) when (Database.FaultOf(failure) == DatabaseFault.Damaged)
        {
            Wrong(name, file, $"It is no sound database: {failure.Message}", database.Mend);
        }
        catch (DbException failure) when (Database.FaultOf(failure) == DatabaseFault.Locked)
        {
            Unknown(name, file, $"It is locked: {failure.Message}", NotRead);
        }
        catch (Exception failure)
        {
            Wrong(name, file, $"It could not be looked at: {failure.Message}", NotRead);
        }
    }

    // Tables and indexes are compared only with a schema that this version made.
    private bool IsOfThisVersion(KnownDatabase database, DbConnection connection, string file)
    {
        var (known, applied) = (Database.MigrationsOf(database.Context), Database.AppliedIn(connection));
        if (applied.Where(id => !known.Contains(id)).Max(StringComparer.Ordinal) is { } newer)
        {
            Wrong(
                "schema",
                file,
                $"It is newer than this version ({DataFolder.OwnVersion}): it has had the migration {newer}, which is not known here.",
                "Start the newer version, or restore the backup from before the upgrade."
            );
            return false;
        }
        if (known.Where(id => !applied.Contains(id)).Min(StringComparer.Ordinal) is { } older)
        {
            Wrong(
                "schema",
                file,
                $"It is older than this version ({DataFolder.OwnVersion}): it has not had the migration {older}.",
                "Make a backup and start the server of this version, which brings it up to date."
            );
            return false;
        }
        Good("schema", file, "as this version has it");
        return true;
    }

    private void Schema(KnownDatabase database, DbConnection connection, string file)
    {
        var there = SchemaPart.In(connection).ToHashSet();
        var missing = database.Expected().Where(part => !there.Contains(part)).ToList();
        foreach (var part in missing)
            Wrong(
                part.Kind == "index" ? "index" : "tables",
                file,
                $"The {part.Kind} {part.Name} is missing, or is another than this version makes.",
                part.Kind == "index"
                    ? $"Make it again with {Definition(database, part)}, with the server stopped; or restore the newest backup."
                    : database.Mend
            );
        if (missing.Count == 0)
            Good("index", file, "none is missing");
    }

    private static string Definition(KnownDatabase database, SchemaPart part)
    {
        using var memory = Database.OpenInMemory();
        Database.Migrate(memory, database.Context, () => database.Open(memory));
        using var find = memory.Command("select sql from sqlite_master where name = $name", ("$name", part.Name));
        return $"sqlite3 {database.FileName} '{find.ExecuteScalar()}'";
    }
}
