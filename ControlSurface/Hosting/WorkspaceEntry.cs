using System.Diagnostics.CodeAnalysis;
using ControlSurface.Access;
using ControlSurface.Storage;
using ControlSurface.Webhooks;

namespace ControlSurface.Hosting;

/// <summary>
/// One workspace as the process knows it, open or not: its name, its folder, and who may call. <see cref="Host"/> is what serves
/// it while it is open.
/// </summary>
internal sealed class WorkspaceEntry(
    string name,
    string folder,
    bool isFirst,
    IWorkspaceHome home,
    AccessStore access,
    TimeProvider clock
)
{
    private readonly Lock _lock = new();
    private readonly Lazy<HookKeys> _hooks = new(() => HookKeys.Open(home.Secrets));
    private long _leftAt = clock.GetTimestamp();
    private int _visits;
    private TaskCompletionSource? _empty;

    internal string Name { get; } = name;

    /// <summary>Absolute.</summary>
    internal string Folder { get; } = folder;

    /// <summary>The first workspace: also served where an address names none.</summary>
    internal bool IsFirst { get; } = isFirst;

    /// <summary>Its application is the one that listens, and is open for as long as the process. Of several machines none is so.</summary>
    internal bool LivesWithProcess { get; set; } = isFirst;

    /// <summary>Where it keeps what is not in its journal.</summary>
    internal IWorkspaceHome Home { get; } = home;

    /// <summary>Who may call. Open for as long as the process, so that each key is known.</summary>
    internal AccessStore Access { get; } = access;

    /// <summary>The keys with which outside systems sign.</summary>
    internal HookKeys Hooks => _hooks.Value;

    /// <summary>Where its pages begin: <c>/w/NAME/</c>, and <c>/</c> for the first.</summary>
    internal string Address => IsFirst ? "/" : $"/w/{Name}/";

    /// <summary>One at a time opens or closes it.</summary>
    internal SemaphoreSlim Turn { get; } = new(1);

    /// <summary>When opening it failed last, as a timestamp of the clock; null where it did not. Who has the <see cref="Turn"/> uses it.</summary>
    internal long? FailedAt { get; set; }

    /// <summary>What serves it; null while it is closed.</summary>
    internal WorkspaceHost? Host { get; private set; }

    /// <summary>How many requests are within it: circuits, streams, waits and hub connections are among them.</summary>
    internal int Visits
    {
        get
        {
            lock (_lock)
                return _visits;
        }
    }

    internal void Opened(WorkspaceHost host)
    {
        lock (_lock)
        {
            Host = host;
            _leftAt = clock.GetTimestamp();
        }
    }

    /// <summary>A visit, if it is open.</summary>
    internal WorkspaceVisit? TryEnter()
    {
        lock (_lock)
        {
            if (Host?.Target is not { } target)
                return null;
            _visits++;
            return new WorkspaceVisit(this, target);
        }
    }

    internal void Leave()
    {
        lock (_lock)
        {
            _visits--;
            _leftAt = clock.GetTimestamp();
            if (_visits > 0)
                return;
            _empty?.SetResult();
            _empty = null;
        }
    }

    /// <summary>Completes once nobody is within.</summary>
    internal Task EmptyAsync()
    {
        lock (_lock)
        {
            return _visits == 0
                ? Task.CompletedTask
                : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Whether nobody is within it, or was for so long.</summary>
    internal bool IsEmptyFor(TimeSpan time)
    {
        lock (_lock)
            return _visits == 0 && clock.GetElapsedTime(_leftAt) >= time;
    }

    /// <summary>Lets nobody in any more, unless somebody is within or was a moment ago: what they began may need it open.</summary>
    /// <param name="emptyFor">How long nobody must have been within; null to shut it whoever is.</param>
    internal bool TryShut(TimeSpan? emptyFor, [NotNullWhen(true)] out WorkspaceHost? host)
    {
        lock (_lock)
        {
            host = Host;
            if (host is null || (emptyFor is { } time && !IsEmptyFor(time)))
                return false;
            Host = null;
            return true;
        }
    }
}
