using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// The tables in PostgreSQL, in the schema <c>controlsurface</c>: all workspaces of a database share them. The hot path writes them
/// through statements of its own (<see cref="PostgresJournal"/>); their shape is decided here alone, and changed by migrations.
/// </summary>
internal sealed class PostgresDb(DbContextOptions<PostgresDb> options) : DbContext(options)
{
    /// <summary>The schema of all tables, so that the database may hold those of others too.</summary>
    internal const string Schema = "controlsurface";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<WorkspaceRow>(row => row.ToTable("workspaces").HasKey(r => r.Id));
        modelBuilder.Entity<BatchTableRow>(row => row.ToTable("batches").HasKey(r => new { r.Workspace, r.First }));
        modelBuilder.Entity<AnswerRow>(row =>
        {
            row.ToTable("answers")
                .HasKey(r => new
                {
                    r.Workspace,
                    r.Principal,
                    r.Key,
                });
            row.HasIndex(r => new { r.Workspace, r.At }, "answers_by_time");
        });
        modelBuilder.Entity<ItemEventRow>(row =>
            row.ToTable("item_events")
                .HasKey(r => new
                {
                    r.Workspace,
                    r.Item,
                    r.Seq,
                })
        );
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
        modelBuilder.Entity<SnapshotTableRow>(row => row.ToTable("snapshots").HasKey(r => new { r.Workspace, r.Seq }));
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

/// <summary>A workspace, and where its journal ends. A writer changes this row in each of its transactions, and only while it is its own.</summary>
internal sealed class WorkspaceRow
{
    /// <summary>The id that the file <c>storage</c> of the workspace's folder names.</summary>
    public Guid Id { get; set; }

    /// <summary>Grows with each process that opens the workspace, and after each write of unknown fate. A write of an older epoch is refused.</summary>
    public long Epoch { get; set; }

    /// <summary>The process that opened it last: a random id for each opening.</summary>
    public Guid Writer { get; set; }

    /// <summary>Seq of the last event; 0 for none.</summary>
    public long LastSeq { get; set; }

    /// <summary>The chain's hash after the last event, 32 bytes.</summary>
    public byte[] LastHash { get; set; } = [];

    /// <summary>When the server was last known to be up, milliseconds; null for a new workspace.</summary>
    public long? UpAt { get; set; }

    /// <summary>The format of its rows.</summary>
    public int Format { get; set; }
}

/// <summary>The events of one write.</summary>
internal sealed class BatchTableRow
{
    public Guid Workspace { get; set; }

    /// <summary>Seq of the first event.</summary>
    public long First { get; set; }

    /// <summary>How many events there are, 1 at least.</summary>
    public int Count { get; set; }

    /// <summary>Instant of the first event, milliseconds.</summary>
    public long At { get; set; }

    /// <summary>The chain's hash after the last event.</summary>
    public byte[] Hash { get; set; } = [];

    /// <summary>The events, as <see cref="Journaling.BatchCodec"/> writes them.</summary>
    public byte[] Data { get; set; } = [];
}

/// <summary>The first answer to an idempotency key.</summary>
internal sealed class AnswerRow
{
    public Guid Workspace { get; set; }
    public int Principal { get; set; }

    /// <summary>The key in UTF-8: a text of PostgreSQL cannot hold every character.</summary>
    public byte[] Key { get; set; } = [];

    /// <summary>When it was given, milliseconds.</summary>
    public long At { get; set; }

    /// <summary>The answer with its checksum, as <see cref="Journaling.AnswerCodec"/> writes a list of one.</summary>
    public byte[] Data { get; set; } = [];
}

/// <summary>That an event is of an item.</summary>
internal sealed class ItemEventRow
{
    public Guid Workspace { get; set; }
    public int Item { get; set; }
    public long Seq { get; set; }
}

/// <summary>A settled item that left memory. Texts here are only looked through; the item itself is in <see cref="Data"/>.</summary>
internal sealed class ArchiveRow
{
    public Guid Workspace { get; set; }
    public int Item { get; set; }
    public string Queue { get; set; } = "";

    /// <summary>The externalId in UTF-8; null for none.</summary>
    public byte[]? ExternalId { get; set; }
    public string State { get; set; } = "";
    public string Labels { get; set; } = "";
    public string Search { get; set; } = "";

    /// <summary>The item, as <see cref="Journaling.ArchivedItem"/> packs it.</summary>
    public byte[] Data { get; set; } = [];
}

/// <summary>The archived item that had a lease.</summary>
internal sealed class ArchiveLeaseRow
{
    public Guid Workspace { get; set; }
    public int Lease { get; set; }
    public int Item { get; set; }
}

/// <summary>A content under its hash.</summary>
internal sealed class ContentRow
{
    public Guid Workspace { get; set; }
    public string Hash { get; set; } = "";
    public string Type { get; set; } = "";
    public int By { get; set; }
    public long At { get; set; }
    public byte[] Bytes { get; set; } = [];
}

/// <summary>A snapshot, deflated.</summary>
internal sealed class SnapshotTableRow
{
    public Guid Workspace { get; set; }
    public long Seq { get; set; }
    public byte[] Digest { get; set; } = [];

    /// <summary>Bytes of the state before it was deflated.</summary>
    public int Length { get; set; }
    public byte[] State { get; set; } = [];
}

/// <summary>For <c>dotnet ef migrations add</c>.</summary>
internal sealed class PostgresDbFactory : IDesignTimeDbContextFactory<PostgresDb>
{
    public PostgresDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql("Host=127.0.0.1", PostgresStorage.Migrations).Options);
}
