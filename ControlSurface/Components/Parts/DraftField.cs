using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace ControlSurface.Components.Parts;

/// <summary>
/// A field for more than a line. The browser keeps what is typed until it is recorded (<c>js/drafts.js</c>, <see cref="Drafts"/>). The
/// server draws into it only what it heard from there; each new element begins with <see cref="Initial"/>, by which the browser tells
/// what was typed.
/// </summary>
public sealed class DraftField : ComponentBase
{
    private ElementReference _field;
    private string? _heard;
    private (string, string)? _made;
    private bool _isAlone; // no script of the page answers

    // One callback for the component's life: a new one at each drawing would be a new handler, which a page that comes back after a
    // gap in the connection does not know yet.
    private EventCallback<ChangeEventArgs> _hears;

    /// <summary>The field and what it is about, unlike any other field: <c>comment on A-12</c>. Its text is kept under this name.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>What the list of drafts calls it: "comment on A-12".</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Id of the element.</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>
    /// CSS selector, within the page, of the button that the field stands behind; several, parted by <c>" >> "</c>, are pressed one after
    /// the other. Null where it is always there.
    /// </summary>
    [Parameter]
    public string? Opens { get; set; }

    /// <summary>What stands in it before anybody types.</summary>
    [Parameter]
    public string Initial { get; set; } = "";

    /// <summary>One line high.</summary>
    [Parameter]
    public bool IsLine { get; set; }

    /// <summary>What was recorded goes on standing in it, as the guidance of a pattern does.</summary>
    [Parameter]
    public bool Keeps { get; set; }

    /// <summary>So long that it is sent when it is left, not at each keystroke.</summary>
    [Parameter]
    public bool IsLong { get; set; }

    /// <summary>A long one that is sent also whenever the writer pauses: the page shows what comes of it.</summary>
    [Parameter]
    public bool IsLive { get; set; }

    /// <summary>Height in lines.</summary>
    [Parameter]
    public int Rows { get; set; } = 2;

    /// <summary>Most characters that it takes.</summary>
    [Parameter]
    public int MaxLength { get; set; } = 4000;

    /// <summary>Classes beside the field's own.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>
    /// Something was typed. Good for what the page shows meanwhile, never for what is sent: keystrokes are lost while the line is down.
    /// </summary>
    [Parameter]
    public EventCallback<string> OnTyped { get; set; }

    /// <summary>Further attributes of the element.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Rest { get; set; }

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    private string Shown => _heard ?? Initial;

    /// <summary>What stands in the field now, asked of the browser; false where the browser is gone.</summary>
    internal async ValueTask<(bool IsThere, string Text)> ReadAsync()
    {
        var (isThere, text) = await Browser.ReadDraftAsync(_field);
        _isAlone = text is null;
        return (isThere, text ?? Shown);
    }

    /// <summary>Gives it the focus, unless the reader was faster.</summary>
    internal ValueTask FocusAsync() => Browser.FocusFieldAsync(_field);

    /// <summary>What was read was recorded. The browser empties its field; where no script answers, the field is as the server draws it.</summary>
    internal void Recorded()
    {
        if (!_isAlone)
            return;
        _heard = null;
        StateHasChanged();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => _hears = EventCallback.Factory.Create<ChangeEventArgs>(this, HearAsync);

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (_made == (Name, Initial))
            return;
        _made = (Name, Initial);
        _heard = null;
    }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, IsLine ? "input" : "textarea");
        builder.SetKey((Name, Initial));
        builder.AddMultipleAttributes(1, Rest);
        builder.AddAttribute(2, "class", Class is null ? "field" : $"field {Class}");
        builder.AddAttribute(3, "id", Id);
        if (IsLine)
            builder.AddAttribute(4, "autocomplete", "off");
        else
            builder.AddAttribute(5, "rows", Rows);
        builder.AddAttribute(6, "maxlength", MaxLength);
        builder.AddAttribute(7, "data-draft", Name);
        builder.AddAttribute(8, "data-draft-label", Label);
        builder.AddAttribute(9, "data-opens", Opens);
        builder.AddAttribute(10, "data-keeps", Keeps ? "" : null);
        builder.AddAttribute(19, "data-live", IsLive);
        builder.AddAttribute(11, "value", Shown);
        builder.AddAttribute(12, IsLong ? "onchange" : "oninput", _hears);
        // What the browser reports counts as drawn: the server never writes it back over what was typed since.
        builder.SetUpdatesAttributeName("value");
        builder.AddElementReferenceCapture(13, field => _field = field);
        builder.CloseElement();
        builder.OpenElement(14, "p");
        builder.AddAttribute(15, "class", "draft-note small-text secondary");
        builder.AddAttribute(16, "data-draft-note", "");
        builder.AddAttribute(17, "role", "status");
        builder.AddAttribute(18, "hidden", true);
        builder.CloseElement();
    }

    private Task HearAsync(ChangeEventArgs typed)
    {
        _heard = (string?)typed.Value ?? "";
        return OnTyped.InvokeAsync(_heard);
    }
}
