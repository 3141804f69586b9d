using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Diagnostics.NETCore.Client;

namespace Benchmarks;

/// <summary>A server in a process and a folder of its own; both go when it is disposed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly string _manager;

    // One key drives as much as the machine gives: what a principal's share is has a benchmark of its own.
    internal static readonly string[] NoLimit =
    [
        "--ControlSurface:Limits:RequestsPerSecond=1000000",
        "--ControlSurface:Limits:RequestBurst=1000000",
    ];

    private ServerProcess(Process process, string folder, Uri address)
    {
        _process = process;
        _folder = folder;
        Address = address;
        _manager = AddKey("manager", "person", "manager");
    }

    internal Uri Address { get; }

    /// <summary>The data folder; it goes when this is disposed.</summary>
    internal string Folder => _folder;

    /// <summary>Processor time that the server has used since it was started.</summary>
    internal TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes that live objects take: a collection of everything is forced first, or what is long dead counts too.</summary>
    internal long LiveHeap
    {
        get
        {
            var before = Metric("dotnet_gc_collections_total{", "gen2");
            var collect = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x80_0000);
            using var session = new DiagnosticsClient(_process.Id).StartEventPipeSession(
                collect,
                requestRundown: false
            );
            var read = session.EventStream.CopyToAsync(Stream.Null);
            var since = Stopwatch.GetTimestamp();
            while (Metric("dotnet_gc_collections_total{", "gen2") <= before)
            {
                if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
                    throw new TimeoutException("The server did not collect its whole heap within 30 s.");
                Thread.Sleep(100);
            }
            session.Stop();
            read.GetAwaiter().GetResult();
            return (long)Metric("dotnet_gc_last_collection_heap_size_bytes{");
        }
    }

    /// <summary>The time in which all of its threads stood still for the collector.</summary>
    internal TimeSpan Paused => TimeSpan.FromSeconds(Metric("dotnet_gc_pause_time_seconds_total{"));

    /// <summary>The sum of a metric over its series whose line contains <paramref name="word"/>.</summary>
    private double Metric(string name, string word = "")
    {
        using var http = new HttpClient();
        var lines = http.GetStringAsync(new Uri(Address, "/metrics")).GetAwaiter().GetResult().Split('\n');
        return lines
            .Where(line =>
                line.StartsWith(name, StringComparison.Ordinal) && line.Contains(word, StringComparison.Ordinal)
            )
            .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <param name="settings">On the command line, such as <c>--ControlSurface:Limits:Streams=10</c>.</param>
    internal static ServerProcess Start(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("controlsurface-bench-").FullName;
        var address = new Uri("http://127.0.0.1:" + FreePorts.Next().ToString(CultureInfo.InvariantCulture));
        var process = Process.Start(
            Launch([
                "serve",
                "--data",
                folder,
                "--urls",
                address.ToString(),
                .. settings.Length > 0 ? settings : NoLimit,
            ])
        )!;
        if (IsReady(address))
            return new ServerProcess(process, folder, address);
        process.Kill();
        throw new InvalidOperationException("The server did not become ready within 30 s.");
    }

    /// <summary>Waits until a server that was started answers, for up to 30 s.</summary>
    internal static bool IsReady(Uri address)
    {
        using var http = new HttpClient();
        for (var tries = 0; tries < 300; tries++)
        {
            try
            {
                if (http.GetAsync(new Uri(address, "/readyz")).GetAwaiter().GetResult().IsSuccessStatusCode)
                    return true;
            }
            catch (HttpRequestException)
            {
                Thread.Sleep(100);
            }
        }
        return false;
    }

    /// <summary>A key, made by the command line as an operator would.</summary>
    internal string AddKey(string name, string kind, string? role = null)
    {
        var launch = Launch("keys", "add", "--name", name, "--kind", kind, "--role", role ?? kind, "--data", _folder);
        launch.RedirectStandardOutput = true;
        using var process = Process.Start(launch)!;
        var key = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return key;
    }

    internal void MakeQueue(string name, string policy)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _manager);
        using var content = new StringContent(policy, Encoding.UTF8, "application/json");
        using var answer = http.PutAsync(new Uri(Address, "/api/v1/queues/" + name), content).GetAwaiter().GetResult();
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends the server as an operator would, and waits until it has closed its files.</summary>
    internal void Stop()
    {
        using (Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ProcessStartInfo Launch(params string[] args)
    {
        var launch = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = args[0] == "serve" && Environment.GetEnvironmentVariable("SHOW") is null,
        };
        launch.ArgumentList.Add(typeof(ControlSurface.Hosting.ServerHost).Assembly.Location);
        foreach (var arg in args)
            launch.ArgumentList.Add(arg);
        return launch;
    }
}
