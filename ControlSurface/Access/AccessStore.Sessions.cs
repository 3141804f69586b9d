using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Principals;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Access;

/// <summary>Sessions of people who signed in: a cookie names one by a secret, of which the store keeps the hash alone.</summary>
public sealed partial class AccessStore
{
    /// <summary>No session lasts longer, however much it is used.</summary>
    public static readonly TimeSpan LongestSession = TimeSpan.FromHours(24);

    /// <summary>So many sessions of one person may be live; beginning one more ends the oldest.</summary>
    public const int MostSessions = 50;

    // Ended sessions stay readable in the table for a while; the journal keeps for good that they were.
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<int, long> _seen = [];

    /// <summary>A session that is not used for this long is over.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Begins a session for somebody who has just proved who they are.</summary>
    /// <returns>The session, and the secret that the cookie carries; it is nowhere else.</returns>
    /// <exception cref="AccessRefusedException">They are unknown, paused or ended, or the key is over.</exception>
    public (SessionView Session, string Secret) BeginSession(PrincipalId id, SignInProof proof)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = Now;
        var number = Change(db =>
        {
            var who = Row(db, id);
            if (who.State != WireNames.Of(PrincipalState.Active))
                throw new AccessRefusedException($"{who.Name} is {who.State} and cannot sign in.");
            var until = now + (long)LongestSession.TotalMilliseconds;
            if (proof.Key is { } keyId)
            {
                var key = db.Key(keyId);
                if (key is not { RevokedAt: null } || key.ExpiresAt <= now)
                    throw new AccessRefusedException("The key is not valid any more.");
                until = Math.Min(until, key.ExpiresAt ?? until);
            }
            foreach (
                var old in db.Sessions.Where(s =>
                    s.EndedAt != null && s.EndedAt < now - (long)KeepEnded.TotalMilliseconds
                )
            )
                db.Sessions.Remove(old);
            var others = db
                .Sessions.Where(s => s.Principal == id.Number && s.EndedAt == null)
                .OrderBy(s => s.Id)
                .ToList();
            foreach (var one in others.Take(others.Count - MostSessions + 1))
                End(one, EndedAsWords.Of(EndReason.SignedOut), by: null, now);
            if (proof.Replaces is { } replaced && db.Session(replaced) is { EndedAt: null } before)
                End(before, EndedAsWords.Of(EndReason.SignedOut), before.Principal, now);
            var added = new SessionRow
            {
                Id = db.NextSession(),
                Principal = id.Number,
                Hash = LinkHash(secret),
                MadeBy = proof.By,
                Key = proof.Key,
                MadeAt = now,
                SeenAt = now,
                ExpiresAt = until,
                Address = proof.Address,
                Browser = proof.Browser,
            };
            db.Sessions.Add(added);
            return added;
        }).Id;
        return (_now.FindSession(number)!, secret);
    }

    /// <summary>The live session that a cookie names, which counts as using it; null where there is none.</summary>
    public (SessionView Session, Principal Principal)? UseSession(string secret)
    {
        if (secret.Length != 64)
            return null;
        var hash = new KeyHash(LinkHash(secret));
        if (_now.FindSession(hash) is not { } session)
        {
            // The command line may have written a moment ago; what it ended is noticed four times a second anyway.
            LookForChanges();
            session = _now.FindSession(hash);
        }
        if (session is null || StandingOfSession(session.Number) is not { Over: null, Principal: { } principal })
            return null;
        MarkSeen(session.Number);
        return (session, principal);
    }

    /// <summary>The session is being used: its idle time begins again.</summary>
    public void MarkSeen(int session) => _seen[session] = Now;

    /// <summary>Ends a session. Ending it again changes nothing.</summary>
    /// <param name="of">Only if it is this principal's; null for anybody's.</param>
    /// <param name="by">Who ends it; null where nobody did.</param>
    /// <returns>Whether there is such a live session, which then ended.</returns>
    public bool EndSession(int session, PrincipalId? of, PrincipalId? by) =>
        Change(db =>
        {
            if (db.Session(session) is not { EndedAt: null } row || (of is { } owner && row.Principal != owner.Number))
                return false;
            End(row, EndedAsWords.Of(EndReason.SignedOut), by?.Number, Now);
            return true;
        });

    /// <summary>
    /// Ends a session with the one of another workspace that it rests on. Whether they ran out or somebody signed out is told by how
    /// long it was unused: using it counts as using the other.
    /// </summary>
    internal void EndWithParent(int session) =>
        Change(db =>
        {
            if (db.Session(session) is not { EndedAt: null } row)
                return;
            var (view, now) = (View(row), _clock.GetUtcNow());
            var hasRunOut = now >= view.ExpiresAt || now >= SeenAt(view) + SessionIdle;
            End(row, EndedAsWords.Of(hasRunOut ? EndReason.Expired : EndReason.SignedOut), by: null, Now);
        });

    /// <summary>Ends all sessions of a principal.</summary>
    /// <returns>How many there were.</returns>
    public int EndSessions(PrincipalId of, PrincipalId? by) =>
        Change(db =>
        {
            _ = Row(db, of);
            return End(db, db.Sessions.Where(s => s.Principal == of.Number), EndReason.SignedOut, by?.Number);
        });

    /// <summary>Live sessions, oldest first.</summary>
    /// <param name="of">Only this principal's; null for everybody's.</param>
    public IReadOnlyList<SessionView> Sessions(PrincipalId? of = null) =>
        [
            .. _now
                .Sessions.Where(s => of is null || s.Principal == of)
                .Where(s => StandingOfSession(s.Number).Over is null)
                .Select(WithSeen),
        ];

    /// <summary>Writes down that sessions are over whose time has come.</summary>
    public void EndExpiredSessions()
    {
        var over = _now
            .Sessions.Where(s => StandingOfSession(s.Number).Over is not null)
            .Select(s => s.Number)
            .ToList();
        if (over.Count == 0)
            return;
        Change(db =>
        {
            foreach (var row in db.Sessions.Where(s => over.Contains(s.Id) && s.EndedAt == null).ToList())
            {
                // Another process may have written down that it is in use.
                if (StandingOf(View(row)).Over is not null)
                    End(row, EndedAsWords.Of(EndReason.Expired), by: null, Now);
            }
        });
    }

    /// <summary>Sessions whose beginning or end the journal has not been told of, in the order of their numbers.</summary>
    internal IReadOnlyList<SessionNotice> UntoldSessions()
    {
        lock (_lock)
            return _tables.Read(t =>
                t.Rows(
                    $"{AccessRows.AllSessions(t)} and said < case when {AccessRows.Live} then 1 else 2 end order by id limit 1000",
                    row =>
                    {
                        var found = AccessRows.SessionIn(row);
                        return new SessionNotice(
                            View(found),
                            BeganIsTold: found.Said > 0,
                            found.EndedAs,
                            found.EndedBy is { } by ? new PrincipalId(by) : null
                        );
                    }
                )
            );
    }

    /// <summary>The journal has been told: of the beginning, and of the end where there was one.</summary>
    internal void MarkTold(int session, bool ended)
    {
        lock (_lock)
            _tables.Write(t =>
                t.Execute(
                    $"update {t.Table(AccessTables.Sessions)} set said = @said where {t.Own} and id = @id and said < @said",
                    ("@said", ended ? 2 : 1),
                    ("@id", session)
                )
            );
    }

    private CredentialStanding StandingOfSession(int number) =>
        _now.FindSession(number) is { } session
            ? StandingOf(session)
            : new CredentialStanding(EndReason.SignedOut, Principal: null);

    private CredentialStanding StandingOf(SessionView session)
    {
        var owner = Find(session.Principal);
        var now = _clock.GetUtcNow();
        EndReason? over =
            owner is null or { State: PrincipalState.Ended } ? EndReason.PrincipalEnded
            : owner.State == PrincipalState.Paused ? EndReason.PrincipalPaused
            : now >= session.ExpiresAt || IsIdle(session, now) ? EndReason.Expired
            : null;
        return new CredentialStanding(over, owner, KeyQueues: null, session.ExpiresAt);
    }

    // One that rests on a session of another workspace has no idle time of its own: it ends with that one.
    private bool IsIdle(SessionView session, DateTimeOffset now) =>
        session.Parent is null && now >= SeenAt(session) + SessionIdle;

    private DateTimeOffset SeenAt(SessionView session) =>
        _seen.TryGetValue(session.Number, out var ms)
        && DateTimeOffset.FromUnixTimeMilliseconds(ms) is var seen
        && seen > session.SeenAt
            ? seen
            : session.SeenAt;

    private SessionView WithSeen(SessionView session) => session with { SeenAt = SeenAt(session) };

    private int End(AccessChange db, IQueryable<SessionRow> sessions, EndReason why, int? by)
    {
        var live = sessions.Where(s => s.EndedAt == null).ToList();
        foreach (var session in live)
            End(session, EndedAsWords.Of(why), by, Now);
        return live.Count;
    }

    private static void End(SessionRow session, string why, int? by, long now)
    {
        session.EndedAt = now;
        session.EndedAs = why;
        session.EndedBy = by;
    }

    // Sessions that were used since they were read; those that are over are forgotten.
    private List<(int Session, long At)> SeenSince()
    {
        var seen = new List<(int Session, long At)>();
        foreach (var (number, at) in _seen)
        {
            if (_now.FindSession(number) is not { } session)
                _seen.TryRemove(number, out _);
            else if (at > session.SeenAt.ToUnixTimeMilliseconds())
                seen.Add((number, at));
        }
        return seen;
    }

    internal static SessionView View(SessionRow row) =>
        new(
            row.Id,
            new PrincipalId(row.Principal),
            row.MadeBy,
            row.Key,
            DateTimeOffset.FromUnixTimeMilliseconds(row.MadeAt),
            DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt),
            DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt),
            row.Address,
            row.Browser
        )
        {
            Parent = row.Parent,
        };
}
