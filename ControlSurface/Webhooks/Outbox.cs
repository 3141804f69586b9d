using System.Data.Common;
using ControlSurface.Storage;
using Microsoft.EntityFrameworkCore;

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

/// <summary><c>outbox.db</c>: what is to be sent is written down before it is sent, and crossed out after. Safe from any thread.</summary>
internal sealed class Outbox : IDisposable
{
    private const string Columns = "id, webhook, seq, type, state, attempts, due_at, made_at, tried_at, status, error";
    private readonly Lock _lock = new();
    private readonly DbConnection _connection;

    private Outbox(DbConnection connection) => _connection = connection;

    /// <summary>Opens the file of a folder; makes it if need be. The folder is this process's alone.</summary>
    /// <exception cref="DataFolderException">It cannot be used; the message says what to do.</exception>
    internal static Outbox Open(string file)
    {
        DbConnection? connection = null;
        try
        {
            connection = Database.Open(file, DatabaseAccess.ReadWriteCreate);
            connection.Execute("pragma journal_mode=wal");
            connection.Execute("pragma synchronous=full");
            Database.Migrate(connection, () => new OutboxDb(Database.Options<OutboxDb>(connection)));
            return new Outbox(connection);
        }
        catch (DbException failure)
        {
            connection?.Dispose();
            throw new DataFolderException(
                $"{file} cannot be used: {failure.Message} Run doctor. It may be moved away while the server is stopped: "
                    + "each webhook is then told again of every event since it was created, under the same webhook-id.",
                failure
            );
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Up to which seq the webhook's deliveries have been made out; null where none ever was.</summary>
    internal long? PositionOf(string webhook)
    {
        lock (_lock)
        {
            using var find = _connection.Command("select seq from positions where webhook = $w", ("$w", webhook));
            return find.ExecuteScalar() as long?;
        }
    }

    /// <summary>Makes deliveries out, and says how far that is, in one write for all of them.</summary>
    internal void Add(IReadOnlyList<Owed> all, DateTimeOffset now)
    {
        lock (_lock)
        {
            _connection.Execute("begin immediate");
            try
            {
                foreach (var owed in all)
                    Add(owed, now);
                _connection.Execute("commit");
            }
            catch
            {
                _connection.Execute("rollback");
                throw;
            }
        }
    }

    private void Add(Owed owed, DateTimeOffset now)
    {
        foreach (var (seq, type) in owed.Events)
        {
            using var add = _connection.Command(
                "insert into deliveries (webhook, seq, type, state, attempts, due_at, made_at) "
                    + "values ($w, $seq, $type, 'waiting', 0, $now, $now)",
                ("$w", owed.Webhook),
                ("$seq", seq),
                ("$type", type),
                ("$now", now.ToUnixTimeMilliseconds())
            );
            add.ExecuteNonQuery();
        }
        if (owed.Position is not { } reached)
            return;
        using var move = _connection.Command(
            "insert into positions (webhook, seq) values ($w, $seq) "
                + "on conflict (webhook) do update set seq = excluded.seq",
            ("$w", owed.Webhook),
            ("$seq", reached)
        );
        move.ExecuteNonQuery();
    }

    /// <summary>What is due of one webhook, the longest due first, at most so many.</summary>
    internal IReadOnlyList<Delivery> Due(string webhook, DateTimeOffset now, int most)
    {
        lock (_lock)
        {
            return _connection.Rows(
                $"select {Columns} from deliveries where due_at <= $now and webhook = $w order by due_at, id limit $most",
                Read,
                ("$now", now.ToUnixTimeMilliseconds()),
                ("$w", webhook),
                ("$most", most)
            );
        }
    }

    /// <summary>Webhooks that something is due of, at most so many.</summary>
    /// <param name="but">Without these.</param>
    internal IReadOnlyList<string> WithDue(DateTimeOffset now, Predicate<string> but, int most)
    {
        lock (_lock)
        {
            return
            [
                .. _connection
                    .Rows(
                        "select distinct webhook from deliveries where due_at <= $now",
                        row => row.GetString(0),
                        ("$now", now.ToUnixTimeMilliseconds())
                    )
                    .Where(webhook => !but(webhook))
                    .Take(most),
            ];
        }
    }

    /// <summary>When the next delivery is due; null for none.</summary>
    /// <param name="but">Not of these.</param>
    internal DateTimeOffset? NextDue(Predicate<string> but)
    {
        lock (_lock)
        {
            var next = _connection
                .Rows(
                    "select webhook, min(due_at) from deliveries where due_at is not null group by webhook",
                    row => (Webhook: row.GetString(0), At: row.GetInt64(1))
                )
                .Where(due => !but(due.Webhook))
                .Select(due => (long?)due.At)
                .Min();
            return At(next);
        }
    }

    /// <summary>What was held while the webhook was disabled is due again.</summary>
    internal void Resume(string webhook, DateTimeOffset now)
    {
        lock (_lock)
        {
            using var update = _connection.Command(
                "update deliveries set due_at = $now where webhook = $w and state = 'waiting' and due_at is null",
                ("$w", webhook),
                ("$now", now.ToUnixTimeMilliseconds())
            );
            update.ExecuteNonQuery();
        }
    }

    /// <summary>Drops what waits of a webhook, as far as it is not asked for any more.</summary>
    /// <param name="isDropped">By an event's type, and when the delivery was made out.</param>
    internal void Drop(string webhook, Func<string, DateTimeOffset, bool> isDropped)
    {
        lock (_lock)
        {
            var waiting = _connection.Rows(
                "select id, type, made_at from deliveries where webhook = $w and state = 'waiting'",
                row => (Id: row.GetInt64(0), Type: row.GetString(1), MadeAt: row.GetInt64(2)),
                ("$w", webhook)
            );
            foreach (var (id, type, madeAt) in waiting)
            {
                if (isDropped(type, DateTimeOffset.FromUnixTimeMilliseconds(madeAt)))
                    Drop(webhook, id);
            }
        }
    }

    /// <summary>What waits of a webhook, by its place in the journal.</summary>
    internal IReadOnlyList<(long Id, long Seq)> Waiting(string webhook)
    {
        lock (_lock)
        {
            return _connection.Rows(
                "select id, seq from deliveries where webhook = $w and state = 'waiting' order by seq",
                row => (row.GetInt64(0), row.GetInt64(1)),
                ("$w", webhook)
            );
        }
    }

    /// <summary>Drops one delivery.</summary>
    internal void Drop(string webhook, long id)
    {
        lock (_lock)
        {
            using var drop = _connection.Command(
                "delete from deliveries where webhook = $w and id = $id",
                ("$w", webhook),
                ("$id", id)
            );
            drop.ExecuteNonQuery();
        }
    }

    /// <summary>Whether a delivery is still to be made.</summary>
    internal bool IsWaiting(long id)
    {
        lock (_lock)
        {
            using var find = _connection.Command(
                "select 1 from deliveries where id = $id and state = 'waiting'",
                ("$id", id)
            );
            return find.ExecuteScalar() is not null;
        }
    }

    /// <summary>What was given up is due again, from the first attempt.</summary>
    /// <returns>How many deliveries that is.</returns>
    internal int RetryFailed(string webhook, DateTimeOffset now)
    {
        lock (_lock)
        {
            using var update = _connection.Command(
                "update deliveries set state = 'waiting', attempts = 0, due_at = $now where webhook = $w and state = 'failed'",
                ("$w", webhook),
                ("$now", now.ToUnixTimeMilliseconds())
            );
            return update.ExecuteNonQuery();
        }
    }

    /// <summary>Writes down what became of an attempt.</summary>
    internal void Tried(Delivery delivery)
    {
        lock (_lock)
        {
            using var update = _connection.Command(
                "update deliveries set state = $state, attempts = $attempts, due_at = $due, tried_at = $tried, "
                    + "status = $status, error = $error where id = $id",
                ("$id", delivery.Id),
                ("$state", delivery.State),
                ("$attempts", delivery.Attempts),
                ("$due", delivery.DueAt?.ToUnixTimeMilliseconds()),
                ("$tried", delivery.TriedAt?.ToUnixTimeMilliseconds()),
                ("$status", delivery.Status),
                ("$error", delivery.Error)
            );
            update.ExecuteNonQuery();
        }
    }

    /// <summary>The webhook's deliveries, the newest first.</summary>
    /// <param name="state">Only those; null for all.</param>
    /// <param name="before">Only those with a smaller id; null for the newest.</param>
    internal (IReadOnlyList<Delivery> Page, int Total) Of(string webhook, string? state, long? before, int limit)
    {
        const string Where = "where webhook = $w and ($state is null or state = $state)";
        lock (_lock)
        {
            var page = _connection.Rows(
                $"select {Columns} from deliveries {Where} and id < $before order by id desc limit $limit",
                Read,
                ("$w", webhook),
                ("$state", state),
                ("$before", before ?? long.MaxValue),
                ("$limit", limit)
            );
            using var count = _connection.Command(
                $"select count(*) from deliveries {Where}",
                ("$w", webhook),
                ("$state", state)
            );
            return (page, Convert.ToInt32(count.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Forgets a webhook that is deleted, and what was delivered before an instant.</summary>
    internal void Forget(IReadOnlyCollection<string> deleted, DateTimeOffset deliveredBefore)
    {
        lock (_lock)
        {
            foreach (var webhook in deleted)
            {
                foreach (var table in (string[])["deliveries", "positions"])
                {
                    using var forget = _connection.Command($"delete from {table} where webhook = $w", ("$w", webhook));
                    forget.ExecuteNonQuery();
                }
            }
            using var old = _connection.Command(
                "delete from deliveries where state = 'delivered' and tried_at < $before",
                ("$before", deliveredBefore.ToUnixTimeMilliseconds())
            );
            old.ExecuteNonQuery();
        }
    }

    /// <summary>Every webhook that something is kept of.</summary>
    internal IReadOnlyList<string> Known()
    {
        lock (_lock)
            return _connection.Rows("select webhook from positions", row => row.GetString(0));
    }

    public void Dispose()
    {
        lock (_lock)
            _connection.Dispose();
    }

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
