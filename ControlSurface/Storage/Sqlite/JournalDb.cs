using ControlSurface.Storage.Journaling;
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
        modelBuilder.Entity<BatchTableRow>(row => row.ToTable("batches").HasKey(r => r.First));
        modelBuilder.Entity<RecentRow>(row => row.ToTable("recent").HasKey(r => r.Id));
        modelBuilder.Entity<PortionRow>(row => row.ToTable("portions").HasKey(r => r.Id));
        modelBuilder.Entity<AnswerBlockRow>(row => row.ToTable("answer_blocks").HasKey(r => new { r.Portion, r.Hash }));
        modelBuilder.Entity<ItemEventsRow>(row => row.ToTable("item_events").HasKey(r => new { r.Block, r.Item }));
        modelBuilder.Entity<ArchiveRow>(row =>
        {
            row.ToTable("archive").HasKey(r => r.Item);
            row.HasIndex(
                    r => new
                    {
                        r.Queue,
                        r.ExternalId,
                        r.Item,
                    },
                    "archive_by_external_id"
                )
                .HasFilter("external_id is not null");
            row.HasIndex(r => new { r.Queue, r.Item }, "archive_by_queue");
        });
        modelBuilder.Entity<ArchiveLeaseRow>(row =>
        {
            row.ToTable("archive_leases").HasKey(r => r.Lease);
            row.HasIndex(r => r.Item, "archive_leases_by_item");
        });
        modelBuilder.Entity<ContentRow>(row => row.ToTable("contents").HasKey(r => r.Hash));
        modelBuilder.Entity<SnapshotRow>(row => row.ToTable("snapshots").HasKey(r => r.Seq));
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

/// <summary>The events of one write (DESIGN.md, Journal). The chain's hash stands before the data, so that it is read without them.</summary>
internal sealed class BatchTableRow
{
    /// <summary>Seq of the first event.</summary>
    public long First { get; set; }

    /// <summary>How many events there are, 1 at least.</summary>
    public int Count { get; set; }

    /// <summary>Instant of the first event. Milliseconds since 1970, UTC, as all instants in the tables.</summary>
    public long At { get; set; }

    /// <summary>The chain's hash after the last event, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The events: <see cref="BatchCodec"/>.</summary>
    public required byte[] Data { get; set; }
}

/// <summary>The answers of one write that no portion has taken in yet.</summary>
internal sealed class RecentRow
{
    /// <summary>Grows from write to write and is not used again while a portion knows it.</summary>
    public long Id { get; set; }

    /// <summary>The answers: <see cref="AnswerCodec"/>.</summary>
    public required byte[] Data { get; set; }
}

/// <summary>A portion of answers that counts: <see cref="AnswerPortion"/>.</summary>
internal sealed class PortionRow
{
    public long Id { get; set; }

    /// <summary>The last row of <c>recent</c> that it took in.</summary>
    public long UpTo { get; set; }
    public int Count { get; set; }

    /// <summary>Instant of its oldest answer.</summary>
    public long FirstAt { get; set; }

    /// <summary>Instant of its newest answer.</summary>
    public long LastAt { get; set; }
}

/// <summary>A few answers of a portion, in the order of their hashes.</summary>
internal sealed class AnswerBlockRow
{
    public long Portion { get; set; }

    /// <summary>The first hash of the block: <see cref="AnswerCodec.HashOf"/>.</summary>
    public long Hash { get; set; }

    /// <summary>Whose keys: <see cref="AnswerBlock"/>.</summary>
    public required byte[] Keys { get; set; }

    /// <summary>The rest of the answers, packed: <see cref="AnswerBlock"/>.</summary>
    public required byte[] Data { get; set; }
}

/// <summary>Which events some items of a block have: <see cref="ItemIndex"/>.</summary>
internal sealed class ItemEventsRow
{
    public long Block { get; set; }

    /// <summary>The first item of the row.</summary>
    public int Item { get; set; }
    public required byte[] Data { get; set; }
}

/// <summary>A settled item that left memory, with what it is looked up by.</summary>
internal sealed class ArchiveRow
{
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

    /// <summary>The whole item: <see cref="ArchivedItem"/>.</summary>
    public required byte[] Data { get; set; }
}

/// <summary>Which archived item had a lease.</summary>
internal sealed class ArchiveLeaseRow
{
    public int Lease { get; set; }
    public int Item { get; set; }
}

/// <summary>A content, once under its hash, whoever sends it again.</summary>
internal sealed class ContentRow
{
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
    public long Seq { get; set; }
    public required byte[] Digest { get; set; }

    /// <summary>Bytes of the state before it was deflated.</summary>
    public int Length { get; set; }
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
