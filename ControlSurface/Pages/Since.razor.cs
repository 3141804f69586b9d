using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlSurface.Pages;

/// <summary>What happened since the reader was last here, or since a time that they name; on paper it is a shift report.</summary>
public sealed partial class Since
{
    // A shift, where the browser does not know when somebody was here.
    private const int UsualHours = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private static readonly (int Hours, string Words)[] Spans =
    [
        (1, "1 hour"),
        (8, "8 hours"),
        (24, "24 hours"),
        (168, "7 days"),
    ];

    // What is counted again at most once a second, whatever is committed: many who look at a week must not cost the others theirs.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // What one reads at a glance; the pages that it names have the rest.
    private const int MostStill = 20;
    private readonly KnownEvents _known = new();
    private DateTimeOffset _lookedAt;
    private Viewer _lookedAs = Viewer.Nobody;
    private DateTimeOffset? _left;
    private string? _typed;
    private DateTimeOffset _opened;
    private (int?, long?) _chosen;

    /// <summary>So many last hours.</summary>
    [SupplyParameterFromQuery]
    public int? Hours { get; set; }

    /// <summary>Since this instant, in seconds since 1970.</summary>
    [SupplyParameterFromQuery]
    public long? From { get; set; }

    [Inject]
    private IProjections Projections { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private IJournal Journal { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private IServiceProvider Services { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    // Which workspace a paper is of; null where there is only one.
    private string? Named => Services.GetService<IOwnWorkspace>()?.Name;

    // What is copied and mailed, in its order.
    private const string ReportParts = "shift-head shift-words shift-rest";

    private ShiftText ReportOf(SinceView view) =>
        ShiftText.Of(
            view,
            Summary(view),
            new ShiftOf(Named, _lookedAt, Board.NameOf(You.Id), Board.Seq, Zone, Navigation.BaseUri)
        );

    // It begins where the time was chosen and stays there: what is counted must not slip out of it while somebody reads.
    private DateTimeOffset Start
    {
        get
        {
            var now = Opened;
            var start =
                From is > 0 and < 253_402_300_799 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : Hours is > 0 and <= 2_160 and var hours ? now.AddHours(-hours)
                : _left ?? now.AddHours(-UsualHours);
            // Whole seconds, as in an address: what is counted here and what is listed there begin at the same instant.
            return DateTimeOffset.FromUnixTimeSeconds(
                (start < now - Longest ? now - Longest : start).ToUnixTimeSeconds()
            );
        }
    }

    // "1 hour" is the hour before it was chosen.
    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        if (_chosen != (Hours, From))
            (_chosen, _opened) = ((Hours, From), default);
    }

    private DateTimeOffset Opened => _opened == default ? _opened = Time.GetUtcNow() : _opened;

    private bool IsCurrent(int hours) =>
        From is null && (Hours == hours || Hours is null && _left is null && hours == UsualHours);

    private static string Address(DateTimeOffset from) =>
        FormattableString.Invariant($"since?from={from.ToUnixTimeSeconds()}");

    /// <inheritdoc/>
    protected override SinceView? Look()
    {
        var now = Time.GetUtcNow();
        if (View is { } shown && shown.From == Start && _lookedAs == You && now >= _lookedAt && now - _lookedAt < Pace)
            return shown with { ChangesAt = _lookedAt + Pace };
        (_lookedAt, _lookedAs) = (now, You);
        try
        {
            return SinceView.Of(Projections, Journal, _known, Board, You, Start, now);
        }
        catch (ProjectionsNotReadyException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        await KnowZoneAsync();
        _left = await Browser.LeftAtAsync();
        LookNow(); // the report as text has the reader's times
    }

    private async Task ShowThenAsync()
    {
        if (_typed is { Length: > 0 } typed && await Browser.InstantOfAsync(typed) is { } then)
            Navigation.NavigateTo(Address(then));
    }

    // Nothing stands at the left: no column is left empty.
    private static bool IsQuiet(SinceView view) => view.Still.Count == 0 && !view.Kinds.Any(kind => kind.IsLoud);

    private static string Headline(SinceView view)
    {
        var done = view.Kinds.FirstOrDefault(kind => kind.What == Happening.Completed)?.Count ?? 0;
        return $"{Words.Plural(done, "item")} done. {(view.Still.Count == 0 ? "Nothing still needs somebody." : Needs(view))}";
    }

    private static string Needs(SinceView view) =>
        $"{Words.Plural(view.Still.Count, "thing")} still {(view.Still.Count == 1 ? "needs" : "need")} somebody.";

    private static string Wrong(SinceView view)
    {
        var loud = view.Kinds.Where(kind => kind.IsLoud).Select(kind => kind.Said).ToList();
        return loud.Count == 0 ? "Nothing went wrong." : string.Join(", ", loud) + ".";
    }

    // The first sentence of a report: what may need somebody, or that nothing does.
    private static string Summary(SinceView view) => (view.Still.Count == 0 ? "" : Needs(view) + " ") + Wrong(view);
}
