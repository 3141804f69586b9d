using System.Text.Json;
using ControlSurface.Core.Principals;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Access;

/// <summary>
/// All principals and usable keys at one moment, in memory: a request is checked without reading the database. Replaced
/// as a whole, never changed.
/// </summary>
internal sealed class AccessSnapshot
{
    internal static readonly AccessSnapshot Empty = new([], [], []);
    private readonly Dictionary<int, Principal> _principals;
    private readonly Dictionary<KeyHash, Entry> _keys = [];
    private readonly Dictionary<int, KeyRow> _keysByNumber;
    private readonly Dictionary<int, string> _keysOf = [];
    private readonly Dictionary<int, string> _sessionsOf = [];

    private readonly Dictionary<int, string> _personOf;
    private readonly Dictionary<string, PrincipalId> _persons;
    private readonly Dictionary<string, SessionView> _sessionsByParent;
    private readonly Dictionary<int, SessionView> _sessions;
    private readonly Dictionary<KeyHash, SessionView> _sessionsByHash = [];

    /// <param name="sessions">Those that have not ended.</param>
    internal AccessSnapshot(
        IReadOnlyList<PrincipalRow> principals,
        IReadOnlyList<KeyRow> keys,
        IReadOnlyList<SessionRow> sessions
    )
    {
        Sessions = [.. sessions.Select(AccessStore.View)];
        _sessions = Sessions.ToDictionary(s => s.Number);
        foreach (var session in sessions)
            _sessionsByHash[new KeyHash(session.Hash)] = _sessions[session.Id];
        foreach (var group in sessions.GroupBy(s => s.Principal))
            _sessionsOf[group.Key] = string.Join(';', group.Select(s => s.Id));

        _sessionsByParent = Sessions
            .Where(s => s.Parent is not null)
            .ToDictionary(s => s.Parent!, StringComparer.Ordinal);

        Principals = [.. principals.Select(Principal)];
        _persons = principals
            .Where(row => row.Person is not null)
            .ToDictionary(row => row.Person!, row => new PrincipalId(row.Id), StringComparer.Ordinal);
        _personOf = principals.Where(row => row.Person is not null).ToDictionary(row => row.Id, row => row.Person!);
        _principals = Principals.ToDictionary(p => p.Id.Number);
        _keysByNumber = keys.ToDictionary(k => k.Id);
        foreach (var key in keys)
        {
            if (
                key.RevokedAt is null
                && _principals.TryGetValue(key.Principal, out var owner)
                && owner.State != PrincipalState.Ended
            )
                _keys[new KeyHash(key.Hash)] = new Entry(
                    new VerifiedKey(owner, key.Id, Names(key.Queues)),
                    key.ExpiresAt
                );
        }
        foreach (var group in keys.GroupBy(k => k.Principal))
            _keysOf[group.Key] = string.Join(';', group.Select(k => $"{k.Id} {k.RevokedAt} {k.ExpiresAt} {k.Queues}"));
    }

    /// <summary>Everybody, in the order of their numbers; those who ended too.</summary>
    internal IReadOnlyList<Principal> Principals { get; }

    /// <summary>Sessions that have not ended, by number.</summary>
    internal IReadOnlyList<SessionView> Sessions { get; }

    internal SessionView? FindSession(int number) => _sessions.GetValueOrDefault(number);

    internal SessionView? FindSession(KeyHash hash) => _sessionsByHash.GetValueOrDefault(hash);

    /// <summary>Sessions that have not ended and rest on one in another workspace.</summary>
    internal IReadOnlyCollection<SessionView> SessionsUnderOthers => _sessionsByParent.Values;

    /// <summary>The live session that rests on one in another workspace.</summary>
    internal SessionView? FindSessionUnder(string parent) => _sessionsByParent.GetValueOrDefault(parent);

