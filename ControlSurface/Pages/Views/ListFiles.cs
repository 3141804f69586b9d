using ControlSurface.Components;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Targets;

namespace ControlSurface.Pages.Views;

/// <summary>Lists of pages as files: each with all of its rows, in the order of the page, and as its reader may see them.</summary>
public static class ListFiles
{
    /// <summary>Queues, with all that is wrong in each.</summary>
    public static ListFile Queues(IEnumerable<WorkGroup<QueueRow>> groups) =>
        new(
            "queues",
            [
                "queue",
                "state",
                "whatIsWrong",
                "forAgent",
                "inWork",
                "forReviewer",
                "handedOff",
                "stale",
                "queuedYesterday",
                "oldestAt",
                "owned",
                "inPerHour",
                "outPerHour",
            ],
            groups
                .SelectMany(group => group.Rows)
                .Select(row =>
                    (IReadOnlyList<object?>)
                        [
                            row.Name,
                            row.State,
                            string.Join("; ", row.Reasons.Select(reason => reason.Words)),
                            row.Queued,
                            row.InWork,
                            row.InReview,
                            row.HandedOff,
                            row.Stale,
                            row.WasQueued,
                            row.OldestAt,
                            row.Owned,
                            row.InPerHour,
                            row.OutPerHour,
                        ]
                )
        );

    /// <summary>Versions that wait for a decision, or that were decided on.</summary>
    public static ListFile Reviews(IEnumerable<WorkGroup<ReviewRow>> groups) =>
        new(
            "reviews",
            [
                "group",
                "state",
                "artifact",
                "version",
                "name",
                "item",
                "queue",
                "author",
                "change",
                "unlikeApproved",
                "kind",
                "ifApproved",
                "dueAt",
                "since",
                "given",
                "attention",
                "taken",
            ],
            from grouped in groups
            from row in grouped.Rows
            select (IReadOnlyList<object?>)
                [
                    grouped.Name,
                    row.State,
                    row.Artifact,
                    row.Version,
                    row.Name,
                    row.Item,
                    row.Queue,
                    row.Author.Full,
                    row.Change,
                    row.Unlike is { } unlike ? Math.Round(unlike, 3) : null,
                    row.Acts,
                    row.IfApproved,
                    row.DueAt,
                    row.Since,
                    row.Given,
                    row.Tag,
                    row.Taken,
                ]
        );

    /// <summary>Work, as Now lists it.</summary>
    /// <param name="name">The file's name.</param>
    public static ListFile Work(string name, IEnumerable<WorkGroup<WorkRowView>> groups) =>
        new(
            name,
            ["group", "item", "state", "title", "holder", "progress", "progressAt", "leaseEnds", "waitsFor"],
            from grouped in groups
            from row in grouped.Rows
            select (IReadOnlyList<object?>)
                [
                    grouped.Name,
                    row.Item,
                    row.State,
                    row.Title,
                    row.Holder?.Full,
                    row.Progress,
                    row.ProgressAt,
                    row.Clock?.ExpiresAt,
                    row.WaitsFor,
                ]
        );

    /// <summary>Lines of a panel.</summary>
    /// <param name="name">The file's name.</param>
    public static ListFile Lines(string name, IEnumerable<LineView> lines) =>
        new(
            name,
            ["what", "more", "at", "page"],
            lines.Select(line => (IReadOnlyList<object?>)[line.Text, line.Under, line.Right, line.Href])
        );

    /// <summary>Events, as a timeline tells them.</summary>
    /// <param name="name">The file's name.</param>
    public static ListFile Events(string name, IEnumerable<TimelineEntry> events) =>
        new(
            name,
            ["seq", "at", "what", "detail", "by", "page"],
            events.Select(one => (IReadOnlyList<object?>)[one.Seq, one.At, one.What, one.Detail, one.By, one.Href])
        );

