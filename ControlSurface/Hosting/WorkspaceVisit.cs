namespace ControlSurface.Hosting;

/// <summary>One request within a workspace, which stays open for as long as the request lasts. A feature of the request.</summary>
internal sealed class WorkspaceVisit(WorkspaceEntry entry, IRequestTarget target) : IDisposable
{
    private int _hasLeft;

    /// <summary>The workspace.</summary>
    internal WorkspaceEntry Entry { get; } = entry;

    /// <summary>Its application.</summary>
    internal IRequestTarget Target { get; } = target;

    internal GateVerdict Verdict { get; set; }

    /// <summary>The number of the caller's session in this workspace; null where they came with a key, or as nobody.</summary>
    internal int? Session { get; set; }

    /// <summary>Where a caller belongs who does not belong to this workspace, the first: <c>/w/NAME/</c>; null else.</summary>
    internal string? Home { get; set; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
            Entry.Leave();
    }
}
