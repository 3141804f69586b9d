using System.Data.Common;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Storage;

namespace ControlSurface.Api;

/// <summary>API.md, Queues: the whole line.</summary>
internal static class WorkspaceEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ListWorkspacesOperation,
        AddWorkspaceOperation,
        StopLineOperation,
        GoLineOperation,
        DrainOperation,
    ];

    private static ApiOperation ListWorkspacesOperation =>
        new()
        {
            Id = "listWorkspaces",
            Method = "GET",
            Pattern = "/workspaces",
            Verb = Verb.AddWorkspace,
            Tag = "Workspace",
            Summary = "The workspaces of the server, the first one first. For admins of the first workspace.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [new(200, ApiJson.Of<ListBody<WorkspaceBody>>(), "Workspaces.")],
            Brief = ["name", "address"],
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation AddWorkspaceOperation =>
        new()
        {
            Id = "addWorkspace",
            Method = "POST",
            Pattern = "/workspaces",
            Verb = Verb.AddWorkspace,
            Tag = "Workspace",
            Summary =
                "Makes a workspace, with a journal, people and keys of its own. For admins of the first workspace; a person who asks "
                + "for it becomes its first admin.",
            Body = ApiJson.Of<AddWorkspaceRequest>(),
            Replies =
            [
                new(201, ApiJson.Of<WorkspaceBody>(), "Made."),
                new(200, ApiJson.Of<WorkspaceBody>(), "There was one of that name already; nothing was done."),
            ],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<AddWorkspaceRequest>(),
                    static (c, b) =>
                    {
                        // Whoever may not make one hears that first, whatever the name.
                        if (c.Host.Own.IsFirst && c.Host.Own.FaultOf(b.Name) is { } fault)
                            c.Faults.Add("name", fault);
                        return new Asked(new AddWorkspaceCommand(b.Name, c.Host.Own.IsFirst))
                        {
                            // Folders, databases and a start: work for the disk, away from the threads that answer others.
                            Then = _ => Task.Run<Answer?>(() => Make(c, b.Name)),
                        };
                    }
                ),
        };

    private static ApiOperation StopLineOperation =>
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
        };

    private static ApiOperation GoLineOperation =>
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
        };

    private static ApiOperation DrainOperation =>
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
                        new Asked(new QueueCommand.Drain(b.Why))
                        {
                            Then = _ =>
                            {
                                c.Host.Engine.Drain();
                                return Task.FromResult<Answer?>(null);
                            },
                        }
                ),
        };

    private static Answer Make(ApiCall call, string name)
    {
        var own = call.Host.Own;
        try
        {
            var known = own.All().FirstOrDefault(one => one.Name == name);
            var made = known is null ? own.Add(name, call.Caller.Id) : null;
            return Told(made ?? known ?? own.All().First(one => one.Name == name), isNew: made is not null);
        }
        catch (Exception failure)
            when (failure is DataFolderException or IOException or UnauthorizedAccessException or DbException)
        {
            call.Host.Log.CouldNotMake(name, failure);
            return call.Refuse(
                new Refusal.Unavailable(
                    "The workspace cannot be made at the moment. Asking again finishes what was left half-made.",
                    RetryAfter: 5
                )
            );
        }
    }

    /// <summary>The answer to a dry run; the real call answers from <see cref="Make"/>.</summary>
    internal static Answer AnswerOf(ApiCall call, NewWorkspaceReply may) =>
        call.Host.Own.All().FirstOrDefault(one => one.Name == may.Name) is { } known
            ? Told(known, isNew: false)
            : Told(
                new WorkspaceRecord(may.Name, $"/w/{may.Name}/", IsFirst: false, IsOpen: false, Members: 0),
                isNew: true
            );

    private static Answer Told(WorkspaceRecord one, bool isNew) =>
        new(isNew ? 201 : 200, WorkspaceBody.From(one), ApiJson.Of<WorkspaceBody>());

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        if (!call.Host.Own.IsFirst)
            return call.Refuse(new Refusal.Forbidden("an admin of the server's first workspace"));
        var all = call.Host.Own.All();
        if (call.Query("after") is { } named && all.All(one => one.Name != named))
            call.Faults.Add("after", "must be a next that this list gave");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var rest = call.Query("after") is { } after ? all.SkipWhile(one => one.Name != after).Skip(1).ToList() : all;
        return Answer.Ok(
            new ListBody<WorkspaceBody>(
                [.. rest.Take(limit).Select(WorkspaceBody.From)],
                rest.Count > limit ? rest[limit - 1].Name : null,
                all.Count,
                limit,
                call.Host.Engine.Picture.Seq
            ),
            ApiJson.Of<ListBody<WorkspaceBody>>()
        );
    }
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "The workspace {Name} could not be made.")]
    internal static partial void CouldNotMake(this ILogger log, string name, Exception failure);
}
