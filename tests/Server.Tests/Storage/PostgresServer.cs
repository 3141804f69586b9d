using System.Diagnostics;
using Npgsql;

namespace Server.Tests.Storage;

/// <summary>
/// A PostgreSQL server of the tests' own: a cluster in a temporary folder, on a free port of 127.0.0.1, which ends with the test run.
/// It keeps what it acknowledges (fsync is on), as one in use does.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> Started = new(() => new PostgresServer());
    private static int _databases;
    private readonly string _folder = Directory.CreateTempSubdirectory("cs-postgres-").FullName;
    private readonly string _programs = FindPrograms();
    private readonly int _port = FreePorts.Next();
    private readonly Process _watcher;

    private PostgresServer()
    {
        if (RunsAsRoot)
            Run("chown", "postgres", _folder);
        Run(Path.Combine(_programs, "initdb"), "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C");
        Start();
        _watcher = Watch();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <summary>The one server of this test run; started when it is first asked for.</summary>
    internal static PostgresServer Shared => Started.Value;

    /// <summary>A server for a test that stops it.</summary>
    internal static PostgresServer Own() => new();

    private string Data => Path.Combine(_folder, "data");

    private static bool RunsAsRoot => Environment.UserName == "root";

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    internal string NewDatabase()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        Execute(ConnectionTo("postgres"), $"create database {name}");
        return ConnectionTo(name);
    }

    internal static int Execute(string connection, string sql)
    {
        using var source = NpgsqlDataSource.Create(connection + ";Pooling=false");
        using var command = source.CreateCommand(sql);
        return command.ExecuteNonQuery();
    }

    internal static object? Scalar(string connection, string sql)
    {
        using var source = NpgsqlDataSource.Create(connection + ";Pooling=false");
        using var command = source.CreateCommand(sql);
        return command.ExecuteScalar();
    }

    internal void Start() =>
        Run(
            Path.Combine(_programs, "pg_ctl"),
            "-D",
            Data,
            "-w",
            "-l",
            Path.Combine(_folder, "log"),
            "-o",
            $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400 -c shared_buffers=32MB",
            "start"
        );

    /// <summary>Ends the server at once, as a crash does: it recovers when it is started again.</summary>
    internal void Crash() => Run(Path.Combine(_programs, "pg_ctl"), "-D", Data, "-m", "immediate", "stop");

    public void Dispose()
    {
        if (!Directory.Exists(_folder))
            return;
        try
        {
            if (File.Exists(Path.Combine(Data, "postmaster.pid")))
                Crash();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
            _watcher.StandardInput.Close();
            _watcher.WaitForExit();
            _watcher.Dispose();
        }
    }

    // Reads from this process until that is gone, killed too, and then stops the server and removes its folder.
    private Process Watch() =>
        Process.Start(
            new ProcessStartInfo("setsid")
            {
                UseShellExecute = false,
                WorkingDirectory = "/",
                RedirectStandardInput = true,
                ArgumentList =
                {
                    "sh",
                    "-c",
                    """
                    cat >/dev/null
                    [ -d "$0" ] || exit 0
                    kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")" && sleep 1
                    rm -rf "$0"
                    """,
                    _folder,
                },
            }
        )!;

    private string ConnectionTo(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Timeout=5;Command Timeout=20";

    // PostgreSQL refuses to run as root.
    private static void Run(string program, params string[] arguments)
    {
        var isOwn = RunsAsRoot && program != "chown";
        var start = new ProcessStartInfo(isOwn ? "setpriv" : program)
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        if (isOwn)
            foreach (var argument in (string[])["--reuid=postgres", "--regid=postgres", "--clear-groups", program])
                start.ArgumentList.Add(argument);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Its output goes where the tests' own goes: a server that goes on must not hold a pipe that is read to its end.
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    private static string FindPrograms() =>
        Directory
            .EnumerateDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        ?? throw new InvalidOperationException("PostgreSQL is not installed: run ./test.sh, which installs it.");
}
