using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ControlSurface.Hosting;

/// <summary>
/// Ends the process within a second of the moment that it must end: nobody can say what is on disk (DESIGN.md, 3). Its threads wait
/// from the start on, so that a process that is out of threads, memory or time for timers ends too.
/// </summary>
internal sealed class FatalExit : IDisposable
{
    // The answers that are on their way out get a moment.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    // What the runtime does at an exit may hang on what made it necessary.
    private static readonly TimeSpan AtMost = TimeSpan.FromMilliseconds(800);
    private readonly ManualResetEventSlim _isDue = new();
    private volatile bool _isOver;

    internal FatalExit()
    {
        Start("fatal exit", Moment, static () => Environment.Exit(ServerHost.FatalExitCode));
        Start("fatal end", AtMost, End);
    }

    /// <summary>Returns at once; the process is gone within a second.</summary>
    internal void Demand(Exception why)
    {
        _isDue.Set();
        Console.Error.WriteLine($"Stopping: {why.Message} The next start reads what is on disk.");
    }

    public void Dispose()
    {
        // Where it was demanded it stays so.
        if (_isDue.IsSet)
            return;
        _isOver = true;
        _isDue.Set();
    }

    private void Start(string name, TimeSpan after, Action end) =>
        new Thread(() =>
        {
            _isDue.Wait();
            if (_isOver)
                return;
#pragma warning disable RS0030 // The thread is its own, so that the end comes even when the pool has no thread left.
            Thread.Sleep(after);
#pragma warning restore RS0030
            end();
        })
        {
            IsBackground = true,
            Name = name,
            Priority = ThreadPriority.AboveNormal,
        }.Start();

    private static void End()
    {
        if (OperatingSystem.IsWindows())
            Process.GetCurrentProcess().Kill();
        else
            ExitAtOnce(ServerHost.FatalExitCode);
    }

    /// <summary>POSIX <c>_exit</c>: ends the process without running anything more of it.</summary>
    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void ExitAtOnce(int code);
}
