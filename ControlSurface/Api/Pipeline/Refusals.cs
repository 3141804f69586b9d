using ControlSurface.Core.Artifacts;
using ControlSurface.Live;

namespace ControlSurface.Api.Pipeline;

/// <summary>Refusals as answers, for the call that was refused.</summary>
internal static class Refusals
{
    private const int MostNamed = 3;

    /// <summary>The problem that a refusal becomes. A collision names who has the thing open: they may be the one to ask.</summary>
    internal static Problem ProblemOf(ApiCall call, Refusal refusal, DateTimeOffset now)
    {
        var problem = ToHttp.From(refusal, call.Host.NameOf, now, call.Site);
        return problem.Status == StatusCodes.Status409Conflict && PresentHere(call) is { } words
            ? problem with
            {
                Detail = $"{problem.Detail} {words}",
            }
            : problem;
    }

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
