using ControlSurface.Content;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ControlSurface.Components.Review;

/// <summary>Says which characters of a version would not be seen, and where they stand.</summary>
public sealed partial class HiddenNotice
{
    private const int MaxListed = 200;

    private bool _isShown;

    /// <summary>What the version hides that the one it is compared with does not.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Finding> Added { get; set; }

    /// <summary>The version in words, as "v4".</summary>
    [Parameter, EditorRequired]
    public required string Version { get; set; }

    /// <summary>The list was opened for this version at least once. The page takes it back when it shows another version.</summary>
    [Parameter]
    public bool IsOpened { get; set; }

    /// <summary>The reader opened or closed the list of hidden characters.</summary>
    [Parameter]
    public EventCallback<bool> IsOpenedChanged { get; set; }

    /// <summary>One of them is to be shown in the text.</summary>
    [Parameter]
    public EventCallback<Finding> OnShow { get; set; }

    /// <summary>Whether a version that adds these may be approved only once the list was opened.</summary>
    public static bool NeedsOpening(IReadOnlyList<Finding> added) => added.Any(finding => finding.MustBeSeen);

    private string Summary =>
        string.Join(
            ", ",
            Added.GroupBy(finding => finding.Kind).OrderBy(kind => kind.Key).Select(kind => Say(kind.Key, kind.Count()))
        );

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        // Another version: what was open belongs to the one before.
        if (!IsOpened)
            _isShown = false;
    }

    private static string Say(FindingKind kind, int count) =>
        kind switch
        {
            FindingKind.Direction =>
                $"{Words.Count(count)} {(count == 1 ? "turns" : "turn")} the direction of the text",
            FindingKind.Invisible =>
                $"{Words.Plural(count, "character")} that {(count == 1 ? "shows" : "show")} nothing",
            FindingKind.Control => Words.Plural(count, "control character"),
            FindingKind.Unassigned => Words.Plural(count, "code") + " without a character",
            FindingKind.LookAlike => Words.Plural(count, "word or host", "words or hosts") + " in look-alike letters",
            FindingKind.LinkHost => Words.Plural(count, "link") + " to another host than said",
            FindingKind.Space => Words.Plural(count, "unusual space"),
            FindingKind.Gap => Words.Plural(count, "long run of blanks", "long runs of blanks"),
            FindingKind.Trailing => Words.Plural(count, "line") + " with blanks at the end",
            FindingKind.LongLine => Words.Plural(count, "very long line"),
        };

    private Task ToggleAsync()
    {
        _isShown = !_isShown;
        return _isShown && !IsOpened ? IsOpenedChanged.InvokeAsync(true) : Task.CompletedTask;
    }
}
