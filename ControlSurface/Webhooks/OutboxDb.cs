using ControlSurface.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ControlSurface.Webhooks;

/// <summary>
/// The tables of <c>outbox.db</c>: how far each webhook has been told, and what has still to be sent. What is sent is not in it:
/// that is in the journal.
/// </summary>
internal sealed class OutboxDb(DbContextOptions<OutboxDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PositionRow>(row => row.ToTable("positions").HasKey(r => r.Webhook));
        modelBuilder.Entity<DeliveryRow>(row =>
        {
            row.ToTable("deliveries").HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedOnAdd();
            row.HasIndex(r => new { r.Webhook, r.Id }, "deliveries_by_webhook");
            row.HasIndex(r => r.DueAt, "deliveries_due").HasFilter("due_at is not null");
        });
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
                property.SetColumnName(ColumnNames.Of(property.Name));
        }
    }
}

/// <summary>Up to which seq a webhook's deliveries have been made out.</summary>
internal sealed class PositionRow
{
    public required string Webhook { get; set; }
    public long Seq { get; set; }
}

/// <summary>One event on its way to one webhook.</summary>
internal sealed class DeliveryRow
{
    public long Id { get; set; }
    public required string Webhook { get; set; }
    public long Seq { get; set; }
    public required string Type { get; set; }

    /// <summary><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string State { get; set; }
    public int Attempts { get; set; }

    /// <summary>Milliseconds since 1970, UTC, as all instants here; null once it is over.</summary>
    public long? DueAt { get; set; }
    public long MadeAt { get; set; }
    public long? TriedAt { get; set; }

    /// <summary>The status of the last answer; null where none came.</summary>
    public int? Status { get; set; }
    public string? Error { get; set; }
}

/// <summary>For <c>dotnet ef migrations add</c> only.</summary>
internal sealed class OutboxDbDesign : IDesignTimeDbContextFactory<OutboxDb>
{
    public OutboxDb CreateDbContext(string[] args) => new(Database.DesignOptions<OutboxDb>());
}
