using ControlSurface.Core.Runs;

namespace ControlSurface.Api;

/// <summary>API.md, Claims and leases: ending a run, and reopening it.</summary>
internal static class RunEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [EndRunOperation, ReopenRunOperation];

    private static ApiOperation EndRunOperation =>
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
        };

    private static ApiOperation ReopenRunOperation =>
        new()
        {
            Id = "reopenRun",
            Method = "POST",
            Pattern = "/runs/{run}/reopen",
            Verb = Verb.ReopenRun,
            Tag = "Runs",
            Summary = "Lets a run of the caller's own that was ended start work again; tokens from before stay fenced.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, Answers.ReopenedRun, "Open, with its generation.")],
            Handle = call =>
                call.SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => new RunCommand.Reopen(c.Route("run"))),
        };

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
