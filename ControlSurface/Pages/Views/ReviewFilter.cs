namespace ControlSurface.Pages.Views;

/// <summary>The filter of the list of reviews. All of it is in the address.</summary>
/// <param name="Show"><c>all</c>, <c>open</c> (without approvals that fell and were not asked for again) or <c>decided</c>; null for what waits for the viewer.</param>
/// <param name="Asked">Whom it asks, as <c>Reviewer.KindOf</c> says it, or <see cref="Me"/>.</param>
/// <param name="Attention"><see cref="Overdue"/>, <see cref="NobodyEligible"/> or <see cref="Stopped"/>, or several.</param>
/// <param name="Kind">What its approval lets begin, in words; <see cref="Components.FilterView.None"/> for nothing.</param>
public sealed record ReviewFilter(
    string? Show = null,
    string? Queue = null,
    string? Attention = null,
    string? Author = null,
    string? Text = null,
    string? Asked = null,
    string? Kind = null
)
{
    /// <summary>Those that wait for the viewer's own decision.</summary>
    public const string Me = "me";

    /// <summary>Those that should have been decided.</summary>
    public const string Overdue = "overdue";

    /// <summary>Those that nobody who was asked can decide.</summary>
    public const string NobodyEligible = "nobody_eligible";

    /// <summary>Those of which something would not go through if they were approved now.</summary>
    public const string Stopped = "stopped";

    /// <summary>Whether nothing narrows the list but its tab.</summary>
    public bool IsAny => this with { Show = null } == new ReviewFilter();

    /// <summary>The list so narrowed, on another tab; null for the first.</summary>
    public string Address(string? show)
    {
        var query = string.Join(
            '&',
            new[]
            {
                ("show", show),
                ("queue", Queue),
                ("asked", Asked),
                ("attention", Attention),
                ("kind", Kind),
                ("author", Author),
                ("q", Text),
            }
                .Where(part => part.Item2 is not null)
                .Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}")
        );
        return query.Length == 0 ? "review" : "review?" + query;
    }
}
