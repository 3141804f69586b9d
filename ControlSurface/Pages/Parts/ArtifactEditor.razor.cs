using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Content;
using Microsoft.AspNetCore.Components;
using Icons = ControlSurface.Components.Icons;

namespace ControlSurface.Pages.Parts;

/// <summary>A text of a version, edited and saved as the next one.</summary>
public sealed partial class ArtifactEditor
{
    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework

    /// <summary>A longer text is edited elsewhere: what one message to the server may carry (ComponentsSetup).</summary>
    public const int MostCharacters = 64_000;

    private DraftField? _text;
    private static readonly IReadOnlyList<LineView> Alone =
    [
        new(Icons.Check, "What you saved is approved as it is saved: nothing stands between."),
    ];
    private DraftField? _note;
    private readonly HashSet<int> _unfolded = [];
    private Comparison? _compared;
    private IReadOnlyList<DiffRow> _rows = [];
    private string? _typed;
    private bool _asks;

    /// <summary>The artifact's id.</summary>
    [Parameter, EditorRequired]
    public required string Artifact { get; set; }

    /// <summary>The text to begin with, with plain line feeds.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>Written in the fixed width, as code is; else in the letters in which it is read.</summary>
    [Parameter]
    public bool IsCode { get; set; }

    /// <summary>The version that it is.</summary>
    [Parameter, EditorRequired]
    public required int Base { get; set; }

    /// <summary>Who is at work on the item, and what an edit means for them.</summary>
    [Parameter]
    public string? Warning { get; set; }

    /// <summary>There is a newer version by now.</summary>
    [Parameter]
    public bool IsOvertaken { get; set; }

    /// <summary>The editor may approve what they corrected, in the same write.</summary>
    [Parameter]
    public bool MayApprove { get; set; }

    /// <summary>What approving would let happen, as it was found for the version that is edited.</summary>
    [Parameter]
    public IReadOnlyList<ConsequenceView> Consequences { get; set; } = [];

    /// <summary>The draft was sent and is not answered yet.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>Saves the text, what was changed, and whether it is approved as well; answers whether it was recorded.</summary>
    [Parameter, EditorRequired]
    public required Func<(string Text, string Note, bool Approve), Task<bool>> Save { get; set; }

    /// <summary>The reader leaves the draft.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    /// <summary>What is said under the fields: a refusal.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    private bool IsTooMuch => ContentBudget.Why(Text) is not null;

    // Of several pauses the last counts.
    private async Task CompareAsync(string typed)
    {
        _typed = typed;
        if (IsTooMuch || ContentBudget.Why(typed) is not null)
            return;
        var compared = await ContentWork.RunAsync(() => Comparison.Of(Text, typed, DiffOptions.Exact));
        if (_typed != typed)
            return;
        _unfolded.Clear();
        _compared = compared;
        MakeRows();
    }

    private void Unfold(DiffFold fold)
    {
        _unfolded.Add(fold.First);
        MakeRows();
    }

    private void MakeRows() => _rows = DiffRows.Of(_compared!.Diff, DiffLayout.Inline, _unfolded, HiddenText.LongLine);

    private async Task ApproveAsync()
    {
        if (await SaveAsync(approves: true))
            _asks = false;
    }

    private Task<bool> SaveAsync(bool approves) =>
        Drafts.SendAsync([_text, _note], texts => Save((texts[0], texts[1], approves)));

    private async Task CancelAsync()
    {
        await Drafts.SetAsideAsync(_text, _note);
        await OnCancel.InvokeAsync();
    }

    /// <summary>Why this text is not offered for editing; null where it is.</summary>
    public static string? WhyNot(string text) =>
        text.Length > MostCharacters
            ? $"It is longer than the {Words.Count(MostCharacters)} characters that this editor takes."
        // A browser's field knows one kind of line end, and would change the others without a word.
        : text.Replace("\r\n", "", StringComparison.Ordinal).Contains('\r')
        || (
            text.Contains("\r\n", StringComparison.Ordinal)
            && text.Replace("\r\n", "", StringComparison.Ordinal).Contains('\n')
        )
            ? "Its lines end in different ways, which this editor would even out."
        : text.Contains('\0') ? "It contains characters that a field cannot hold."
        : null;

    /// <summary>The text as the field holds it, and back with the line ends that it came with.</summary>
    public static string ForField(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>What a browser sends for a field whose lines end otherwise, with the ends of lines that the content had.</summary>
    public static string FromField(string typed, string original)
    {
        var plain = typed.Replace("\r\n", "\n", StringComparison.Ordinal);
        return original.Contains("\r\n", StringComparison.Ordinal)
            ? plain.Replace("\n", "\r\n", StringComparison.Ordinal)
            : plain;
    }
}
