using ControlSurface.Api.Bodies;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>API.md, Reviews and approvals: comments on a version, and the changes that they suggest.</summary>
internal static class CommentEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        AddCommentOperation,
        ReplyToCommentOperation,
        ResolveCommentOperation,
        AcceptSuggestionOperation,
    ];

    private static ApiOperation AddCommentOperation =>
        new()
        {
            Id = "addComment",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments",
            Verb = Verb.Comment,
            Tag = "Comments",
            Summary = "Comments on a version, or on a quote of it, and may suggest what is to stand there.",
            Body = ApiJson.Of<CommentRequest>(),
            Replies = [new(201, Answers.Comment, "Kept.")],
            Handle = call =>
                call.OnArtifact()
                    .SendAsync(
                        ApiJson.Of<CommentRequest>(),
                        static (c, b) =>
                            new ReviewCommand.AddComment(
                                c.Target.Artifact!.Value,
                                ArtifactEndpoints.VersionOf(c),
                                b.Body,
                                AnchorOf(b.Anchor),
                                b.Suggestion,
                                b.Blocks ?? false
                            )
                    ),
        };

    private static ApiOperation ReplyToCommentOperation =>
        new()
        {
            Id = "replyToComment",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments/{k}/reply",
            Verb = Verb.Comment,
            Tag = "Comments",
            Summary = "Answers a comment.",
            Body = ApiJson.Of<CommentReplyRequest>(),
            Replies = [new(201, Answers.Comment, "Kept.")],
            Handle = call =>
                call.OnArtifact()
                    .SendAsync(
                        ApiJson.Of<CommentReplyRequest>(),
                        static (c, b) =>
                            new ReviewCommand.Reply(
                                c.Target.Artifact!.Value,
                                ArtifactEndpoints.VersionOf(c),
                                CommentOf(c),
                                b.Body
                            )
                    ),
        };

    private static ApiOperation ResolveCommentOperation =>
        new()
        {
            Id = "resolveComment",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments/{k}/resolve",
            Verb = Verb.Comment,
            Tag = "Comments",
            Summary = "Settles a comment.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, Answers.Comment, "Settled.")],
            Handle = call =>
                call.OnArtifact()
                    .SendAsync(
                        ApiJson.Of<EmptyRequest>(),
                        static (c, _) =>
                            new ReviewCommand.Resolve(
                                c.Target.Artifact!.Value,
                                ArtifactEndpoints.VersionOf(c),
                                CommentOf(c)
                            )
                    ),
        };

    private static ApiOperation AcceptSuggestionOperation =>
        new()
        {
            Id = "acceptSuggestion",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments/{k}/accept",
            Verb = Verb.AcceptSuggestion,
            Tag = "Comments",
            Summary = "Publishes what a comment suggests, as a version by the caller.",
            Body = ApiJson.Of<AcceptSuggestionRequest>(),
            Replies =
            [
                new(201, Answers.Artifact, "There is a new version."),
                new(200, Answers.Artifact, "It was accepted already."),
            ],
            Codes = [.. ArtifactEndpoints.WriteCodes, "lock_not_held", "human_edit_hold", "version_changed"],
            ReadsContents = true,
            Handle = call =>
                call.OnArtifact().SendAsync(ApiJson.Of<AcceptSuggestionRequest>(), static (c, b) => Accept(c, b)),
        };

    private static CommentId CommentOf(ApiCall call)
    {
        if (!CommentId.TryParse(call.Route("k"), out var id))
            call.Missing("comment", call.Route("k"));
        return id;
    }

    /// <summary>The quote that a comment is on; null for a comment on the whole version.</summary>
    internal static Anchor? AnchorOf(AnchorRequest? a) => a is null ? null : new Anchor(a.Quote, a.Start, a.End);

    private static Asked Accept(ApiCall call, AcceptSuggestionRequest b)
    {
        var (id, number, comment) = (call.Target.Artifact!.Value, ArtifactEndpoints.VersionOf(call), CommentOf(call));
        return call.Drafted(() =>
            call.Host.Drafter.Accept(id, number, comment, under: new UnderToken(b.Run, b.Token, b.Acknowledges))
        );
    }
}
