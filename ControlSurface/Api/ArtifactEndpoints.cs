using System.Diagnostics.CodeAnalysis;
using ControlSurface.Api.Bodies;
using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Standing;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>One version with what was said about it.</summary>
internal sealed record VersionDetailBody(
    string ArtifactId,
    VersionBody Version,
    bool Current,
    IReadOnlyList<CommentBody> Comments
);

/// <param name="Op"><c>same</c>, <c>added</c>, <c>removed</c> or <c>changed</c>.</param>
internal sealed record DiffLineBody(string Op, int? From, int? To, string? Before, string? After, bool Moved);

/// <summary>What differs between two versions, line by line; lines that are the same are left out.</summary>
internal sealed record DiffBody(
    string ArtifactId,
    int From,
    int To,
    int ChangedLines,
    IReadOnlyList<DiffLineBody> Lines
);

/// <summary>API.md, Contents and artifacts.</summary>
internal static class ArtifactEndpoints
{
    /// <summary>A content of the limit, with every character escaped, and what stands around it.</summary>
    internal const int BodyLimit = (6 * ContentTexts.LimitBytes) + 65_536;

    /// <summary>The refusals of every write under a lease.</summary>
    internal static readonly string[] WriteCodes =
    [
        "not_holder",
        "fenced",
        "lease_ended",
        "lease_stale",
        "lease_suspended",
        "lease_required",
        "acknowledge_required",
    ];
    private static readonly string[] Brief = ["id", "name", "itemId", "version", "contentHash", "approval.state"];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        CreateArtifactOperation,
        ListArtifactsOperation,
        GetArtifactOperation,
        GetVersionOperation,
        GetVersionContentOperation,
        DiffVersionsOperation,
        PublishVersionOperation,
        PermitPublishOperation,
    ];

    private static ApiOperation CreateArtifactOperation =>
        new()
        {
            Id = "createArtifact",
            Method = "POST",
            Pattern = "/artifacts",
            Verb = Verb.CreateArtifact,
            Tag = "Artifacts",
            Summary = "Makes an artifact with its first version.",
            Body = ApiJson.Of<CreateArtifactRequest>(),
            Replies = [new(201, Answers.Artifact, "Made.")],
            Codes = [.. WriteCodes, "too_large"],
            LimitBytes = BodyLimit,
            Handle = call => call.SendAsync(ApiJson.Of<CreateArtifactRequest>(), static (c, b) => Create(c, b)),
        };

    private static ApiOperation ListArtifactsOperation =>
        new()
        {
            Id = "listArtifacts",
            Method = "GET",
            Pattern = "/artifacts",
            Verb = Verb.Read,
            Tag = "Artifacts",
            Summary = "Artifacts, by id.",
            Query =
            [
                new("itemId", "string", "Only those of this item."),
                new("q", "string", "Only those whose name, target or id contains this."),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<ArtifactBody>>(), "Artifacts.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetArtifactOperation =>
        new()
        {
            Id = "getArtifact",
            Method = "GET",
            Pattern = "/artifacts/{id}",
            Verb = Verb.Read,
            Tag = "Artifacts",
            Summary = "One artifact with its versions, approval and open review.",
            Query = [new("since", "integer", "What changed after this seq, in sentences.")],
            Replies = [new(200, Answers.Artifact, "The artifact.")],
            Brief = Brief,
            Handle = call => call.OnArtifact().ReadAsync(Get),
        };

    private static ApiOperation GetVersionOperation =>
        new()
        {
            Id = "getVersion",
            Method = "GET",
            Pattern = "/artifacts/{id}/versions/{n}",
            Verb = Verb.Read,
            Tag = "Artifacts",
            Summary = "One version, with the comments on it.",
            Replies = [new(200, ApiJson.Of<VersionDetailBody>(), "The version.")],
            Brief = ["version.n", "version.contentHash", "current"],
            Handle = call => call.OnArtifact().ReadAsync(GetVersionAsync),
        };

    private static ApiOperation GetVersionContentOperation =>
        new()
        {
            Id = "getVersionContent",
            Method = "GET",
            Pattern = "/artifacts/{id}/versions/{n}/content",
            Verb = Verb.Read,
            Tag = "Artifacts",
            Summary = "The version's bytes.",
            Replies = [new(200, null, "The bytes, with the artifact's type.")],
            Handle = call => call.OnArtifact().ReadAsync(GetVersionContent),
        };

    private static ApiOperation DiffVersionsOperation =>
        new()
        {
            Id = "diffVersions",
            Method = "GET",
            Pattern = "/artifacts/{id}/diff",
            Verb = Verb.Read,
            Tag = "Artifacts",
            Summary = "What differs between two versions, line by line.",
            Query =
            [
                new("from", "integer", "The older version; the last approved one, or the first, where left out."),
                new("to", "integer", "The newer version; the current one where left out."),
            ],
            Replies = [new(200, ApiJson.Of<DiffBody>(), "The lines that differ.")],
            Brief = ["from", "to", "changedLines"],
            Handle = call => call.OnArtifact().ReadAsync(DiffAsync),
        };

    private static ApiOperation PublishVersionOperation =>
        new()
        {
            Id = "publishVersion",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions",
            Verb = Verb.Publish,
            Tag = "Artifacts",
            Summary = "Publishes a version on the one that was read.",
            Body = ApiJson.Of<PublishRequest>(),
            Replies =
            [
                new(201, Answers.Artifact, "There is a new version."),
                new(200, Answers.Artifact, "The content is the current one's: no version, approvals stay."),
            ],
            Codes = [.. WriteCodes, "version_conflict", "human_edit_hold", "too_large"],
            LimitBytes = BodyLimit,
            ReadsContents = true,
            Handle = call => call.OnArtifact().SendAsync(ApiJson.Of<PublishRequest>(), static (c, b) => Publish(c, b)),
        };

    private static ApiOperation PermitPublishOperation =>
        new()
        {
            Id = "permitPublish",
            Method = "POST",
            Pattern = "/artifacts/{id}/permit",
            Verb = Verb.PermitPublish,
            Tag = "Artifacts",
            Summary = "A person lets an agent publish once on a version that a person edited.",
            Body = ApiJson.Of<PermitRequest>(),
            Replies = [new(200, Answers.Artifact, "Permitted.")],
            Codes = ["version_changed"],
            Handle = call => call.OnArtifact().SendAsync(ApiJson.Of<PermitRequest>(), static (c, b) => Permit(c, b)),
        };

    private static Asked Create(ApiCall call, CreateArtifactRequest b)
    {
        ItemId? item = null;
        if (b.ItemId is { } text)
            item = ItemOf(call, "itemId", text);
        if (!ContentEndpoints.IsMediaType(b.ContentType))
            call.Faults.Add("contentType", "must be a media type in ASCII, such as text/plain");
        var content = ContentEndpoints.Take(call, b.Content, b.ContentHash, b.ContentType);
        var command = new ArtifactCommand.Create(
            b.Name,
            item,
            b.Target,
            b.ContentType,
            new Proposed(content?.Hash ?? "", content?.Bytes.Length ?? 0),
            SourcesOf(b.Sources) ?? [],
            b.Run,
            b.Token
        );
        return new Asked(command) { Contents = content is null ? [] : [content] };
    }

    private static Asked Publish(ApiCall call, PublishRequest b)
    {
        var id = call.Target.Artifact!.Value;
        var contentType = Find(call, id)?.ContentType ?? ContentEndpoints.AnyType;
        if (ContentEndpoints.Take(call, b.Content, b.ContentHash, contentType) is not { } content)
            return call.Malformed();
        var version = new NewVersion(id, b.BaseVersion, content)
        {
            Run = b.Run,
            Token = b.Token,
            Note = b.Note,
            Sources = SourcesOf(b.Sources),
            Acknowledges = b.Acknowledges,
        };
        return call.Drafted(() => call.Host.Drafter.Publish(version, call.Caller.Id));
    }

    private static ArtifactCommand.Permit Permit(ApiCall call, PermitRequest b)
    {
        PrincipalId? to = null;
        if (b.Principal is { } text)
        {
            if (PrincipalId.TryParse(text, out var id))
                to = id;
            else
                call.Faults.Add("principal", "must be the id of an agent");
        }
        return new ArtifactCommand.Permit(call.Target.Artifact!.Value, b.Version, to);
    }

    /// <summary>The item that a member of the body names; null, with a fault, where the text is no id.</summary>
    internal static ItemId? ItemOf(ApiCall call, string member, string text)
    {
        if (ItemId.TryParse(text, out var id))
            return id;
        call.Missing("item", text);
        call.Faults.Add(member, "must be the id of an item");
        return null;
    }

    /// <summary>The sources that a body names; null where it names none.</summary>
    internal static IReadOnlyList<Source>? SourcesOf(IReadOnlyList<SourceRequest>? sources) =>
        sources is null ? null : [.. sources.Select(s => new Source(s.Target, s.Version))];

    /// <summary>The artifact as committed; null where there is none.</summary>
    internal static Artifact? Find(ApiCall call, ArtifactId id) =>
        call.Host.Engine.Picture.Read(at => at.FindArtifact(id));

    /// <summary>The artifact of the address, if it is there and may be seen and the request is well formed; else the refusal.</summary>
    internal static bool TryFind(
        ApiCall call,
        [NotNullWhen(true)] out Artifact? artifact,
        [NotNullWhen(false)] out Answer? refused
    )
    {
        artifact = null;
        refused = null;
        if (call.Target is not { Missing: null, Artifact: { } id })
            refused = call.Refuse(call.Target.Missing!);
        else if (Find(call, id) is not { } found)
            refused = call.Refuse(new Refusal.NotFound("artifact", id.Text));
        else if (call.Hidden(found.Queue) is { } hidden)
            refused = call.Refuse(hidden);
        else
        {
            artifact = found;
            return true;
        }
        return false;
    }

    /// <summary>The version of the address as well.</summary>
    internal static bool TryFindVersion(
        ApiCall call,
        [NotNullWhen(true)] out Artifact? artifact,
        [NotNullWhen(true)] out ArtifactVersion? version,
        [NotNullWhen(false)] out Answer? refused
    )
    {
        version = null;
        if (!TryFind(call, out artifact, out refused))
            return false;
        if (artifact.FindVersion(NumberOf(call)) is { } found)
        {
            version = found;
            return true;
        }
        refused = call.Refuse(new Refusal.NotFound("version", $"{artifact.Id} {call.Route("n")}"));
        return false;
    }

    /// <summary>The version that the address names. Where it names none the call is refused as not found.</summary>
    internal static int VersionOf(ApiCall call)
    {
        var number = NumberOf(call);
        if (number == 0)
            call.Missing("version", call.Route("n"));
        return number;
    }

    /// <summary>The number of the address; 0 where it is none.</summary>
    internal static int NumberOf(ApiCall call) => call.RouteNumber("n") ?? 0;

    private static ArtifactBody BodyOf(ApiCall call, Artifact artifact) =>
        ArtifactBody.From(
            call.Host.Engine.Picture.Read(at =>
                ArtifactView.Of(at, at.FindArtifact(artifact.Id) ?? artifact, call.Host.Presence.EditorOf(artifact.Id))
            ),
            call.Host
        );

    private static Answer Get(ApiCall call)
    {
        if (!TryFind(call, out var artifact, out var refused))
            return refused;
        var body = BodyOf(call, artifact);
        if (call.Query("since") is { } since)
        {
            var after = call.WholeNumber("since", since, 0, long.MaxValue);
            body = body with
            {
                Since =
                [
                    .. artifact
                        .Log.Where(r => r.Seq > after)
                        .Select(r => new SinceBody(r.Seq, r.At, EventDescriptions.Of(r, call.Host.NameOf))),
                ],
            };
        }
        return Answer.Ok(body, Answers.Artifact);
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        ItemId? item = null;
        if (call.Query("itemId") is { } text)
        {
            if (ItemId.TryParse(text, out var id))
                item = id;
            else
                call.Faults.Add("itemId", "must be the id of an item");
        }
        var after = After<ArtifactId>(call, ArtifactId.TryParse);
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var q = call.Query("q");
        var (all, seq) = call.Host.Engine.Picture.Read(at => (at.Artifacts.ToArray(), at.Seq));
        var matching = all.Where(a =>
                call.Scope.Sees(a.Queue)
                && (item is null || a.Item == item)
                && (
                    q is null
                    || a.Name.Contains(q, StringComparison.OrdinalIgnoreCase)
                    || (a.Target ?? "").Contains(q, StringComparison.OrdinalIgnoreCase)
                    || a.Id.Text.Equals(q, StringComparison.OrdinalIgnoreCase)
                )
            )
            .ToArray();
        var page = matching.Where(a => a.Id.Number > after.Number).Take(limit + 1).ToArray();
        var list = new ListBody<ArtifactBody>(
            [.. page.Take(limit).Select(a => BodyOf(call, a))],
            page.Length > limit ? page[limit - 1].Id.Text : null,
            matching.Length,
            limit,
            seq
        );
        return Answer.Ok(list, ApiJson.Of<ListBody<ArtifactBody>>());
    }

    /// <summary>Reads an id of one kind.</summary>
    internal delegate bool TryParse<T>(string? text, out T id);

    /// <summary>The id after which a list goes on; 0 for its beginning.</summary>
    internal static T After<T>(ApiCall call, TryParse<T> tryParse)
        where T : struct
    {
        if (call.Query("after") is not { } text)
            return default;
        if (tryParse(text, out var id))
            return id;
        call.Faults.Add("after", "must be a next that this list gave");
        return default;
    }

    private static async Task<Answer> GetVersionAsync(ApiCall call)
    {
        if (!TryFindVersion(call, out var artifact, out var version, out var refused))
            return refused;
        return Answer.Ok(
            new VersionDetailBody(
                artifact.Id.Text,
                VersionBody.From(version, call.Host.TargetVersion),
                version.Number == artifact.Current.Number,
                await CommentPlaces.OfAsync(call, artifact, version)
            ),
            ApiJson.Of<VersionDetailBody>()
        );
    }

    private static Answer GetVersionContent(ApiCall call)
    {
        if (!TryFindVersion(call, out var artifact, out var version, out var refused))
            return refused;
        return call.Host.Journal.FindContent(version.ContentHash) is { } kept
            ? Answer.File(kept.Content with { Type = artifact.ContentType }, $"{artifact.Name} {version.Number}")
            : call.Refuse(new Refusal.NotFound("content", version.ContentHash));
    }

    private static async Task<Answer> DiffAsync(ApiCall call)
    {
        if (!TryFind(call, out var artifact, out var refused))
            return refused;
        var current = artifact.Current.Number;
        var to = call.Query("to") is { } later ? (int)call.WholeNumber("to", later, 1, current) : current;
        var from = call.Query("from") is { } earlier
            ? (int)call.WholeNumber("from", earlier, 1, current)
            : artifact.LastApproved ?? 1;
        var (old, @new) = (artifact.Versions[from - 1].ContentHash, artifact.Versions[to - 1].ContentHash);
        var before = call.Host.Drafter.Texts.Read(old, artifact.ContentType);
        var after = call.Host.Drafter.Texts.Read(@new, artifact.ContentType);
        if (before is null || after is null)
            call.Faults.Add("from", "only texts are compared; get the contents of these versions instead");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var comparisons = call.Http.RequestServices.GetRequiredService<Comparisons>();
        var compared = await comparisons.GetAsync(
            old,
            before!,
            @new,
            after!,
            DiffOptions.Exact,
            call.Http.RequestAborted
        );
        return Answer.Ok(
            new DiffBody(artifact.Id.Text, from, to, compared.Diff.ChangedLines, DiffLines.Of(compared.Diff)),
            ApiJson.Of<DiffBody>()
        );
    }
}
