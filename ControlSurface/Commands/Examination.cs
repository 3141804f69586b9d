using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Storage;

namespace ControlSurface.Commands;

/// <summary>How something that <c>doctor</c> looked at is.</summary>
internal enum FindingState
{
    Good,
    Wrong,

    /// <summary>It could not be looked at: neither well nor wrong.</summary>
    Unknown,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">Of the check, e.g. <c>contents</c>.</param>
/// <param name="File">Absolute path of the file or folder; null where it is about none.</param>
/// <param name="What">What was found.</param>
/// <param name="Do">What to do; null where there is nothing to be done.</param>
internal sealed record Finding(string Name, FindingState State, string? File, string What, string? Do)
{
    /// <summary>Both sentences.</summary>
    internal string Detail => Do is null ? What : What + " " + Do;
}

/// <summary>What <c>doctor</c> found. It reads only, and may run beside a server.</summary>
/// <param name="Folder">Absolute path of the data folder.</param>
internal sealed record Examination(string Folder, IReadOnlyList<Finding> Findings)
{
    /// <summary>Everything was looked at, and nothing is wrong.</summary>
    internal bool Ok => Findings.All(f => f.State == FindingState.Good);

    /// <summary>0: all is well; 1: something is wrong; 2: nothing wrong was found, but something could not be looked at.</summary>
    internal int ExitCode =>
        Findings.Any(f => f.State == FindingState.Wrong) ? 1
        : Ok ? 0
        : 2;

    /// <summary>Looks over the folder. What cannot be looked at is named, and the rest is looked at all the same.</summary>
    internal static Examination Of(string folder, TimeProvider clock) => Of(folder, workspace: null, clock);

    /// <summary>The same of one workspace; of all where none is named, each folder by itself.</summary>
    internal static Examination Of(string folder, string? workspace, TimeProvider clock)
    {
        // The folders that are here: to look makes no others.
        var folders = new WorkspaceFolders(folder);
        if (workspace is not null)
            return Examiner.Examine(WorkspacesCommand.FolderOf(folder, workspace), clock);
        var first = Examiner.Examine(folder, clock);
        return first with
        {
            Findings =
            [
                .. first.Findings,
                .. folders.All().Skip(1).SelectMany(name => Examiner.Examine(folders.Of(name), clock).Findings),
            ],
        };
    }

    internal string ToText()
    {
        var text = new StringBuilder();
        foreach (var finding in Findings)
        {
            text.Append(MarkOf(finding.State)).Append(finding.Name);
            if (
                finding.File is { } file
                && file != Folder
                && (Path.GetFileName(file) != "journal.db" || Path.GetDirectoryName(file) != Folder)
            )
                text.Append(" (").Append(Path.GetRelativePath(Folder, file)).Append(')');
            text.Append(": ").Append(finding.Detail).Append('\n');
        }
        return text.Append(
                ExitCode switch
                {
                    0 => "All is well.",
                    1 => "Something is wrong.",
                    _ => "Nothing wrong was found, but not everything could be looked at.",
                }
            )
            .ToString();
    }

    internal string ToJson() =>
        JsonSerializer.Serialize(
            new ExaminationBody(
                Ok,
                ExitCode,
                Folder,
                [
                    .. Findings
                        .Where(f => f.State != FindingState.Good)
                        .Select(f => new FindingBody(f.Name, WordOf(f.State), f.File, f.What, f.Do)),
                ],
                [
                    .. Findings.Select(f => new CheckBody(
                        f.Name,
                        f.State == FindingState.Good,
                        WordOf(f.State),
                        f.File,
                        f.What,
                        f.Do,
                        f.Detail
                    )),
                ]
            ),
            ExaminationJson.Default.ExaminationBody
        );

    private static string MarkOf(FindingState state) =>
        state switch
        {
            FindingState.Good => "ok     ",
            FindingState.Wrong => "WRONG  ",
            FindingState.Unknown => "?      ",
        };

    private static string WordOf(FindingState state) =>
        state switch
        {
            FindingState.Good => "ok",
            FindingState.Wrong => "wrong",
            FindingState.Unknown => "unknown",
        };
}

/// <summary>The examination for machines.</summary>
/// <param name="Findings">What is wrong or could not be looked at; empty where all is well.</param>
/// <param name="Checks">Everything that was looked at.</param>
internal sealed record ExaminationBody(
    bool Ok,
    int ExitCode,
    string Folder,
    IReadOnlyList<FindingBody> Findings,
    IReadOnlyList<CheckBody> Checks
);

/// <param name="Check">Name of the check.</param>
/// <param name="State"><c>wrong</c> or <c>unknown</c>.</param>
internal sealed record FindingBody(string Check, string State, string? File, string What, string? Do);

/// <param name="State"><c>ok</c>, <c>wrong</c> or <c>unknown</c>.</param>
/// <param name="Detail">Both sentences, as in the text.</param>
internal sealed record CheckBody(
    string Name,
    bool Ok,
    string State,
    string? File,
    string What,
    string? Do,
    string Detail
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ExaminationBody))]
internal sealed partial class ExaminationJson : JsonSerializerContext;
