using System.Runtime.ExceptionServices;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

// Snapshots: made and saved on a thread of the pool, because both take long in a big workspace.
public sealed partial class Engine
{
    // A snapshot costs as much as the items in it. With more of them there are as many more events between two.
    private const int ItemsPerInterval = 50_000;
    private long _lastSnapshot;
    private long _itemsInSnapshot;
    private Task<Exception?>? _snapshot;

    /// <summary>Begins the next snapshot where one is due. Called once a second by whoever keeps house.</summary>
    /// <exception cref="Exception">Nobody knows what is on disk, or another writer appended, when the last one was saved.</exception>
    private void KeepSnapshot()
    {
        if (_snapshot is { IsCompleted: true })
            EndSnapshot();
        else if (_snapshot is null && Picture.Seq - _lastSnapshot >= EventsBetweenSnapshots)
        {
            var state = Picture.Read(at => at.ToState());
            (_lastSnapshot, _itemsInSnapshot) = (state.Seq, state.Items.Count);
            _snapshot = Task.Run(() => TrySave(state));
        }
    }

    private long EventsBetweenSnapshots =>
        Math.Max(
            _options.SnapshotEvery,
            (long)Math.Min(long.MaxValue, (double)_options.SnapshotEvery * _itemsInSnapshot / ItemsPerInterval)
        );

    // Waits for the one that is being made.
    private void EndSnapshot()
    {
        if (_snapshot is not { } made)
            return;
        _snapshot = null;
#pragma warning disable RS0030 // Who keeps house is not asynchronous, and mostly the task has completed.
        var failure = made.GetAwaiter().GetResult();
#pragma warning restore RS0030
        // Whether the journal can be written is the mark's to find out. The next snapshot comes after as many events again.
        if (failure is JournalRefusedException refused)
            LastRefusal = refused.Message;
        else if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Makes and saves a snapshot. Returns what the journal threw; a bug in making it is told, and costs only the snapshot.</summary>
    private Exception? TrySave(WorkspaceState state)
    {
        Snapshot made;
        try
        {
            made = MakeSnapshot(state);
        }
        catch (Exception bug)
        {
            Tell("snapshot", command: null, by: null, bug);
            return null;
        }
        try
        {
            _journal.Save(made);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private static Snapshot MakeSnapshot(WorkspaceState state)
    {
        var bytes = StateJson.Write(state);
        return new Snapshot(state.Seq, Digest.Of(bytes), bytes);
    }
}
