namespace ControlSurface.Hosting;

/// <summary>Knows which machine a workspace is open on (docs/decisions/0045). Safe from any thread.</summary>
internal interface IPlacement
{
    /// <summary>Whether other processes may have workspaces open.</summary>
    bool IsShared { get; }

    /// <summary>Where the workspace is. One that is open nowhere is opened, here or on another machine. Never throws.</summary>
    /// <param name="gone">Ends the wait, not the opening: the place is unknown then.</param>
    /// <param name="isForwarded">Another machine asks, which can ask the others by itself: one that leaves only says what it has.</param>
    ValueTask<Place> FindAsync(WorkspaceEntry entry, CancellationToken gone, bool isForwarded = false);

    /// <summary>Whether this process may open the workspace now. Whoever asks holds the entry's turn.</summary>
    bool MayOpen(WorkspaceEntry entry);

    /// <summary>The workspace was closed here, since nothing needs it: the next visit may open it on any machine.</summary>
    void Leave(WorkspaceEntry entry);
}

/// <summary>Where a workspace is. The default value means that nobody knows just now, and the caller is to ask again.</summary>
/// <param name="Visit">A visit to it, where it is open in this process.</param>
/// <param name="Machine">The address of the machine that has it, where that is another.</param>
internal readonly record struct Place(WorkspaceVisit? Visit, Uri? Machine = null);

/// <summary>The placement of a process that has all workspaces by itself.</summary>
internal sealed class SingleProcess(WorkspaceKeeper keeper) : IPlacement
{
    public bool IsShared => false;

    public async ValueTask<Place> FindAsync(WorkspaceEntry entry, CancellationToken gone, bool isForwarded = false) =>
        new(await keeper.EnterAsync(entry, gone));

    public bool MayOpen(WorkspaceEntry entry) => true;

    public void Leave(WorkspaceEntry entry) { }
}
