using System.Data.Common;
using ControlSurface.Storage;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Webhooks;

/// <summary>One event on its way to one webhook.</summary>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="DueAt">When it is tried next; null once it is over.</param>
internal sealed record Delivery(
    long Id,
    string Webhook,
    long Seq,
    string Type,
    string State,
    int Attempts,
    DateTimeOffset? DueAt,
    DateTimeOffset MadeAt,
    DateTimeOffset? TriedAt,
    int? Status,
    string? Error
);

/// <summary>What is to be sent to one webhook.</summary>
/// <param name="Position">Up to which seq that is all; null to leave it: what is sent again is no progress.</param>
internal sealed record Owed(string Webhook, IReadOnlyList<(long Seq, string Type)> Events, long? Position);

/// <summary>What is to be sent is written down before it is sent, and crossed out after. Safe from any thread.</summary>
internal sealed class Outbox : IDisposable
{
    private const string Columns = "id, webhook, seq, type, state, attempts, due_at, made_at, tried_at, status, error";
    private readonly Lock _lock = new();
    private readonly ITables _tables;

    private Outbox(ITables tables) => _tables = tables;

    /// <summary>Opens the outbox of a workspace; makes it if need be. The workspace is this process's alone.</summary>
    /// <exception cref="DataFolderException">It cannot be used; the message says what to do.</exception>
    internal static Outbox Open(IWorkspaceHome home)
    {
        try
        {
            return new Outbox(home.Open(OutboxDb.File));
        }
        catch (DbException failure)
        {
            throw new DataFolderException(
                $"{home.Where(OutboxDb.File)} cannot be used: {failure.Message} {home.Mend} It may be moved away while the server is stopped: "
                    + "each webhook is then told again of every event since it was created, under the same webhook-id.",
                failure
            );
        }
    }

    /// <summary>For <c>doctor</c>: up to which seq there are deliveries, and states of deliveries that there are not.</summary>
    internal static (long Ahead, IReadOnlyList<string> States) Examine(ITables tables) =>
        tables.Read(t =>
            (
                Math.Max(
                    t.Number($"select max(seq) from {Positions(t)}") ?? 0,
                    t.Number($"select max(seq) from {Deliveries(t)}") ?? 0
                ),
                (IReadOnlyList<string>)
                    t.Rows(
                        $"select distinct state from {Deliveries(t)} and state not in ('waiting', 'delivered', 'failed')",
                        row => row.GetString(0)
                    )
            )
        );

    /// <summary>Up to which seq the webhook's deliveries have been made out; null where none ever was.</summary>
    internal long? PositionOf(string webhook) => Read(t => PositionOf(t, webhook));

    private static long? PositionOf(TableStatements t, string webhook) =>
        t.Number($"select seq from {Positions(t)} and webhook = @w", ("@w", webhook));

    /// <summary>No webhook is further than the journal.</summary>
    internal void PutBack(string webhook, long end) =>
        Write(t =>
            t.Execute(
                $"update {t.Table(OutboxTables.Positions)} set seq = @end where {t.Own} and webhook = @w and seq > @end",
                ("@w", webhook),
                ("@end", end)
            )
        );

    /// <summary>Makes deliveries out, and says how far that is, in one write for all of them.</summary>
    internal void Add(IReadOnlyList<Owed> all, DateTimeOffset now) =>
        Write(t =>
        {
            // First, since it is the lock: of two processes one makes out what the other one has not.
            var next = t.NextNumbers(OutboxTables.Deliveries, all.Sum(owed => owed.Events.Count));
            foreach (var owed in all)
            {
                Add(t, owed, now, next);
                next += owed.Events.Count;
            }
            return true;
        });

