using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Principals;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Access;

/// <summary>One-time links that sign somebody in, the first admin among them.</summary>
public sealed partial class AccessStore
{
    /// <summary>How long a sign-in link is good for.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

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
            number = (int?)
                _tables.Read(t =>
                    t.Number(
                        $"select coalesce(principal, 0) from {t.Table(AccessTables.Links)} where {t.Own} and hash = @hash and used_at is null and expires_at > @now",
                        ("@now", Now),
                        ("@hash", LinkHash(secret))
                    )
                );
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
            if (db.Link(hash) is not { UsedAt: null } link || link.ExpiresAt <= now)
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
                        Id = db.NextPrincipal(),
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

    private static bool IsAdmin(Principal who) => who.State != PrincipalState.Ended && who.Roles.HasFlag(Roles.Admin);

    private static bool IsAdmin(PrincipalRow row) =>
        row.State != WireNames.Of(PrincipalState.Ended) && AccessSnapshot.RolesOf(row.Roles).HasFlag(Roles.Admin);

    private static string FreeName(AccessChange db, string name)
    {
        var free = name;
        for (var k = 2; db.Principals.Any(p => p.Name == free); k++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name} {k}");
        return free;
    }

    private static byte[] LinkHash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
