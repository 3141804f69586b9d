using System.Data.Common;
using System.Globalization;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Access;

/// <summary>
/// Who may call, and with what: principals, keys, sign-in links and sessions, where the workspace keeps them. Several processes may have it open;
/// <see cref="LookForChanges()"/> notices what another one wrote. Safe from any thread.
/// </summary>
public sealed partial class AccessStore : ICredentials, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly ITables _tables;
    private volatile AccessSnapshot _now = AccessSnapshot.Empty;
    private long? _version;
    private bool _isClosed;

    private AccessStore(ITables tables, TimeProvider clock)
    {
        _tables = tables;
        _clock = clock;
    }

    /// <summary>Raised after a change, by this process or another, once it is in force here. Handlers must be quick.</summary>
    public event EventHandler<AccessChangedEventArgs>? Changed;

    /// <summary>Opens the store of a folder, whether or not a server has it; makes both if need be.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used.</exception>
    public static AccessStore Open(string folder, TimeProvider clock) =>
        Open(Storages.PlaceOf(DataFolder.Create(folder)), clock);

    /// <summary>The same where the connection to the database is known.</summary>
    /// <exception cref="DataFolderException">The folder or the database cannot be used.</exception>
    internal static AccessStore Open(StoragePlace place, TimeProvider clock) => Open(Storages.HomeOf(place), clock);

    /// <summary>The same of a workspace.</summary>
    /// <exception cref="DataFolderException">Its home cannot be used.</exception>
    internal static AccessStore Open(IWorkspaceHome home, TimeProvider clock)
    {
        Database.CheckVersion();
        ITables? tables = null;
        try
        {
            tables = home.Open(AccessDb.File);
            var store = new AccessStore(tables, clock);
            store.LookForChanges();
            tables = null;
            return store;
        }
        catch (DbException failure)
        {
            throw new DataFolderException(
                $"{home.Where(AccessDb.File)} cannot be opened: {failure.Message} {home.Mend}",
                failure
            );
        }
        finally
        {
            tables?.Dispose();
        }
    }

    /// <summary>Where it is kept, for a message.</summary>
    internal string Where => _tables.Where;

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
    public bool LookForChanges() => LookForChanges(TimeProvider.System.GetTimestamp());

    /// <summary>The same for whoever looks at many stores at once.</summary>
    /// <param name="asOf">As for <see cref="ITables.Version"/>: stores that are asked with the same one share a question.</param>
    internal bool LookForChanges(long asOf)
    {
        IReadOnlyList<Principal> changed;
        lock (_lock)
        {
            if (_isClosed)
                return false;
            if (_tables.Version(asOf) == _version)
                return false;
            changed = Load();
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
                db.KeepNumber(principal.Id.Number);
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
            _tables.Write(t =>
            {
                foreach (var (keyId, at) in used)
                    t.Execute(
                        $"update {t.Table(AccessTables.Keys)} set last_used_at = @at where {t.Own} and id = @id and coalesce(last_used_at, 0) < @at",
                        ("@at", at),
                        ("@id", keyId)
                    );
                foreach (var (session, at) in seen)
                    t.Execute(
                        $"update {t.Table(AccessTables.Sessions)} set seen_at = @at where {t.Own} and id = @id and seen_at < @at",
                        ("@at", at),
                        ("@id", session)
                    );
                // Another process must not take a session for unused that is used by this one.
                if (seen.Count > 0)
                    t.MarkChanged();
                return true;
            });
            // What was used once more meanwhile is written down the next time.
            foreach (var written in used)
                _used.TryRemove(written);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _tables.Dispose();
        }
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private PrincipalRow Add(
        AccessChange db,
        string name,
        PrincipalKind kind,
        Roles roles,
        IReadOnlyList<string>? queues
    )
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
            Id = db.NextPrincipal(),
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

    private void Change(Action<AccessChange> change) =>
        Change(db =>
        {
            change(db);
            return true;
        });

    // What this process writes does not move its own version in a file: it is taken in at once.
    private T Change<T>(Func<AccessChange, T> change)
    {
        T result;
        IReadOnlyList<Principal> changed;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            try
            {
                result = _tables.Change(rows => change(new AccessChange(rows)));
            }
            catch (DbException)
            {
                // It may be there all the same: the next look reads everything.
                _version = null;
                throw;
            }
            changed = LoadWritten();
        }
        Tell(changed);
        return result;
    }

    // It is written: that nothing was done must not be said any more, and a key that was revoked ends with the next look that succeeds.
    private IReadOnlyList<Principal> LoadWritten()
    {
        _version = null;
        try
        {
            return Load();
        }
        catch (DbException failure)
        {
            throw new OutcomeUnknownException(
                $"What was written to {Where} cannot be read back just now: {failure.Message}",
                failure
            );
        }
    }

    private IReadOnlyList<Principal> Load()
    {
        var before = _now;
        // Read the version before the rows: a write in between is read now and merely causes one more reload. Read without the
        // framework, whose model would be half of a start's time.
        var (version, after) = _tables.Read(
            t =>
                (
                    t.Version,
                    new AccessSnapshot(
                        t.Rows(AccessRows.AllPrincipals(t), AccessRows.PrincipalIn),
                        t.Rows(AccessRows.AllKeys(t), AccessRows.KeyIn),
                        t.Rows($"{AccessRows.AllSessions(t)} and {AccessRows.Live} order by id", AccessRows.SessionIn)
                    )
                ),
            isTogether: true
        );
        _version = version;
        _now = after;
        return after.ChangedSince(before);
    }

    /// <summary>What tables say, read only; <paramref name="strayKeys"/> has the keys that are of nobody or no keys.</summary>
    internal static AccessSnapshot ReadSnapshot(ITables tables, out IReadOnlyList<int> strayKeys)
    {
        var (principals, keys) = tables.Read(
            t =>
                (
                    t.Rows(AccessRows.AllPrincipals(t), AccessRows.PrincipalIn),
                    t.Rows(AccessRows.AllKeys(t), AccessRows.KeyIn)
                ),
            isTogether: true
        );
        var known = principals.Select(p => p.Id).ToHashSet();
        strayKeys = [.. keys.Where(k => !known.Contains(k.Principal) || k.Hash.Length != 32).Select(k => k.Id)];
        return new AccessSnapshot(principals, [.. keys.Where(k => k.Hash.Length == 32)], []);
    }

    private void Tell(IReadOnlyList<Principal> changed)
    {
        if (changed.Count > 0)
            Changed?.Invoke(this, new AccessChangedEventArgs(changed));
    }

    private static PrincipalRow Row(AccessChange db, PrincipalId id) => db.Principal(id.Number) ?? throw Unknown(id);

    private static AccessRefusedException Unknown(PrincipalId id) => new($"There is no principal {id.Text}.");
}