    private static void Add(TableStatements t, Owed owed, DateTimeOffset now, long? next)
    {
        // Whoever had the workspace open before may have made some out since this process read how far that was.
        var done = owed.Position is null ? null : PositionOf(t, owed.Webhook);
        foreach (var (seq, type) in owed.Events)
        {
            if (!(seq <= done))
                t.Execute(
                    $"insert into {t.Table(OutboxTables.Deliveries)} ({t.OwnColumn}id, webhook, seq, type, state, attempts, due_at, made_at) "
                        + $"values ({t.OwnValue}@id, @w, @seq, @type, 'waiting', 0, @now, @now)",
                    ("@id", next),
                    ("@w", owed.Webhook),
                    ("@seq", seq),
                    ("@type", type),
                    ("@now", now.ToUnixTimeMilliseconds())
                );
            next++;
        }
        if (owed.Position is { } reached && !(reached <= done))
            t.Execute(
                $"insert into {t.Table(OutboxTables.Positions)} ({t.OwnColumn}webhook, seq) values ({t.OwnValue}@w, @seq) "
                    + $"on conflict ({t.OwnColumn}webhook) do update set seq = excluded.seq",
                ("@w", owed.Webhook),
                ("@seq", reached)
            );
    }

    /// <summary>What is due of one webhook, the longest due first, at most so many.</summary>
    internal IReadOnlyList<Delivery> Due(string webhook, DateTimeOffset now, int most) =>
        Read(t =>
            t.Rows(
                $"select {Columns} from {Deliveries(t)} and due_at <= @now and webhook = @w order by due_at, id limit @most",
                Read,
                ("@now", now.ToUnixTimeMilliseconds()),
                ("@w", webhook),
                ("@most", most)
            )
        );

    /// <summary>Webhooks that something is due of, at most so many.</summary>
    /// <param name="but">Without these.</param>
    internal IReadOnlyList<string> WithDue(DateTimeOffset now, Predicate<string> but, int most) =>
        [
            .. Read(t =>
                    t.Rows(
                        $"select distinct webhook from {Deliveries(t)} and due_at <= @now",
                        row => row.GetString(0),
                        ("@now", now.ToUnixTimeMilliseconds())
                    )
                )
                .Where(webhook => !but(webhook))
                .Take(most),
        ];

    /// <summary>When the next delivery is due; null for none.</summary>
    /// <param name="but">Not of these.</param>
    internal DateTimeOffset? NextDue(Predicate<string> but) =>
        At(
            Read(t =>
                    t.Rows(
                        $"select webhook, min(due_at) from {Deliveries(t)} and due_at is not null group by webhook",
                        row => (Webhook: row.GetString(0), At: row.GetInt64(1))
                    )
                )
                .Where(due => !but(due.Webhook))
                .Select(due => (long?)due.At)
                .Min()
        );

    /// <summary>What was held while the webhook was disabled is due again.</summary>
    internal void Resume(string webhook, DateTimeOffset now) =>
        Write(t =>
            t.Execute(
                $"update {t.Table(OutboxTables.Deliveries)} set due_at = @now where {t.Own} and webhook = @w and state = 'waiting' and due_at is null",
                ("@w", webhook),
                ("@now", now.ToUnixTimeMilliseconds())
            )
        );

    /// <summary>Drops what waits of a webhook, as far as it is not asked for any more.</summary>
    /// <param name="isDropped">By an event's type, and when the delivery was made out.</param>
    internal void Drop(string webhook, Func<string, DateTimeOffset, bool> isDropped)
    {
        var waiting = Read(t =>
            t.Rows(
                $"select id, type, made_at from {Deliveries(t)} and webhook = @w and state = 'waiting'",
                row => (Id: row.GetInt64(0), Type: row.GetString(1), MadeAt: row.GetInt64(2)),
                ("@w", webhook)
            )
        );
        foreach (var (id, type, madeAt) in waiting)
        {
            if (isDropped(type, DateTimeOffset.FromUnixTimeMilliseconds(madeAt)))
                Drop(webhook, id);
        }
    }

    /// <summary>What waits of a webhook, by its place in the journal.</summary>
    internal IReadOnlyList<(long Id, long Seq)> Waiting(string webhook) =>
        Read(t =>
            t.Rows(
                $"select id, seq from {Deliveries(t)} and webhook = @w and state = 'waiting' order by seq",
                row => (row.GetInt64(0), row.GetInt64(1)),
                ("@w", webhook)
            )
        );

    /// <summary>Drops one delivery.</summary>
    internal void Drop(string webhook, long id) =>
        Write(t =>
            t.Execute($"delete from {Deliveries(t)} and webhook = @w and id = @id", ("@w", webhook), ("@id", id))
        );

