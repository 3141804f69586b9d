using ControlSurface.Core.Runs;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Claims and leases: ending a run.</summary>
internal static class RunEndpoints
{
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        new()
        {
            Id = "endRun",
            Method = "POST",
            Pattern = "/runs/{run}/end",
            Verb = Verb.EndRun,
            Tag = "Runs",
            Summary = "Releases everything that the run holds, at once; checkpoints are kept.",
            Body = ApiJson.Of<EndRunRequest>(),
            Replies = [new(200, Answers.Run, "Ended, with the leases that it held.")],
            Handle = call => call.SendAsync(ApiJson.Of<EndRunRequest>(), static (c, b) => End(c, b)),
        },
    ];

    private static RunCommand.End End(ApiCall call, EndRunRequest b)
    {
        PrincipalId? principal = null;
        if (b.Principal is { } named)
        {
            if (PrincipalId.TryParse(named, out var id))
                principal = id;
            else
                call.Faults.Add("principal", "must be the id of a principal");
        }
        return new RunCommand.End(call.Route("run"), b.Outcome, b.Why, principal);
    }
}
