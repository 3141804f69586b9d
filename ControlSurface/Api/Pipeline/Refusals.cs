using ControlSurface.Core.Artifacts;
using ControlSurface.Live;
using ControlSurface.Wording;

namespace ControlSurface.Api.Pipeline;

/// <summary>Refusals as answers, for the call that was refused.</summary>
internal static class Refusals
{
    private const int MostNamed = 3;

    /// <summary>The problem that a refusal becomes. A collision names who has the thing open: they may be the one to ask.</summary>
    internal static Problem ProblemOf(ApiCall call, Refusal refusal, DateTimeOffset now)
    {
        var problem = ToHttp.From(refusal, call.Host.NameOf, now, call.Site);
        if (refusal is Refusal.OutcomeUnknown && Unknown(call) is { } what)
            return problem with { Detail = what };
        return problem.Status == StatusCodes.Status409Conflict && PresentHere(call) is { } words
            ? problem with
            {
                Detail = $"{problem.Detail} {words}",
            }
            : problem;
    }

    // What the refusal's own sentence promises, a first answer to the same key, holds only where an answer is kept.
    private static string? Unknown(ApiCall call) =>
        call.ChangesAccess && call.Host.Engine.Fatal is null ? RefusalWords.InForce
        : call.ChangesAccess || !IdempotencyKeys.IsNamed(call) ? RefusalWords.UnknownWithoutKey
        : null;

    private static string? PresentHere(ApiCall call)
    {
        var id = call.Http.Request.RouteValues["id"] as string;
        var topic =
            ArtifactId.TryParse(id, out var artifact) ? PresenceBoard.Topic(artifact)
            : (ItemId.TryParse(id, out var named) ? named : call.Target.Item) is { } item ? PresenceBoard.Topic(item)
            : null;
        if (topic is null)
            return null;
        var here = call.Host.Presence.On(topic).Where(p => p.Who != call.Caller.Id).Take(MostNamed).ToList();
        if (here.Count == 0)
            return null;
        var words = here.Select(p =>
            $"{call.Host.NameOf(p.Who)} {(p.Mode == "editing" ? "is editing it" : "has it open")}"
        );
        return string.Join(", ", words) + " now.";
    }
}
