using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlSurface.Storage.Projections;

/// <summary>
/// The tables of <c>projections.db</c>: what is looked up rather than coordinated (DESIGN.md, Projections). All of it follows
/// from the journal; the file may be deleted at any time while the server is down, and is made again.
/// </summary>
internal sealed class ProjectionDb(DbContextOptions<ProjectionDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProgressRow>(row => row.ToTable("progress").HasKey(r => r.Workspace));
        modelBuilder.Entity<DocumentRow>(Documents);
        modelBuilder.Entity<FigureRow>(Figures);
        modelBuilder.Entity<TermRow>(Terms);
        modelBuilder.Entity<ReviewRow>(Reviews);
        modelBuilder.Entity<HappeningRow>(Happenings);
        modelBuilder.Entity<WaitingRow>(row =>
            row.ToTable("waiting")
                .HasKey(nameof(WaitingRow.Workspace), nameof(WaitingRow.Cause), nameof(WaitingRow.Key))
        );
        modelBuilder.Entity<WaitedRow>(row =>
            row.ToTable("waited")
                .HasKey(r => new
                {
                    r.Workspace,
                    r.Hours,
                    r.Stretch,
                    // Before the queue: sums by time and cause are then added up in the order in which they are read.
                    r.Cause,
                    r.Queue,
                    r.Kind,
                })
        );
        modelBuilder.Entity<SettledRow>(row =>
            row.ToTable("settled")
                .HasKey(r => new
                {
                    r.Workspace,
                    r.Hours,
                    r.Stretch,
                    r.Queue,
                    r.By,
                    r.Cause,
                })
        );
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(ColumnNames.Of(property.Name));
                property.ValueGenerated = ValueGenerated.Never;
            }
        }
    }

    private static void Documents(EntityTypeBuilder<DocumentRow> row)
    {
        row.ToTable("documents").HasKey(r => r.Id);
        row.HasIndex(
                r => new
                {
                    r.Workspace,
                    r.Kind,
                    r.Key,
                },
                "documents_by_key"
            )
            .IsUnique();
        row.HasIndex(r => new { r.Workspace, r.Item }, "documents_that_move").HasFilter("text is not null");
    }

    private static void Terms(EntityTypeBuilder<TermRow> row)
    {
        row.ToTable("terms").HasKey(r => new { r.Workspace, r.Lease });
        row.HasIndex(
            r => new
            {
                r.Workspace,
                r.Queue,
                r.EndedAt,
            },
            "terms_by_queue"
        );
    }

    private static void Reviews(EntityTypeBuilder<ReviewRow> row)
    {
        row.ToTable("reviews").HasKey(r => new { r.Workspace, r.Review });
        row.HasIndex(
            r => new
            {
                r.Workspace,
                r.Queue,
                r.DecidedAt,
            },
            "reviews_by_queue"
        );
    }

    private static void Happenings(EntityTypeBuilder<HappeningRow> row)
    {
        row.ToTable("happenings").HasKey(r => new { r.Workspace, r.Seq });
        // All that is counted is in the index: the table itself is not read.
        row.HasIndex(
            r => new
            {
                r.Workspace,
                r.At,
                r.What,
                r.Queue,
            },
            "happenings_by_time"
        );
    }

    private static void Figures(EntityTypeBuilder<FigureRow> row) =>
        row.ToTable("figures")
            .HasKey(r => new
            {
                r.Workspace,
                r.Queue,
                r.Hour,
                r.Measure,
            });
}

/// <summary>How far the projections of a workspace are.</summary>
internal sealed class ProgressRow
{
    public int Workspace { get; set; }
    public long Seq { get; set; }

    /// <summary>The journal's hash at that seq: a folder that was restored from a backup is noticed by it.</summary>
    public required byte[] Hash { get; set; }
}

/// <summary>Something that can be found. Its words are in <c>words</c>, a full-text table, under the same id.</summary>
internal sealed class DocumentRow
{
    public long Id { get; set; }
    public int Workspace { get; set; }

    /// <summary><see cref="FoundKind"/>.</summary>
    public int Kind { get; set; }

    /// <summary>Its id, or what takes an id's place: the name of a run, a target with its queue.</summary>
    public required string Key { get; set; }

    /// <summary>The queue that it belongs to; null for what belongs to none.</summary>
    public string? Queue { get; set; }
    public required string Title { get; set; }

    /// <summary>What others know an item by; kept here since the full-text table gives nothing back.</summary>
    public string? ExternalId { get; set; }

    /// <summary>Of an artifact the rest of its words: it moves with its item, and is written again then.</summary>
    public string? Text { get; set; }

