using ControlSurface.Components;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>One thing that was found.</summary>
public sealed record FoundRow(
    string Kind,
    string Id,
    string Title,
    string? Queue,
    string? State,
    StateKind? StateKind,
    string Icon,
    string Href,
    DateTimeOffset At,
    long Position
)
{
    /// <summary>No two rows have the same, though two may lead to one page.</summary>
    public string Key => Position.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What was found for the words in the address, with how it stands now.</summary>
/// <param name="Total">How many there are in all, on all pages.</param>
/// <param name="Next">The address of the next page; null where this is the last.</param>
/// <param name="UpTo">The last event that is in the index.</param>
public sealed record SearchView(
    IReadOnlyList<FilterView> Filters,
    IReadOnlyList<WorkGroup<FoundRow>> Groups,
    long Total,
    string? Next,
    long UpTo
) : IView<SearchView>
{
    /// <summary>The page for some words.</summary>
    public static string Address(string words, string? kind = null) =>
        "search?q=" + Uri.EscapeDataString(words) + (kind is null ? "" : "&kind=" + kind);

    /// <summary>A page of what was found, with the total, where the next page begins, and the seq up to which all is found.</summary>
    public static SearchView From(
        IReadOnlyList<FoundThing> found,
        long total,
        string? next,
        long upTo,
        string? kind,
        string? queue,
        IEnumerable<string> queues
    ) =>
        new(
            [
                new FilterView(
                    "Kind",
                    "kind",
                    kind,
                    [.. FoundThing.Kinds.Keys.Select(k => new ChoiceView(k, Named(k)))]
                )
                {
                    TakesSeveral = true,
                },
                new FilterView("Queue", "queue", queue, ChoiceView.Each(queues)),
            ],
            found.Count == 0 ? [] : [new WorkGroup<FoundRow>("", [], [.. found.Select(Row)], found.Count)],
            total,
            next,
            upTo
        );

    private static FoundRow Row(FoundThing one) =>
        new(
            Named(one.Kind),
            one.Id,
            one.Title,
            one.Queue,
            one.State,
            one.Kind switch
            {
                "item" => Components.StateKind.Item,
                "conflict" => Components.StateKind.Conflict,
                _ => null,
            },
            one.Kind switch
            {
                "item" => Icons.CircleDot,
                "artifact" => Icons.FileText,
                "conflict" => Icons.GitCompareArrows,
                "target" => Icons.Lock,
                "principal" => Icons.UserSearch,
                _ => Icons.Play,
            },
            one.Page,
            one.At,
            one.Position
        );

    private static string Named(string kind) =>
        kind switch
        {
            "item" => "Item",
            "artifact" => "Artifact",
            "conflict" => "Conflict",
            "target" => "Target",
            "principal" => "Person or agent",
            _ => "Run",
        };
}