    /// <summary>Whether a delivery is still to be made.</summary>
    internal bool IsWaiting(long id) =>
        Read(t => t.Number($"select 1 from {Deliveries(t)} and id = @id and state = 'waiting'", ("@id", id)))
            is not null;

    /// <summary>What was given up is due again, from the first attempt.</summary>
    /// <returns>How many deliveries that is.</returns>
    internal int RetryFailed(string webhook, DateTimeOffset now) =>
        Write(t =>
            t.Execute(
                $"update {t.Table(OutboxTables.Deliveries)} set state = 'waiting', attempts = 0, due_at = @now where {t.Own} and webhook = @w and state = 'failed'",
                ("@w", webhook),
                ("@now", now.ToUnixTimeMilliseconds())
            )
        );

    /// <summary>Writes down what became of an attempt.</summary>
    internal void Tried(Delivery delivery) =>
        Write(t =>
            t.Execute(
                $"update {t.Table(OutboxTables.Deliveries)} set state = @state, attempts = @attempts, due_at = @due, tried_at = @tried, "
                    + $"status = @status, error = @error where {t.Own} and id = @id",
                ("@id", delivery.Id),
                ("@state", delivery.State),
                ("@attempts", delivery.Attempts),
                ("@due", delivery.DueAt?.ToUnixTimeMilliseconds()),
                ("@tried", delivery.TriedAt?.ToUnixTimeMilliseconds()),
                ("@status", delivery.Status),
                ("@error", delivery.Error)
            )
        );

    /// <summary>The webhook's deliveries, the newest first.</summary>
    /// <param name="state">Only those; null for all.</param>
    /// <param name="before">Only those with a smaller id; null for the newest.</param>
    internal (IReadOnlyList<Delivery> Page, int Total) Of(string webhook, string? state, long? before, int limit) =>
        Read(t =>
        {
            var those =
                $"{Deliveries(t)} and webhook = @w and (cast(@state as text) is null or state = cast(@state as text))";
            var page = t.Rows(
                $"select {Columns} from {those} and id < @before order by id desc limit @limit",
                Read,
                ("@w", webhook),
                ("@state", state),
                ("@before", before ?? long.MaxValue),
                ("@limit", limit)
            );
            return (page, (int)t.Number($"select count(*) from {those}", ("@w", webhook), ("@state", state))!.Value);
        });

    /// <summary>Forgets a webhook that is deleted, and what was delivered before an instant.</summary>
    internal void Forget(IReadOnlyCollection<string> deleted, DateTimeOffset deliveredBefore) =>
        Write(t =>
        {
            foreach (var webhook in deleted)
            {
                t.Execute($"delete from {Deliveries(t)} and webhook = @w", ("@w", webhook));
                t.Execute($"delete from {Positions(t)} and webhook = @w", ("@w", webhook));
            }
            return t.Execute(
                $"delete from {Deliveries(t)} and state = 'delivered' and tried_at < @before",
                ("@before", deliveredBefore.ToUnixTimeMilliseconds())
            );
        });

    /// <summary>Every webhook that something is kept of.</summary>
    internal IReadOnlyList<string> Known() =>
        Read(t => t.Rows($"select webhook from {Positions(t)}", row => row.GetString(0)));

    public void Dispose()
    {
        lock (_lock)
            _tables.Dispose();
    }

    private T Read<T>(Func<TableStatements, T> read)
    {
        lock (_lock)
            return _tables.Read(read);
    }

    private T Write<T>(Func<TableStatements, T> write)
    {
        lock (_lock)
            return _tables.Write(write);
    }

    // To be followed by more conditions.
    private static string Deliveries(TableStatements t) => $"{t.Table(OutboxTables.Deliveries)} where {t.Own}";

    private static string Positions(TableStatements t) => $"{t.Table(OutboxTables.Positions)} where {t.Own}";

    private static Delivery Read(DbDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetString(1),
            row.GetInt64(2),
            row.GetString(3),
            row.GetString(4),
            row.GetInt32(5),
            At(row.NumberAt(6)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
            At(row.NumberAt(8)),
            (int?)row.NumberAt(9),
            row.TextAt(10)
        );

    private static DateTimeOffset? At(long? ms) =>
        ms is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}
