using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using ControlSurface.Access;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;

namespace ControlSurface.Commands;

/// <summary>
/// Opens every file of a data folder and compares what they say of each other. Each check stands by itself: one that fails is a
/// finding, and the next one is made all the same.
/// </summary>
internal sealed class Examiner
{
    private const int WorkspaceNumber = 1;
    private const string NotRead = "Mend that, then run doctor again.";

    // Clocks of two machines differ a little, also where both are right.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly List<Finding> _findings = [];

    // What the journal says, once it has been read to its end; else checks that need it say that they could not be made.
    private Workspace? _replayed;
    private long _firstLast;

    internal Examiner(string folder, TimeProvider clock)
    {
        _folder = Path.GetFullPath(folder);
        _clock = clock;
    }

    private string Journal => DataFolder.JournalFileIn(_folder);

    internal Examination Examine()
    {
        Check("sqlite", file: null, Library);
        if (!Directory.Exists(_folder))
        {
            Wrong(
                "folder",
                _folder,
                File.Exists(_folder) ? $"{_folder} is a file." : $"{_folder} does not exist.",
                "Name the folder with --data."
            );
            return Done();
        }
        Check("folder", _folder, Modes);
        Check("owner", _folder, Owners);
        Check("files", _folder, Files);
        Check("file system", _folder, FileSystem);
        Check("server", _folder, Server);
        Check("writer", Journal, Writers);
        foreach (var database in KnownDatabases.All)
            Pages(database);
        if (File.Exists(Journal))
        {
            Check("format", Journal, Format);
            Check("head", Journal, Head);
            Check("chain", Journal, History);
            Check("clock", Journal, Clock);
            Check("contents", Journal, Contents);
            Check("answers", Journal, Answers);
            Check("items", Journal, Items);
            Check("archive", Journal, Archive);
        }
        else
        {
            Good("journal", Journal, "There is no journal yet.");
        }
        Check("access", DataFolder.AccessFileIn(_folder), Access);
        Check("outbox", DataFolder.OutboxFileIn(_folder), Outbox);
        Check("secrets", DataFolder.WebhookSecretFileIn(_folder), Secrets);
        Check("secrets", DataFolder.WebhookAddressFileIn(_folder), Addresses);
        Check("secrets", DataFolder.HookKeyFileIn(_folder), HookKeys);
        Check("projections", DataFolder.ProjectionFileIn(_folder), Projections);
        return Done();
    }

    private Examination Done() => new(_folder, _findings);

    private void Good(string name, string? file, string what) =>
        _findings.Add(new Finding(name, FindingState.Good, file, what, Do: null));

    private void Wrong(string name, string? file, string what, string doThis) =>
        _findings.Add(new Finding(name, FindingState.Wrong, file, what, doThis));

    private void Unknown(string name, string? file, string what, string doThis) =>
        _findings.Add(new Finding(name, FindingState.Unknown, file, what, doThis));

    // Never says well of what it could not read, and never ends because of it.
    private void Check(string name, string? file, Action<string, string?> look)
    {
        try
        {
            look(name, file);
        }
        catch (JournalCorruptException corrupt)
        {
            Wrong(name, file, corrupt.Message, "What follows it was not looked at.");
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException || IsForbidden(failure))
        {
            Wrong(
                name,
                file,
                $"It could not be looked at: {failure.Message}",
                "Run doctor as the user that serves the folder; where that is so, give the files to that user (chown -R)."
            );
        }
        catch (Exception failure)
        {
            Wrong(name, file, $"It could not be looked at: {failure.Message}", NotRead);
        }
    }

    private static bool IsForbidden(Exception failure) =>
        failure is IOException { HResult: 13 }
        || (failure is DbException database && Database.FaultOf(database) == DatabaseFault.Forbidden);

    private void Library(string name, string? file)
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

