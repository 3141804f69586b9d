using ControlSurface.Components;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>Where work waited, for whom and how long; what comes against what goes.</summary>
public sealed partial class WaitsPage
{
    private const int Most = 300;

    // Charts that twitch cannot be read (UI.md: at most every five seconds), and many who look must not cost the others theirs.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private DateTimeOffset _lookedAt;
    private (Viewer, string?, string?, string?, string)? _lookedFor;

    /// <summary>How far back: <c>24h</c>, <c>7d</c>, <c>30d</c> or <c>90d</c>; the last 24 hours where it is none of them.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? RangeKey { get; set; }

    /// <summary>Only waits of this queue, from the address.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    /// <summary><c>review</c>, <c>question</c>, <c>conflict</c>, <c>lock</c>, <c>pause</c> or <c>attempts</c>; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Cause { get; set; }

    [Inject]
    private IProjections Projections { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    private ChartRange Range => ChartRange.All.FirstOrDefault(one => one.Key == RangeKey) ?? ChartRange.All[0];

    /// <inheritdoc/>
    protected override WaitsView? Look()
    {
        var now = Time.GetUtcNow();
        var asked = (You, RangeKey, Queue, Cause, Zone.Id);
        if (View is { } shown && _lookedFor == asked && now >= _lookedAt && now - _lookedAt < Pace)
            return shown with { ChangesAt = _lookedAt + Pace };
        (_lookedAt, _lookedFor) = (now, asked);
        try
        {
            var queue = string.IsNullOrWhiteSpace(Queue) ? null : Queue;
            return WaitsView.Of(Projections, Board, You, Range, queue, WaitWords.CauseOf(Cause), Zone, now);
        }
        catch (ProjectionsNotReadyException)
        {
            return null;
        }
    }

    // Hours have their day in the reader's zone; until the browser has named it they are shown in UTC, and it says so.
    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? KnowZoneAsync() : Task.CompletedTask;
}
