using ControlSurface.Core.Engine;

namespace ControlSurface.Api.Lines;

/// <summary>
/// The way of one principal's lines to the engine, whichever of their streams they come by: in order, and so many under way at most. Safe
/// from any thread.
/// </summary>
internal sealed class CommandLane(Engine engine) : IDisposable
{
    private readonly SemaphoreSlim _free = new(CommandStream.MostUnderWay);

    /// <summary>Where commands are decided in their order.</summary>
    internal RequestLane Requests { get; } = engine.OpenLane();

    /// <summary>Takes a place for a line, which is free again with <see cref="Leave"/>; false where none is free now.</summary>
    internal bool TryEnter() => _free.Wait(0);

    /// <summary>Waits for a place.</summary>
    internal Task EnterAsync(CancellationToken over) => _free.WaitAsync(over);

    /// <summary>The line is decided, and what was decided is on disk.</summary>
    internal void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();
}
