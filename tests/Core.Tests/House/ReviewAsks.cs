using System.Text;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Tests.House;

/// <summary>What can be asked about versions, decisions and actions, in as few words as a story needs.</summary>
internal static class ReviewAsks
{
    internal static string HashOf(string content) => ContentHash.Of(Encoding.UTF8.GetBytes(content));

    /// <summary>Item 1 is held by Ann under lease 1, and she has drafted version 1 of artifact 1 on crm:ann at 1.</summary>
    internal static Story Drafted(PolicyChange? crm = null) =>
        Story
            .Given(crm)
            .AnItem()
            .Does(People.Ann, Asks.Claim(1))
            .Does(People.Ann, Asks.Start(1))
            .Does(
                People.Ann,
                s => new ArtifactCommand.Create(
                    "Reply",
                    new ItemId(1),
                    "mail:ann",
                    "text/plain",
                    new Proposed(HashOf("first"), 5),
                    [new Source("crm:ann", "1")],
                    Run: null,
                    s.Lease(1).Token
                )
            );

    internal static Artifact Artifact(this Story story, int number = 1) =>
        story.At.FindArtifact(new ArtifactId(number))!;

    /// <summary>What the artifact's approvals come to.</summary>
    internal static StandingState Approval(this Story story, int number) =>
        ApprovalStanding.Of(story.At, story.Artifact(number)).State;

    internal static ActionState Action(this Story story, string id) => story.At.StateOf(story.At.FindAction(id)!);

    internal static ApprovalRule Rule(string role) =>
        new("besides", new ApprovalWhen("mail:", ActionKind: null, Label: null, ContentType: null), role, 1);

    internal static Ask PublishAs(string content, int onto, int? lease = 1, string? merged = null) =>
        s => new ArtifactCommand.Publish
        {
            Artifact = new ArtifactId(1),
            BaseVersion = onto,
            Content = new Proposed(
                HashOf(content),
                content.Length,
                ChangedLines: 1,
                onto == s.Artifact().Current.Number
                    ? null
                    : new MergeOffer(
                        s.Artifact().Current.ContentHash,
                        merged is null ? null : HashOf(merged),
                        merged?.Length ?? 0
                    )
                    {
                        Others = MergeOffer.OthersOn(s.At, s.Artifact(), onto, HashOf(content)),
                        JointHash = merged is null ? null : HashOf(merged),
                    }
            ),
            Token = lease is { } number ? s.Lease(number).Token : null,
        };

    /// <summary>A person's edit, of so many lines.</summary>
    internal static Ask EditAs(string content, int onto, int lines) =>
        _ => new ArtifactCommand.Publish
        {
            Artifact = new ArtifactId(1),
            BaseVersion = onto,
            Content = new Proposed(HashOf(content), content.Length, lines),
        };

    internal static Ask AskReview(int version, params string[] reviewers) =>
        s => new ReviewCommand.Request(
            new ArtifactId(1),
            version,
            Run: null,
            s.Lease(1).Token,
            Note: null,
            reviewers,
            DueSeconds: null
        );

    /// <summary>Whoever approves has seen what there is to be seen.</summary>
    internal static Ask Approve(int version, string? comment = null, string? because = null) =>
        s => new ApprovalCommand.Decide
        {
            Artifact = new ArtifactId(1),
            Version = version,
            Decision = ReviewDecision.Approve,
            ContentHash = s.Artifact().FindVersion(version)!.ContentHash,
            ConsequencesHash = Consequences
                .Of(s.At, s.Artifact(), s.Artifact().FindVersion(version)!, PrincipalId.System, s.Now)
                .Hash,
            Comment = comment,
            Override = because,
        };

    internal static Ask Say(string decision, int version, string comment = "see the amount") =>
        s => new ApprovalCommand.Decide
        {
            Artifact = new ArtifactId(1),
            Version = version,
            Decision = WireNames.Find<ReviewDecision>(decision),
            ContentHash = s.Artifact().FindVersion(version)!.ContentHash,
            Comment = comment,
        };

    internal static Ask BlockingComment(int version) =>
        _ => new ReviewCommand.AddComment(
            new ArtifactId(1),
            version,
            "why?",
            Anchor: null,
            Suggestion: null,
            Blocks: true
        );

    internal static Ask Prepare(
        string id,
        int lease,
        string? expected = null,
        string? payload = null,
        string? summary = null
    ) =>
        s => new ActionCommand.Prepare(id)
        {
            Kind = "send",
            Target = "mail:ann",
            Artifact = new ArtifactId(1),
            ExpectedTargetVersion = expected,
            PayloadHash = payload,
            Summary = summary,
            Token = s.Lease(lease).Token,
        };

    internal static Ask Begin(string id, int lease, string permit = "permit-1") =>
        s => new ActionCommand.Begin(id, Run: null, s.Lease(lease).Token, permit);

    internal static Ask Applied(string id, string permit = "permit-1", string? observed = null) =>
        _ => new ActionCommand.Complete(id, permit, Run: null, "1", observed, After: null);

    internal static Ask FailedToApply(string id, string effect, string permit = "permit-1") =>
        _ => new ActionCommand.Fail(id, permit, Run: null, "it said no", WireNames.Find<FailureEffect>(effect));

    internal static Ask Verify(string id, bool applied, string? content = null) =>
        _ => new ActionCommand.Verify(id, applied, ObservedTargetVersion: null, content, Note: null);

    internal static Ask Changed(string target, string version, string? causedBy = null) =>
        _ => new TargetCommand.Report(target, version, By: null, Note: null, At: null, causedBy);

    internal static Ask Resolve(int conflict, string resolution, string? content = null) =>
        s => new ConflictCommand.Resolve(
            new ConflictId(conflict),
            WireNames.Find<ConflictResolution>(resolution),
            s.At.Seq,
            content is null ? null : new Proposed(HashOf(content), content.Length),
            s.Artifact().Current.ContentHash,
            "settled"
        );
}
