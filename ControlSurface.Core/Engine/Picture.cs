using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// The committed state: a workspace that follows only what is on disk (DESIGN.md). Everything outside the engine reads it, under one
/// short lock. Safe from any thread.
/// </summary>
public sealed class Picture
{
    private readonly Lock _lock = new();
    private readonly Workspace _workspace;

    /// <summary>A picture of a state that is on disk.</summary>
    /// <param name="workspace">Belongs to the picture from now on: nothing else may read or evolve it.</param>
    public Picture(Workspace workspace) => _workspace = workspace;

    /// <summary>Seq of the last committed event.</summary>
    public long Seq
    {
        get
        {
            lock (_lock)
                return _workspace.Seq;
        }
    }

    /// <summary>
    /// Reads under the lock.
    /// </summary>
    /// <param name="look">
    /// Must be short and return values. A lazy sequence over the workspace must not escape: it would be read while the next commit
    /// changes the workspace.
    /// </param>
    public T Read<T>(Func<Workspace, T> look)
    {
        lock (_lock)
            return look(_workspace);
    }

    /// <summary>Evolves the picture by a batch that is on disk.</summary>
    /// <param name="records">The engine's item record after each event, shared instead of made again; null for none.</param>
    internal void Follow(IReadOnlyList<Recorded> committed, IReadOnlyList<Items.Item?> records)
    {
        lock (_lock)
        {
            for (var k = 0; k < committed.Count; k++)
                _workspace.Evolve(committed[k], records[k]);
        }
    }
}
