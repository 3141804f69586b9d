using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>Asks before an act: whom it touches, what follows, and why it is done.</summary>
public sealed partial class ConfirmDialog
{
    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework

    private readonly string _id = $"dlg-{Guid.NewGuid():n}";
    private ElementReference _dialog;
    private ElementReference _list;
    private int _unseen;
    private DraftField? _why;
    private string _heard = "";
    private bool _wasOpen;

    /// <summary>Whether the question is asked.</summary>
    [Parameter, EditorRequired]
    public bool IsOpen { get; set; }

    /// <summary>The question, with its object: "Force takeover of W-1057?".</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>The act, on its button: "Force takeover".</summary>
    [Parameter, EditorRequired]
    public required string Act { get; set; }

    /// <summary>The act, for keys and tests: <c>force</c>.</summary>
    [Parameter, EditorRequired]
    public required string Do { get; set; }

    /// <summary>What the button says that does nothing; another word where the act itself cancels something.</summary>
    [Parameter]
    public string WayBack { get; set; } = "Cancel";

    /// <summary>Title of what it is about.</summary>
    [Parameter]
    public string? Subject { get; set; }

    /// <summary>Who is alive and loses by it; null for nobody.</summary>
    [Parameter]
    public HolderView? Owner { get; set; }

    /// <summary>Their last sign of life, and how long their lease runs.</summary>
    [Parameter]
    public RenderFragment? OwnerWords { get; set; }

    /// <summary>What would happen, in sentences.</summary>
    [Parameter]
    public IReadOnlyList<LineView> Consequences { get; set; } = [];

    /// <summary>What approving would let happen, where the act approves.</summary>
    [Parameter]
    public IReadOnlyList<ConsequenceView> Approves { get; set; } = [];

    /// <summary>What stands over the consequences.</summary>
    [Parameter]
    public string FollowsLabel { get; set; } = "What happens at once";

    /// <summary>A reason is asked for, and the act waits for it.</summary>
    [Parameter]
    public bool AskWhy { get; set; }

    /// <summary>
    /// It is there to be written in: its field, or what is chosen first, has the focus, further fields follow it, and Ctrl Enter sends.
    /// </summary>
    [Parameter]
    public bool IsForm { get; set; }

    /// <summary>A form whose act takes something from somebody: it opens on Cancel, as every other question does.</summary>
    [Parameter]
    public bool TakesAway { get; set; }

    /// <summary>What the reason is for, and who reads it.</summary>
    [Parameter]
    public string WhyLabel { get; set; } = "Why (kept in the history, shown to the owner)";

    /// <summary>The name under which the browser keeps the reason, where the title may change while it is written; null for the title.</summary>
    [Parameter]
    public string? WhyName { get; set; }

    /// <summary>What is chosen first, as what follows depends on it.</summary>
    [Parameter]
    public RenderFragment? Choice { get; set; }

    /// <summary>What else is to be chosen before the act.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>The safer way, as a button: "Ask it to hand off".</summary>
    [Parameter]
    public RenderFragment? Safer { get; set; }

    /// <summary>The act was sent and is not answered yet.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>A <see cref="RefusalNote"/>, if the act was refused.</summary>
    [Parameter]
    public RenderFragment? Refusal { get; set; }

    /// <summary>Confirmed, with the reason (empty if none was asked for).</summary>
    [Parameter]
    public EventCallback<string> OnConfirm { get; set; }

    /// <summary>Cancelled, by the button or by Esc; the parent sets <see cref="IsOpen"/> to false.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    /// <summary>Most characters of the reason.</summary>
    [Parameter]
    public int MostWhy { get; set; } = 500;

    private bool OpensOnCancel => !IsForm || TakesAway;

    private bool NeedsWhy => AskWhy && string.IsNullOrWhiteSpace(_heard);

    // The question stands behind the button whose name it confirms.
    private string Opener => $"[data-do='{Do.Replace("confirm:", "", StringComparison.Ordinal)}']";

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (IsOpen && !_wasOpen)
            (_heard, _unseen) = ("", 0);
    }

    private void Heard(string typed) => _heard = typed;

    private async Task CancelAsync()
    {
        if (AskWhy)
            await Drafts.SetAsideAsync(_why);
        await OnCancel.InvokeAsync();
    }

    // Nothing is confirmed while a consequence of it has not been in sight.
    private async Task ConfirmAsync()
    {
        _unseen = Consequences.Count + Approves.Count > 0 ? await Browser.UnseenAsync(_list) : 0;
        if (_unseen == 0)
            await SendAsync();
    }

    private Task SendAsync() =>
        AskWhy
            ? Drafts.SendAsync(
                [_why],
                async texts =>
                {
                    if (string.IsNullOrWhiteSpace(texts[0]))
                        return false;
                    await OnConfirm.InvokeAsync(texts[0].Trim());
                    return !IsOpen; // The parent closes the question when the act was accepted.
                }
            )
            : OnConfirm.InvokeAsync("");

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var opens = IsOpen && !_wasOpen;
        _wasOpen = IsOpen;
        if (opens)
            await Browser.OpenAsync(_dialog);
    }
}
