using System.Diagnostics.CodeAnalysis;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Resolving;
using ControlSurface.Core.Views;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>API.md, Conflicts.</summary>
internal static class ConflictEndpoints
{
    private static readonly string[] Brief = ["id", "kind", "state", "itemId", "target", "safestNextStep", "seq"];
    private static readonly string[] States = [.. Enum.GetValues<ConflictState>().Select(WireNames.Of)];
    private static readonly string[] Kinds = [.. Enum.GetValues<ConflictKind>().Select(WireNames.Of)];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ListConflictsOperation,
        GetConflictOperation,
        CompetingContentOperation,
        TakeConflictOperation,
        ResolveConflictOperation,
    ];

    private static ApiOperation ListConflictsOperation =>
        new()
        {
            Id = "listConflicts",
            Method = "GET",
            Pattern = "/conflicts",
            Verb = Verb.Read,
            Tag = "Conflicts",
            Summary = "Conflicts, by id.",
            Query =
            [
                new("state", "string", "Only in these states, separated by commas.", States),
                new("kind", "string", "Only of these kinds, separated by commas.", Kinds),
                new("queue", "string", "Only of this queue."),
                new(
                    "q",
                    "string",
                    "A query in words, as in `kind:overlapping_edit age:>1h`; unknown names are refused."
                ),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<ConflictBody>>(), "Conflicts.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetConflictOperation =>
        new()
        {
            Id = "getConflict",
            Method = "GET",
            Pattern = "/conflicts/{id}",
            Verb = Verb.Read,
            Tag = "Conflicts",
            Summary = "One conflict: what competes, since when, and the safest next step.",
            Replies = [new(200, Answers.Conflict, "The conflict.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(Get),
        };

    private static ApiOperation CompetingContentOperation =>
        new()
        {
            Id = "competingContent",
            Method = "GET",
            Pattern = "/conflicts/{id}/competing/{k}/content",
            Verb = Verb.Read,
            Tag = "Conflicts",
            Summary = "The bytes of one of the competing contents, counted from 0.",
            Replies = [new(200, null, "The bytes.")],
            Handle = call => call.ReadAsync(GetCompeting),
        };

    private static ApiOperation TakeConflictOperation =>
        new()
        {
            Id = "takeConflict",
            Method = "POST",
            Pattern = "/conflicts/{id}/take",
            Verb = Verb.TakeConflict,
            Tag = "Conflicts",
            Summary = "Takes the conflict into review; others see who.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, Answers.Conflict, "In review.")],
            Codes = ["conflict_closed"],
            Handle = call => call.SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => Take(c)),
        };

    private static ApiOperation ResolveConflictOperation =>
        new()
        {
            Id = "resolveConflict",
            Method = "POST",
            Pattern = "/conflicts/{id}/resolve",
            Verb = Verb.ResolveConflict,
            Tag = "Conflicts",
            Summary = "Settles it; what follows is done in the same write.",
            Body = ApiJson.Of<ResolveRequest>(),
            Replies = [new(200, Answers.Conflict, "Settled.")],
            Codes = ["conflict_changed", "conflict_closed", "too_large"],
            LimitBytes = ArtifactEndpoints.BodyLimit,
            ReadsContents = true,
            Handle = call => call.SendAsync(ApiJson.Of<ResolveRequest>(), static (c, b) => Resolve(c, b)),
        };

    private static ConflictId Id(ApiCall call)
    {
        if (!ConflictId.TryParse(call.Route("id"), out var id))
            call.Missing("conflict", call.Route("id"));
        return id;
    }

    private static Asked Take(ApiCall call)
    {
        var id = Id(call);
        // Merged here: where the answer is rendered is the engine's thread, which reads no contents and compares nothing.
        if (call.Host.Drafter.Find(id) is ({ } conflict, var artifact))
            return new Asked(new ConflictCommand.Take(id))
            {
                Merge = new PreparedMerge(BasisOf(conflict, artifact), MergeOf(call.Host, conflict)),
            };
        return new ConflictCommand.Take(id);
    }

    /// <summary>What merging would give, as it was found before the command was sent; null where the conflict moved meanwhile.</summary>
    internal static MergeBody? PreparedMergeOf(ApiHost host, PreparedMerge? prepared, Conflict conflict)
    {
        if (prepared is null || !conflict.IsOpen)
            return null;
        var artifact = conflict.Artifact is { } on ? host.Engine.Picture.Read(at => at.FindArtifact(on)) : null;
        return prepared.Basis == BasisOf(conflict, artifact) ? prepared.Merge : null;
    }

    private static (int Competing, int? Current) BasisOf(Conflict conflict, Artifact? artifact) =>
        (conflict.Competing.Count, artifact?.Current.Number);

    private static Asked Resolve(ApiCall call, ResolveRequest b)
    {
        var id = Id(call);
        ContentData? content = null;
        if (b.Content is { } text)
        {
            var type = call.Host.Drafter.Find(id).Artifact?.ContentType ?? ContentEndpoints.AnyType;
            content = ContentEndpoints.Take(call, text, hash: null, type);
            if (content is null)
                return call.Malformed();
        }
        var resolution = new Resolution(id, WireNames.Find<ConflictResolution>(b.Resolution), b.SeenSeq, b.Note)
        {
            K = b.K,
            Content = content,
        };
        return call.Drafted(() => call.Host.Drafter.Resolve(resolution));
    }

    /// <summary>What merging would give now; null where there is nothing to merge.</summary>
    internal static MergeBody? MergeOf(ApiHost host, Conflict conflict) =>
        conflict is { IsOpen: true, Artifact: { } id }
        && host.Engine.Picture.Read(at => at.FindArtifact(id)) is { } artifact
        && host.Drafter.Merges.Preview(conflict, artifact) is { } merge
            ? new MergeBody(merge.IsClean, merge.Text, merge.ConflictCount)
            : null;

    private static Answer Get(ApiCall call)
    {
        if (!TryFind(call, out var view, out var refused))
            return refused;
        return Answer.Ok(
            ConflictBody.From(call.Seen(view), MergeOf(call.Host, view.Conflict), call.Host.NameOf),
            Answers.Conflict
        );
    }

    private static bool TryFind(
        ApiCall call,
        [NotNullWhen(true)] out ConflictView? view,
        [NotNullWhen(false)] out Answer? refused
    )
    {
        view = null;
        refused = null;
        var text = call.Route("id");
        var found = ConflictId.TryParse(text, out var id)
            ? call.Host.Engine.Picture.Read(at => at.FindConflict(id) is { } c ? ConflictView.Whole(at, c) : null)
            : null;
        if (found is null)
            refused = call.Refuse(new Refusal.NotFound("conflict", text));
        else if (call.Hidden(call.Host.Engine.Picture.Read(at => at.QueueOf(found.Conflict))) is { } hidden)
            refused = call.Refuse(hidden);
        else
        {
            view = found;
            return true;
        }
        return false;
    }

    private static Answer GetCompeting(ApiCall call)
    {
        if (!TryFind(call, out var view, out var refused))
            return refused;
        var text = call.Route("k");
        var competing = view.Conflict.Competing;
        if (
            call.RouteNumber("k") is not { } k
            || k >= competing.Count
            || competing[k].ContentHash is not { } hash
            || call.Host.Journal.FindContent(hash) is not { } kept
        )
            return call.Refuse(new Refusal.NotFound("competing content", text));
        return Answer.File(kept.Content, $"{view.Conflict.Id} {competing[k].Label}");
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        var after = ArtifactEndpoints.After<ConflictId>(call, ConflictId.TryParse);
        var queue = call.Query("queue");
        if (queue is not null && !call.Scope.Sees(queue))
            return call.Refuse(call.Hidden(queue)!);
        Query? query = null;
        if (call.Query("q") is { } text && (query = Query.Read(QuerySubject.Conflicts, text, out var fault)) is null)
            call.Faults.Add("q", fault!);
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var now = call.Host.Engine.Now;
        var states = call.Query("state")?.Split(',');
        var kinds = call.Query("kind")?.Split(',');
        var (all, seq) = call.Host.Engine.Picture.Read(at =>
            (
                at.Conflicts.Where(c =>
                        call.Scope.Sees(at.QueueOf(c))
                        && (queue is null || at.QueueOf(c) == queue)
                        && (states is null || states.Contains(WireNames.Of(c.State), StringComparer.Ordinal))
                        && (kinds is null || kinds.Contains(WireNames.Of(c.Kind), StringComparer.Ordinal))
                        && query?.Matches(c, now) != false
                    )
                    .Select(c => ConflictView.Whole(at, c))
                    .ToArray(),
                at.Seq
            )
        );
        var page = all.Where(v => v.Conflict.Id.Number > after.Number).Take(limit + 1).ToArray();
        var list = new ListBody<ConflictBody>(
            [.. page.Take(limit).Select(v => ConflictBody.From(call.Seen(v), merge: null, call.Host.NameOf))],
            page.Length > limit ? page[limit - 1].Conflict.Id.Text : null,
            all.Length,
            limit,
            seq
        );
        return Answer.Ok(list, ApiJson.Of<ListBody<ConflictBody>>());
    }
}

/// <summary>A merge that was made before the command was sent, with what it rests on.</summary>
internal sealed record PreparedMerge((int Competing, int? Current) Basis, MergeBody? Merge);
