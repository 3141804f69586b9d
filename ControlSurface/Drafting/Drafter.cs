using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Drafting;

/// <summary>
/// Makes the commands that bring contents: publish, accept a suggestion, settle a conflict. API, agents' tools and pages all
/// send what is made here, so the same request has the same outcome on each of them. Methods that return a <see cref="Draft"/>
/// read the journal and compare texts: call them on the pool (<see cref="ContentWork"/>).
/// </summary>
public sealed class Drafter(Engine engine, IJournal journal, IEditors editors)
{
    /// <summary>How often a merge is made again because somebody else published meanwhile.</summary>
    public const int MostTries = 200;

    /// <summary>Kept contents as texts.</summary>
    public ContentTexts Texts { get; } = new(journal);

    /// <summary>Merges of competing contents.</summary>
    public Merges Merges => new(Texts);

    /// <summary>Publishes a version. On an old base the command carries a merge with the version that is current.</summary>
    /// <param name="by">Who publishes. Somebody else who edits the artifact now keeps a merge from being made by itself.</param>
    public Draft Publish(NewVersion wanted, PrincipalId by)
    {
        var (artifact, others) = engine.Picture.Read(at =>
            at.FindArtifact(wanted.Artifact) is { } found
                ? (found, MergeOffer.OthersOn(at, found, wanted.BaseVersion, wanted.Content.Hash))
                : ((Artifact?)null, [])
        );
        var tried = artifact is null ? null : Merges.TryOffer(artifact, wanted.BaseVersion, wanted.Content, others);
        var publish = new ArtifactCommand.Publish
        {
            Artifact = wanted.Artifact,
            BaseVersion = wanted.BaseVersion,
            Content = Texts.Propose(artifact, wanted.BaseVersion, wanted.Content) with { Merge = tried?.Offer },
            Run = wanted.Run,
            Token = wanted.Token,
            Note = wanted.Note,
            Sources = wanted.Sources,
            Acknowledges = wanted.Acknowledges,
            EditedBy = editors.EditorOf(wanted.Artifact, besides: by),
        };
        return new Draft(publish, [wanted.Content, .. tried?.Merged ?? []]);
    }

    /// <summary>Publishes what a comment suggests, put in place of the words that it quotes.</summary>
    /// <param name="version">The version that the request names with the comment.</param>
    /// <param name="onto">The version that the caller read; null for the current one.</param>
    /// <param name="under">The lease that an agent accepts it under; nothing for a person.</param>
    public Draft Accept(ArtifactId id, int version, CommentId comment, int? onto = null, UnderToken under = default)
    {
        var artifact = engine.Picture.Read(at => at.FindArtifact(id));
        var onVersion = onto is { } number ? artifact?.FindVersion(number) : artifact?.Current;
        var (standing, content) =
            artifact?.Comments.Find(c => c.Id == comment) is { } said && onVersion is not null
                ? Suggested(artifact, said, onVersion)
                : (QuoteStanding.Outdated, null);
        if (content?.Bytes.Length > ContentTexts.LimitBytes)
            return TooLarge(Verb.AcceptSuggestion, artifact!, "comment", "suggests a text that is too large");
        var accept = new ReviewCommand.Accept(
            id,
            version,
            comment,
            content is null ? null : Texts.Propose(artifact, onVersion!.Number, content),
            onVersion?.ContentHash,
            IsAmbiguous: standing == QuoteStanding.Ambiguous
        )
        {
            Run = under.Run,
            Token = under.Token,
            Acknowledges = under.Acknowledges,
        };
        return new Draft(accept, content is null ? [] : [content]);
    }

    private (QuoteStanding Standing, ContentData? Content) Suggested(
        Artifact artifact,
        Comment comment,
        ArtifactVersion onto
    )
    {
        if (
            comment is not { Suggestion: { } suggestion, Anchor: { } anchor }
            || artifact.FindVersion(comment.Version) is not { } commented
            || Texts.TryRead(commented.ContentHash, artifact.ContentType) is not { } from
            || Texts.TryRead(onto.ContentHash, artifact.ContentType) is not { } text
        )
            return (QuoteStanding.Outdated, null);
        var map = QuoteMap.Of(from, text);
        var place = map.Find(anchor);
        return (
            place.Standing,
            place.Standing == QuoteStanding.Stands
                ? Texts.Write(map.Replace(place, suggestion), onto.ContentHash, artifact.ContentType)
                : null
        );
    }

    /// <summary>Settles a conflict. <c>merge</c> without a text takes the clean merge of all that competes.</summary>
    public Draft Resolve(Resolution wanted)
    {
        var (conflict, artifact) = Find(wanted.Conflict);
        var content =
            wanted.Content
            ?? (
                wanted.Way == ConflictResolution.Merge && conflict is not null && artifact is not null
                    ? Merges.TryMergeAll(conflict, artifact)
                    : null
            );
        var resolve = new ConflictCommand.Resolve(
            wanted.Conflict,
            wanted.Way,
            wanted.SeenSeq,
            content is null ? null : new Proposed(content.Hash, content.Bytes.Length),
            wanted.OnHash ?? artifact?.Current.ContentHash,
            wanted.Note,
            wanted.K
        );
        return new Draft(resolve, content is null ? [] : [content]) { IsPinned = wanted.OnHash is not null };
    }

    /// <summary>A conflict and the artifact that it is about, as committed; null for what is not there.</summary>
    public (Conflict? Conflict, Artifact? Artifact) Find(ConflictId id) =>
        engine.Picture.Read(at =>
            at.FindConflict(id) is { } conflict
                ? (conflict, conflict.Artifact is { } on ? at.FindArtifact(on) : null)
                : ((Conflict?)null, (Artifact?)null)
        );

    /// <summary>Makes a draft on the pool and sends it; makes it again while others publish in between.</summary>
    /// <param name="make">Makes the draft from what is committed now.</param>
    public async Task<Outcome> SendAsync(Caller caller, Func<Draft> make)
    {
        var first = await ContentWork.RunAsync(make);
        var outcome = await SendAsync(first);
        return first.IsPinned
            ? outcome
            : await TryAgainAsync(outcome, async () => await SendAsync(await ContentWork.RunAsync(make)));

        Task<Outcome> SendAsync(Draft draft) =>
            engine.SendAsync(new Request(draft.Command, caller) { Contents = draft.Contents });
    }

    /// <summary>
    /// Sends again while the merge that a command carried was overtaken before it was decided, at most
    /// <see cref="MostTries"/> times. Each refusal means that somebody else published, so all together go forward.
    /// </summary>
    /// <param name="again">Makes the command from what is committed now, and sends it.</param>
    public static async Task<Outcome> TryAgainAsync(Outcome outcome, Func<Task<Outcome>> again)
    {
        for (var tries = 0; tries < MostTries && outcome.Refusal is ArtifactRefusal.MergeOutdated; tries++)
            outcome = await again();
        return outcome;
    }

    private static Draft TooLarge(Verb verb, Artifact artifact, string member, string fault) =>
        new(
            new MalformedCommand(
                verb,
                artifact.Item,
                Lease: null,
                artifact.Queue,
                new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [member] = [fault] },
                artifact.Id
            ),
            []
        )
        {
            IsTooLarge = true,
        };
}
