using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Runbook;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>A page of what collides again and again, with what might be changed and what somebody wrote about it.</summary>
public sealed partial class Runbook
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework before anything is drawn

    private static readonly IReadOnlyList<ChoiceView> Changes =
    [
        .. Enum.GetValues<PatternChange>()
            .Select(change => new ChoiceView(change.ToString(), RunbookView.Named(change))),
    ];

    private DraftField? _guidance;
    private PatternChange? _change;
    private string? _editing;

    /// <summary>The tab, from the address: <c>absorbed</c>; null for patterns that are watched.</summary>
    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    /// <summary>The pattern that stands open, by its id, from the address; null for the first of the list.</summary>
    [SupplyParameterFromQuery(Name = "pattern")]
    public string? Chosen { get; set; }

    /// <summary>Only waits for locks on this path: what a row of "Time lost by path" sums.</summary>
    [SupplyParameterFromQuery(Name = "waits")]
    public string? Path { get; set; }

    /// <summary>With a path: the days that are counted, as on Locks.</summary>
    [SupplyParameterFromQuery(Name = "days")]
    public string? Period { get; set; }

    /// <summary>With a path: only waits of this queue's work.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    /// <summary>Only patterns that have these words in their name, queue or change.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    private RunbookFilter Filter => new(Given(Show), Given(Path), LockPeriod.Of(Period), Given(Queue), Given(Text));

    /// <inheritdoc/>
    protected override RunbookView Look() =>
        ReadPicture(at => RunbookView.From(at, Filter, Given(Chosen), You, Time.GetUtcNow()));

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        // What was typed about another pattern is not said about this one.
        if (_editing != View?.Detail?.Row.Id)
            (_editing, _change) = (View?.Detail?.Row.Id, null);
    }

    private string Address(string id) => Navigation.GetUriWithQueryParameter("pattern", id);

    private Task SaveAsync(PatternDetail detail, PatternState? state) =>
        Drafts.SendAsync(
            [_guidance],
            async texts =>
            {
                var guidance = texts[0] == (detail.Guidance ?? "") ? null : texts[0];
                if (!await DoAsync(new RunbookCommand.Set(detail.Row.Id, guidance, _change, state)))
                    return false;
                _change = null;
                return true;
            }
        );
}
