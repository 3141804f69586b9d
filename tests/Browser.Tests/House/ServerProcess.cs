using System.Diagnostics;
using System.Globalization;

namespace Browser.Tests;

/// <summary>The server as it is run: a process of its own on a data folder, which can be stopped, woken, killed and started again.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Greeting = "ControlSurface listens on ";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private readonly IReadOnlyList<string> _arguments;
    private readonly bool _ownsFolder;
    private TaskCompletionSource<string> _link = new();
    private Process _process;

    private ServerProcess(string folder, bool ownsFolder, IReadOnlyList<string> arguments)
    {
        Folder = folder;
        _ownsFolder = ownsFolder;
        _arguments = arguments;
        _process = new Process();
    }

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    /// <summary>Where it listens; the same after a new start.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Starts one on a folder that goes with it, at a port that is free.</summary>
    public static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("controlsurface-browser-").FullName;
        var server = new ServerProcess(folder, ownsFolder: true, arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>The link for the first admin, as the server's last start printed it.</summary>
    public Task<string> FirstLinkAsync() => _link.Task.WaitAsync(StartsWithin);

    /// <summary>Starts it again on what is on disk, at the address that it had.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = AppContext.BaseDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ControlSurface.dll"));
        string[] where = ["--data", Folder, "--urls", Address.GetLeftPart(UriPartial.Authority)];
        foreach (var argument in where.Concat(_arguments))
            start.ArgumentList.Add(argument);
        var listens = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _link = link;
        var said = new List<string>();
        _process.Dispose();
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException(Said()));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Address = await listens.Task.WaitAsync(StartsWithin);

        void Hear(string? line)
        {
            lock (said)
                said.Add(line ?? "");
            if (line?.StartsWith(Greeting, StringComparison.Ordinal) == true)
                listens.TrySetResult(new Uri(line[Greeting.Length..]));
            if (line?.StartsWith("Sign in: ", StringComparison.Ordinal) == true)
                link.TrySetResult(line.Split(' ')[2]);
        }

        string Said()
        {
            lock (said)
                return $"The server ended before it listened: {string.Join('\n', said)}";
        }
    }

    /// <summary>The process stands still: its sockets stay open and nothing answers (SIGSTOP).</summary>
    public Task HaltAsync() => SignalAsync("STOP");

    /// <summary>It goes on where it stood (SIGCONT).</summary>
    public Task WakeAsync() => SignalAsync("CONT");

    /// <summary>Ends it at once, with nothing tidied up (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (_process.HasExited)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
