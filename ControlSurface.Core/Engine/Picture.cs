using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// The committed state: a workspace that only follows what is on disk (DESIGN.md). All reading is done here, under one
/// short lock, as values copied out.
/// </summary>
public sealed class Picture
{
    private readonly Lock _lock = new();
    private readonly Workspace _workspace;

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
    /// Reads under the lock. <paramref name="look"/> must be short and return values: no lazy sequence over the
    /// workspace may escape, or it would be read while the next commit changes it.
    /// </summary>
    public T Read<T>(Func<Workspace, T> look)
    {
        lock (_lock)
            return look(_workspace);
    }

    /// <param name="committed">What is on disk now.</param>
    /// <param name="records">The engine's records after each event, to be shared.</param>
    internal void Follow(IReadOnlyList<Recorded> committed, IReadOnlyList<Items.Item?> records)
    {
        lock (_lock)
        {
            for (var k = 0; k < committed.Count; k++)
                _workspace.Evolve(committed[k], records[k]);
        }
    }
}
