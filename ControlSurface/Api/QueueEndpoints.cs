using ControlSurface.Api.Bodies;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

/// <summary>API.md, Queues: policies, pauses, figures.</summary>
internal static class QueueEndpoints
{
    private static readonly string[] Brief = ["name", "pause", "figures.counts", "figures.oldestQueuedSeconds"];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        SetQueueOperation,
        ListQueuesOperation,
        GetQueueOperation,
        PauseQueueOperation,
        ResumeQueueOperation,
    ];

    private static ApiOperation SetQueueOperation =>
        new()
        {
            Id = "setQueue",
            Method = "PUT",
            Pattern = "/queues/{name}",
            Verb = Verb.SetQueue,
            Tag = "Queues",
            Summary = "Creates the queue, or changes only what is named.",
            Body = ApiJson.Of<QueueRequest>(),
            Replies = [new(200, Answers.Queue, "Changed."), new(201, Answers.Queue, "Created.")],
            Codes = ["item_changed"],
            Handle = call =>
                call.OnQueue()
                    .SendAsync(
                        ApiJson.Of<QueueRequest>(),
                        static (c, b) => new QueueCommand.Set(c.Target.Queue!, ChangeOf(b, c.Faults), b.IfSeq)
                    ),
        };

    private static ApiOperation ListQueuesOperation =>
        new()
        {
            Id = "listQueues",
            Method = "GET",
            Pattern = "/queues",
            Verb = Verb.Read,
            Tag = "Queues",
            Summary = "All queues with their policies and live figures, by name.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [new(200, ApiJson.Of<ListBody<QueueBody>>(), "Queues.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetQueueOperation =>
        new()
        {
            Id = "getQueue",
            Method = "GET",
            Pattern = "/queues/{name}",
            Verb = Verb.Read,
            Tag = "Queues",
            Summary = "One queue with its policy and live figures.",
            Replies = [new(200, Answers.Queue, "The queue.")],
            Brief = Brief,
            Handle = call => call.OnQueue().ReadAsync(Get),
        };

    private static ApiOperation PauseQueueOperation =>
        new()
        {
            Id = "pauseQueue",
            Method = "POST",
            Pattern = "/queues/{name}/pause",
            Verb = Verb.PauseQueue,
            Tag = "Queues",
            Summary = "No new claims; live leases are suspended and their clocks stop.",
            Body = ApiJson.Of<WhyRequest>(),
            Replies = [new(200, Answers.Queue, "Paused.")],
            Handle = call =>
                call.OnQueue()
                    .SendAsync(
                        ApiJson.Of<WhyRequest>(),
                        static (c, b) => new QueueCommand.PauseQueue(c.Target.Queue!, b.Why)
                    ),
        };

    private static ApiOperation ResumeQueueOperation =>
        new()
        {
            Id = "resumeQueue",
            Method = "POST",
            Pattern = "/queues/{name}/resume",
            Verb = Verb.ResumeQueue,
            Tag = "Queues",
            Summary = "Claims go on, and each lease gets a full term.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, Answers.Queue, "Running.")],
            Handle = call =>
                call.OnQueue()
                    .SendAsync(
                        ApiJson.Of<EmptyRequest>(),
                        static (c, _) => new QueueCommand.ResumeQueue(c.Target.Queue!)
                    ),
        };

    /// <summary>The live figures of a queue.</summary>
    internal static FiguresBody FiguresOf(ApiHost host, string queue, DateTimeOffset now) =>
        host.Engine.Picture.Read(at => FiguresOf(at.FindQueue(queue), now));

    /// <summary>The queue with its policy and live figures.</summary>
    internal static QueueBody BodyOf(QueueRoom room, DateTimeOffset now) =>
        QueueBody.From(room.Queue, FiguresOf(room, now));

    private static FiguresBody FiguresOf(QueueRoom? room, DateTimeOffset now) =>
        FiguresBody.From(room, room?.OldestReadyAt, now);

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var now = call.Host.Engine.Now;
        var after = call.Query("after");
        var list = call.Host.Engine.Picture.Read(at =>
        {
            var seen = at.Queues.Where(q => call.Scope.Sees(q.Queue.Name)).ToArray();
            var rest = seen.Where(q => after is null || string.CompareOrdinal(q.Queue.Name, after) > 0).ToArray();
            return new ListBody<QueueBody>(
                [.. rest.Take(limit).Select(q => BodyOf(q, now))],
                rest.Length > limit ? rest[limit - 1].Queue.Name : null,
                seen.Length,
                limit,
                at.Seq
            );
        });
        return Answer.Ok(list, ApiJson.Of<ListBody<QueueBody>>());
    }

    private static Answer Get(ApiCall call)
    {
        var name = call.Target.Queue!;
        var now = call.Host.Engine.Now;
        if (!call.Scope.Sees(name))
            return call.Refuse(call.Hidden(name)!);
        var body = call.Host.Engine.Picture.Read(at => at.FindQueue(name) is { } room ? BodyOf(room, now) : null);
        return body is null ? call.Refuse(new Refusal.NotFound("queue", name))
            : call.Invalid is { } invalid ? call.Refuse(invalid)
            : Answer.Ok(body, Answers.Queue);
    }

    private static PolicyChange ChangeOf(QueueRequest b, Faults faults)
    {
        faults.AddAll(b.Faults);
        return b.Change;
    }
}
