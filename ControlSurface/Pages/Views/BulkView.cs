using ControlSurface.Components;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>One of those that a query means.</summary>
public sealed record BulkRow(string Id, string Title, string Queue, string State);

/// <summary>What becomes of how many, and why; with a few of them.</summary>
public sealed record BulkOutcome(string? Code, string Why, int Count, IReadOnlyList<string> Some);

/// <summary>One act on all that a query means, before it begins: who they are.</summary>
/// <param name="Rows">All of them, in the order of their ids.</param>
/// <param name="Fault">What is wrong with the words.</param>
public sealed record BulkView(string Query, IReadOnlyList<BulkRow> Rows, string? Fault, bool May) : IView<BulkView>
{
    /// <summary>What the page offers: all but the handoff, which asks for somebody to hand to.</summary>
    public static IEnumerable<BulkAct> Acts => BulkAct.Items.Where(act => act.Do != BulkDo.Handoff);

    /// <summary>The page for the words of a query.</summary>
    public static string Address(string query) => "bulk?q=" + Uri.EscapeDataString(query);

    /// <summary>All that the query means and the viewer may see, with what is wrong with the words where they cannot be read.</summary>
    public static BulkView From(Board board, string query, Viewer you, DateTimeOffset now)
    {
        var words = Core.Views.Query.Read(QuerySubject.Items, query, out var fault);
        return new BulkView(
            query,
            words is null
                ? []
                :
                [
                    .. board
                        .Items.Where(item => you.MaySee(item.Queue) && words.MatchesToChange(item, you.Id, now))
                        .Select(item => new BulkRow(item.Id.Text, item.Title, item.Queue, WireNames.Of(item.State))),
                ],
            fault,
            you.May(Verb.Bulk)
        );
    }

    /// <summary>
    /// What would become of each, tried one by one on the state as it is and thrown away. In short looks, so that nobody
    /// waits for it: what happens between them is what may happen while the job runs.
    /// </summary>
    /// <param name="refusal">Why the job as a whole would be refused; null where it would not.</param>
    public static IReadOnlyList<BulkResult> Try(
        Core.Engine.Picture picture,
        BulkCommand.Start command,
        Viewer you,
        DateTimeOffset now,
        out Refusal? refusal
    )
    {
        const int AtOnce = 100;
        var (job, refused) = picture.Read(at =>
        {
            var decision = at.Decide(command, you.Caller, now);
            return ((decision.Reply as BulkReply)?.Job, decision.Refusal);
        });
        refusal = refused;
        return job is null
            ? []
            :
            [
                .. job
                    .Ids.Chunk(AtOnce)
                    .SelectMany(ids =>
                        picture.Read(at =>
                            ids.Select(id =>
                                    RefusalWords.ResultOf(
                                        id,
                                        at.Decide(job.CommandFor(at, id), you.Caller, now).Refusal,
                                        at.NameOf,
                                        now
                                    )
                                )
                                .ToList()
                        )
                    ),
            ];
    }

    // More reasons than these are read one by one.
    private const int MostReasons = 6;

    /// <summary>How many came to the same, for the very same reason; what has a reason of its own stands together at the end.</summary>
    public static IReadOnlyList<BulkOutcome> Together(IEnumerable<BulkResult> results)
    {
        var same = results
            .GroupBy(result => (result.Code, result.Detail))
            .OrderBy(one => one.Key.Code is not null)
            .ThenByDescending(one => one.Count())
            .ToList();
        var outcomes = same.Take(MostReasons)
            .Select(one => Outcome(one.Key.Code, one.Key.Detail ?? "", [.. one]))
            .ToList();
        if (same.Count > MostReasons)
            outcomes.Add(
                Outcome("several", "Each for a reason of its own.", [.. same.Skip(MostReasons).SelectMany(one => one)])
            );
        return outcomes;
    }

    private static BulkOutcome Outcome(string? code, string why, List<BulkResult> those) =>
        new(code, why, those.Count, [.. those.Take(8).Select(result => result.Id)]);

    /// <summary>The outcomes in sentences.</summary>
    /// <param name="act">What is done; null where the sentence does not name it.</param>
    public static IReadOnlyList<LineView> Said(IReadOnlyList<BulkOutcome> outcomes, bool isDone, BulkAct? act = null) =>
        [
            .. outcomes.Select(outcome =>
                outcome.Code is null
                    ? new LineView(
                        Icons.CircleCheck,
                        isDone
                            ? $"{Words.Plural(outcome.Count, act?.Noun ?? "item")} {(outcome.Count == 1 ? "was" : "were")} {act?.Did ?? "done"}."
                            : $"{Words.Plural(outcome.Count, act?.Noun ?? "item")} would be {act?.Did ?? "done"}.",
                        Hue: Hue.Good
                    )
                    : new LineView(
                        Icons.TriangleAlert,
                        $"{Words.Plural(outcome.Count, act?.Noun ?? "item")} {(isDone ? (outcome.Count == 1 ? "was" : "were") + " refused" : "would be refused")}: {string.Join(", ", outcome.Some)}{(outcome.Count > outcome.Some.Count ? ", …" : "")}. {outcome.Why}",
                        Hue: Hue.Wait
                    )
            ),
        ];
}

/// <summary>A job as it goes on.</summary>
public sealed record BulkJobView(BulkJob Job, bool MayStop) : IView<BulkJobView>
{
    /// <summary>The job; null where there is none, or none that the viewer may see. Under the picture's lock.</summary>
    public static BulkJobView? From(Workspace at, string id, Viewer you) =>
        BulkId.TryParse(id, out var bulk) && at.FindBulk(bulk) is { } job && you.Scope.Covers(job.Queues)
            ? new BulkJobView(job, job.State == BulkState.Running && you.May(Verb.Bulk))
            : null;

    private string Noun => Job.Do == BulkDo.Resolve ? "conflict" : "item";

    /// <summary>The page of one of those that it works on.</summary>
    public string PageOf(string id) => $"{Noun}s/{id}";

    /// <summary>The page's heading: id, act, and how many of what.</summary>
    public string Title =>
        $"{Job.Id}: {BulkAct.Of(Job)?.Name ?? WireNames.Of(Job.Do)}, {Words.Plural(Job.Ids.Count, Noun)}";
}
