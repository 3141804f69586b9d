using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Reviews;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>The decisions on the version that is read. Nothing is approved before its reader could see it and what it lets happen.</summary>
public sealed partial class DecisionPanel
{
    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    private bool _confirms;
    private bool _needsComment;
    private bool _isOpen;
    private bool _opens;
    private int _unseen;
    private DraftField? _comment;
    private ElementReference _sheet;
    private ElementReference _list;

    /// <summary>The artifact as its page shows it.</summary>
    [Parameter, EditorRequired]
    public required ArtifactPageView View { get; set; }

    /// <summary>Why approving waits: something has to be looked at first; null for nothing.</summary>
    [Parameter]
    public string? WaitsFor { get; set; }

    /// <summary>The content cannot be seen here.</summary>
    [Parameter]
    public bool IsOutOfSight { get; set; }

    /// <summary>The decision was sent and is not answered yet.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>Sends what was decided, on what was shown, with its comment and what was confirmed unseen; answers whether it was recorded.</summary>
    [Parameter, EditorRequired]
    public required Func<
        (ReviewDecision Decision, DecisionLine Shown, string Comment, string? Confirmed),
        Task<bool>
    > Decide { get; set; }

    /// <summary>The reader asks to override the rule that this decision meets, with what they confirmed unseen.</summary>
    [Parameter]
    public EventCallback<(DecisionLine Shown, string? Confirmed)> OnOverride { get; set; }

    /// <summary>A refusal, beside what was pressed.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    private string CommentName => $"decision on {View.Source.Id.Text}";

    private string? Gate =>
        WaitsFor ?? (IsOutOfSight && !_confirms ? "Say first that you looked at the content elsewhere." : null);

    private string? Confirmed => IsOutOfSight && _confirms ? "the content, which is not shown here" : null;

    private string? WhyNot =>
        View.Decision is not { } shown ? $"v{View.Source.Current.Number} is current: open it to decide"
        : shown.MayApprove ? Gate
        : shown.WhyNot;

    /// <summary>Sends the comment with <paramref name="send"/>, which answers whether it was recorded.</summary>
    public Task<bool> SendCommentAsync(Func<string, Task<bool>> send) =>
        Drafts.SendAsync([_comment], texts => send(texts[0]));

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        // What can be decided no longer is not offered in a sheet either; the comment stays in the panel.
        if (!MayDecide(View.Decision))
            _isOpen = false;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_opens)
            return;
        _opens = false;
        await Browser.OpenAsync(_sheet);
    }

    private static bool MayDecide(DecisionLine? shown) =>
        shown is { MayApprove: true } or { MaySay: true } or { MayOverride: true };

    private void Typed(string comment)
    {
        if (comment.Length > 0)
            _needsComment = false;
    }

    private void OpenAsync() => (_isOpen, _opens, _unseen) = (true, true, 0);

    private void Close() => (_isOpen, _unseen) = (false, 0);

    private Task OverrideAsync(DecisionLine shown)
    {
        _isOpen = false;
        return OnOverride.InvokeAsync((shown, Confirmed));
    }

    private async Task SendAsync(ReviewDecision decision, DecisionLine shown)
    {
        if (decision == ReviewDecision.Approve && (Gate is not null || !await IsSeenAsync()))
            return;
        await SendCommentAsync(async comment =>
        {
            _needsComment = decision != ReviewDecision.Approve && string.IsNullOrWhiteSpace(comment);
            if (_needsComment || !await Decide((decision, shown, comment, Confirmed)))
                return false;
            _isOpen = false;
            return true;
        });
    }

    // Nothing is approved while a consequence of it is out of sight: beside the text the sheet opens then, in the sheet the list moves.
    private async Task<bool> IsSeenAsync()
    {
        if (_isOpen)
        {
            _unseen = await Browser.UnseenAsync(_list);
            return _unseen == 0;
        }
        if (await Browser.OutOfSightAsync("#consequences") == 0)
            return true;
        OpenAsync();
        return false;
    }
}
