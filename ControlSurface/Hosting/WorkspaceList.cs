using System.Collections.Concurrent;
using System.Data.Common;
using ControlSurface.Access;
using ControlSurface.Storage;

namespace ControlSurface.Hosting;

/// <summary>
/// The workspaces that the process knows. The command line, or another machine, makes others beside it: <see cref="Look"/> finds them. Safe
/// from any thread.
/// </summary>
/// <param name="take">Opens who may call in a workspace: its name, and its folder.</param>
internal sealed class WorkspaceList(
    WorkspaceFolders folders,
    WorkspaceEntry first,
    Func<string, string, WorkspaceEntry> take,
    TimeProvider clock
)
{
    // A folder is made first and is a workspace when its marker is written, an instant later: until then each look looks again. One
    // that never becomes a workspace, or that cannot be opened, costs a look now and then.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Lazy<WorkspaceEntry?>> _taking = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Fault> _faults = new(StringComparer.Ordinal);
    private volatile WorkspaceEntry[] _all = [first];
    private Seen _seen;

    internal ILogger? Log { get; set; }

    /// <summary>The first and the others, in alphabetical order.</summary>
    internal IReadOnlyList<WorkspaceEntry> All => _all;

    /// <summary>How often the folders were gone through.</summary>
    internal int Looks { get; private set; }

    /// <summary>The workspace of that name, if it is known.</summary>
    internal WorkspaceEntry? Find(string name)
    {
        foreach (var entry in _all)
        {
            if (entry.Name == name)
                return entry;
        }
        return null;
    }

    /// <summary>Takes in what is new on disk or in the database. Costs one question to each where nothing is.</summary>
    /// <param name="always">Goes through the folders whether or not anything seems new.</param>
    internal void Look(bool always = false)
    {
        try
        {
            always |= folders.TakeInShared(TimeProvider.System.GetTimestamp());
            var root = new DirectoryInfo(folders.Root);
            if (root.Exists && (always || IsDue(root.LastWriteTimeUtc)))
                GoThrough(root.LastWriteTimeUtc);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or DbException or DataFolderException)
        {
            // Those that are known go on.
            Tell("workspaces", failure);
        }
    }

    private bool IsDue(DateTime writtenAt)
    {
        lock (_lock)
        {
            if (_seen.WrittenAt != writtenAt)
                return true;
            return !_seen.IsSettled
                && (clock.GetElapsedTime(_seen.ChangedAt) < Fresh || clock.GetElapsedTime(_seen.LookedAt) >= Again);
        }
    }

    private void GoThrough(DateTime writtenAt)
    {
        // The time of a folder is coarse: what is made right now may not move it once more.
        var isSettled = TimeProvider.System.GetUtcNow().UtcDateTime - writtenAt > TimeSpan.FromSeconds(1);
        foreach (var name in Directory.EnumerateDirectories(folders.Root).Select(path => Path.GetFileName(path)))
        {
            if (Find(name) is null && WorkspaceFolders.Fault(name) is null)
                isSettled &= folders.Has(name) && TryTake(name);
        }
        lock (_lock)
        {
            Looks++;
            var now = clock.GetTimestamp();
            _seen = new Seen(writtenAt, isSettled, _seen.WrittenAt == writtenAt ? _seen.ChangedAt : now, now);
        }
    }

    // Whoever needs the same one at the same time waits for it; nobody who needs another does.
    private bool TryTake(string name)
    {
        lock (_lock)
        {
            if (_faults.TryGetValue(name, out var fault) && clock.GetElapsedTime(fault.At) < Again)
                return false;
        }
        var taking = _taking.GetOrAdd(name, static (name, list) => new(() => list.Take(name)), this);
        var taken = taking.Value is not null;
        _taking.TryRemove(new(name, taking));
        return taken;
    }

    // One workspace that cannot be read takes no other down.
    private WorkspaceEntry? Take(string name)
    {
        if (Find(name) is { } known)
            return known;
        try
        {
            var entry = take(name, folders.Of(name));
            lock (_lock)
            {
                _faults.Remove(name);
                _all = [first, .. _all.Skip(1).Append(entry).OrderBy(e => e.Name, StringComparer.Ordinal)];
            }
            return entry;
        }
        catch (Exception failure)
        {
            Tell(name, failure);
            return null;
        }
    }

    // Once; doctor names it at any time.
    private void Tell(string name, Exception failure)
    {
        bool isNew;
        lock (_lock)
        {
            isNew = !(_faults.TryGetValue(name, out var known) && known.WasTold);
            _faults[name] = new Fault(clock.GetTimestamp(), WasTold: !isNew || Log is not null);
        }
        if (isNew)
            Log?.CouldNotRead(name, failure);
    }

    private readonly record struct Seen(DateTime WrittenAt, bool IsSettled, long ChangedAt, long LookedAt);

    private readonly record struct Fault(long At, bool WasTold);
}

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Error,
        "The workspace {Name} cannot be read and is left out; the others go on. Run doctor."
    )]
    internal static partial void CouldNotRead(this ILogger log, string name, Exception failure);
}
