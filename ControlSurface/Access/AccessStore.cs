using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Texts;
using ControlSurface.Storage;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Access;

/// <summary>
/// Who may call, and with what: principals, keys and sign-in links in <c>access.db</c>. Several processes may have it open;
/// <see cref="LookForChanges"/> notices what another one wrote. Safe from any thread.
/// </summary>
public sealed partial class AccessStore : ICredentials, IDisposable
{
    /// <summary>How long a sign-in link is good for.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly DbConnection _connection;
    private readonly ConcurrentDictionary<int, long> _used = [];
    private volatile AccessSnapshot _now = AccessSnapshot.Empty;
    private string? _version;

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
        try
        {
            var store = new AccessStore(
                Database.Open(DataFolder.AccessFileIn(full), DatabaseAccess.ReadWriteCreate),
                clock
            );
            store.Prepare(full);
            return store;
        }
        catch (DbException failure)
        {
            throw new DataFolderException(
                $"{DataFolder.AccessFileIn(full)} cannot be opened: {failure.Message} Run doctor --data {full}.",
                failure
            );
        }
    }

    /// <summary>Everybody, in the order of their numbers; those who ended too.</summary>
    public IReadOnlyList<Principal> Principals => _now.Principals;

    public Principal? Find(PrincipalId id) => _now.Find(id);

    public Principal? Find(string name) => _now.Principals.FirstOrDefault(p => p.Name == name);

    /// <summary>What the key is good for; null where it is none, ran out, was revoked, or its principal ended.</summary>
    public VerifiedKey? Verify(ReadOnlySpan<char> key)
    {
        if (!KeyText.IsWellFormed(key))
            return null;
        var hash = KeyText.Hash(key);
        var now = _clock.GetUtcNow();
        var verified = _now.Find(hash, now);
        // A key that was made a moment ago by the command line works at once, not at the next look.
        if (verified is null)
        {
            LookForChanges();
            verified = _now.Find(hash, now);
        }
        if (verified is not null)
            _used[verified.KeyId] = now.ToUnixTimeMilliseconds();
        return verified;
    }

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
        CheckName(name);
        if (roles == Roles.None)
            throw new AccessRefusedException(
                "Name at least one role: viewer, agent, reviewer, support, manager or admin."
            );
        CheckQueues(roles, queues);
        Change(db =>
        {
            if (db.Principals.Any(p => p.Name == name))
                throw new AccessRefusedException($"There is a principal called {name} already.");
            db.Principals.Add(
                new PrincipalRow
                {
                    Name = name,
                    Kind = WireNames.Of(kind),
                    Roles = AccessSnapshot.WordsOf(roles),
                    Queues = AccessSnapshot.Json(queues),
                    State = WireNames.Of(PrincipalState.Active),
                    CreatedAt = Now,
                }
            );
        });
        return Find(name)!;
    }

    /// <summary>Writes name, roles and queues as given. What they are and their state stay.</summary>
    /// <exception cref="AccessRefusedException">There is no such principal, or the name is taken or no name.</exception>
    public Principal SetPrincipal(PrincipalId id, string name, Roles roles, IReadOnlyList<string>? queues)
    {
        CheckName(name);
        CheckQueues(roles, queues);
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

    /// <summary>Makes a key. The text is in the answer and nowhere else.</summary>
    /// <param name="queues">Queues that the key is limited to; null for as far as its principal reaches.</param>
    /// <param name="issuer">Who issues it; the command line where left out.</param>
    /// <exception cref="AccessRefusedException">There is no such principal, or they have ended.</exception>
    public IssuedKey AddKey(
        PrincipalId id,
        string name,
        IReadOnlyList<string>? queues = null,
        DateTimeOffset? expiresAt = null,
        KeyIssuer? issuer = null
    )
    {
        var text = "";
        var row = Change(db =>
        {
            var owner = Row(db, id);
            if (owner.State == WireNames.Of(PrincipalState.Ended))
                throw new AccessRefusedException($"{owner.Name} has ended and gets no keys.");
            CheckQueues(AccessSnapshot.RolesOf(owner.Roles), queues);
            text = KeyText.Make(
                owner.Kind == WireNames.Of(PrincipalKind.Person) ? PrincipalKind.Person : PrincipalKind.Agent
            );
            var added = new KeyRow
            {
                Principal = id.Number,
                Hash = KeyText.Hash(text).Bytes,
                Prefix = text[..(text.LastIndexOf('_') + 5)],
                Last4 = text[^4..],
                Name = name,
                Queues = AccessSnapshot.Json(queues),
                CreatedAt = Now,
                ExpiresAt = expiresAt?.ToUnixTimeMilliseconds(),
                IssuedBy = issuer is null ? PrincipalId.System.Number : IssuedBy(db, issuer, id),
            };
            db.Keys.Add(added);
            return added;
        });
        return new IssuedKey(row.Id, text);
    }

    // Who came in somebody's name with a key that they issued for them themselves issues a second one by that name, and it must
    // not pass for the owner's own.
    private static int? IssuedBy(AccessDb db, KeyIssuer issuer, PrincipalId owner)
    {
        if (issuer.Who != owner)
            return issuer.Who.Number;
        if (issuer.Credential is not { } came)
            return null;
        var cameWith = came.Kind == CredentialKind.Session ? db.Sessions.Find(came.Number)?.Key : came.Number;
        return cameWith is { } key && db.Keys.Find(key)?.IssuedBy is not 0 and var before ? before : owner.Number;
    }

    /// <summary>The key works no more, nor does any session that began with it. Revoking it again changes nothing.</summary>
    /// <returns>Whose it was; null where there is no such key.</returns>
    public Principal? RevokeKey(int keyId)
    {
        var owner = Change(db =>
        {
            var key = db.Keys.Find(keyId);
            if (key is { RevokedAt: null })
            {
                key.RevokedAt = Now;
                End(db, db.Sessions.Where(s => s.Key == keyId), EndReason.KeyRevoked, by: null);
            }
            return key?.Principal;
        });
        return owner is { } number ? Find(new PrincipalId(number)) : null;
    }

    /// <summary>Keys, oldest first, revoked ones too.</summary>
    /// <param name="of">Only this principal's; null for everybody's.</param>
    public IReadOnlyList<KeyView> Keys(PrincipalId? of = null)
    {
        WriteDownUses();
        lock (_lock)
        {
            return
            [
                .. _connection
                    .Rows(AllKeys, KeyIn)
                    .Where(k => of is null || k.Principal == of.Value.Number)
                    .Select(View),
            ];
        }
    }

    /// <summary>Whether somebody who has not ended is an admin: nobody becomes the first one any more.</summary>
    public bool HasAdmin => _now.Principals.Any(IsAdmin);

    /// <summary>
    /// A link that signs the principal in once, within <see cref="LinkLife"/>: the path to put behind the server's address. A new
    /// link for the first admin voids the older ones.
    /// </summary>
    /// <param name="principal">Null where whoever opens it becomes the first admin.</param>
    /// <exception cref="AccessRefusedException">They are unknown or have ended, or there is an admin already.</exception>
    public string MakeSignInLink(PrincipalId? principal)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        LookForChanges();
        if (principal is { } id && (Find(id) ?? throw Unknown(id)).State == PrincipalState.Ended)
            throw new AccessRefusedException("They have ended and do not sign in any more.");
        if (principal is null && HasAdmin)
            throw new AccessRefusedException("There is an admin already; they can make a link for somebody else.");
        Change(db =>
        {
            var now = Now;
            // Links that ran out are of no more use to anybody.
            var useless = now - (long)TimeSpan.FromDays(1).TotalMilliseconds;
            db.SignInLinks.RemoveRange(
                db.SignInLinks.Where(l =>
                    l.ExpiresAt < useless || (principal == null && l.Principal == null && l.UsedAt == null)
                )
            );
            db.SignInLinks.Add(
                new SignInLinkRow
                {
                    Hash = LinkHash(secret),
                    Principal = principal?.Number,
                    CreatedAt = now,
                    ExpiresAt = now + (long)LinkLife.TotalMilliseconds,
                }
            );
        });
        return "/login?t=" + secret;
    }

    /// <summary>What a link would do if it were used now; null where it would do nothing. Looking changes nothing.</summary>
    /// <param name="secret">The last part of the link's path.</param>
    public SignInLink? FindSignInLink(string secret)
    {
        LookForChanges();
        int? number;
        lock (_lock)
        {
            using var find = _connection.Command(
                "select coalesce(principal, 0) from sign_in_links where hash = $hash and used_at is null and expires_at > $now",
                ("$now", Now),
                ("$hash", LinkHash(secret))
            );
            number = find.ExecuteScalar() is long found ? (int)found : null;
        }
        return number switch
        {
            null => null,
            0 => HasAdmin ? null : new SignInLink(Principal: null),
            { } of => Find(new PrincipalId(of)) is { State: PrincipalState.Active } who ? new SignInLink(who) : null,
        };
    }

    /// <summary>Uses a link up. Of two that use it at the same instant, one is signed in.</summary>
    /// <param name="secret">The last part of the link's path.</param>
    /// <returns>
    /// Who signs in: the one the link was made for, or a first admin who is added here and only while there is no admin. Null
    /// where it is no link, was used or replaced, ran out, or its principal may not sign in.
    /// </returns>
    public Principal? UseSignInLink(string secret)
    {
        var hash = LinkHash(secret);
        string? name = null;
        var number = Change<int?>(db =>
        {
            var now = Now;
            if (db.SignInLinks.Find(hash) is not { UsedAt: null } link || link.ExpiresAt <= now)
                return null;
            if (link.Principal is { } known)
            {
                if (Row(db, new PrincipalId(known)).State != WireNames.Of(PrincipalState.Active))
                    return null;
            }
            // Read from the database and not from memory: another process may have added an admin a moment ago.
            else if (db.Principals.AsEnumerable().Any(IsAdmin))
            {
                return null;
            }
            else
            {
                name = FreeName(db, "Admin");
                db.Principals.Add(
                    new PrincipalRow
                    {
                        Name = name,
                        Kind = WireNames.Of(PrincipalKind.Person),
                        Roles = AccessSnapshot.WordsOf(Roles.Admin),
                        State = WireNames.Of(PrincipalState.Active),
                        CreatedAt = now,
                    }
                );
            }
            link.UsedAt = now;
            return link.Principal ?? 0;
        });
        return number switch
        {
            null => null,
            0 => Find(name!),
            { } of => Find(new PrincipalId(of)),
        };
    }

    /// <summary>Writes down when keys and sessions were last used. To be called now and then; nothing depends on it.</summary>
    public void WriteDownUses()
    {
        lock (_lock)
        {
            WriteDownSeen();
            foreach (var keyId in _used.Keys)
            {
                if (!_used.TryRemove(keyId, out var at))
                    continue;
                using var update = _connection.Command(
                    "update keys set last_used_at = $at where id = $id and coalesce(last_used_at, 0) < $at",
                    ("$at", at),
                    ("$id", keyId)
                );
                update.ExecuteNonQuery();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _connection.Dispose();
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

    private static bool IsAdmin(Principal who) => who.State != PrincipalState.Ended && who.Roles.HasFlag(Roles.Admin);

    private static bool IsAdmin(PrincipalRow row) =>
        row.State != WireNames.Of(PrincipalState.Ended) && AccessSnapshot.RolesOf(row.Roles).HasFlag(Roles.Admin);

    private static string FreeName(AccessDb db, string name)
    {
        var free = name;
        for (var k = 2; db.Principals.Any(p => p.Name == free); k++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name} {k}");
        return free;
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
            using var db = Db();
            using var transaction = db.Database.BeginTransaction();
            result = change(db);
            db.SaveChanges();
            transaction.Commit();
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
            _connection.Rows(AllPrincipals, PrincipalIn),
            _connection.Rows(AllKeys, KeyIn),
            _connection.Rows($"{AllSessions}where {Live} order by id", SessionIn)
        );
        _version = version;
        _now = after;
        return after.ChangedSince(before);
    }

    /// <summary>What a file says, read only; <paramref name="strayKeys"/> has the keys that are of nobody or no keys.</summary>
    internal static AccessSnapshot ReadSnapshot(DbConnection connection, out IReadOnlyList<int> strayKeys)
    {
        var principals = connection.Rows(AllPrincipals, PrincipalIn);
        var keys = connection.Rows(AllKeys, KeyIn);
        var known = principals.Select(p => p.Id).ToHashSet();
        strayKeys = [.. keys.Where(k => !known.Contains(k.Principal) || k.Hash.Length != 32).Select(k => k.Id)];
        return new AccessSnapshot(principals, [.. keys.Where(k => k.Hash.Length == 32)], []);
    }

    private const string AllPrincipals =
        "select id, name, kind, roles, queues, state, why, created_at, person from principals order by id";

    private static PrincipalRow PrincipalIn(DbDataReader row) =>
        new()
        {
            Id = row.GetInt32(0),
            Name = row.GetString(1),
            Kind = row.GetString(2),
            Roles = row.GetString(3),
            Queues = row.TextAt(4),
            State = row.GetString(5),
            Why = row.TextAt(6),
            CreatedAt = row.GetInt64(7),
            Person = row.TextAt(8),
        };

    private const string AllKeys =
        "select id, principal, hash, prefix, last4, name, queues, created_at, expires_at, revoked_at, last_used_at, issued_by from keys order by id";

    private static KeyRow KeyIn(DbDataReader row) =>
        new()
        {
            Id = row.GetInt32(0),
            Principal = row.GetInt32(1),
            Hash = (byte[])row.GetValue(2),
            Prefix = row.GetString(3),
            Last4 = row.GetString(4),
            Name = row.GetString(5),
            Queues = row.TextAt(6),
            CreatedAt = row.GetInt64(7),
            ExpiresAt = row.NumberAt(8),
            RevokedAt = row.NumberAt(9),
            LastUsedAt = row.NumberAt(10),
            IssuedBy = (int?)row.NumberAt(11),
        };

    private void Tell(IReadOnlyList<Principal> changed)
    {
        if (changed.Count > 0)
            Changed?.Invoke(this, new AccessChangedEventArgs(changed));
    }

    private static PrincipalRow Row(AccessDb db, PrincipalId id) => db.Principals.Find(id.Number) ?? throw Unknown(id);

    private static AccessRefusedException Unknown(PrincipalId id) => new($"There is no principal {id.Text}.");

    private static byte[] LinkHash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    // As over HTTP: nobody is limited to nothing, and who may do everything is limited to none (API.md, Limited callers).
    private static void CheckQueues(Roles roles, IReadOnlyList<string>? queues)
    {
        if (queues is null)
            return;
        if (queues.Count == 0)
            throw new AccessRefusedException("Name at least one queue, or none at all for every queue.");
        if (roles.HasFlag(Roles.Admin))
            throw new AccessRefusedException("An admin cannot be limited to queues.");
    }

    private static void CheckName(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || NameText.IsLonger(name, 200))
            throw new AccessRefusedException("A name has 1 to 200 characters.");
        if (NameText.Fault(name) is { } wrong)
            throw new AccessRefusedException($"A name {wrong}.");
    }

    private static KeyView View(KeyRow row) =>
        new(
            row.Id,
            new PrincipalId(row.Principal),
            row.Name,
            row.Prefix,
            row.Last4,
            AccessSnapshot.Names(row.Queues),
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            At(row.ExpiresAt),
            At(row.RevokedAt),
            At(row.LastUsedAt)
        );

    private static DateTimeOffset? At(long? ms) =>
        ms is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}
