using ControlSurface.Api.Bodies;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Locks and targets: what changes outside.</summary>
internal static class TargetEndpoints
{
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
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
        },
        new()
        {
            Id = "listTargets",
            Method = "GET",
            Pattern = "/targets",
            Verb = Verb.Read,
            Tag = "Targets",
            Summary = "Targets of which something is known, by path.",
            Query =
            [
                new("prefix", "string", "Only this target and what lies below it."),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<TargetBody>>(), "Targets.")],
            Brief = ["target", "version"],
            Handle = call => call.ReadAsync(ListAsync),
        },
    ];

    private static Task ListAsync(ApiCall call)
    {
        var limit = call.Limit;
        if (call.Invalid is { } invalid)
            return call.RefuseAsync(invalid);
        var (prefix, after) = (call.Query("prefix"), call.Query("after"));
        var (all, seq) = call.Host.Engine.Picture.Read(at =>
            (at.Targets.Where(t => prefix is null || TargetPath.IsAtOrBelow(t.Path, prefix)).ToArray(), at.Seq)
        );
        var page = all.Where(t => after is null || string.CompareOrdinal(t.Path, after) > 0).Take(limit + 1).ToArray();
        return call.ReplyAsync(
            new ListBody<TargetBody>(
                [.. page.Take(limit).Select(TargetBody.From)],
                page.Length > limit ? page[limit - 1].Path : null,
                all.Length,
                limit,
                seq
            ),
            ApiJson.Of<ListBody<TargetBody>>()
        );
    }
}
