using System.Collections.Concurrent;

namespace ControlSurface.Live;

/// <summary>
/// The threads that draw pages, for all workspaces of the process. They are not the pool's: a thousand pages that are drawn one after
/// another would hold all of its threads for most of a second, and commands, which need one for a moment, would wait until then. Safe
/// from any thread.
/// </summary>
internal sealed class DrawingThreads
{
    private readonly BlockingCollection<Action> _waiting = [];

    private DrawingThreads(int count)
    {
        for (var k = 0; k < count; k++)
            new Thread(DrawAll) { IsBackground = true, Name = "pages: draw" }.Start();
    }

    /// <summary>The threads of this process, started when the first page is drawn.</summary>
    internal static DrawingThreads Shared { get; } = new(Math.Clamp(Environment.ProcessorCount, 1, 4));

    /// <summary>Draws on one of the threads, after what was posted before.</summary>
    /// <param name="draw">Must not throw.</param>
    internal void Post(Action draw) => _waiting.Add(draw);

    private void DrawAll()
    {
        foreach (var draw in _waiting.GetConsumingEnumerable())
            draw();
    }
}