    private void Modes(string name, string? file)
    {
        if (UnixFiles.OpenToOthers(_folder) is { } others)
            Wrong(
                name,
                _folder,
                $"{_folder} is open to others ({others}).",
                $"Run chmod 700 {_folder}; the server refuses it otherwise, unless it is started with --accept-open-folder."
            );
        else
            Good(name, _folder, $"{_folder}, its owner's alone");
        foreach (var entry in Entries())
        {
            if (UnixFiles.OpenToOthers(entry) is { } open)
                Wrong(
                    "modes",
                    entry,
                    $"{entry} is open to others ({open}).",
                    $"Run chmod go-rwx {entry}, or start the server, which does that."
                );
        }
    }

    private void Owners(string name, string? file)
    {
        if (UnixFiles.OwnerOf(_folder) is not { } owner)
        {
            Good(name, _folder, "This system does not say whose files are");
            return;
        }
        var foreign = Entries().Where(entry => UnixFiles.OwnerOf(entry) is { } other && other != owner).ToList();
        foreach (var entry in foreign)
            Wrong(
                name,
                entry,
                Invariant($"{entry} belongs to user {UnixFiles.OwnerOf(entry)}, and the folder to user {owner}."),
                Invariant($"Run chown {owner} {entry}: the server could not write it.")
            );
        if (UnixFiles.Me is { } me && me != owner)
            Wrong(
                name,
                _folder,
                Invariant($"{_folder} belongs to user {owner}, and this is user {me}."),
                "Run the server and its commands as the folder's owner; or, where this user is to serve it, give it the folder (chown -R)."
            );
        else if (foreign.Count == 0)
            Good(name, _folder, Invariant($"user {owner}"));
    }

    // Databases are opened by SQLite alone: to close them otherwise would drop the locks of a server in the same process.
    private void Files(string name, string? file)
    {
        var count = 0;
        foreach (var entry in Entries().Where(entry => File.Exists(entry) && UnixFiles.IsPlainFile(entry)))
        {
            count++;
            var isDatabase = KnownDatabases.All.Any(d =>
                Path.GetFileName(entry).StartsWith(d.FileName, StringComparison.Ordinal)
            );
            // Whether somebody holds a lock is a check of its own.
            if (!isDatabase && Path.GetExtension(entry) != ".lock")
                Check(name, entry, ReadThrough);
        }
        Good(name, _folder, Invariant($"{count} files"));
    }

    private static void ReadThrough(string name, string? file)
    {
        using var content = new FileStream(
            file!,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        content.CopyTo(Stream.Null);
    }

    private IEnumerable<string> Entries() =>
        Directory
            .EnumerateFileSystemEntries(
                _folder,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    IgnoreInaccessible = false,
                    AttributesToSkip = FileAttributes.None,
                }
            )
            .Where(entry => File.Exists(entry) || Directory.Exists(entry))
            .Order(StringComparer.Ordinal);

    private void FileSystem(string name, string? file)
    {
        if (DataFolder.RemoteFileSystem(_folder) is { } format)
            Wrong(
                name,
                _folder,
                $"It is on a network file system ({format}), whose locks cannot be relied on.",
                "Use a local disk."
            );
        if (new FileInfo(Journal).LinkTarget is { } target)
            Wrong(
                name,
                Journal,
                $"journal.db is a link to {target}: two names for one database can damage it.",
                "Move the file itself here."
            );
        var free = new DriveInfo(_folder).AvailableFreeSpace;
        var detail = Invariant($"{free / 1_048_576:n0} MiB free");
        if (free < 100L * 1_048_576)
            Wrong(name, _folder, detail + ": writes will be refused soon.", "Make room.");
        else
            Good(name, _folder, detail);
    }

    private void Server(string name, string? file) =>
        Good(
            name,
            _folder,
            DataFolder.IsLocked(_folder)
                ? $"running, pid {DataFolder.Holder(_folder)?.ToString(CultureInfo.InvariantCulture) ?? "not known"}"
                : "not running"
        );

