using ControlSurface.Api.Bodies;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Api;

/// <summary>API.md, Locks and targets: what changes outside, and who holds what.</summary>
internal static class TargetEndpoints
{
    private const int MostChecked = 100;

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ReportChangeOperation,
        ListTargetsOperation,
        CheckTargetsOperation,
        HoldTargetOperation,
        EndHoldOperation,
    ];

    private static ApiOperation ReportChangeOperation =>
        new()
        {
            Id = "reportChange",
            Method = "POST",
            Pattern = "/targets/changes",
            Verb = Verb.ReportChange,
            Tag = "Targets",
            Summary = "Says that something outside changed a record, a file or a source.",
            Body = ApiJson.Of<ReportChangeRequest>(),
            Replies =
            [
                new(201, ApiJson.Of<TargetBody>(), "Noted, with what follows from it."),
                new(200, ApiJson.Of<TargetBody>(), "That was known already."),
            ],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<ReportChangeRequest>(),
                    static (_, b) => new TargetCommand.Report(b.Target, b.Version, b.By, b.Note, b.At, b.CausedBy)
                ),
        };

    private static ApiOperation ListTargetsOperation =>
        new()
        {
            Id = "listTargets",
            Method = "GET",
            Pattern = "/targets",
            Verb = Verb.Read,
            Tag = "Targets",
            Summary = "Targets of which something is known, that are locked or waited for, by path.",
            Query =
            [
                new("prefix", "string", "Only this target and what lies below it."),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<TargetBody>>(), "Targets.")],
            Brief = ["target", "version", "holders", "waiters"],
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation CheckTargetsOperation =>
        new()
        {
            Id = "checkTargets",
            Method = "GET",
            Pattern = "/targets/check",
            Verb = Verb.Read,
            Tag = "Targets",
            Summary =
                "What covers each target before it is written, locks above it included, and what the caller may do.",
            Query =
            [
                new("path", "string", "A target; up to 100, each as a `path` of its own.") { MostTimes = MostChecked },
                new("run", "string", "The run that asks: locks under its leases are its own."),
            ],
            Replies =
            [
                new(200, ApiJson.Of<CheckedTargetsBody>(), "Each target, in the order in which they were named."),
            ],
            Brief = ["targets"],
            Handle = call => call.ReadAsync(Check),
        };

    private static ApiOperation HoldTargetOperation =>
        new()
        {
            Id = "holdTarget",
            Method = "POST",
            Pattern = "/targets/holds",
            Verb = Verb.HoldTarget,
            Tag = "Targets",
            Summary = "Holds a target without an item, until then.",
            Body = ApiJson.Of<HoldRequest>(),
            Replies = [new(201, ApiJson.Of<HoldBody>(), "Held.")],
            Codes = ["target_locked"],
            Handle = call => call.SendAsync(ApiJson.Of<HoldRequest>(), static (c, b) => Hold(c, b)),
        };

    private static ApiOperation EndHoldOperation =>
        new()
        {
            Id = "endHold",
            Method = "DELETE",
            Pattern = "/targets/holds/{id}",
            Verb = Verb.HoldTarget,
            Tag = "Targets",
            Summary = "Ends a hold; whoever waits for the target is served at once.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(204, null, "Ended.")],
            Handle = call => call.SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => EndHold(c)),
        };

    /// <summary>The mode that a word names; a fault, where it names none.</summary>
    internal static LockMode ModeOf(ApiCall call, string member, string word)
    {
        if (word is not ("exclusive" or "shared"))
            call.Faults.Add(member, "must be one of exclusive, shared");
        return word == "shared" ? LockMode.Shared : LockMode.Exclusive;
    }

    private static HoldCommand.Begin Hold(ApiCall call, HoldRequest b) =>
        new(b.Target, ModeOf(call, "mode", b.Mode), b.Until, b.Why);

    private static HoldCommand.End EndHold(ApiCall call)
    {
        if (!HoldId.TryParse(call.Route("id"), out var id))
            call.Missing("hold", call.Route("id"));
        return new HoldCommand.End(id);
    }

    private static Answer Check(ApiCall call)
    {
        var paths = new List<string>();
        foreach (var named in call.Values.All("path"))
        {
            if (TargetPath.Check(named, out var path) is { } wrong)
                call.Faults.Add("path", wrong);
            else
                paths.Add(path);
        }
        if (paths.Count == 0 && !call.Faults.Any)
            call.Faults.Add("path", "is required");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var run = call.Query("run");
        var body = call.Host.Engine.Picture.Read(at => new CheckedTargetsBody(
            [.. paths.Select(p => CheckedTargetBody.From(TargetCheck.Of(at, p, call.Who, run, call.Scope)))],
            at.Seq
        ));
        return Answer.Ok(body, ApiJson.Of<CheckedTargetsBody>());
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var (prefix, after) = (call.Query("prefix"), call.Query("after"));
        var now = call.Host.Engine.Now;
        var (all, seq) = call.Host.Engine.Picture.Read(at => (TargetView.All(at, prefix, now, call.Scope), at.Seq));
        var page = all.Where(t => after is null || string.CompareOrdinal(t.Path, after) > 0).Take(limit + 1).ToArray();
        return Answer.Ok(
            new ListBody<TargetBody>(
                [.. page.Take(limit).Select(TargetBody.From)],
                page.Length > limit ? page[limit - 1].Path : null,
                all.Count,
                limit,
                seq
            ),
            ApiJson.Of<ListBody<TargetBody>>()
        );
    }
}
