using ControlSurface.Storage.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.EntityFrameworkCore.ValueGeneration;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// The tables in PostgreSQL, in the schema <c>controlsurface</c>: all workspaces of a database share them. The hot path writes them
/// through statements of its own (<see cref="PostgresJournal"/>); their shape is decided here alone, and changed by migrations. Rows of who
/// may call and of the outbox are read and changed through the context, which sees those of one workspace alone.
/// </summary>
internal sealed class PostgresDb(DbContextOptions<PostgresDb> options, Guid workspace = default) : DbContext(options)
{
    /// <summary>The column that says whose a row is that knows nothing of workspaces itself.</summary>
    private const string Workspace = "Workspace";
    private readonly Guid _workspace = workspace;

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
        MapShared(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
            property.ValueGenerated = ValueGenerated.Never;
        MapAccess(modelBuilder);
        MapOutbox(modelBuilder);
        ColumnNames.Apply(modelBuilder);
    }

    private static void MapShared(ModelBuilder model)
    {
        model.Entity<NameRow>(row =>
        {
            row.ToTable("names").HasKey(r => r.Workspace);
            row.HasIndex(r => r.Name, "names_by_name").IsUnique();
            row.HasIndex(r => r.IsFirst, "names_first").IsUnique().HasFilter("is_first");
        });
        model.Entity<CounterRow>(row => row.ToTable("counters").HasKey(r => new { r.Workspace, r.Name }));
        model.Entity<SecretRow>(row => row.ToTable("secrets").HasKey(r => new { r.Workspace, r.Name }));
        model.Entity<ProtectionKeyRow>(row => row.ToTable("protection_keys").HasKey(r => new { r.Workspace, r.Name }));
    }

    private void MapAccess(ModelBuilder model)
    {
        model.Entity<PrincipalRow>(row =>
        {
            OfWorkspace(row, AccessTables.Principals, nameof(PrincipalRow.Id));
            row.HasIndex([Workspace, nameof(PrincipalRow.Name)], "principals_by_name").IsUnique();
            row.HasIndex([Workspace, nameof(PrincipalRow.Person)], "principals_by_person").IsUnique();
        });
        model.Entity<KeyRow>(row =>
        {
            OfWorkspace(row, AccessTables.Keys, nameof(KeyRow.Id));
            row.HasIndex([Workspace, nameof(KeyRow.Hash)], "keys_by_hash").IsUnique();
            row.HasIndex([Workspace, nameof(KeyRow.Principal)], "keys_by_principal");
        });
        model.Entity<SessionRow>(row =>
        {
            OfWorkspace(row, AccessTables.Sessions, nameof(SessionRow.Id));
            row.HasIndex([Workspace, nameof(SessionRow.Hash)], "sessions_by_hash").IsUnique();
            row.HasIndex([Workspace, nameof(SessionRow.Parent)], "sessions_by_parent").IsUnique();
            row.HasIndex([Workspace, nameof(SessionRow.Principal)], "sessions_by_principal");
        });
        model.Entity<SignInLinkRow>(row => OfWorkspace(row, AccessTables.Links, nameof(SignInLinkRow.Hash)));
    }

    private void MapOutbox(ModelBuilder model)
    {
        model.Entity<PositionRow>(row => OfWorkspace(row, OutboxTables.Positions, nameof(PositionRow.Webhook)));
        model.Entity<DeliveryRow>(row =>
        {
            OfWorkspace(row, OutboxTables.Deliveries, nameof(DeliveryRow.Id));
            row.HasIndex([Workspace, nameof(DeliveryRow.Webhook), nameof(DeliveryRow.Id)], "deliveries_by_webhook");
            row.HasIndex([Workspace, nameof(DeliveryRow.DueAt)], "deliveries_due").HasFilter("due_at is not null");
        });
    }

    // Every row of such a table has the workspace in its key; queries see those of one, and what is added becomes its.
    private void OfWorkspace<T>(EntityTypeBuilder<T> row, string table, string key)
        where T : class
    {
        row.ToTable(table);
        row.Property<Guid>(Workspace).HasValueGenerator<WorkspaceOfContext>().ValueGeneratedOnAdd();
        row.Property(key).ValueGeneratedNever();
        row.HasKey(Workspace, key);
        // A text of PostgreSQL cannot hold every character that JSON may bring.
        foreach (var text in row.Metadata.GetProperties().Where(p => p.ClrType == typeof(string)))
            text.SetValueConverter(new ValueConverter<string, string>(v => PostgresText.Of(v), v => v));
        row.HasQueryFilter(r => EF.Property<Guid>(r, Workspace) == _workspace);
    }

    private sealed class WorkspaceOfContext : ValueGenerator<Guid>
    {
        public override bool GeneratesTemporaryValues => false;

        public override Guid Next(EntityEntry entry) => ((PostgresDb)entry.Context)._workspace;
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

    /// <summary>Nothing was under way when it was closed. Opening it ends that.</summary>
    public bool IsIdle { get; set; }
}

/// <summary>
/// What a workspace is called. A workspace is one of the server's from the moment on at which it has a name, and which machine made it
/// does not matter.
/// </summary>
internal sealed class NameRow
{
    public Guid Workspace { get; set; }
    public string Name { get; set; } = "";

    /// <summary>The first workspace, of which there is one.</summary>
    public bool IsFirst { get; set; }
}

/// <summary>
/// A number that only grows. Under the word of tables (<c>access</c>) it counts their changes: each change takes this row first, so that
/// changes of one workspace are one after the other. Under the name of a table it is the last number that a row was given.
/// </summary>
internal sealed class CounterRow
{
    public Guid Workspace { get; set; }
    public string Name { get; set; } = "";
    public long Value { get; set; }
}

/// <summary>A secret, protected by a key of <see cref="ProtectionKeyRow"/>.</summary>
internal sealed class SecretRow
{
    public Guid Workspace { get; set; }
    public string Name { get; set; } = "";
    public byte[] Data { get; set; } = [];
}

/// <summary>A key of the framework's data protection, as it writes it.</summary>
internal sealed class ProtectionKeyRow
{
    public Guid Workspace { get; set; }
    public string Name { get; set; } = "";
    public string Xml { get; set; } = "";
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