    /// <summary>What competes in a conflict.</summary>
    public static ListFile Competing(Conflict conflict) =>
        new(
            $"{conflict.Id.Text}-competes",
            ["what", "artifact", "version", "by", "contentHash", "at"],
            conflict.Competing.Select(one =>
                (IReadOnlyList<object?>)
                    [one.Label, one.Artifact?.Text, one.Version, one.ByName, one.ContentHash, one.At]
            )
        );

    /// <summary>What still needs somebody, and then what happened, part by part.</summary>
    public static ListFile Since(SinceView view) =>
        new(
            "since",
            ["part", "at", "what", "detail", "by", "page"],
            view.Still.Select(one =>
                    (IReadOnlyList<object?>)["Still needs somebody", one.At, one.What, one.Of, one.State, one.Href]
                )
                .Concat(
                    from kind in view.Kinds
                    from one in kind.Newest
                    select (IReadOnlyList<object?>)[kind.Name, one.At, one.What, one.Detail, one.By, one.Href]
                )
        );

    /// <summary>What needs the reader.</summary>
    public static ListFile Inbox(IEnumerable<InboxRow> rows) =>
        new(
            "inbox",
            ["id", "kind", "what", "at", "read", "page"],
            rows.Select(row =>
                (IReadOnlyList<object?>)
                    [row.Id, WireNames.Of(row.Kind), row.What, row.At, row.IsRead ? "yes" : "no", row.Href]
            )
        );

    /// <summary>Each lock and each request that waits for one.</summary>
    public static ListFile Locks(IEnumerable<LockRow> rows) =>
        new(
            "locks",
            ["target", "use", "mode", "item", "who", "since", "until", "behind"],
            rows.SelectMany(row =>
                row.Holders.Select(one => Lock(row, "holds", one))
                    .Concat(row.Waiters.Select(one => Lock(row, "waits", one)))
            )
        );

    private static IReadOnlyList<object?> Lock(LockRow row, string use, TargetUser one) =>
        [
            row.Target,
            use,
            WireNames.Of(one.Mode),
            one.Item?.Text,
            one.Holder is { } holder ? LeaseWords.Full(holder) : null,
            one.Since,
            one.Until,
            one.Behind,
        ];

    /// <summary>What recurs.</summary>
    public static ListFile Patterns(IEnumerable<PatternRow> rows) =>
        new(
            "runbook",
            ["id", "state", "pattern", "queue", "count", "before", "lost", "change", "eachOfTheLast14Days"],
            rows.Select(row =>
                (IReadOnlyList<object?>)
                    [
                        row.Id,
                        row.State,
                        row.Name,
                        row.Under,
                        row.Count,
                        row.Before,
                        row.Lost,
                        row.Change,
                        string.Join("; ", row.Days),
                    ]
            )
        );

    /// <summary>Items that an act on many would mean.</summary>
    public static ListFile Many(IEnumerable<BulkRow> rows) =>
        new(
            "many",
            ["item", "title", "queue", "state"],
            rows.Select(row => (IReadOnlyList<object?>)[row.Id, row.Title, row.Queue, row.State])
        );

    /// <summary>What a job on many was refused, each with the reason.</summary>
    public static ListFile Refused(BulkJob job) =>
        new(
            $"{job.Id}-refused",
            ["id", "code", "why"],
            job.Results.Where(result => result.Code is not null)
                .Select(result => (IReadOnlyList<object?>)[result.Id, result.Code, result.Detail])
        );

    /// <summary>Who holds work of a queue.</summary>
    public static ListFile Workers(string queue, IEnumerable<WorkerRow> rows) =>
        new(
            $"{queue}-workers",
            ["who", "holds", "since"],
            rows.Select(row => (IReadOnlyList<object?>)[row.Who.Full, row.Count, row.Since])
        );

    /// <summary>What waits longest in a queue.</summary>
    public static ListFile Longest(string queue, IEnumerable<LongestRow> rows) =>
        new(
            $"{queue}-waits-longest",
            ["item", "title", "priority", "since"],
            rows.Select(row => (IReadOnlyList<object?>)[row.Item, row.Title, row.Priority, row.Since])
        );
}
