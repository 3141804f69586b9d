using System.Security.Cryptography;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage.Tables;

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

    /// <summary>Whether a session that others rest on is live.</summary>
    /// <param name="workspace">The name of this workspace.</param>
    internal bool IsLive(ParentSession parent, string workspace) =>
        _now.FindSession(parent.Session) is { } session
        && session.AsParentIn(workspace) == parent.Text
        && StandingOfSession(session.Number).Over is null;

    /// <summary>Sessions that have not ended and rest on sessions of other workspaces.</summary>
    internal IEnumerable<(int Session, ParentSession Parent)> SessionsUnderOthers()
    {
        foreach (var session in _now.SessionsUnderOthers)
        {
            if (ParentSession.TryParse(session.Parent, out var parent))
                yield return (session.Number, parent);
        }
    }

    /// <summary>What a live session rests on in another workspace; null where it rests on nothing, or is over.</summary>
    internal ParentSession? ParentOf(int session) =>
        ParentSession.TryParse(_now.FindSession(session)?.Parent, out var parent) ? parent : null;

    /// <summary>
    /// The session here of a person who is signed in to another workspace, where memory alone settles it.
    /// </summary>
    /// <returns>False where it has to be looked for on disk, or begun: <see cref="SessionUnder"/>.</returns>
    internal bool TryFindSessionUnder(string parent, PrincipalId who, out SessionView? session)
    {
        session = _now.FindSessionUnder(parent);
        if (session is null)
            return false;
        if (session.Principal != who || StandingOfSession(session.Number).Over is not null)
            session = null;
        return true;
    }

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
        if (TryFindSessionUnder(parent, who, out var known))
            return known;
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
                Id = db.NextSession(),
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
            db.Save();
            return added.Id;
        });
        return number is { } begun ? _now.FindSession(begun) : null;
    }

    /// <summary>Adds the person as a principal here in one change, or gives back the one that they are.</summary>
    /// <param name="person">From <see cref="PersonFor"/> of a workspace to which they belong.</param>
    /// <exception cref="AccessRefusedException">They have ended here; or the name is taken or no name, or there is no role.</exception>
    internal Principal AddMember(string person, string name, Roles roles, IReadOnlyList<string>? queues)
    {
        var number = Change(db =>
        {
            if (db.Principals.FirstOrDefault(p => p.Person == person) is { } known)
                return known.State == WireNames.Of(PrincipalState.Ended)
                    ? throw new AccessRefusedException(
                        $"{known.Name} has ended there and does not come back; add a new principal."
                    )
                    : known.Id;
            var added = Add(db, name, PrincipalKind.Person, roles, queues);
            added.Person = person;
            db.Save();
            return added.Id;
        });
        return Find(new PrincipalId(number))!;
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
            return _tables.Read(t =>
                    t.Number(
                        $"select count(*) from {t.Table(AccessTables.Sessions)} where {t.Own} and parent = @parent and ended_at is not null",
                        ("@parent", parent)
                    )
                ) > 0;
    }
}
