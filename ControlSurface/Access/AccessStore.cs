using System.Data.Common;
using System.Globalization;
using System.Runtime.ExceptionServices;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Access;

/// <summary>
/// Who may call, and with what: principals, keys, sign-in links and sessions in <c>access.db</c>. Several processes may have it open;
/// <see cref="LookForChanges"/> notices what another one wrote. Safe from any thread.
/// </summary>
public sealed partial class AccessStore : ICredentials, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly DbConnection _connection;
    private volatile AccessSnapshot _now = AccessSnapshot.Empty;
    private string? _version;
    private bool _isClosed;

    private AccessStore(DbConnection connection, TimeProvider clock)
    {
        _connection = connection;
        _clock = clock;
    }

    /// <summary>Raised after a change, by this process or another, once it is in force here. Handlers must be quick.</summary>
    public event EventHandler<AccessChangedEventArgs>? Changed;

    /// <summary>Opens the store of a folder, whether or not a server has it; makes both if need be.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used.</exception>
    public static AccessStore Open(string folder, TimeProvider clock)
    {
        Database.CheckVersion();
        var full = DataFolder.Create(folder);
        AccessStore? store = null;
        try
        {
            store = new AccessStore(
                Database.Open(DataFolder.AccessFileIn(full), DatabaseAccess.ReadWriteCreate),
                clock
            );
            store.Prepare(full);
            (var open, store) = (store, null);
            return open;
        }
        catch (DbException failure)
        {
            throw new DataFolderException(
                $"{DataFolder.AccessFileIn(full)} cannot be opened: {failure.Message} Run doctor --data {full}.",
                failure
            );
        }
        finally
        {
            store?.Dispose();
        }
    }

    /// <summary>Where it is kept.</summary>
    internal string File => _connection.DataSource;

    /// <summary>Everybody, in the order of their numbers; those who ended too.</summary>
    public IReadOnlyList<Principal> Principals => _now.Principals;

    /// <summary>The principal of that id, ended or not; null for none.</summary>
    public Principal? Find(PrincipalId id) => _now.Find(id);

    /// <summary>The first principal of that name, compared letter by letter; null for none.</summary>
    public Principal? Find(string name) => _now.Principals.FirstOrDefault(p => p.Name == name);

    /// <inheritdoc/>
    public CredentialStanding StandingOf(Credential credential) =>
        credential.Kind == CredentialKind.Session
            ? StandingOfSession(credential.Number)
            : _now.StandingOfKey(credential.Number, _clock.GetUtcNow());

    /// <summary>Takes in what another process wrote since. Costs a few microseconds where nothing was.</summary>
    /// <returns>Whether something had changed.</returns>
    public bool LookForChanges()
    {
        IReadOnlyList<Principal> changed;
        lock (_lock)
        {
            if (_isClosed)
                return false;
            var version = _connection.Scalar("pragma data_version");
            if (version == _version)
                return false;
            changed = Load(version);
        }
        Tell(changed);
        return true;
    }

    /// <exception cref="AccessRefusedException">The name is taken or no name, or there is no role.</exception>
    public Principal AddPrincipal(string name, PrincipalKind kind, Roles roles, IReadOnlyList<string>? queues)
    {
        Change(db => Add(db, name, kind, roles, queues));
        return Find(name)!;
    }

    /// <summary>Writes name, roles and queues as given. What they are and their state stay.</summary>
    /// <exception cref="AccessRefusedException">There is no such principal, or the name is taken or no name.</exception>
    public Principal SetPrincipal(PrincipalId id, string name, Roles roles, IReadOnlyList<string>? queues)
    {
        PrincipalChecks.Name(name);
        PrincipalChecks.Queues(roles, queues);
        Change(db =>
        {
            if (db.Principals.Any(p => p.Name == name && p.Id != id.Number))
                throw new AccessRefusedException($"There is another principal called {name} already.");
            var row = Row(db, id);
            row.Name = name;
            row.Roles = AccessSnapshot.WordsOf(roles);
            row.Queues = AccessSnapshot.Json(queues);
        });
        return Find(id)!;
    }

    /// <summary>Pauses, resumes or ends. Who ends loses their keys and never comes back.</summary>
    /// <exception cref="AccessRefusedException">There is no such principal, or they have ended.</exception>
    public Principal SetState(PrincipalId id, PrincipalState state, string? why)
    {
        Change(db =>
        {
            var row = Row(db, id);
            if (row.State == WireNames.Of(PrincipalState.Ended) && state != PrincipalState.Ended)
                throw new AccessRefusedException($"{row.Name} has ended and does not come back; add a new principal.");
            row.State = WireNames.Of(state);
            row.Why = why;
            // A session does not come back when a pause is over.
            if (state != PrincipalState.Active)
                End(
                    db,
                    db.Sessions.Where(s => s.Principal == id.Number),
                    state == PrincipalState.Paused ? EndReason.PrincipalPaused : EndReason.PrincipalEnded,
                    by: null
                );
            if (state != PrincipalState.Ended)
                return;
            foreach (var key in db.Keys.Where(k => k.Principal == id.Number && k.RevokedAt == null))
                key.RevokedAt = Now;
        });
        return Find(id)!;
    }

    /// <summary>
    /// Adds principals that the journal knows and this store does not, under their own numbers and without keys: the store was lost,
    /// or is an older copy. Else their numbers, which the journal names them by, would be given to others.
    /// </summary>
    /// <returns>Those that were added.</returns>
    public IReadOnlyList<Principal> Restore(IEnumerable<Principal> journaled)
    {
        var missing = journaled.Where(p => p.Id != PrincipalId.System && Find(p.Id) is null).ToList();
        if (missing.Count == 0)
            return [];
        Change(db =>
        {
            var taken = db.Principals.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var principal in missing)
            {
                var name = taken.Add(principal.Name) ? principal.Name : $"{principal.Name} ({principal.Id.Text})";
                taken.Add(name);
                db.Principals.Add(
                    new PrincipalRow
                    {
                        Id = principal.Id.Number,
                        Name = name,
                        Kind = WireNames.Of(principal.Kind),
                        Roles = AccessSnapshot.WordsOf(principal.Roles),
                        Queues = AccessSnapshot.Json(principal.Queues),
                        State = WireNames.Of(principal.State),
                        Why = principal.Why,
                        CreatedAt = Now,
                    }
                );
            }
        });
        return [.. missing.Select(p => Find(p.Id)!)];
    }

    /// <summary>
    /// Makes a person an admin again, active and in every queue; the workspace hears of it, with when and how, within a second.
    /// </summary>
    /// <param name="name">Whom, who is added where nobody has the name; null for the first admin that there is, or a new one.</param>
    /// <exception cref="AccessRefusedException">They have ended, or are no person.</exception>
    public Principal ResetAdmin(string? name)
    {
        var known = name is null
            ? Principals.FirstOrDefault(p =>
                p.Kind == PrincipalKind.Person && p.Roles.HasFlag(Roles.Admin) && p.State != PrincipalState.Ended
            )
            : Find(name);
        if (known is { State: PrincipalState.Ended })
            throw new AccessRefusedException($"{known.Name} has ended and does not come back; name somebody else.");
        if (known is { Kind: not PrincipalKind.Person })
            throw new AccessRefusedException($"{known.Name} is an agent; an admin who signs in is a person.");
        var free = name ?? "Admin";
        for (var k = 2; known is null && name is null && Find(free) is not null; k++)
            free = string.Create(CultureInfo.InvariantCulture, $"Admin {k}");
        var admin = known ?? AddPrincipal(free, PrincipalKind.Person, Roles.Admin, queues: null);
        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"made an admin again from the command line, {_clock.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC"
        );
        Change(db =>
        {
            var row = Row(db, admin.Id);
            row.Roles = AccessSnapshot.WordsOf(admin.Roles | Roles.Admin);
            row.Queues = null;
            row.State = WireNames.Of(PrincipalState.Active);
            row.Why = why;
        });
        return Find(admin.Id)!;
    }

    /// <summary>Writes down when keys and sessions were last used. To be called now and then; nothing depends on it.</summary>
    public void WriteDownUses()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            var used = _used.ToArray();
            var seen = SeenSince();
            if (used.Length + seen.Count == 0)
                return;
            // One write to the disk for all of them: the lock holds up every change, revocations too.
            using var transaction = _connection.BeginTransaction();
            foreach (var (keyId, at) in used)
                Update(
                    "update keys set last_used_at = $at where id = $id and coalesce(last_used_at, 0) < $at",
                    keyId,
                    at
                );
            foreach (var (session, at) in seen)
                Update("update sessions set seen_at = $at where id = $id and seen_at < $at", session, at);
            transaction.Commit();
            // What was used once more meanwhile is written down the next time.
            foreach (var written in used)
                _used.TryRemove(written);
        }

        void Update(string sql, int id, long at)
        {
            using var update = _connection.Command(sql, ("$at", at), ("$id", id));
            update.ExecuteNonQuery();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _connection.Dispose();
        }
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Prepare(string folder)
    {
        using (MigrationLock(folder))
        {
            _connection.Execute("pragma journal_mode=wal");
            _connection.Execute("pragma synchronous=full");
            Database.Migrate(_connection, Db);
        }
        LookForChanges();
    }

    // The server and the command line may both be the first to come to a new folder, or to one of an older version.
    private static FileStream MigrationLock(string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, "access.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException) when (attempt < 100)
            {
#pragma warning disable RS0030 // At start, before any request: nothing else could use the thread.
                Thread.Sleep(100);
#pragma warning restore RS0030
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new DataFolderException(
                    $"The data folder {folder} cannot be written: {failure.Message}",
                    failure
                );
            }
        }
    }

    private PrincipalRow Add(AccessDb db, string name, PrincipalKind kind, Roles roles, IReadOnlyList<string>? queues)
    {
        PrincipalChecks.Name(name);
        if (roles == Roles.None)
            throw new AccessRefusedException(
                "Name at least one role: viewer, agent, reviewer, support, manager or admin."
            );
        PrincipalChecks.Queues(roles, queues);
        if (db.Principals.Any(p => p.Name == name))
            throw new AccessRefusedException($"There is a principal called {name} already.");
        var added = new PrincipalRow
        {
            Name = name,
            Kind = WireNames.Of(kind),
            Roles = AccessSnapshot.WordsOf(roles),
            Queues = AccessSnapshot.Json(queues),
            State = WireNames.Of(PrincipalState.Active),
            CreatedAt = Now,
        };
        db.Principals.Add(added);
        return added;
    }

    private AccessDb Db() => new(Database.Options<AccessDb>(_connection));

    private void Change(Action<AccessDb> change) =>
        Change(db =>
        {
            change(db);
            return true;
        });

    // What this process writes does not move its own data_version: it is taken in at once.
    private T Change<T>(Func<AccessDb, T> change)
    {
        T result;
        IReadOnlyList<Principal> changed;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            try
            {
                using var db = Db();
                using var transaction = db.Database.BeginTransaction();
                result = change(db);
                db.SaveChanges();
                transaction.Commit();
            }
            catch (DbUpdateException failure) when (failure.InnerException is DbException own)
            {
                // The framework wraps what the database says; every caller knows the database's own exception.
                ExceptionDispatchInfo.Throw(own);
                throw;
            }
            changed = Load(_connection.Scalar("pragma data_version"));
        }
        Tell(changed);
        return result;
    }

    private IReadOnlyList<Principal> Load(string? version)
    {
        var before = _now;
        // The version was read first: what is written between is seen now and looked at once more. Read without the
        // framework, whose model would be half of a start's time.
        var after = new AccessSnapshot(
            _connection.Rows(AccessRows.AllPrincipals, AccessRows.PrincipalIn),
            _connection.Rows(AccessRows.AllKeys, AccessRows.KeyIn),
            _connection.Rows($"{AccessRows.AllSessions}where {AccessRows.Live} order by id", AccessRows.SessionIn)
        );
        _version = version;
        _now = after;
        return after.ChangedSince(before);
    }

    /// <summary>What a file says, read only; <paramref name="strayKeys"/> has the keys that are of nobody or no keys.</summary>
    internal static AccessSnapshot ReadSnapshot(DbConnection connection, out IReadOnlyList<int> strayKeys)
    {
        var principals = connection.Rows(AccessRows.AllPrincipals, AccessRows.PrincipalIn);
        var keys = connection.Rows(AccessRows.AllKeys, AccessRows.KeyIn);
        var known = principals.Select(p => p.Id).ToHashSet();
        strayKeys = [.. keys.Where(k => !known.Contains(k.Principal) || k.Hash.Length != 32).Select(k => k.Id)];
        return new AccessSnapshot(principals, [.. keys.Where(k => k.Hash.Length == 32)], []);
    }

    private void Tell(IReadOnlyList<Principal> changed)
    {
        if (changed.Count > 0)
            Changed?.Invoke(this, new AccessChangedEventArgs(changed));
    }

    private static PrincipalRow Row(AccessDb db, PrincipalId id) => db.Principals.Find(id.Number) ?? throw Unknown(id);

    private static AccessRefusedException Unknown(PrincipalId id) => new($"There is no principal {id.Text}.");
}
