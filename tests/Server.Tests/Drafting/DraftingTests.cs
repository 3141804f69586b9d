using Server.Tests.Field;

namespace Server.Tests.Drafting;

/// <summary>
/// The same draft has the same outcome whoever sends it and however: over HTTP, by a tool, and in the page's own form.
/// </summary>
public sealed class Drafts_on_every_way(Stage stage) : IClassFixture<Stage>
{
    private const string Was = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";
    private const string Theirs = "one\n2\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";
    private const string Mine = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n8\nnine\n";
    private const string Both = "one\n2\nthree\nfour\nfive\nsix\nseven\n8\nnine\n";
    private const string Other = "one\ntwo\nthree\nfour\nfive\nsix\nseven\nacht\nnine\n";

    // One over the bound, of a megabyte; and one that a suggestion of a hundred characters brings over it.
    private static readonly string TooLarge = new('x', (1024 * 1024) + 1);
    private static readonly string NearlyTooLarge = "word\n" + new string('x', (1024 * 1024) - 50) + "\n";

    // One of them is under the bound, and two are not.
    private static readonly string Long = new string('y', 600 * 1024) + "\n";

    private static readonly Way[] Agents = [Way.AgentHttp, Way.AgentTool];
    private static readonly Way[] People = [Way.PersonHttp, Way.PersonPage];
    private static readonly Way[] All = [.. Agents, .. People];
    private static readonly object Proposes = new { onHumanEdit = "free" };
    private static readonly object Merges = new { onHumanEdit = "free", mergeClean = "auto" };
    private static readonly object MergesButAsks = new { onHumanEdit = "ask", mergeClean = "auto" };

    /// <param name="Does">Plays the case and gives the code of the refusal.</param>
    /// <param name="Expected">The outcome, the same for each way.</param>
    private sealed record Case(
        string Name,
        Way[] Ways,
        object Policy,
        Func<Piece, Task<string?>> Does,
        Func<Piece, Outcome> Expected
    )
    {
        internal string Text { get; init; } = Was;
    }

    private static Outcome Accepted(int version, string kind, string text, int? lines) =>
        new(Code: null, version, IsAuthors: true, kind, text, lines, Conflicts: 0, Merges: null);

    private static string Own(Piece piece) => piece.IsAgent ? "publish" : "edit";

    // Nothing changed but that a conflict may have opened.
    private static Outcome Refused(
        Piece piece,
        string code,
        int version,
        string text,
        int conflicts = 0,
        bool? merges = null
    ) =>
        new(
            code,
            version,
            IsAuthors: piece.IsAgent,
            "publish",
            text,
            ChangedLines: version == 1 ? null : 1,
            conflicts,
            merges
        );

    private static async Task<string?> OverlapsAsync(Piece piece, string typed, string meanwhile = Theirs)
    {
        await piece.BeginAsync(1);
        await AgentPublishesAsync(piece, meanwhile);
        return await piece.PublishAsync(typed);
    }

    private static async Task AgentPublishesAsync(Piece piece, string text, int onto = 1) =>
        (
            await piece.Held.Holder.PostAsync(
                $"/artifacts/{piece.Artifact}/versions",
                new
                {
                    baseVersion = onto,
                    content = text,
                    run = piece.Held.Run,
                    token = piece.Held.Token,
                }
            )
        ).Is(201);

    private static async Task RonEditsAsync(Piece piece, string text) =>
        (
            await piece.Stage.Ron.PostAsync(
                $"/artifacts/{piece.Artifact}/versions",
                new { baseVersion = 1, content = text }
            )
        ).Is(201);

    private static async Task HasOpenAsync(TestCaller who, Piece piece) =>
        (await who.PostAsync("/presence", new { topic = "artifact:" + piece.Artifact, mode = "editing" })).Is(200);