    // The one that holds the folder's lock may have the journal open for writing, and nobody else.
    private void Writers(string name, string? file)
    {
        var journal = File.Exists(Journal)
            ? File.ResolveLinkTarget(Journal, returnFinalTarget: true)?.FullName ?? RealPath(Journal)
            : Journal;
        if (UnixFiles.WritersOf(journal) is not { } writers)
        {
            Unknown(name, Journal, "This system does not say who has the journal open.", "Look with its own tools.");
            return;
        }
        var isServed = DataFolder.IsLocked(_folder);
        var holder = isServed ? DataFolder.Holder(_folder) : null;
        var others = writers.Where(pid => pid != holder).ToList();
        if (others.Count > 0)
            Wrong(
                name,
                Journal,
                $"Beside the server{(holder is { } known ? Invariant($" (pid {known})") : ", of which none is running,")} somebody else has the journal open for writing: "
                    + $"pid {string.Join(", ", others)}.",
                "End that process, then run doctor again: two writers can damage a journal, and one of them is fenced."
            );
        else if (isServed && (holder is null || writers.Count == 0))
            Wrong(
                name,
                DataFolder.LockFileIn(_folder),
                "A process holds the folder's lock, and it is not the server that wrote its pid there.",
                "Find it (fuser server.lock), end it, and start the server again."
            );
        else
            Good(name, Journal, writers.Count == 0 ? "nobody" : "the server alone");
    }

    private string RealPath(string file) =>
        new DirectoryInfo(_folder).ResolveLinkTarget(returnFinalTarget: true) is { } real
            ? Path.Combine(real.FullName, Path.GetFileName(file))
            : file;

    private void Pages(KnownDatabase database)
    {
        var file = Path.Combine(_folder, database.FileName);
        if (!File.Exists(file))
            return;
        try
        {
            using var connection = Database.Open(file, DatabaseAccess.ReadOnly, timeoutSeconds: 30);
            var answer = connection.Scalar("pragma quick_check(1)");
            if (answer == "ok")
                Good("database", file, "its pages check");
            else
                Wrong("database", file, $"Its pages do not check: {answer}.", database.Mend);
            Schema(database, connection, file);
        }
        catch (DbException failure) when (Database.FaultOf(failure) == DatabaseFault.Damaged)
        {
            Wrong("database", file, $"It is no sound database: {failure.Message}", database.Mend);
        }
        catch (DbException failure) when (Database.FaultOf(failure) == DatabaseFault.Locked)
        {
            Unknown("database", file, $"It is locked: {failure.Message}", NotRead);
        }
        catch (Exception failure)
        {
            Wrong("database", file, $"It could not be looked at: {failure.Message}", NotRead);
        }
    }

