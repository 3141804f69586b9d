using ControlSurface.Api.Bodies;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Runbook, lists, journal, live: who has what open.</summary>
internal static class PresenceEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [SayPresenceOperation];

    private static ApiOperation SayPresenceOperation =>
        new()
        {
            Id = "sayPresence",
            Method = "POST",
            Pattern = "/presence",
            Verb = Verb.Read,
            Tag = "Presence",
            Summary = "Says that the caller has something open; every 20 s, and away when it is closed.",
            Body = ApiJson.Of<PresenceRequest>(),
            Replies = [new(200, ApiJson.Of<PresenceBody>(), "Who has it open now.")],
            Handle = call =>
                call.SendAsync(ApiJson.Of<PresenceRequest>(), static (_, b) => new PresenceCommand(b.Topic, b.Mode)),
        };

    /// <summary>Notes it, unless it is only tried, and says who is there.</summary>
    internal static PresenceBody Say(ApiCall call, PresenceReply said)
    {
        if (call.DryRun)
            return new PresenceBody(
                said.Topic,
                PresentBody.From(call.Host, call.Host.Presence.OnIfSaid(said.Who, said.Topic, said.Mode))
            );
        call.Host.Presence.Say(said.Who, said.Topic, said.Mode);
        return new PresenceBody(said.Topic, PresentBody.On(call.Host, said.Topic));
    }
}
