using ControlSurface.Api.Bodies;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>API.md, Runbook, lists, journal, live: one act on many.</summary>
internal static class BulkEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        StartBulkOperation,
        GetBulkOperation,
        StopBulkOperation,
    ];

    private static ApiOperation StartBulkOperation =>
        new()
        {
            Id = "startBulk",
            Method = "POST",
            Pattern = "/bulk",
            Verb = Verb.Bulk,
            Tag = "Bulk",
            Summary = "Does one thing to many: the ids are fixed now, and counted against what was seen.",
            Body = ApiJson.Of<BulkRequest>(),
            Replies = [new(202, ApiJson.Of<BulkBody>(), "Begun; with dryRun, what would become of each.")],
            Codes = ["count_changed"],
            LimitBytes = 512 * 1024,
            Handle = call => call.SendAsync(ApiJson.Of<BulkRequest>(), static (c, b) => Start(c, b)),
        };

    private static ApiOperation GetBulkOperation =>
        new()
        {
            Id = "getBulk",
            Method = "GET",
            Pattern = "/bulk/{id}",
            Verb = Verb.Read,
            Tag = "Bulk",
            Summary = "A job, with what became of each.",
            Replies = [new(200, ApiJson.Of<BulkBody>(), "The job.")],
            Handle = call => call.ReadAsync(Get),
        };

    private static ApiOperation StopBulkOperation =>
        new()
        {
            Id = "stopBulk",
            Method = "POST",
            Pattern = "/bulk/{id}/stop",
            Verb = Verb.Bulk,
            Tag = "Bulk",
            Summary = "Stops a job: what was done stays done, the rest is not touched.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, ApiJson.Of<BulkBody>(), "Stopped, or over already.")],
            Handle = call => call.SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => new BulkCommand.Stop(Id(c))),
        };

    /// <summary>The answer: 202 to what begins, with what would become of each where it is only tried.</summary>
    internal static (int Status, BulkBody Body) BodyOf(ApiCall call, BulkJob job)
    {
        if (call.Operation.Id != "startBulk")
            return (200, BulkBody.From(job));
        return (
            202,
            call.DryRun
                ? BulkBody.From(job, call.Host.Engine.Picture.Read(at => Tried(call, at, job)))
                : BulkBody.From(job)
        );
    }

    // Each by itself on the state as it is: what one does to another is seen only when it is done.
    private static List<BulkResult> Tried(ApiCall call, Workspace at, BulkJob job)
    {
        var now = call.Host.Engine.Now;
        var results = new List<BulkResult>(job.Ids.Count);
        foreach (var id in job.Ids)
        {
            var refusal = at.Decide(job.CommandFor(at, id), call.Caller, now).Refusal;
            results.Add(RefusalWords.ResultOf(id, refusal, at.NameOf, now));
        }
        return results;
    }

    private static BulkId Id(ApiCall call)
    {
        if (!BulkId.TryParse(call.Route("id"), out var id))
            call.Missing("bulk job", call.Route("id"));
        return id;
    }

    private static BulkCommand.Start Start(ApiCall call, BulkRequest b)
    {
        var known = Enum.GetValues<BulkDo>().Where(what => WireNames.Of(what) == b.Do).ToList();
        if (known.Count == 0)
            call.Faults.Add("do", "must be one of " + string.Join(", ", Enum.GetValues<BulkDo>().Select(WireNames.Of)));
        var args = b.Args ?? new BulkArgsRequest();
        return new BulkCommand.Start(
            known.FirstOrDefault(),
            new BulkArgs(args.Add, args.Remove, args.Priority, args.Resolution, args.To?.Principal, args.To?.Role),
            b.Ids,
            b.Filter is { } f
                ? new BulkFilter(f.Queue, f.State, f.Label, f.Attention, f.Kind, f.TargetPrefix, f.Q)
                : null,
            b.Expect,
            b.Why
        );
    }

    private static Answer Get(ApiCall call)
    {
        var text = call.Route("id");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        // A caller who is limited to queues is not told of jobs in others.
        return
            BulkId.TryParse(text, out var id)
            && call.Host.Engine.Picture.Read(at => at.FindBulk(id)) is { } job
            && call.Scope.Covers(job.Queues)
            ? Answer.Ok(BulkBody.From(job), ApiJson.Of<BulkBody>())
            : call.Refuse(new Refusal.NotFound("bulk job", text));
    }
}
