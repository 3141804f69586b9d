using System.Diagnostics;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>Secrets of one workspace in the database, with the keys that protect them.</summary>
internal sealed class PostgresSecrets(PostgresSources sources, Guid workspace) : ISecrets
{
    private const string Schema = PostgresDb.Schema;

    // So old what is known of their changes may be: a sender of webhooks may ask often.
    private static readonly long Fresh = Stopwatch.Frequency / 4;

    public string Where(string name) => $"{name} of the workspace {workspace} in PostgreSQL";

    public string Protection => $"the table protection_keys, workspace {workspace}";

    public void KeepKeys(IDataProtectionBuilder protection) =>
        protection.Services.Configure<KeyManagementOptions>(options =>
            options.XmlRepository = new KeyRepository(sources, workspace)
        );

    public bool HasKey(Guid id) =>
        Ask(
            sources,
            connection =>
            {
                using var find = Command(
                    connection,
                    $"select exists (select from {Schema}.protection_keys where workspace = $1 and name = $2)",
                    workspace,
                    $"key-{id}"
                );
                return (bool)find.ExecuteScalar()!;
            }
        );

    public long Version(string name) =>
        sources.Versions.Of(workspace, PostgresVersions.Secrets, Stopwatch.GetTimestamp() - Fresh);

    public byte[]? Read(string name) => Ask(sources, connection => Read(connection, name));

    public byte[]? Update(string name, Func<byte[]?, byte[]?> update) =>
        Ask(sources, connection => Update(connection, name, update));

    private byte[]? Update(NpgsqlConnection connection, string name, Func<byte[]?, byte[]?> update)
    {
        using var transaction = connection.BeginTransaction();
        // The row that counts is the lock: what is read below stays so until the commit.
        using (
            var count = Command(
                connection,
                $"update {Schema}.counters set value = value + 1 where workspace = $1 and name = $2 and value >= 0",
                workspace,
                PostgresVersions.Secrets
            )
        )
        {
            if (count.ExecuteNonQuery() == 0)
                throw new NpgsqlException(
                    $"A move holds the secrets of the workspace {workspace}, or moved them to another storage."
                );
        }
        var before = Read(connection, name);
        if (update(before) is not { } after)
            return before;
        using var write = Command(
            connection,
            $"insert into {Schema}.secrets (workspace, name, data) values ($1, $2, $3) on conflict (workspace, name) do update set data = excluded.data",
            workspace,
            name,
            after
        );
        write.ExecuteNonQuery();
        transaction.Commit();
        return after;
    }

    private byte[]? Read(NpgsqlConnection connection, string name)
    {
        using var find = Command(
            connection,
            $"select data from {Schema}.secrets where workspace = $1 and name = $2",
            workspace,
            name
        );
        return find.ExecuteScalar() as byte[];
    }

    private static T Ask<T>(PostgresSources sources, Func<NpgsqlConnection, T> ask) =>
        LostConnection.Twice(() =>
        {
            using var connection = sources.Tables.OpenConnection();
            return ask(connection);
        });

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }

    // A process that meets a key of another one reads all keys again; the framework sees to that.
    private sealed class KeyRepository(PostgresSources sources, Guid workspace) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => Ask(sources, Read);

        public void StoreElement(XElement element, string friendlyName) =>
            Ask(sources, connection => Write(connection, element, friendlyName));

        private List<XElement> Read(NpgsqlConnection connection)
        {
            using var all = Command(
                connection,
                $"select xml from {Schema}.protection_keys where workspace = $1 order by name",
                workspace
            );
            using var row = all.ExecuteReader();
            var elements = new List<XElement>();
            while (row.Read())
                elements.Add(XElement.Parse(row.GetString(0)));
            return elements;
        }

        private int Write(NpgsqlConnection connection, XElement element, string friendlyName)
        {
            using var add = Command(
                connection,
                $"insert into {Schema}.protection_keys (workspace, name, xml) values ($1, $2, $3) on conflict (workspace, name) do update set xml = excluded.xml",
                workspace,
                friendlyName,
                element.ToString(SaveOptions.DisableFormatting)
            );
            return add.ExecuteNonQuery();
        }
    }
}
