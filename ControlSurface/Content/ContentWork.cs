namespace ControlSurface.Content;

/// <summary>
/// Where contents are compared, merged and searched: two pieces of such work at a time in the whole process, on threads of the pool. A
/// circuit, a request and the engine wait for it without holding a thread.
/// </summary>
public static class ContentWork
{
    /// <summary>Pieces of work at the same time; the others wait.</summary>
    public const int AtOnce = 2;

    private static readonly SemaphoreSlim Turns = new(AtOnce);

    /// <summary>Does the work once it has its turn.</summary>
    /// <param name="waiting">Ends the wait for a turn; work that began goes on to its end.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken waiting = default) =>
        RunAsync(work, turns: null, waiting);

    /// <summary>The same with other turns than those of the process; null for those.</summary>
    internal static async Task<T> RunAsync<T>(Func<T> work, SemaphoreSlim? turns, CancellationToken waiting)
    {
        turns ??= Turns;
        await turns.WaitAsync(waiting);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            turns.Release();
        }
    }
}
