using ControlSurface.Api.Bodies;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Queues: the whole line.</summary>
internal static class WorkspaceEndpoints
{
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        new()
        {
            Id = "stopLine",
            Method = "POST",
            Pattern = "/workspace/stop",
            Verb = Verb.StopLine,
            Tag = "Workspace",
            Summary = "Stops the whole line: what begins, claims too, or everything.",
            Body = ApiJson.Of<StopRequest>(),
            Replies = [new(200, Answers.Line, "Stopped.")],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<StopRequest>(),
                    static (c, b) => new QueueCommand.Stop(ApiWords.Read<StopScope>(c.Faults, "scope", b.Scope), b.Why)
                ),
        },
        new()
        {
            Id = "goLine",
            Method = "POST",
            Pattern = "/workspace/go",
            Verb = Verb.GoLine,
            Tag = "Workspace",
            Summary = "Lets the line go on.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, Answers.Line, "Running.")],
            Handle = call => call.SendAsync(ApiJson.Of<EmptyRequest>(), static (_, _) => new QueueCommand.Go()),
        },
        new()
        {
            Id = "drain",
            Method = "POST",
            Pattern = "/workspace/drain",
            Verb = Verb.Drain,
            Tag = "Workspace",
            Summary =
                "Before the server is stopped: it finishes what it took, lets go of whoever waits, and takes nothing new until it is "
                + "started again. Reads go on; `/readyz` is 503.",
            Body = ApiJson.Of<DrainRequest>(),
            Replies = [new(202, ApiJson.Of<DrainBody>(), "Draining.")],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<DrainRequest>(),
                    static (c, b) =>
                    {
                        c.Then = _ =>
                        {
                            c.Host.Engine.Drain();
                            return Task.CompletedTask;
                        };
                        return new QueueCommand.Drain(b.Why);
                    }
                ),
        },
    ];
}
