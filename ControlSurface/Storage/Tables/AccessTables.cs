using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage.Tables;

/// <summary>
/// The tables of who may call, and with what: in <c>access.db</c> of a folder, or in a database that many workspaces share. The rows are
/// the same in both.
/// </summary>
internal static class AccessTables
{
    internal const string Principals = "principals";
    internal const string Keys = "keys";
    internal const string Sessions = "sessions";
    internal const string Links = "sign_in_links";

    /// <summary>All of them; one that others refer to comes before those.</summary>
    internal static readonly IReadOnlyList<KnownTable> All =
    [
        new(Principals, "id", IsNumbered: true),
        new(Keys, "id", IsNumbered: true),
        new(Sessions, "id", IsNumbered: true),
        new(Links, "hash"),
    ];

    /// <summary>The tables of a file, which holds one workspace.</summary>
    internal static void Map(ModelBuilder model)
    {
        model.Entity<PrincipalRow>(row =>
        {
            row.ToTable(Principals).HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedOnAdd();
            row.HasIndex(r => r.Name, "principals_by_name").IsUnique();
            row.HasIndex(r => r.Person, "principals_by_person").IsUnique();
        });
        model.Entity<KeyRow>(row =>
        {
            row.ToTable(Keys).HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedOnAdd();
            row.HasIndex(r => r.Hash, "keys_by_hash").IsUnique();
            row.HasOne<PrincipalRow>().WithMany().HasForeignKey(r => r.Principal);
        });
        model.Entity<SessionRow>(row =>
        {
            row.ToTable(Sessions).HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedOnAdd();
            row.HasIndex(r => r.Hash, "sessions_by_hash").IsUnique();
            row.HasIndex(r => r.Parent, "sessions_by_parent").IsUnique();
            row.HasOne<PrincipalRow>().WithMany().HasForeignKey(r => r.Principal);
        });
        model.Entity<SignInLinkRow>(row => row.ToTable(Links).HasKey(r => r.Hash));
    }
}

/// <summary>Somebody who may call. Their number is never given to another.</summary>
internal sealed class PrincipalRow
{
    public int Id { get; set; }
    public required string Name { get; set; }

    /// <summary>The words of API.md: <c>agent</c> or <c>person</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>Words of API.md, one space between.</summary>
    public required string Roles { get; set; }

    /// <summary>A JSON array of names; null for every queue.</summary>
    public string? Queues { get; set; }

    /// <summary><c>active</c>, <c>paused</c> or <c>ended</c>.</summary>
    public required string State { get; set; }
    public string? Why { get; set; }

    /// <summary>The same in each workspace to which the person belongs; null for whoever belongs to this one alone.</summary>
    public string? Person { get; set; }

    /// <summary>Milliseconds since 1970, UTC, as all instants here.</summary>
    public long CreatedAt { get; set; }
}

/// <summary>A key, known by its hash alone.</summary>
internal sealed class KeyRow
{
    public int Id { get; set; }
    public int Principal { get; set; }

    /// <summary>SHA-256 of the whole key. The key has 178 bits of chance: a slow hash would protect nothing more.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>What it begins with, and its last four characters: enough to be told from others, not to be used.</summary>
    public required string Prefix { get; set; }
    public required string Last4 { get; set; }
    public required string Name { get; set; }

    /// <summary>A JSON array; null where the key reaches as far as its principal.</summary>
    public string? Queues { get; set; }
    public long CreatedAt { get; set; }
    public long? ExpiresAt { get; set; }
    public long? RevokedAt { get; set; }
    public long? LastUsedAt { get; set; }

    /// <summary>
    /// The principal who issued it; of one that its owner issued with a key of theirs, who issued that one. 0 for the command line,
    /// null where it was not taken down yet.
    /// </summary>
    public int? IssuedBy { get; set; }
}

/// <summary>A person's signed-in browser, known by the hash of the secret in its cookie.</summary>
internal sealed class SessionRow
{
    public int Id { get; set; }
    public int Principal { get; set; }
    public required byte[] Hash { get; set; }

    /// <summary><c>key</c>, <c>link</c>, or <c>workspace</c> where the person came over from another one.</summary>
    public required string MadeBy { get; set; }

    /// <summary>The key that it began with; null for a link.</summary>
    public int? Key { get; set; }
    public long MadeAt { get; set; }
    public long SeenAt { get; set; }
    public long ExpiresAt { get; set; }
    public string? Address { get; set; }
    public string? Browser { get; set; }
    public long? EndedAt { get; set; }
    public string? EndedAs { get; set; }
    public int? EndedBy { get; set; }

    /// <summary>The session of the same person in another workspace that this one rests on, with the instant at which that began: <c>main/S-3/1896080400000</c>; null for none.</summary>
    public string? Parent { get; set; }

    /// <summary>What the journal has been told: 0 nothing, 1 that it began, 2 that it ended too.</summary>
    public int Said { get; set; }
}

/// <summary>A link that signs somebody in once, known by its hash alone.</summary>
internal sealed class SignInLinkRow
{
    public required byte[] Hash { get; set; }

    /// <summary>Whom it signs in; null for whoever becomes the first admin.</summary>
    public int? Principal { get; set; }
    public long CreatedAt { get; set; }
    public long ExpiresAt { get; set; }
    public long? UsedAt { get; set; }
}
