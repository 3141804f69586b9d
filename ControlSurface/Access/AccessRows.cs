using System.Data.Common;
using ControlSurface.Storage;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Access;

/// <summary>Reads the rows of who may call without the framework, whose model would be half of a start's time.</summary>
internal static class AccessRows
{
    /// <summary>Of a session that has not ended.</summary>
    internal const string Live = "ended_at is null";

    /// <summary>To be followed by more conditions.</summary>
    internal static string AllSessions(TableStatements t) =>
        "select id, principal, hash, made_by, key, made_at, seen_at, expires_at, address, browser, ended_at, ended_as, ended_by, said, parent "
        + $"from {t.Table(AccessTables.Sessions)} where {t.Own}";

    internal static string AllPrincipals(TableStatements t) =>
        $"select id, name, kind, roles, queues, state, why, created_at, person from {t.Table(AccessTables.Principals)} where {t.Own} order by id";

    internal static PrincipalRow PrincipalIn(DbDataReader row) =>
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

    internal static string AllKeys(TableStatements t) =>
        "select id, principal, hash, prefix, last4, name, queues, created_at, expires_at, revoked_at, last_used_at, issued_by "
        + $"from {t.Table(AccessTables.Keys)} where {t.Own} order by id";

    internal static KeyRow KeyIn(DbDataReader row) =>
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

    internal static SessionRow SessionIn(DbDataReader row) =>
        new()
        {
            Id = row.GetInt32(0),
            Principal = row.GetInt32(1),
            Hash = (byte[])row.GetValue(2),
            MadeBy = row.GetString(3),
            Key = (int?)row.NumberAt(4),
            MadeAt = row.GetInt64(5),
            SeenAt = row.GetInt64(6),
            ExpiresAt = row.GetInt64(7),
            Address = row.TextAt(8),
            Browser = row.TextAt(9),
            EndedAt = row.NumberAt(10),
            EndedAs = row.TextAt(11),
            EndedBy = (int?)row.NumberAt(12),
            Said = row.GetInt32(13),
            Parent = row.TextAt(14),
        };
}
