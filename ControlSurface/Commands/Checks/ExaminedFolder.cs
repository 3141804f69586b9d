using System.Data.Common;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;

namespace ControlSurface.Commands.Checks;

/// <summary>One check of <c>doctor</c>.</summary>
/// <param name="Name">The word that its findings begin with, e.g. <c>contents</c>.</param>
/// <param name="File">Absolute path of the file or folder that it looks at; null for none.</param>
/// <param name="Look">Looks, and adds at least one finding; may throw, which is a finding too.</param>
internal sealed record Check(string Name, string? File, Action<string, string?> Look);

/// <summary>A data folder under examination: what was found so far, and what the journal said once it was replayed.</summary>
/// <param name="folder">Absolute path.</param>
internal sealed class ExaminedFolder(string folder, TimeProvider clock)
{
    private readonly List<Finding> _findings = [];

    internal string Folder => folder;

    internal TimeProvider Clock => clock;

    /// <summary>Absolute path of the journal, which need not exist.</summary>
    internal string Journal => DataFolder.JournalFileIn(folder);

    /// <summary>Whether there is a journal, in the folder or where the folder says that it is kept.</summary>
    internal bool HasJournal => Storages.HasJournal(folder);

    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The state that the whole journal leads to; null until it was replayed, and where that failed.</summary>
    internal Workspace? Replayed { get; set; }

    internal void Add(Finding finding) => _findings.Add(finding);

    /// <summary>Absolute path of a file that the workspace keeps in its folder; null where it is kept in a database.</summary>
    internal string? FileOf(string name) => Storages.Of(folder).IsInFolder ? Path.Combine(folder, name) : null;

    /// <summary>Where the workspace keeps what is not in its journal.</summary>
    internal IWorkspaceHome Home => Storages.HomeOf(Storages.PlaceOf(folder));

    internal IJournalExamination OpenJournal() => Storages.Examine(folder);

    /// <summary>Seq of the journal's last event now; 0 where there is no journal.</summary>
    internal long LastSeq()
    {
        if (!HasJournal)
            return 0;
        using var journal = OpenJournal();
        return journal.LastSeq;
    }

    /// <summary>Makes one check. What cannot be read becomes a finding: never a good one, and never the end of the examination.</summary>
    internal void Run(Check check)
    {
        try
        {
            check.Look(check.Name, check.File);
        }
        catch (JournalCorruptException corrupt)
        {
            AddWrong(check, corrupt.Message, "What follows it was not looked at.");
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException || IsForbidden(failure))
        {
            AddWrong(
                check,
                $"It could not be looked at: {failure.Message}",
                "Run doctor as the user that serves the folder; where that is so, give the files to that user (chown -R)."
            );
        }
        catch (Exception failure)
        {
            AddWrong(check, $"It could not be looked at: {failure.Message}", CheckGroup.NotRead);
        }
    }

    private void AddWrong(Check check, string what, string doThis) =>
        Add(new Finding(check.Name, FindingState.Wrong, check.File, what, doThis));

    private static bool IsForbidden(Exception failure) =>
        failure is IOException { HResult: 13 }
        || (failure is DbException database && Database.FaultOf(database) == DatabaseFault.Forbidden);
}
