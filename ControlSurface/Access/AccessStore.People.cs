using System.Security.Cryptography;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;

namespace ControlSurface.Access;

/// <summary>
/// People who belong to several workspaces: a principal in each, with roles of its own, and one person behind them
/// (docs/decisions/0030).
/// </summary>
public sealed partial class AccessStore
{
    /// <summary>What the person is called in every workspace to which they belong; null for whoever belongs to one alone.</summary>
    internal string? PersonOf(PrincipalId id) => _now.PersonOf(id);

    /// <summary>The principal that the person is here; null where they do not belong here, or have ended here.</summary>
    internal Principal? FindPerson(string person) =>
        _now.FindPerson(person) is { State: not PrincipalState.Ended } who ? who : null;

    /// <summary>
    /// The person behind a principal who came with this; null too where an admin of this workspace could have come in their name,
    /// with a key that they issued: in other workspaces that proves nothing (docs/decisions/0030).
    /// </summary>
    internal string? PersonOf(PrincipalId id, Credential? credential) =>
        credential is { } came && ProvesPerson(came) ? _now.PersonOf(id) : null;

    /// <summary>Whether a key of this workspace has that hash and is valid. Does not count as using it.</summary>
    internal bool HasKey(KeyHash hash) => _now.Find(hash, _clock.GetUtcNow()) is not null;

    /// <summary>The live session that a cookie names. Does not count as using it.</summary>
    internal (SessionView Session, Principal Principal)? FindSession(string secret) =>
        secret.Length == 64
        && _now.FindSession(new KeyHash(LinkHash(secret))) is { } session
        && StandingOfSession(session.Number) is { Over: null, Principal: { } principal }
            ? (session, principal)
            : null;

    /// <summary>The live session of that number, which counts as using it; null where there is none.</summary>
    internal (SessionView Session, Principal Principal)? UseSession(int number)
    {
        if (
            _now.FindSession(number) is not { } session
            || StandingOfSession(number) is not { Over: null, Principal: { } principal }
        )
            return null;
        MarkSeen(number);
        return (session, principal);
    }

    /// <summary>Whether the session is live.</summary>
    internal bool IsLive(int session) =>
        _now.FindSession(session) is not null && StandingOfSession(session).Over is null;

    /// <summary>Live sessions that rest on sessions of another workspace.</summary>
    /// <param name="workspace">Whose sessions they rest on.</param>
    internal IReadOnlyList<(int Session, int Parent)> SessionsUnder(string workspace) =>
        [
            .. from session in _now.Sessions
            let parent = session.Parent?.Split('/')
            where parent is [var of, _, _] && of == workspace
            select (session.Number, SessionView.NumberOf(parent[1]) ?? 0),
        ];

    /// <summary>
    /// The session here of a person who is signed in to another workspace: begun when they first come over, and ended with the one
    /// that it rests on.
    /// </summary>
    /// <param name="parent">The session in the other workspace (<see cref="SessionView.AsParentIn"/>).</param>
    /// <param name="who">Who they are here.</param>
    /// <param name="basis">The session in the other workspace.</param>
    /// <returns>Null where it was ended here: they have to sign in again.</returns>
    internal SessionView? SessionUnder(string parent, PrincipalId who, SessionView basis)
    {
        if (_now.FindSessionUnder(parent) is { } known)
            return known.Principal == who && StandingOfSession(known.Number).Over is null ? known : null;
        if (WasEndedUnder(parent))
            return null;
        var number = Change<int?>(db =>
        {
            if (db.Sessions.FirstOrDefault(s => s.Parent == parent) is { } before)
                return before.EndedAt is null && before.Principal == who.Number ? before.Id : null;
            if (Row(db, who).State != WireNames.Of(PrincipalState.Active))
                return null;
            var now = Now;
            var added = new SessionRow
            {
                Principal = who.Number,
                Hash = RandomNumberGenerator.GetBytes(KeyHash.Length), // No cookie names it.
                MadeBy = "workspace",
                MadeAt = now,
                SeenAt = now,
                ExpiresAt = basis.ExpiresAt.ToUnixTimeMilliseconds(),
                Address = basis.Address,
                Browser = basis.Browser,
                Parent = parent,
            };
            db.Sessions.Add(added);
            db.SaveChanges();
            return added.Id;
        });
        return number is { } begun ? _now.FindSession(begun) : null;
    }

    /// <summary>Adds the person as a principal here, or gives back the one that they are.</summary>
    /// <param name="person">From <see cref="PersonFor"/> of a workspace to which they belong.</param>
    /// <exception cref="AccessRefusedException">The name is taken or no name, or there is no role.</exception>
    internal Principal AddMember(string person, string name, Roles roles, IReadOnlyList<string>? queues)
    {
        LookForChanges();
        if (_now.FindPerson(person) is { } known)
            return known;
        var added = AddPrincipal(name, PrincipalKind.Person, roles, queues);
        Change(db => Row(db, added.Id).Person = person);
        return added;
    }

    /// <summary>What the person is called in other workspaces; made where they had no such name yet.</summary>
    /// <exception cref="AccessRefusedException">There is no such principal, or it is an agent.</exception>
    internal string PersonFor(PrincipalId id) =>
        Change(db =>
        {
            var row = Row(db, id);
            if (row.Kind != WireNames.Of(PrincipalKind.Person))
                throw new AccessRefusedException($"{row.Name} is an agent: an agent belongs to one workspace.");
            return row.Person ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        });

    private bool ProvesPerson(Credential credential) =>
        credential.Kind == CredentialKind.Key
            ? _now.IsOwn(credential.Number)
            : _now.FindSession(credential.Number) is { } session && (session.Key is not { } key || _now.IsOwn(key));

    private bool WasEndedUnder(string parent)
    {
        lock (_lock)
        {
            using var find = _connection.Command(
                "select count(*) from sessions where parent = $parent and ended_at is not null",
                ("$parent", parent)
            );
            return find.ExecuteScalar() is > 0L;
        }
    }
}