    private void Schema(KnownDatabase database, DbConnection connection, string file)
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
            return;
        }
        if (known.Where(id => !applied.Contains(id)).Min(StringComparer.Ordinal) is { } older)
        {
            Wrong(
                "schema",
                file,
                $"It is older than this version ({DataFolder.OwnVersion}): it has not had the migration {older}.",
                "Make a backup and start the server of this version, which brings it up to date."
            );
            return;
        }
        Good("schema", file, "as this version has it");
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

    private void Format(string name, string? file)
    {
        using var journal = OpenJournal();
        try
        {
            journal.CheckFormat();
            Good(name, file, Invariant($"{journal.Format}, which this version knows"));
        }
        catch (DataFolderException other)
        {
            Wrong(name, file, other.Message, "Nothing else of the journal can be trusted to be understood here.");
        }
    }

    private IJournalExamination OpenJournal() => Storages.Default.Examine(_folder);

    // A tail that is missing breaks no chain; the mark that the server writes each second says how far the journal went.
    private void Head(string name, string? file)
    {
        using var journal = OpenJournal();
        var mark = journal.Mark;
        _firstLast = journal.LastSeq;
        if (mark is not { Length: > 0 })
        {
            Good(name, file, Invariant($"seq {_firstLast}; no server has marked yet how far it went"));
            return;
        }
        if (
            mark.Split(' ') is not [_, var seqText, var hash]
            || !long.TryParse(seqText, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
        )
        {
            Wrong(name, file, $"The mark of how far the journal went cannot be read: {mark}.", RestoreBackup);
            return;
        }
        if (seq > _firstLast)
            Wrong(
                name,
                file,
                Invariant($"The end of the journal is missing: it went up to seq {seq}, and ends at {_firstLast}."),
                RestoreBackup
            );
        else if (seq > 0 && journal.HashAt(seq) != hash)
            Wrong(name, file, Invariant($"Seq {seq} is not the one that the server marked last."), RestoreBackup);
        else
            Good(name, file, Invariant($"seq {_firstLast}, marked at {seq}"));
    }

    private const string RestoreBackup =
        "The server does not start on it. Keep a copy of the folder as it is, and restore the newest backup.";

    // The whole journal is replayed, and each snapshot compared with the state that the replay passes through.
    private void History(string name, string? file)
    {
        using var journal = OpenJournal();
        var snapshots = journal.Snapshots().ToDictionary(s => s.Seq);
        var workspace = new Workspace();
        var wrong = new List<long>();
        foreach (var recorded in journal.Events())
        {
            if (!Fits(workspace, recorded))
                return;
            if (snapshots.TryGetValue(recorded.Seq, out var snapshot) && !Matches(workspace, snapshot))
                wrong.Add(recorded.Seq);
        }
        _replayed = workspace;
        wrong.AddRange(snapshots.Keys.Where(seq => seq > workspace.Seq));
        var digest = Convert.ToHexStringLower(Digest.Of(workspace.ToState()))[..16];
        Good(name, file, Invariant($"{workspace.Seq:n0} events check, state {digest}"));
        if (wrong.Count == 0)
            Good("snapshots", file, Invariant($"{snapshots.Count} match the journal"));
        else
            Wrong(
                "snapshots",
                file,
                $"Not what the journal says: seq {string.Join(", ", wrong)}.",
                "The server passes them over and reads more of the journal; it makes new ones."
            );
    }

    // A chain that checks can still hold what no engine would have written: a folder put together by hand.
    private bool Fits(Workspace workspace, Recorded recorded)
    {
        try
        {
            workspace.Evolve(recorded);
            return true;
        }
        catch (Exception failure)
        {
            Wrong(
                "replay",
                Journal,
                Invariant(
                    $"Seq {recorded.Seq} ({recorded.Event.Type}) does not fit what came before it: {failure.Message}"
                ),
                RestoreBackup
            );
            return false;
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

    private void Clock(string name, string? file)
    {
        using var journal = OpenJournal();
        var now = _clock.GetUtcNow();
        var newest = Math.Max(journal.LastAt?.ToUnixTimeMilliseconds() ?? 0, Milliseconds(journal.Mark?.Split(' ')[0]));
        var at = DateTimeOffset.FromUnixTimeMilliseconds(newest);
        if (at > now + ClockTolerance)
            Wrong(
                name,
                file,
                Invariant(
                    $"This machine's clock is behind the journal: it says {now:yyyy-MM-dd HH:mm:ss} UTC, and the last that happened was at {at:yyyy-MM-dd HH:mm:ss} UTC."
                ),
                "Set the clock right. Where it is right and an earlier start had a wrong one, the server goes on from the journal's time and says so."
            );
        else
            Good(
                name,
                file,
                newest == 0 ? "nothing has happened yet" : Invariant($"the last was at {at:yyyy-MM-dd HH:mm:ss} UTC")
            );
    }

    private static long Milliseconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : 0;

    private void Contents(string name, string? file)
    {
        using var journal = OpenJournal();
        var there = new HashSet<string>(StringComparer.Ordinal);
        var wrong = 0;
        foreach (var (hash, bytes) in journal.Contents())
        {
            there.Add(hash);
            if (ContentHash.Of(bytes) == hash)
                continue;
            wrong++;
            Wrong(
                name,
                file,
                $"The content {hash} was changed: its bytes are not those of its hash.",
                "It is served to nobody. Send the same content again (POST /contents), which mends it, or restore the newest backup."
            );
        }
        foreach (var (hash, of) in Named().Where(named => !there.Contains(named.Hash)))
        {
            wrong++;
            Wrong(
                name,
                file,
                $"The content {hash} of {of} is missing.",
                "Send the same content again (POST /contents), or restore the newest backup."
            );
        }
        if (wrong == 0)
            Good(name, file, Invariant($"{there.Count:n0} match their hashes"));
    }

    private IEnumerable<(string Hash, string Of)> Named() =>
        _replayed is null
            ? []
            : _replayed
                .Artifacts.SelectMany(a =>
                    a.Versions.Select(v => (v.ContentHash, Invariant($"{a.Id} version {v.Number}")))
                )
                .Concat(
                    _replayed.Conflicts.SelectMany(c =>
                        c.Competing.Where(x => x.ContentHash is not null).Select(x => (x.ContentHash!, c.Id.ToString()))
                    )
                )
                .DistinctBy(named => named.Item1, StringComparer.Ordinal);

    private void Answers(string name, string? file)
    {
        using var journal = OpenJournal();
        var last = journal.LastAt ?? DateTimeOffset.MinValue;
        var (count, wrong) = (0L, 0);
        foreach (var fault in journal.AnswerFaults())
        {
            wrong++;
            Wrong(
                name,
                file,
                fault,
                "Restore the newest backup. Until these answers are seven days old, a repeat of one of the requests may be refused or decided anew."
            );
        }
        foreach (var (answer, isIntact) in journal.Answers())
        {
            count++;
            if (FaultOf(answer, isIntact, last) is not { } fault)
                continue;
            wrong++;
            // The key is the caller's own text; it is shown no longer than it helps to find it.
            var key = answer.Key;
            Wrong(
                name,
                file,
                Invariant(
                    $"The answer that is kept for the key {(key.Length > 40 ? key[..40] + "…" : key)} of U-{answer.Principal.Number} {fault}."
                ),
                "It is not given again. Restore the newest backup, or delete the row with the server stopped: a repeat of that request is then decided anew."
            );
        }
        if (wrong == 0)
            Good(name, file, Invariant($"{count:n0} as they were kept"));
    }

    // The list of an item's events comes from an index, which the server can make anew from the journal.
    private void Items(string name, string? file)
    {
        using var journal = OpenJournal();
        var damaged = journal.ItemFaults().ToList();
        foreach (var (first, last) in damaged)
            Wrong(
                name,
                file,
                Invariant($"The index of items is not what the events say from seq {first} to {last}."),
                "Nothing is lost: with the server stopped, run delete from marks where name = 'items.indexed'; the server makes the index anew."
            );
        if (damaged.Count == 0)
            Good(name, file, "the index of items is what the events say");
    }

    private string? FaultOf(KeptAnswer answer, bool isIntact, DateTimeOffset last)
    {
        if (!isIntact)
            return "was changed: its checksum is another";
        if (answer.Fingerprint.Length != 32)
            return "names no request";
        if (answer.Status is < 200 or > 599)
            return Invariant($"has the status {answer.Status}");
        if (answer.At > last)
            return "is newer than the journal, which lacks what it is about";
        if (_replayed is not null && _replayed.FindPrincipal(answer.Principal) is null)
            return "is of nobody whom the journal knows";
        try
        {
            if (answer.Body.Length > 0)
                using (JsonDocument.Parse(answer.Body)) { }
            return null;
        }
        catch (JsonException)
        {
            return "is no JSON";
        }
    }

    private void Archive(string name, string? file)
    {
        using var journal = OpenJournal();
        var (count, wrong) = (0L, new List<string>());
        foreach (var (number, item) in journal.Archived())
        {
            count++;
            if (item?.Id.Number != number)
                wrong.Add(Invariant($"W-{number}"));
        }
        if (wrong.Count == 0)
            Good(name, file, Invariant($"{count:n0} items can be read"));
        else
            Wrong(
                name,
                file,
                $"Archived items cannot be read: {string.Join(", ", wrong.Take(10))}{(wrong.Count > 10 ? ", …" : "")}.",
                "Restore the newest backup."
            );
    }

    private void Access(string name, string? file)
    {
        var knows = _replayed?.Principals.ToList() ?? [];
        if (!File.Exists(file))
        {
            if (knows.Count == 0)
                Good(name, file, "nobody was added yet");
            else
                Wrong(
                    name,
                    file,
                    Invariant(
                        $"It is missing, and the journal knows {knows.Count} principals: nobody can sign in or call."
                    ),
                    "Restore it from the newest backup; or start the server, which adds them again without keys, and run people reset-admin."
                );
            return;
        }
        using var connection = Database.Open(file!, DatabaseAccess.ReadOnly, timeoutSeconds: 30);
        var snapshot = AccessStore.ReadSnapshot(connection, out var keys);
        var wrong = _findings.Count;
        var missing = knows.Where(p => p.Id != PrincipalId.System && snapshot.Find(p.Id) is null).ToList();
        if (missing.Count > 0)
            Wrong(
                name,
                file,
                $"It does not know {string.Join(", ", missing.Take(10).Select(p => $"{p.Id.Text} {p.Name}"))}{(missing.Count > 10 ? ", …" : "")}, whom the journal knows: it was lost, or is an older copy.",
                "Restore it from the newest backup; or start the server, which adds them again without keys, and run people reset-admin."
            );
        foreach (var principal in snapshot.Principals.Where(p => p.Roles == Roles.None))
            Wrong(
                name,
                file,
                $"{principal.Id.Text} {principal.Name} has no role that is one.",
                "Set their roles (PUT /principals/{id}), or restore the newest backup."
            );
        foreach (var id in keys)
            Wrong(
                name,
                file,
                Invariant($"The key K-{id} is of nobody, or is no key."),
                Invariant($"Run keys revoke K-{id}, or restore the newest backup.")
            );
        if (
            knows.Any(p => p.Roles.HasFlag(Roles.Admin) && p.Kind == PrincipalKind.Person)
            && !snapshot.Principals.Any(p =>
                p is { Kind: PrincipalKind.Person, State: PrincipalState.Active } && p.Roles.HasFlag(Roles.Admin)
            )
        )
            Wrong(name, file, "Nobody is an admin any more.", "Run people reset-admin.");
        if (_findings.Count == wrong)
            Good(name, file, Invariant($"{snapshot.Principals.Count} principals"));
    }

    private void Outbox(string name, string? file)
    {
        if (!File.Exists(file))
        {
            Good(name, file, "nothing was to be sent yet");
            return;
        }
        long ahead;
        string? states;
        using (var connection = Database.Open(file!, DatabaseAccess.ReadOnly, timeoutSeconds: 30))
        {
            ahead = Math.Max(
                Milliseconds(connection.Scalar("select max(seq) from positions")),
                Milliseconds(connection.Scalar("select max(seq) from deliveries"))
            );
            states = connection.Scalar(
                "select group_concat(distinct state) from deliveries where state not in ('waiting', 'delivered', 'failed')"
            );
        }
        // Read after the outbox: a server that runs meanwhile only ever makes the journal longer.
        var last = LastOfJournal();
        if (ahead > last)
            Wrong(
                name,
                file,
                Invariant(
                    $"It is ahead of the journal: it has deliveries up to seq {ahead}, and the journal ends at {last}."
                ),
                "The journal was put back to an older copy without it. Restore both from the same backup; else the server goes on from the journal's end."
            );
        if (states is { Length: > 0 })
            Wrong(name, file, $"It has deliveries in states that there are not: {states}.", KnownDatabases.Outbox.Mend);
        if (ahead <= last && states is not { Length: > 0 })
            Good(name, file, Invariant($"up to seq {ahead}"));
    }

    private long LastOfJournal()
    {
        if (!File.Exists(Journal))
            return 0;
        using var journal = OpenJournal();
        return journal.LastSeq;
    }

    // What is protected begins with four fixed bytes and the id of the key that protects it.
    private void Secrets(string name, string? file)
    {
        var hasWebhooks = _replayed?.Webhooks.Any() == true;
        if (!File.Exists(file))
        {
            if (hasWebhooks)
                Wrong(
                    name,
                    file,
                    "It is missing: the secrets that webhooks are signed with are made from it.",
                    "Restore it from the backup; else the server makes another, and every webhook needs its new secret (PUT /webhooks/{id} with rotate)."
                );
            else
                Good(name, file, "none is needed yet");
            return;
        }
        IsProtected(name, file, "delete the file and give every webhook a new secret (PUT /webhooks/{id} with rotate)");
    }

    private void Addresses(string name, string? file)
    {
        const string Instead = "set the address of every webhook again (PUT /webhooks/{id})";
        if (File.Exists(file))
            IsProtected(name, file, $"delete the file and {Instead}");
        else if (_replayed?.Webhooks.Any(w => w.AddressId is not null) == true)
            Wrong(
                name,
                file,
                "It is missing: the whole addresses of webhooks are in it.",
                $"Restore it from the backup; else {Instead}."
            );
        else
            Good(name, file, "none is needed yet");
    }

    private void HookKeys(string name, string? file)
    {
        if (File.Exists(file))
            IsProtected(name, file, "delete the file and make each source a new key (keys add --hook SOURCE)");
        else
            Good(name, file, "no source signs");
    }

    private void IsProtected(string name, string file, string instead)
    {
        var bytes = File.ReadAllBytes(file);
        var protection = DataFolder.ProtectionIn(_folder);
        var key = bytes.Length > 20 ? Path.Combine(protection, $"key-{new Guid(bytes.AsSpan(4, 16))}.xml") : null;
        if (key is null || !File.Exists(key))
            Wrong(
                name,
                file,
                key is null ? "It is too short to be one." : $"The key that protects it is not in {protection}.",
                $"Restore both from the same backup; or {instead}."
            );
        else
            Good(name, file, "its key is there");
    }

    private void Projections(string name, string? file)
    {
        if (!File.Exists(file))
        {
            Good(name, file, "not there; made again from the journal when the server starts");
            return;
        }
        var wrong = _findings.Count;
        List<(long Seq, string Hash)> reached;
        using (var connection = Database.Open(file!, DatabaseAccess.ReadOnly, timeoutSeconds: 30))
            reached = connection.Rows(
                Invariant($"select seq, hash from progress where workspace = {WorkspaceNumber}"),
                row => (row.GetInt64(0), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(1)))
            );
        var last = LastOfJournal();
        const string Mend = "Stop the server and delete the file, or just start it: it is made again from the journal.";
        foreach (var (seq, hash) in reached)
        {
            if (seq > last)
                Wrong(
                    name,
                    file,
                    Invariant($"It is ahead of the journal: it goes up to seq {seq}, and the journal ends at {last}."),
                    Mend
                );
            else if (seq > 0)
            {
                using var journal = OpenJournal();
                if (journal.HashAt(seq) != hash)
                    Wrong(name, file, Invariant($"It is of another journal: seq {seq} is not the same there."), Mend);
            }
        }
        if (_findings.Count == wrong)
            Good(
                name,
                file,
                reached is [var (at, _), ..] ? Invariant($"up to seq {at}") : "nothing was written there yet"
            );
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
