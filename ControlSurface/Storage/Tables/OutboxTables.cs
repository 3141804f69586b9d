using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage.Tables;

/// <summary>
/// The tables of what is owed to webhooks: in <c>outbox.db</c> of a folder, or in a database that many workspaces share. How far each
/// webhook has been told, and what has still to be sent; what is sent is in the journal.
/// </summary>
internal static class OutboxTables
{
    internal const string Positions = "positions";
    internal const string Deliveries = "deliveries";

    /// <summary>All of them.</summary>
    internal static readonly IReadOnlyList<KnownTable> All =
    [
        new(Positions, "webhook"),
        new(Deliveries, "id", IsNumbered: true),
    ];

    /// <summary>The tables of a file, which holds one workspace.</summary>
    internal static void Map(ModelBuilder model)
    {
        model.Entity<PositionRow>(row => row.ToTable(Positions).HasKey(r => r.Webhook));
        model.Entity<DeliveryRow>(row =>
        {
            row.ToTable(Deliveries).HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedOnAdd();
            row.HasIndex(r => new { r.Webhook, r.Id }, "deliveries_by_webhook");
            row.HasIndex(r => r.DueAt, "deliveries_due").HasFilter("due_at is not null");
        });
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
