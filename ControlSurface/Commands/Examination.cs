using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Commands;

/// <summary>One thing that was looked at.</summary>
/// <param name="Detail">What was found, and what to do where it is wrong.</param>
internal sealed record Finding(string Name, bool Ok, string Detail);

/// <summary>What <c>doctor</c> found. It reads only, and may run beside a server.</summary>
internal sealed record Examination(IReadOnlyList<Finding> Findings)
{
    internal bool Ok => Findings.All(f => f.Ok);

    /// <summary>Looks over the folder, as far as it goes: what rests on something broken is not looked at.</summary>
    internal static Examination Of(string folder)
    {
        var path = Path.GetFullPath(folder);
        var findings = new List<Finding> { Look("sqlite", Library) };
        if (!Directory.Exists(path))
        {
            findings.Add(new Finding("folder", Ok: false, $"{path} does not exist. Name the folder with --data."));
            return new Examination(findings);
        }
        findings.Add(Look("folder", () => Modes(path)));
        findings.Add(Look("file system", () => FileSystem(path)));
        findings.Add(Look("server", () => Server(path)));
        var journal = DataFolder.JournalFileIn(path);
        if (!File.Exists(journal))
        {
            findings.Add(new Finding("journal", Ok: true, "There is no journal yet."));
            return new Examination(findings);
        }
        findings.Add(Look("format", () => Format(journal)));
        findings.Add(Look("database", () => Integrity(journal)));
        if (findings.All(f => f.Ok || f.Name is "folder" or "file system"))
            findings.AddRange(History(journal));
        return new Examination(findings);
    }

    internal string ToText()
    {
        var text = new StringBuilder();
        foreach (var finding in Findings)
            text.Append(finding.Ok ? "ok     " : "WRONG  ")
                .Append(finding.Name)
                .Append(": ")
                .Append(finding.Detail)
                .Append('\n');
        return text.Append(Ok ? "All is well." : "Something is wrong.").ToString();
    }

    internal string ToJson() =>
        JsonSerializer.Serialize(new ExaminationBody(Ok, Findings), ExaminationJson.Default.ExaminationBody);

    private static Finding Look(string name, Func<Finding> look)
    {
        try
        {
            return look() with { Name = name };
        }
        catch (Exception failure)
            when (failure is DataFolderException or SqliteException or IOException or UnauthorizedAccessException)
        {
            return new Finding(name, Ok: false, failure.Message);
        }
    }

    private static Finding Good(string detail) => new("", Ok: true, detail);

    private static Finding Bad(string detail) => new("", Ok: false, detail);

    private static Finding Library()
    {
        Sqlite.CheckVersion();
        return Good("SQLite " + SQLitePCL.raw.sqlite3_libversion().utf8_to_string());
    }

    private static Finding Modes(string path) =>
        DataFolder.OpenToOthers(path) is { } others
            ? Bad($"{path} is open to others ({others}). Run chmod 700 {path}.")
            : Good($"{path}, its owner's alone");

    private static Finding FileSystem(string path)
    {
        if (DataFolder.RemoteFileSystem(path) is { } format)
            return Bad($"On a network file system ({format}), whose locks cannot be relied on. Use a local disk.");
        if (new FileInfo(DataFolder.JournalFileIn(path)).LinkTarget is { } target)
            return Bad(
                $"journal.db is a link to {target}: two names for one database can damage it. Move the file itself here."
            );
        var free = new DriveInfo(path).AvailableFreeSpace;
        var detail = string.Create(CultureInfo.InvariantCulture, $"{free / 1_048_576:n0} MiB free");
        return free < 100L * 1_048_576 ? Bad(detail + ": writes will be refused soon. Make room.") : Good(detail);
    }

    private static Finding Server(string path) =>
        Good(
            DataFolder.IsLocked(path)
                ? $"running, pid {DataFolder.Holder(path)?.ToString(CultureInfo.InvariantCulture) ?? "not known"}"
                : "not running"
        );

    private static Finding Format(string journal)
    {
        DataFolder.RefuseNewer(journal);
        return Good(string.Create(CultureInfo.InvariantCulture, $"{DataFolder.Format}, which this version knows"));
    }

    private static Finding Integrity(string journal)
    {
        using var connection = Sqlite.Open(journal, SqliteOpenMode.ReadOnly, timeoutSeconds: 30);
        var answer = connection.Scalar("pragma quick_check(1)");
        return answer == "ok"
            ? Good("its pages check")
            : Bad($"{answer}. Keep a copy of the folder and restore the newest backup.");
    }

    // The whole journal is replayed, and each snapshot compared with the state that the replay passes through.
    private static List<Finding> History(string journal)
    {
        using var reads = new ReadConnections(journal);
        var history = new JournalHistory(reads, workspace: 1);
        try
        {
            var snapshots = history.Snapshots().ToDictionary(s => s.Seq);
            var workspace = new Workspace();
            var wrong = new List<long>();
            foreach (var recorded in history.ReadAfter(0))
            {
                if (Misfit(workspace, recorded) is { } misfit)
                    return [misfit];
                if (snapshots.TryGetValue(recorded.Seq, out var snapshot) && !Matches(workspace, snapshot))
                    wrong.Add(recorded.Seq);
            }
            var digest = Convert.ToHexStringLower(Digest.Of(workspace.ToState()))[..16];
            return
            [
                new Finding(
                    "chain",
                    Ok: true,
                    string.Create(CultureInfo.InvariantCulture, $"{workspace.Seq:n0} events check, state {digest}")
                ),
                wrong.Count == 0
                    ? new Finding(
                        "snapshots",
                        Ok: true,
                        string.Create(CultureInfo.InvariantCulture, $"{snapshots.Count} match the journal")
                    )
                    : new Finding(
                        "snapshots",
                        Ok: false,
                        $"Not what the journal says: seq {string.Join(", ", wrong)}. The server passes them over."
                    ),
            ];
        }
        catch (JournalCorruptException corrupt)
        {
            return [new Finding("chain", Ok: false, corrupt.Message)];
        }
    }

    // A chain that checks can still hold what no engine would have written: a folder put together by hand.
    private static Finding? Misfit(Workspace workspace, Recorded recorded)
    {
        try
        {
            workspace.Evolve(recorded);
            return null;
        }
        catch (Exception failure)
        {
            return new Finding(
                "replay",
                Ok: false,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Seq {recorded.Seq} ({recorded.Event.Type}) does not fit what came before it: {failure.Message}"
                )
            );
        }
    }

    private static bool Matches(Workspace workspace, Snapshot snapshot)
    {
        var replayed = Digest.Of(workspace.ToState());
        try
        {
            return replayed.AsSpan().SequenceEqual(snapshot.Digest)
                && replayed.AsSpan().SequenceEqual(Digest.Of(StateJson.Read(snapshot.State)));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>The examination for machines.</summary>
internal sealed record ExaminationBody(bool Ok, IReadOnlyList<Finding> Checks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ExaminationBody))]
internal sealed partial class ExaminationJson : JsonSerializerContext;