    /// <summary>Whether a key was issued by its owner or by the command line.</summary>
    internal bool IsOwn(int key) =>
        _keysByNumber.TryGetValue(key, out var known)
        && (known.IssuedBy == PrincipalId.System.Number || known.IssuedBy == known.Principal);

    /// <summary>The principal that the person is here; null where they do not belong here.</summary>
    internal Principal? FindPerson(string person) =>
        _persons.TryGetValue(person, out var id) ? _principals.GetValueOrDefault(id.Number) : null;

    /// <summary>What the person is called in every workspace to which they belong; null for whoever belongs to one alone.</summary>
    internal string? PersonOf(PrincipalId id) => _personOf.GetValueOrDefault(id.Number);

    internal Principal? Find(PrincipalId id) => _principals.GetValueOrDefault(id.Number);

    internal VerifiedKey? Find(KeyHash hash, DateTimeOffset now) =>
        _keys.TryGetValue(hash, out var entry) && !(entry.ExpiresAt <= now.ToUnixTimeMilliseconds()) ? entry.Key : null;

    /// <summary>What the key with that number is worth at the instant.</summary>
    internal CredentialStanding StandingOfKey(int number, DateTimeOffset now)
    {
        if (!_keysByNumber.TryGetValue(number, out var key) || !_principals.TryGetValue(key.Principal, out var owner))
            return new CredentialStanding(EndReason.KeyRevoked, Principal: null);
        EndReason? over =
            owner.State == PrincipalState.Ended ? EndReason.PrincipalEnded
            : key.RevokedAt is not null ? EndReason.KeyRevoked
            : key.ExpiresAt <= now.ToUnixTimeMilliseconds() ? EndReason.Expired
            : null;
        return new CredentialStanding(
            over,
            owner,
            Names(key.Queues),
            key.ExpiresAt is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null
        );
    }

    /// <summary>Whose record, keys or sessions are not what they were.</summary>
    internal IReadOnlyList<Principal> ChangedSince(AccessSnapshot before) =>
        [.. Principals.Where(p => !Same(before.Find(p.Id), p) || before.CredentialsOf(p) != CredentialsOf(p))];

    internal static IReadOnlyList<string>? Names(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, AccessJson.Default.StringArray);

    internal static string? Json(IReadOnlyList<string>? names) =>
        names is null ? null : JsonSerializer.Serialize([.. names], AccessJson.Default.StringArray);

    internal static Roles RolesOf(string words)
    {
        var roles = Roles.None;
        foreach (var role in Enum.GetValues<Roles>())
        {
            if (words.Split(' ').Contains(WireNames.Of(role), StringComparer.Ordinal))
                roles |= role;
        }
        return roles;
    }

    internal static string WordsOf(Roles roles) =>
        string.Join(' ', Enum.GetValues<Roles>().Where(r => r != Roles.None && roles.HasFlag(r)).Select(WireNames.Of));

    private (string?, string?) CredentialsOf(Principal principal) =>
        (_keysOf.GetValueOrDefault(principal.Id.Number), _sessionsOf.GetValueOrDefault(principal.Id.Number));

    private static bool Same(Principal? was, Principal now) =>
        was is not null
        && was with { Queues = null } == now with { Queues = null }
        && (was.Queues ?? []).SequenceEqual(now.Queues ?? [], StringComparer.Ordinal)
        && was.Queues is null == now.Queues is null;

    private static Principal Principal(PrincipalRow row) =>
        new(
            new PrincipalId(row.Id),
            row.Name,
            row.Kind == WireNames.Of(PrincipalKind.Person) ? PrincipalKind.Person : PrincipalKind.Agent,
            RolesOf(row.Roles),
            Names(row.Queues),
            Enum.GetValues<PrincipalState>().Single(s => WireNames.Of(s) == row.State)
        )
        {
            Why = row.Why,
        };

    private sealed record Entry(VerifiedKey Key, long? ExpiresAt);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class AccessJson : System.Text.Json.Serialization.JsonSerializerContext;
