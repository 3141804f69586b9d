using ControlSurface.Access;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api.Pipeline;

/// <summary>Waiting within a call, for a claim, a lock or a decision.</summary>
internal static class Waits
{
    /// <summary>
    /// Waits for as long as the caller may. Each wait takes one of the caller's places for waits. It ends within a second of the end
    /// of the caller's key or session, of a change of their rights, and of a pause. Rights may differ after it: look at the scope anew.
    /// </summary>
    /// <param name="wait">Returns when its token is cancelled, or throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>Why the caller may not have what they waited for; null where they may.</returns>
    internal static async Task<Refusal?> RunAsync(ApiCall call, Func<CancellationToken, Task> wait)
    {
        var host = call.Host;
        if (host.Limits.Waits.TryTake(call.Caller.Id, out var place) is { } tooMany)
            return tooMany;
        using var taken = place;
        using var opened = host.Connections.Open(call.Caller.Id, call.Credential, endsWhenPaused: true);
        if (opened is null)
            return new Refusal.Unauthorized("over");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Http.RequestAborted, opened.Ended);
        try
        {
            await wait(either.Token);
        }
        catch (OperationCanceledException) when (opened.Reason is not null)
        {
            // The refusal below says why.
        }
        return opened.Reason switch
        {
            null => null,
            EndReason.PrincipalPaused => host.Engine.Picture.Read(at =>
                at.FindPrincipal(call.Caller.Id) is { } who
                    ? Workspace.PausedRefusal(who)
                    : (Refusal)new Refusal.Unauthorized("over")
            ),
            EndReason.RightsChanged => new Refusal.Unavailable("Your rights changed while this waited."),
            _ => new Refusal.Unauthorized("over"),
        };
    }
}
