using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// The tables of <c>journal.db</c> and how they came to be. The hot path writes them through statements of its own
/// (<see cref="SqliteJournal"/>); their shape is decided here alone, and changed by migrations.
/// </summary>
internal sealed class JournalDb(DbContextOptions<JournalDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<JournalRow>(row =>
        {
            row.ToTable("journal").HasKey(r => new { r.Workspace, r.Seq });
            // One item's history is asked for on every item page: see ItemBlocks for its index.
        });
        modelBuilder.Entity<AnswerRow>(row =>
        {
            row.ToTable("answers")
                .HasKey(r => new
                {
                    r.Workspace,
                    r.Principal,
                    r.Key,
                });
            row.HasIndex(r => r.At, "answers_by_age");
        });
        modelBuilder.Entity<ArchiveRow>(row =>
        {
            row.ToTable("archive").HasKey(r => new { r.Workspace, r.Item });
            row.HasIndex(
                    r => new
                    {
                        r.Workspace,
                        r.Queue,
                        r.ExternalId,
                        r.Item,
                    },
                    "archive_by_external_id"
                )
                .HasFilter("external_id is not null");
            row.HasIndex(
                r => new
                {
                    r.Workspace,
                    r.Queue,
                    r.Item,
                },
                "archive_by_queue"
            );
        });
        modelBuilder.Entity<ArchiveLeaseRow>(row =>
        {
            row.ToTable("archive_leases").HasKey(r => new { r.Workspace, r.Lease });
            row.HasIndex(r => new { r.Workspace, r.Item }, "archive_leases_by_item");
        });
        modelBuilder.Entity<ContentRow>(row => row.ToTable("contents").HasKey(r => new { r.Workspace, r.Hash }));
        modelBuilder.Entity<SnapshotRow>(row => row.ToTable("snapshots").HasKey(r => new { r.Workspace, r.Seq }));
        modelBuilder.Entity<MarkRow>(row => row.ToTable("marks").HasKey(r => r.Name));
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(ColumnNames.Of(property.Name));
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }
        }
    }
}

/// <summary>One event. <see cref="Hash"/> chains over the one before (DESIGN.md, Journal).</summary>
internal sealed class JournalRow
{
    public int Workspace { get; set; }
    public long Seq { get; set; }

    /// <summary>Milliseconds since 1970, UTC, as all instants in the tables.</summary>
    public long At { get; set; }
    public int By { get; set; }
    public required string Type { get; set; }
    public int? Item { get; set; }

    /// <summary>The event's JSON, UTF-8.</summary>
    public required byte[] Data { get; set; }
    public required byte[] Hash { get; set; }
}

/// <summary>The first answer to an idempotency key.</summary>
internal sealed class AnswerRow
{
    public int Workspace { get; set; }
    public int Principal { get; set; }
    public required string Key { get; set; }
    public required byte[] Fingerprint { get; set; }
    public int Status { get; set; }
    public required byte[] Body { get; set; }
    public string? Location { get; set; }
    public long At { get; set; }

    /// <summary><see cref="AnswerSum"/>; null where a version before it kept the answer.</summary>
    public byte[]? Sum { get; set; }
}

/// <summary>A settled item that left memory, with what it is looked up by.</summary>
internal sealed class ArchiveRow
{
    public int Workspace { get; set; }
    public int Item { get; set; }
    public required string Queue { get; set; }
    public string? ExternalId { get; set; }

    /// <summary><c>completed</c> or <c>cancelled</c>.</summary>
    public required string State { get; set; }
    public long SettledAt { get; set; }

    /// <summary>Principal of the newest lease.</summary>
    public int? Owner { get; set; }
    public required string Title { get; set; }

    /// <summary>Each label between line feeds, which no label contains.</summary>
    public required string Labels { get; set; }

    /// <summary>Id, title, external id and labels in lower case: what <c>q</c> looks in.</summary>
    public required string Search { get; set; }

    /// <summary>The whole item as JSON.</summary>
    public required byte[] Data { get; set; }
}

/// <summary>Which archived item had a lease.</summary>
internal sealed class ArchiveLeaseRow
{
    public int Workspace { get; set; }
    public int Lease { get; set; }
    public int Item { get; set; }
}

/// <summary>A content, once under its hash, whoever sends it again.</summary>
internal sealed class ContentRow
{
    public int Workspace { get; set; }

    /// <summary><c>sha256:</c> and lower-case hex.</summary>
    public required string Hash { get; set; }
    public required string Type { get; set; }

    /// <summary>Principal who sent it first.</summary>
    public int By { get; set; }
    public long At { get; set; }
    public required byte[] Bytes { get; set; }
}

/// <summary>A workspace's state at a seq: JSON, deflated.</summary>
internal sealed class SnapshotRow
{
    public int Workspace { get; set; }
    public long Seq { get; set; }
    public required byte[] Digest { get; set; }
    public required byte[] State { get; set; }
}

/// <summary>A fact about the folder: its format, who wrote it, when the server was last up.</summary>
internal sealed class MarkRow
{
    public required string Name { get; set; }
    public required string Value { get; set; }
}

/// <summary>For <c>dotnet ef migrations add</c> only.</summary>
internal sealed class JournalDbDesign : IDesignTimeDbContextFactory<JournalDb>
{
    public JournalDb CreateDbContext(string[] args) => new(Database.DesignOptions<JournalDb>());
}
