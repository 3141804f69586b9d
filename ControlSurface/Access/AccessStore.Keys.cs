using System.Collections.Concurrent;
using ControlSurface.Core.Principals;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Access;

/// <summary>Keys: the store has the hash of each alone, and its text is nowhere once it was shown.</summary>
public sealed partial class AccessStore
{
    private readonly ConcurrentDictionary<int, long> _used = [];

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
            PrincipalChecks.Queues(AccessSnapshot.RolesOf(owner.Roles), queues);
            text = KeyText.Make(
                owner.Kind == WireNames.Of(PrincipalKind.Person) ? PrincipalKind.Person : PrincipalKind.Agent
            );
            var added = new KeyRow
            {
                Id = db.NextKey(),
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
    private static int? IssuedBy(AccessChange db, KeyIssuer issuer, PrincipalId owner)
    {
        if (issuer.Who != owner)
            return issuer.Who.Number;
        if (issuer.Credential is not { } came)
            return null;
        var cameWith = came.Kind == CredentialKind.Session ? db.Session(came.Number)?.Key : came.Number;
        return cameWith is { } key && db.Key(key)?.IssuedBy is not 0 and var before ? before : owner.Number;
    }

    /// <summary>The key works no more, nor does any session that began with it. Revoking it again changes nothing.</summary>
    /// <returns>Whose it was; null where there is no such key.</returns>
    public Principal? RevokeKey(int keyId)
    {
        var owner = Change(db =>
        {
            var key = db.Key(keyId);
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
                .. _tables
                    .Read(t => t.Rows(AccessRows.AllKeys(t), AccessRows.KeyIn))
                    .Where(k => of is null || k.Principal == of.Value.Number)
                    .Select(View),
            ];
        }
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
