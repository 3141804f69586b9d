using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Storage;
using Microsoft.Data.Sqlite;

namespace Server.Tests.Storage;

/// <summary>A real data folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "controlsurface-" + System.IO.Path.GetRandomFileName());

    /// <summary>Runs statements on the file with nobody else having it open, as somebody with a tool would.</summary>
    internal void Tamper(string sql, string file = "journal.db")
    {
        using var connection = Database.Open(System.IO.Path.Combine(Path, file), DatabaseAccess.ReadWrite);
        connection.Execute(sql);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}

internal static class Batches
{
    internal static readonly DateTimeOffset T0 = new(2026, 5, 4, 9, 30, 0, TimeSpan.Zero);
    internal static readonly PrincipalId Ann = new(4);

    internal static JournalBatch Of(long follows, params Event[] events) =>
        new(
            follows,
            [.. events.Select((e, k) => new Recorded(follows + k + 1, T0.AddSeconds(follows + k), Ann, e))],
            [],
            []
        );

    internal static JournalBatch Renewals(long follows, int count) =>
        Of(follows, [.. Enumerable.Range(0, count).Select(k => (Event)Renewal(k + 1))]);

    internal static LeaseEvent.Renewed Renewal(int item) =>
        new(new ItemId(item), new LeaseId(item), T0.AddMinutes(5), 0, new Progress(T0, "step 3 of 5", null));

    internal static ItemEvent.Created Created(int item) =>
        new(new ItemId(item), "crm", ExternalId: null, OpenDependencies: [], WaitsUntil: null)
        {
            Fields = new ItemFields { Title = "Title" },
        };

    internal static Item Settled(
        int item,
        bool completed = true,
        string queue = "crm",
        string title = "Title",
        params string[] labels
    ) =>
        new()
        {
            Id = new ItemId(item),
            Queue = queue,
            Fields = new ItemFields { Title = title, Labels = labels },
            ExternalId = "EXT-" + item,
            CreatedBy = Ann,
            CreatedAt = T0,
            UpdatedAt = T0,
            Seq = 1,
            Settled = new Settlement(completed, Ann, T0, null, null),
            Past =
            [
                new Lease
                {
                    Id = new LeaseId(100 + item),
                    Item = new ItemId(item),
                    Queue = queue,
                    Holder = new Holder(Ann, "Ann", PrincipalKind.Agent, null),
                    Token = 2,
                    State = LeaseState.Ended,
                    ClaimedAt = T0,
                    LeaseSeconds = 300,
                    Policy = LeaseTerms.Of(new QueuePolicy()),
                },
            ],
        };

    internal static JournalBatch Archiving(long follows, params Item[] items) =>
        Of(follows, [.. items.Select(i => (Event)new ItemEvent.Archived(i.Id))]) with
        {
            Archived = items,
        };
}
