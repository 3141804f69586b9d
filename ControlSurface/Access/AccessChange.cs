using ControlSurface.Storage.Tables;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Access;

/// <summary>Who may call, in a change that is under way: only the workspace's own rows, as they are committed.</summary>
internal readonly struct AccessChange(TableChange rows)
{
    internal DbSet<PrincipalRow> Principals => rows.Rows<PrincipalRow>();
    internal DbSet<KeyRow> Keys => rows.Rows<KeyRow>();
    internal DbSet<SessionRow> Sessions => rows.Rows<SessionRow>();
    internal DbSet<SignInLinkRow> SignInLinks => rows.Rows<SignInLinkRow>();

    internal PrincipalRow? Principal(int number) => Principals.SingleOrDefault(r => r.Id == number);

    internal KeyRow? Key(int number) => Keys.SingleOrDefault(r => r.Id == number);

    internal SessionRow? Session(int number) => Sessions.SingleOrDefault(r => r.Id == number);

    internal SignInLinkRow? Link(byte[] hash) => SignInLinks.SingleOrDefault(r => r.Hash == hash);

    /// <summary>The number of a new principal; 0 where the database gives it when the row is written.</summary>
    internal int NextPrincipal() => rows.NextNumber(AccessTables.Principals);

    /// <inheritdoc cref="NextPrincipal"/>
    internal int NextKey() => rows.NextNumber(AccessTables.Keys);

    /// <inheritdoc cref="NextPrincipal"/>
    internal int NextSession() => rows.NextNumber(AccessTables.Sessions);

    /// <summary>A principal brings their number along: none up to it is given any more.</summary>
    internal void KeepNumber(int principal) => rows.KeepNumber(AccessTables.Principals, principal);

    /// <summary>Writes what was changed so far.</summary>
    internal void Save() => rows.Save();
}
