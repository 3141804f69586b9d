using System.Text;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;

namespace Ui.Tests;

/// <summary>A house with two reviewers, in which an agent makes things that wait for them. Rita looks unless a test says otherwise.</summary>
public abstract class ReviewHouse : LiveHouse
{
    protected static readonly PrincipalId Rita = new(6);
    protected static readonly PrincipalId Tomas = new(7);

    protected ReviewHouse() => Viewer = Rita;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Know(Rita, "Rita Voss", PrincipalKind.Person, Roles.Reviewer);
        await Know(Tomas, "Tomas Okafor", PrincipalKind.Person, Roles.Reviewer);
    }

    /// <summary>What an agent made on an item of its own, and put to review.</summary>
    protected sealed record Piece(ItemId Item, Lease Lease, ArtifactId Id);

    /// <summary>Made, with one action prepared on it, and put to review.</summary>
    protected async Task<Piece> Asked(
        string name = "Reply to ticket 88190",
        string text = "Dear Mr Haverkamp,\nwe credit one day.\n",
        string[]? reviewers = null,
        int? dueSeconds = null,
        string? action = null
    )
    {
        var piece = await Made(name, text);
        if (action is not null)
            await Prepare(piece, action);
        await Ask(piece, reviewers, dueSeconds);
        return piece;
    }

    /// <summary>Made, and nobody asked yet.</summary>
    protected async Task<Piece> Made(string name = "Reply to ticket 88190", string text = "one\n")
    {
        var item = await Item(name);
        var lease = await Work(item, run: "7ef");
        var content = Content(text);
        var create = new ArtifactCommand.Create(
            name,
            item,
            "helpdesk:ticket/88190",
            "text/plain",
            new Proposed(content.Hash, content.Bytes.Length),
            [],
            "7ef",
            lease.Token
        );
        var reply = (ArtifactReply)(await Do(Agent, create, content)).Reply!;
        return new Piece(item, lease, reply.Artifact.Artifact.Id);
    }

    protected Task Ask(Piece piece, string[]? reviewers = null, int? dueSeconds = null) =>
        Do(
            Agent,
            new ReviewCommand.Request(
                piece.Id,
                Current(piece).Number,
                "7ef",
                piece.Lease.Token,
                "business rule",
                reviewers ?? [],
                dueSeconds
            )
        );

    /// <summary>The agent's next version.</summary>
    protected async Task Publish(Piece piece, string text, string? note = null)
    {
        var content = Content(text);
        await Do(
            Agent,
            new ArtifactCommand.Publish
            {
                Artifact = piece.Id,
                BaseVersion = Current(piece).Number,
                Content = new Proposed(content.Hash, content.Bytes.Length, ChangedLines: 1),
                Run = "7ef",
                Token = piece.Lease.Token,
                Note = note,
            },
            content
        );
    }

    /// <summary>A version of anybody, on any other; refused, and kept, where that collides.</summary>
    protected async Task PublishAs(Piece piece, PrincipalId by, string text, int onto, long? token, string? run)
    {
        var content = Content(text);
        await Engine.SendAsync(
            new Request(
                new ArtifactCommand.Publish
                {
                    Artifact = piece.Id,
                    BaseVersion = onto,
                    Content = new Proposed(
                        content.Hash,
                        content.Bytes.Length,
                        ChangedLines: 1,
                        onto == Current(piece).Number
                            ? null
                            : new MergeOffer(Current(piece).ContentHash, null, 0)
                            {
                                Others = Engine.Picture.Read(at =>
                                    MergeOffer.OthersOn(at, at.FindArtifact(piece.Id)!, onto, content.Hash)
                                ),
                            }
                    ),
                    Run = run,
                    Token = token,
                },
                new Caller(by)
            )
            {
                Contents = [content],
            }
        );
    }

    protected Task Prepare(Piece piece, string action) =>
        Do(
            Agent,
            new ActionCommand.Prepare(action)
            {
                Kind = "send_reply",
                Target = "helpdesk:ticket/88190",
                Item = piece.Item,
                Artifact = piece.Id,
                Version = Current(piece).Number,
                Run = "7ef",
                Token = piece.Lease.Token,
            }
        );

    /// <summary>Decides as another page, or a script, would.</summary>
    protected Task Decide(PrincipalId by, Piece piece, string decision = "approve", string? comment = null)
    {
        var version = Current(piece);
        var hash = Engine.Picture.Read(at =>
            Consequences.Of(at, at.FindArtifact(piece.Id)!, version, by, Clock.GetUtcNow()).Hash
        );
        return Do(
            by,
            new ApprovalCommand.Decide
            {
                Artifact = piece.Id,
                Version = version.Number,
                Decision = WireNames.Find<ReviewDecision>(decision),
                ContentHash = version.ContentHash,
                ConsequencesHash = decision == "approve" ? hash : null,
                Comment = comment,
            }
        );
    }

    protected ArtifactVersion Current(Piece piece) => Artifact(piece).Current;

    protected Artifact Artifact(Piece piece) => Engine.Picture.Read(at => at.FindArtifact(piece.Id)!);

    protected string State(Piece piece) =>
        Engine.Picture.Read(at => WireNames.Of(ApprovalStanding.Of(at, at.FindArtifact(piece.Id)!).State));

    protected static ContentData Content(string text) => ContentData.Of(Encoding.UTF8.GetBytes(text), "text/plain");

    /// <summary>Carries a command out with a content that it names, or fails the test with the refusal.</summary>
    protected async Task<Outcome> Do(PrincipalId by, Command command, params ContentData[] contents)
    {
        var outcome = await Engine.SendAsync(new Request(command, new Caller(by)) { Contents = contents });
        Assert.Null(outcome.Refusal);
        return outcome;
    }
}
