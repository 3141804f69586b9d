using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api.Pipeline;

/// <summary>The step of a read: decides whether the caller may ask, and lets the handler look.</summary>
internal static class Reads
{
    /// <summary>The handler's answer, or the refusal of a caller who may not ask.</summary>
    internal static async Task<Answer> AnswerAsync(ApiCall call, Func<ApiCall, Answer> look)
    {
        var (admitted, refusal) = await AdmitAsync(call);
        return refusal is null ? look(admitted) : call.Refuse(refusal);
    }

    /// <summary>The same for a handler that waits or reads from disk.</summary>
    internal static async Task<Answer> AnswerAsync(ApiCall call, Func<ApiCall, Task<Answer>> look)
    {
        var (admitted, refusal) = await AdmitAsync(call);
        return refusal is null ? await look(admitted) : call.Refuse(refusal);
    }

    private static async ValueTask<(ApiCall Admitted, Refusal? Refusal)> AdmitAsync(ApiCall call)
    {
        var engine = call.Host.Engine;
        // Everything that is due by now happens first, so that no answer shows a lease as live that has expired.
        if (engine.Picture.Read(at => at.NextDueAt) <= engine.Now)
            await engine.AskAsync(static (_, _) => true, call.Http.RequestAborted);
        if (engine.Picture.Read(at => at.FindPrincipal(call.Caller.Id)) is not { State: not PrincipalState.Ended } who)
            return (call, new Refusal.Unauthorized("ended"));
        var asks = Permissions.MayAsk(call.Operation.Verb);
        if ((asks & who.Roles) == Roles.None)
            return (call, new Refusal.Forbidden(Permissions.InWords(asks)));
        var admitted = call.By(who);
        return (admitted, admitted.Scope.OutsideOf(call.Operation.Verb));
    }
}