    private static readonly Case[] Cases =
    [
        new(
            "A text on the current version becomes the next one",
            All,
            Proposes,
            async p =>
            {
                await p.BeginAsync(1);
                return await p.PublishAsync(Mine);
            },
            p => Accepted(2, Own(p), Mine, lines: 1)
        ),
        new(
            "On an old base what merges cleanly is refused, kept and said to merge",
            All,
            Proposes,
            p => OverlapsAsync(p, Mine),
            p => Refused(p, "version_conflict", 2, Theirs, conflicts: 1, merges: true)
        ),
        new(
            "On an old base what contradicts is refused, kept and said not to merge",
            All,
            Proposes,
            p => OverlapsAsync(p, Other, meanwhile: Mine),
            p => Refused(p, "version_conflict", 2, Mine, conflicts: 1, merges: false)
        ),
        new(
            "A queue that merges by itself merges on an old base",
            All,
            Merges,
            p => OverlapsAsync(p, Mine),
            p => Accepted(3, "merge", Both, lines: null)
        ),
        new(
            "A merge that would be too large is not made",
            [Way.AgentHttp, Way.AgentTool, Way.PersonHttp], // the page's editor takes no text so long
            Merges,
            p => OverlapsAsync(p, Was + Long, meanwhile: Long + Was),
            p => Refused(p, "version_conflict", 2, Long + Was, conflicts: 1, merges: false)
        ),
        new(
            "While somebody else edits nothing is merged by itself",
            All,
            Merges,
            async p =>
            {
                await p.BeginAsync(1);
                await AgentPublishesAsync(p, Theirs);
                await HasOpenAsync(p.Stage.Ron, p);
                return await p.PublishAsync(Mine);
            },
            p => Refused(p, "version_conflict", 2, Theirs, conflicts: 1, merges: true)
        ),
        new(
            "Somebody's own editing does not keep their text from being merged",
            People,
            Merges,
            async p =>
            {
                await p.BeginAsync(1);
                await AgentPublishesAsync(p, Theirs);
                await HasOpenAsync(p.Author, p);
                return await p.PublishAsync(Mine);
            },
            _ => Accepted(3, "merge", Both, lines: null)
        ),
        new(
            "An agent's text is not merged over a person's edit",
            Agents,
            MergesButAsks,
            async p =>
            {
                await p.BeginAsync(1);
                await RonEditsAsync(p, Theirs);
                return await p.PublishAsync(Mine);
            },
            p =>
                Refused(p, "version_conflict", 2, Theirs, conflicts: 1, merges: true) with
                {
                    IsAuthors = false,
                    Kind = "edit",
                }
        ),
        new(
            "A person's text is merged over another person's edit",
            People,
            MergesButAsks,
            async p =>
            {
                await p.BeginAsync(1);
                await RonEditsAsync(p, Theirs);
                return await p.PublishAsync(Mine);
            },
            _ => Accepted(3, "merge", Both, lines: null)
        ),
        new(
            "An agent's text on a person's edit waits for that person",
            Agents,
            MergesButAsks,
            async p =>
            {
                await RonEditsAsync(p, Theirs);
                await p.BeginAsync(2);
                return await p.PublishAsync(Both);
            },
            p => Refused(p, "human_edit_hold", 2, Theirs) with { IsAuthors = false, Kind = "edit" }
        ),
        new(
            "A person's text on a person's edit becomes the next version",
            People,
            MergesButAsks,
            async p =>
            {
                await RonEditsAsync(p, Theirs);
                await p.BeginAsync(2);
                return await p.PublishAsync(Both);
            },
            _ => Accepted(3, "edit", Both, lines: 1)
        ),
        new(
            "A text over the bound is too large",
            [Way.AgentHttp, Way.AgentTool, Way.PersonHttp], // the page's editor takes no text so long
            Proposes,
            async p =>
            {
                await p.BeginAsync(1);
                return await p.PublishAsync(TooLarge);
            },
            p => Refused(p, "too_large", 1, Was)
        ),
        new(
            "A hash of nothing that is there is refused",
            Agents,
            Proposes,
            async p =>
            {
                await p.BeginAsync(1);
                return await p.PublishHashAsync(Desk.HashOf("never sent"));
            },
            p => Refused(p, "invalid_request", 1, Was)
        ),
        new(
            "An agent that names no lease is refused",
            Agents,
            Proposes,
            async p =>
            {
                await p.BeginAsync(1);
                return await p.PublishWithoutLeaseAsync(Mine);
            },
            p => Refused(p, "lease_required", 1, Was)
        ),
        new(
            "A text of a lease that was taken over is refused and kept in a conflict",
            Agents,
            Proposes,
            async p =>
            {
                await p.BeginAsync(1);
                var takeover = new { why = "stuck", force = true };
                (await p.Stage.Sue.PostAsync($"/items/{p.Held.Item}/takeover", takeover)).Is(200);
                return await p.PublishAsync(Mine);
            },
            p => Refused(p, "fenced", 1, Was, conflicts: 1, merges: true)
        ),
        new(
            "A suggestion whose words stand becomes a version",
            People,
            Proposes,
            async p => await p.AcceptAsync(await p.SuggestAsync(Was, "eight", "8")),
            _ => Accepted(2, "suggestion", Mine, lines: 1)
        ),
        new(
            "A suggestion on a line that changed is not accepted",
            People,
            Proposes,
            async p =>
            {
                var comment = await p.SuggestAsync(Was, "eight", "VIII");
                await AgentPublishesAsync(p, Mine);
                return await p.AcceptAsync(comment);
            },
            p => Refused(p, p.Way == Way.PersonPage ? "off" : "invalid_request", 2, Mine)
        ),
        new(
            "A suggestion that makes the text too large is not accepted",
            People,
            Proposes,
            async p => await p.AcceptAsync(await p.SuggestAsync(NearlyTooLarge, "word", new string('w', 100))),
            p => Refused(p, p.Way == Way.PersonPage ? "invalid_request" : "too_large", 1, NearlyTooLarge)
        )
        {
            Text = NearlyTooLarge,
        },
        new(
            "A correction is approved with the version that was read",
            People,
            Proposes,
            async p =>
            {
                await p.BeginAsync(1);
                return await p.CorrectAndApproveAsync(Mine, Desk.HashOf(Was));
            },
            _ => Accepted(2, "edit", Mine, lines: 1)
        ),
        new(
            "A correction of a version that is no longer current approves nothing",
            People,
            Proposes,
            async p =>
            {
                await p.BeginAsync(1);
                await AgentPublishesAsync(p, Theirs);
                return await p.CorrectAndApproveAsync(Mine, Desk.HashOf(Was));
            },
            p => Refused(p, p.Way == Way.PersonPage ? "off" : "version_changed", 2, Theirs)
        ),
        new(
            "The clean merge of a conflict becomes a version",
            People,
            Proposes,
            async p =>
            {
                await AgentPublishesAsync(p, Theirs);
                await p.Stage.Ron.PostAsync(
                    $"/artifacts/{p.Artifact}/versions",
                    new { baseVersion = 1, content = Mine }
                );
                return await p.MergeAsync();
            },
            _ => Accepted(3, "merge", Both, lines: null)
        ),
    ];

    public static TheoryData<string, Way> Plays()
    {
        var plays = new TheoryData<string, Way>();
        foreach (var one in Cases)
        {
            foreach (var way in one.Ways)
                plays.Add(one.Name, way);
        }
        return plays;
    }

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task The_same_draft_has_the_same_outcome(string name, Way way)
    {
        var one = Cases.Single(c => c.Name == name);
        await using var piece = await stage.PieceAsync(one.Policy, one.Text, way);

        var code = await one.Does(piece);

        Assert.Equal(one.Expected(piece), await stage.OutcomeAsync(piece, code));
    }
}
