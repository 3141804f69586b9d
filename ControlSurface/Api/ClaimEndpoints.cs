using ControlSurface.Core.Leases;

namespace ControlSurface.Api;

/// <summary>API.md, Claims and leases: coming to own an item.</summary>
internal static class ClaimEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ClaimNextOperation,
        ClaimItemOperation,
        TakeOverItemOperation,
        AcceptItemOperation,
        DeclineItemOperation,
    ];

    private static ApiOperation ClaimNextOperation =>
        new()
        {
            Id = "claimNext",
            Method = "POST",
            Pattern = "/queues/{name}/claims",
            Verb = Verb.ClaimNext,
            Tag = "Claims",
            Summary = "Claims the first item of the queue that has all the labels.",
            Body = ApiJson.Of<ClaimNextRequest>(),
            Replies =
            [
                new(200, Answers.Grant, "Granted."),
                new(204, null, "Nothing to claim; `Retry-After` and `Waiting-For` where a limit stops it."),
            ],
            Codes = ["run_ended", "paused"],
            Handle = call => call.OnQueue().SendAsync(ApiJson.Of<ClaimNextRequest>(), static (c, b) => Next(c, b)),
        };

    private static ApiOperation ClaimItemOperation =>
        new()
        {
            Id = "claimItem",
            Method = "POST",
            Pattern = "/items/{id}/claim",
            Verb = Verb.Claim,
            Tag = "Claims",
            Summary = "Claims this item.",
            Body = ApiJson.Of<ClaimRequest>(),
            Replies = [new(200, Answers.Grant, "Granted.")],
            Codes = ["run_ended", "paused", "already_owned", "not_claimable"],
            Handle = call =>
                call.OnItem()
                    .SendAsync(
                        ApiJson.Of<ClaimRequest>(),
                        static (c, b) => new ClaimCommand.One(c.Target.Item!.Value, b.Run, b.LeaseSeconds)
                    ),
        };

    private static ApiOperation TakeOverItemOperation =>
        new()
        {
            Id = "takeOverItem",
            Method = "POST",
            Pattern = "/items/{id}/takeover",
            Verb = Verb.TakeOver,
            Tag = "Claims",
            Summary = "Takes a stale item over; with force (support) a live one.",
            Body = ApiJson.Of<TakeOverRequest>(),
            Replies = [new(200, Answers.Grant, "Granted, with what the last holder left.")],
            Codes = ["run_ended", "paused", "already_owned", "not_claimable"],
            Handle = call =>
                call.OnItem()
                    .SendAsync(
                        ApiJson.Of<TakeOverRequest>(),
                        static (c, b) => new ClaimCommand.TakeOver(c.Target.Item!.Value, b.Run, b.Why, b.Force ?? false)
                    ),
        };

    private static ApiOperation AcceptItemOperation =>
        new()
        {
            Id = "acceptItem",
            Method = "POST",
            Pattern = "/items/{id}/accept",
            Verb = Verb.Accept,
            Tag = "Claims",
            Summary = "Accepts a handoff; the first to do so gets it.",
            Body = ApiJson.Of<AcceptRequest>(),
            Replies = [new(200, Answers.Grant, "Granted.")],
            Codes = ["run_ended", "paused", "already_owned", "not_claimable"],
            Handle = call =>
                call.OnItem()
                    .SendAsync(
                        ApiJson.Of<AcceptRequest>(),
                        static (c, b) => new ClaimCommand.Accept(c.Target.Item!.Value, b.Run)
                    ),
        };

    private static ApiOperation DeclineItemOperation =>
        new()
        {
            Id = "declineItem",
            Method = "POST",
            Pattern = "/items/{id}/decline",
            Verb = Verb.Decline,
            Tag = "Claims",
            Summary = "Declines a handoff, or withdraws one's own.",
            Body = ApiJson.Of<WhyRequest>(),
            Replies = [new(200, Answers.Item, "Back in the queue.")],
            Codes = ["already_owned", "not_claimable"],
            Handle = call =>
                call.OnItem()
                    .SendAsync(
                        ApiJson.Of<WhyRequest>(),
                        static (c, b) => new ClaimCommand.Decline(c.Target.Item!.Value, b.Why)
                    ),
        };

    private static Asked Next(ApiCall call, ClaimNextRequest b) =>
        new(new ClaimCommand.Next(call.Target.Queue!, b.Run, b.LeaseSeconds, b.Labels ?? []))
        {
            Wait = call.WaitOf(b.WaitSeconds),
        };
}