    /// <summary>The item that it is on, or was first seen on.</summary>
    public int? Item { get; set; }
    public long At { get; set; }
}

/// <summary>What happened in a queue within an hour, or how much there was at its end.</summary>
internal sealed class FigureRow
{
    public int Workspace { get; set; }
    public required string Queue { get; set; }

    /// <summary>Hours since 1970, UTC.</summary>
    public long Hour { get; set; }

    /// <summary><see cref="Measure"/>.</summary>
    public int Measure { get; set; }

    /// <summary>How often it happened; of what is looked at, how much there was last.</summary>
    public long Count { get; set; }

    /// <summary>How long it took in all, in milliseconds; 0 for what takes no time.</summary>
    public long SumMs { get; set; }

    /// <summary>The longest of it in milliseconds, or the most that there was.</summary>
    public long Peak { get; set; }

    /// <summary>The event of that; of what only happens, the last.</summary>
    public long PeakSeq { get; set; }
}

/// <summary>How a lease used its time: what another term would have done to it.</summary>
internal sealed class TermRow
{
    public int Workspace { get; set; }
    public int Lease { get; set; }
    public required string Queue { get; set; }
    public bool IsPerson { get; set; }
    public long ClaimedAt { get; set; }

    /// <summary>Null until its first act.</summary>
    public long? StartedAt { get; set; }
    public long? EndedAt { get; set; }

    /// <summary>Since when the clock of its term runs; null while it stands, and when it is over.</summary>
    public long? Since { get; set; }

    /// <summary>The longest time without a renewal while the clock ran, in milliseconds.</summary>
    public long LongestMs { get; set; }

    /// <summary>The most quiet renewals in a row.</summary>
    public int MostQuiet { get; set; }
}

/// <summary>How long a review waited.</summary>
internal sealed class ReviewRow
{
    public int Workspace { get; set; }
    public int Review { get; set; }
    public required string Queue { get; set; }
    public long AskedAt { get; set; }

    /// <summary>Null while it is open; left out of what is counted where it was withdrawn or superseded.</summary>
    public long? DecidedAt { get; set; }
}

/// <summary>An event that somebody who was away wants to hear of.</summary>
internal sealed class HappeningRow
{
    public int Workspace { get; set; }
    public long Seq { get; set; }

    /// <summary>Milliseconds since 1970.</summary>
    public long At { get; set; }

    /// <summary><see cref="Happening"/>.</summary>
    public int What { get; set; }

    /// <summary>The queue that it was in then; null for what belongs to none.</summary>
    public string? Queue { get; set; }
}

/// <summary>Something that waits.</summary>
internal sealed class WaitingRow
{
    public int Workspace { get; set; }

    /// <summary><see cref="WaitCause"/>.</summary>
    public int Cause { get; set; }

    /// <summary>Its id.</summary>
    public required string Key { get; set; }

    /// <summary>The queue that it was in when it began to wait; empty for what belongs to none.</summary>
    public required string Queue { get; set; }
    public required string Kind { get; set; }

    /// <summary>Since when, in milliseconds since 1970.</summary>
    public long At { get; set; }
}

/// <summary>How long work waited within a stretch of time, and how much came and went.</summary>
internal sealed class WaitedRow
{
    public int Workspace { get; set; }

    /// <summary>How many hours the stretch has (<see cref="WaitStretch"/>).</summary>
    public long Hours { get; set; }

    /// <summary>The hour since 1970, UTC, with which it begins.</summary>
    public long Stretch { get; set; }
    public required string Queue { get; set; }
    public int Cause { get; set; }
    public required string Kind { get; set; }
    public long Ms { get; set; }
    public long Come { get; set; }
    public long Gone { get; set; }

    /// <summary>The longest wait that ended within it, from its own beginning, in milliseconds.</summary>
    public long LongestMs { get; set; }
}

/// <summary>What one principal ended the waiting of, within a stretch of time.</summary>
internal sealed class SettledRow
{
    public int Workspace { get; set; }
    public long Hours { get; set; }
    public long Stretch { get; set; }
    public required string Queue { get; set; }

    /// <summary>Number of the principal.</summary>
    public int By { get; set; }
    public int Cause { get; set; }
    public long Count { get; set; }
    public long Ms { get; set; }
}

/// <summary>For <c>dotnet ef migrations add</c> only.</summary>
internal sealed class ProjectionDbDesign : IDesignTimeDbContextFactory<ProjectionDb>
{
    public ProjectionDb CreateDbContext(string[] args) => new(Database.DesignOptions<ProjectionDb>());
}
