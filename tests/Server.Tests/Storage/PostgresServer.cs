using System.Diagnostics;
using Npgsql;
using Server.Tests.Clusters;

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
    private readonly int _port;
    private readonly TestNetwork? _network;
    private readonly Process _watcher;

    private PostgresServer(TestNetwork? network = null)
    {
        _network = network;
        // In a place of its own nothing else has it.
        _port = network is null ? FreePorts.Next() : 5432;
        if (RunsAsRoot)
            Run("chown", "postgres", _folder);
        Run(Path.Combine(_programs, "initdb"), "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C");
        if (network is not null)
            File.AppendAllText(Path.Combine(Data, "pg_hba.conf"), $"host all all {network.Range} trust\n");
        Start();
        _watcher = Watch();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <summary>The one server of this test run; started when it is first asked for.</summary>
    internal static PostgresServer Shared => Started.Value;

    /// <summary>A server for a test that stops it.</summary>
    /// <param name="network">Where it is reached, and nowhere else; null for 127.0.0.1.</param>
    internal static PostgresServer Own(TestNetwork? network = null) => new(network);

    private string Data => Path.Combine(_folder, "data");

    private string Host => _network?.AddressOf(TestNetwork.Database) ?? "127.0.0.1";

    private static bool RunsAsRoot => Environment.UserName == "root";

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    internal string NewDatabase()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        Execute(ConnectionTo("postgres"), $"create database {name}");
        return ConnectionTo(name);
    }

    /// <summary>Makes a database and who owns it, as PostgreSQL's container does.</summary>
    internal void Make(string database, string user)
    {
        Execute(ConnectionTo("postgres"), $"create role {user} superuser login");
        Execute(ConnectionTo("postgres"), $"create database {database} owner {user}");
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
        RunIn(
            _network?.Enter(TestNetwork.Database) ?? [],
            Path.Combine(_programs, "pg_ctl"),
            "-D",
            Data,
            "-w",
            "-l",
            Path.Combine(_folder, "log"),
            "-o",
            $"-p {_port} -c listen_addresses={Host} -c unix_socket_directories= -c max_connections=400 -c shared_buffers=32MB",
            "start"
        );

    /// <summary>Ends the server at once, as a crash does: it recovers when it is started again.</summary>
    internal void Crash() => Run(Path.Combine(_programs, "pg_ctl"), "-D", Data, "-m", "immediate", "stop");

    /// <summary>SIGSTOP: it hears everything and does nothing, as on a machine that is paused.</summary>
    internal void Freeze() => Signal("STOP", Processes());

    /// <summary>SIGCONT: it goes on.</summary>
    internal void Thaw() => Signal("CONT", Processes());

    /// <summary>Ends every session of a database but the one that does so.</summary>
    /// <returns>How many there were.</returns>
    internal static int CutSessions(string connection) =>
        Convert.ToInt32(
            Scalar(
                connection,
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            ),
            System.Globalization.CultureInfo.InvariantCulture
        );

    // The first process, then its children: it makes no more of them while it stands still.
    private IEnumerable<string> Processes()
    {
        var first = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        yield return first;
        foreach (
            var process in Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(p["/proc/".Length]))
        )
        {
            string stat;
            try
            {
                stat = File.ReadAllText(Path.Combine(process, "stat"));
            }
            catch (IOException)
            {
                continue; // It ended meanwhile.
            }
            if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == first)
                yield return Path.GetFileName(process);
        }
    }

    private static void Signal(string name, IEnumerable<string> processes)
    {
        foreach (var process in processes)
        {
            using var kill = Process.Start("kill", [$"-{name}", process]);
            kill.WaitForExit();
        }
    }

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
        $"Host={Host};Port={_port};Username=postgres;Database={database};Timeout=5;Command Timeout=20";

    // PostgreSQL refuses to run as root.
    private static void Run(string program, params string[] arguments) => RunIn([], program, arguments);

    private static void RunIn(string[] place, string program, params string[] arguments)
    {
        string[] own =
            RunsAsRoot && program != "chown"
                ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
                : [];
        string[] command = [.. place, .. own, program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, WorkingDirectory = "/" };
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
