using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

namespace ControlSurface.Live;

/// <summary>
/// Logs what failed in the hub by a fault of ours. What a caller did wrong is said to the caller: SignalR itself logs each refusal with
/// its stack, and so lets anybody fill the log; its own lines are turned off (<see cref="Category"/>).
/// </summary>
internal sealed class HubFaults(ILogger<HubFaults> log) : IHubFilter
{
    /// <summary>What SignalR writes refusals under.</summary>
    internal const string Category = "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher";

    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext,
        Func<HubInvocationContext, ValueTask<object?>> next
    )
    {
        var method = invocationContext.HubMethodName;
        try
        {
            var result = await next(invocationContext).ConfigureAwait(false);
            return result is IAsyncEnumerable<LiveEvent> stream
                ? Watched(stream, method, invocationContext.Context.ConnectionAborted)
                : result;
        }
        catch (Exception fault) when (IsOurs(fault))
        {
            log.HubFailed(method, fault);
            throw;
        }
    }

    // What ends a stream comes while it is read, long after the method has returned.
    private async IAsyncEnumerable<LiveEvent> Watched(
        IAsyncEnumerable<LiveEvent> stream,
        string method,
        CancellationToken gone,
        [EnumeratorCancellation] CancellationToken cancelled = default
    )
    {
        await using var events = stream.GetAsyncEnumerator(cancelled);
        while (true)
        {
            try
            {
                if (!await events.MoveNextAsync().ConfigureAwait(false))
                    yield break;
            }
            catch (Exception fault) when (IsOurs(fault) && !gone.IsCancellationRequested)
            {
                log.HubFailed(method, fault);
                throw;
            }
            yield return events.Current;
        }
    }

    private static bool IsOurs(Exception fault) => fault is not (HubException or OperationCanceledException);
}

internal static partial class HubLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The hub's method {Method} failed.")]
    internal static partial void HubFailed(this ILogger log, string method, Exception fault);
}
