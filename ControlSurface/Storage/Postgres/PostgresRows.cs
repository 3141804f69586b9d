using System.Buffers;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Storage.Journaling;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>The statements that write the rows of one workspace: a server's writes and a copy of a whole journal use the same.</summary>
internal sealed class PostgresRows(Guid workspace)
{
    private const string Schema = PostgresDb.Schema;

    internal void AddBatch(NpgsqlBatch write, BatchRow batch) =>
        PostgresWriter.Add(
            write,
            $"insert into {Schema}.batches (workspace, first, count, at, hash, data) values ($1, $2, $3, $4, $5, $6)",
            workspace,
            batch.First,
            batch.Count,
            batch.At,
            batch.Hash,
            batch.Data
        );

    /// <summary>Adds to the index of events by item.</summary>
    internal void AddItemEvents(NpgsqlBatch write, List<(int Item, long Seq)> entries)
    {
        if (entries.Count > 0)
            PostgresWriter.Add(
                write,
                $"insert into {Schema}.item_events (workspace, item, seq) select $1, item, seq from unnest($2::int[], $3::bigint[]) as e (item, seq)",
                workspace,
                entries.ConvertAll(e => e.Item).ToArray(),
                entries.ConvertAll(e => e.Seq).ToArray()
            );
    }

    /// <summary>Removes items that are brought back, or come again.</summary>
    internal void TakeFromArchive(NpgsqlBatch write, IReadOnlyList<ItemId> items)
    {
        if (items.Count == 0)
            return;
        var numbers = items.Select(id => id.Number).ToArray();
        foreach (var table in (string[])["archive_leases", "archive"])
            PostgresWriter.Add(
                write,
                $"delete from {Schema}.{table} where workspace = $1 and item = any($2)",
                workspace,
                numbers
            );
    }

    internal void AddArchived(NpgsqlBatch write, Item item)
    {
        PostgresWriter.Add(
            write,
            $"insert into {Schema}.archive (workspace, item, queue, external_id, state, labels, search, data) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            workspace,
            item.Id.Number,
            item.Queue,
            item.ExternalId is { } external ? Encoding.UTF8.GetBytes(external) : null,
            WireNames.Of(item.State),
            PostgresText.Of(ArchiveText.Labels(item)),
            PostgresText.Of(ArchiveText.Search(item)),
            ArchivedItem.Pack(item)
        );
        if (item.Past.Count > 0)
            PostgresWriter.Add(
                write,
                $"insert into {Schema}.archive_leases (workspace, lease, item) select $1, lease, $3 from unnest($2::int[]) as l (lease) "
                    + "on conflict (workspace, lease) do update set item = excluded.item",
                workspace,
                item.Past.Select(lease => lease.Id.Number).ToArray(),
                item.Id.Number
            );
    }

    // The same content again changes nothing, but mends bytes that were changed on disk.
    internal void AddContents(NpgsqlBatch write, IReadOnlyList<KeptContent> contents)
    {
        foreach (var kept in contents)
            PostgresWriter.Add(
                write,
                $"insert into {Schema}.contents as c (workspace, hash, type, by, at, bytes) values ($1, $2, $3, $4, $5, $6) "
                    + "on conflict (workspace, hash) do update set bytes = excluded.bytes where c.bytes <> excluded.bytes",
                workspace,
                kept.Content.Hash,
                kept.Content.Type,
                kept.By.Number,
                kept.At.ToUnixTimeMilliseconds(),
                kept.Content.Bytes
            );
    }

    /// <param name="answers">Oldest first: of a key that was used twice the newest counts.</param>
    internal void AddAnswers(NpgsqlBatch write, IReadOnlyList<KeptAnswer> answers)
    {
        if (answers.Count == 0)
            return;
        // A statement may not write one row twice.
        var newest = answers.GroupBy(a => (a.Principal, a.Key)).Select(same => same.Last()).ToList();
        PostgresWriter.Add(
            write,
            $"insert into {Schema}.answers as o (workspace, principal, key, at, data) select $1, a.* from unnest($2::int[], $3::bytea[], $4::bigint[], $5::bytea[]) as a "
                + "on conflict (workspace, principal, key) do update set at = excluded.at, data = excluded.data where o.at <= excluded.at",
            workspace,
            newest.ConvertAll(a => a.Principal.Number).ToArray(),
            newest.ConvertAll(a => Encoding.UTF8.GetBytes(a.Key)).ToArray(),
            newest.ConvertAll(a => a.At.ToUnixTimeMilliseconds()).ToArray(),
            newest.ConvertAll(DataOf).ToArray()
        );
    }

    /// <param name="packed">The state, deflated.</param>
    internal void AddSnapshot(NpgsqlBatch write, Snapshot snapshot, byte[] packed) =>
        PostgresWriter.Add(
            write,
            $"insert into {Schema}.snapshots (workspace, seq, digest, length, state) values ($1, $2, $3, $4, $5) "
                + "on conflict (workspace, seq) do update set digest = excluded.digest, length = excluded.length, state = excluded.state",
            workspace,
            snapshot.Seq,
            snapshot.Digest,
            snapshot.State.Length,
            packed
        );

    private static byte[] DataOf(KeptAnswer answer)
    {
        var data = new ArrayBufferWriter<byte>(256);
        AnswerCodec.Begin(data);
        AnswerCodec.Write(data, answer);
        return data.WrittenSpan.ToArray();
    }
}
