using System.Diagnostics;
using System.Text;
using ControlSurface.Hosting;

namespace Server.Tests.Crash;

/// <summary>The server as an operator runs it: a process of its own, that can be killed.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri?> _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildServer(Process process) => _process = process;

    internal Uri Address { get; private set; } = null!; // Set by StartAsync once it listens.

    internal int Id => _process.Id;

    internal bool HasEnded => _process.HasExited;

    internal static string Program => typeof(ServerHost).Assembly.Location;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="shell">What a shell does before the server takes its place, e.g. a limit or a mount.</param>
    /// <param name="settings">What is given beside folder and address; a quiet log where nothing is.</param>
    internal static Task<ChildServer> StartAsync(string folder, string? shell = null, params string[] settings) =>
        ListensAsync(Run(folder, "http://127.0.0.1:0", shell, settings));

    /// <summary>The same by another command, which becomes the server.</summary>
    /// <param name="by">The command with its arguments, e.g. into a namespace.</param>
    internal static Task<ChildServer> StartByAsync(string[] by, string urls, string folder, string[] settings) =>
        ListensAsync(Run(folder, urls, shell: null, settings, by));

    private static async Task<ChildServer> ListensAsync(ChildServer child)
    {
        if (await child._listens.Task.WaitAsync(Patience) is { } address)
        {
            child.Address = address;
            return child;
        }
        var code = await child.ExitAsync();
        throw new InvalidOperationException($"It ended with {code} before it listened: {child.Error}");
    }

    /// <summary>Runs one that is expected not to come up: its exit code and what it said on the error stream.</summary>
    internal static async Task<(int Code, string Error)> FailAsync(
        string folder,
        string? urls = null,
        string? shell = null
    )
    {
        await using var child = Run(folder, urls ?? "http://127.0.0.1:0", shell, []);
        var code = await child.ExitAsync();
        return (code, child.Error);
    }

    /// <summary>The same with the log that an operator has: everything that it said, on both streams.</summary>
    internal static async Task<(int Code, string Said)> FailAloudAsync(string folder, string urls, string? shell = null)
    {
        await using var child = Run(folder, urls, shell, ["--Logging:LogLevel:Default=Information"]);
        var code = await child.ExitAsync();
        return (code, child.Output + child.Error);
    }

    /// <summary>What it said on the output stream so far.</summary>
    internal string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    internal string Error
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>SIGKILL, at this instant.</summary>
    internal Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Starts it and waits for nothing.</summary>
    internal static ChildServer Begin(string folder) => Run(folder, "http://127.0.0.1:0", shell: null, []);

    /// <summary>SIGTERM: asks it to stop.</summary>
    internal void Terminate() => Signal("TERM");

    /// <summary>SIGSTOP: it stands still, as a process does that is swapped out or on a machine that is paused.</summary>
    internal void Freeze() => Signal("STOP");

    /// <summary>SIGCONT: it goes on.</summary>
    internal void Thaw() => Signal("CONT");

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    internal async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static ChildServer Run(string folder, string urls, string? shell, string[] settings, string[]? by = null)
    {
        string[] server =
        [
            "dotnet",
            Program,
            "serve",
            "--urls",
            urls,
            "--data",
            folder,
            .. settings is [] ? ["--Logging:LogLevel:Default=Critical"] : settings,
        ];
        // Each is replaced by the next, so that pid, signals and exit code are the server's; mounts are seen by it alone and
        // are gone with it.
        var apart = Environment.UserName == "root" ? "-m" : "-rm";
        string[] command = shell is null
            ? [.. by ?? [], .. server]
            : ["unshare", apart, "sh", "-c", shell + " && exec \"$@\"", "sh", .. server];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        var child = new ChildServer(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, line) => child.Said(line.Data);
        child._process.ErrorDataReceived += (_, line) =>
        {
            lock (child._error)
                child._error.AppendLine(line.Data);
        };
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    private void Said(string? line)
    {
        const string Listens = "ControlSurface listens on ";
        lock (_output)
            _output.AppendLine(line);
        if (line is null)
            _listens.TrySetResult(null);
        else if (line.StartsWith(Listens, StringComparison.Ordinal))
            _listens.TrySetResult(new Uri(line[Listens.Length..]));
    }
}
