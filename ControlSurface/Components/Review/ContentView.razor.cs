using ControlSurface.Content;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Review;

/// <summary>
/// One content by itself: text as its source, Markdown also as it reads, JSON also in order, pictures that only show as
/// pictures; of everything else its name, size and hash. Nothing in it runs or loads anything.
/// </summary>
public partial class ContentView
{
    private string _view = "";
    private ContentShape? _looked;
    private string _text = "";
    private string? _why;
    private MarkdownNode? _tree;
    private JsonLayout? _json;
    private HiddenText? _laidHidden;
    private SourceView? _source;
    private SourceView? _laid;
    private int? _shows;
    private SameTokens? _tokens;
    private CommentSpots? _spots;
    private IReadOnlyDictionary<int, int>? _laidComments;

    /// <summary>What it is, found from its bytes.</summary>
    [Parameter, EditorRequired]
    public required ContentShape Shape { get; set; }

    /// <summary>How it is laid out, made before; null to lay it out here, for what is small.</summary>
    [Parameter]
    public ContentLayout? Layout { get; set; }

    /// <summary>What its text hides.</summary>
    [Parameter]
    public HiddenText Hidden { get; set; } = HiddenText.None;

    /// <summary>The content's name, for those who do not see it.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>Length of the content in bytes.</summary>
    [Parameter, EditorRequired]
    public required long Length { get; set; }

    /// <summary>The content's hash, as the API writes it.</summary>
    [Parameter, EditorRequired]
    public required string Hash { get; set; }

    /// <summary>Where it can be downloaded; null for nowhere.</summary>
    [Parameter]
    public string? Href { get; set; }

    /// <summary>Where a picture comes from: this server and no other.</summary>
    [Parameter]
    public string? ImageSrc { get; set; }

    /// <summary>Text is drawn in the fixed width, as code is.</summary>
    [Parameter]
    public bool IsCode { get; set; }

    /// <summary>The comments on it, by where their words stand; null for a content that is not commented on.</summary>
    [Parameter]
    public CommentSpots? Spots { get; set; }

    /// <summary>The comments of a line of the source were asked for.</summary>
    [Parameter]
    public EventCallback<int> OnComments { get; set; }

    private string Size =>
        Shape is { Width: { } width, Height: { } height }
            ? $"{Words.Count(width)} × {Words.Count(height)} px, {Words.Plural(Length, "byte")}"
            : Words.Plural(Length, "byte");

    /// <summary>Brings a line of the source into sight.</summary>
    public async Task ShowLineAsync(int line)
    {
        if (_source is not null)
        {
            await _source.ShowLineAsync(line);
            return;
        }
        (_view, _shows) = ("Source", line);
        StateHasChanged();
    }

    // The source that was asked for is there once it is drawn, and not before.
    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_shows is not { } line || _source is null)
            return;
        _shows = null;
        await _source.ShowLineAsync(line);
    }

    /// <summary>Brings the words of a comment into sight, in the view that is open.</summary>
    public ValueTask ShowCommentAsync(CommentSpot spot) =>
        _view == "Formatted" && _laid is not null && Tokens is { } tokens
            ? _laid.ShowLineAsync(tokens.LineOf(spot.Start))
            : new ValueTask(ShowLineAsync(spot.Line));

    // Matched once a comment stands on it: a long text takes a while.
    private SameTokens? Tokens => _tokens ??= _json?.Text is { } laid ? new SameTokens(_text, laid) : null;

    private Task FromLaidAsync(int line) =>
        Spots?.All.Where(spot => Tokens!.LineOf(spot.Start) == line).Select(spot => (int?)spot.Line).FirstOrDefault()
            is { } source
            ? OnComments.InvokeAsync(source)
            : Task.CompletedTask;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        LookAtShape();
        if (ReferenceEquals(_spots, Spots))
            return;
        _spots = Spots;
        _laidComments = Spots is { All.Count: > 0 } && Tokens is { } tokens ? Spots.LinesBy(tokens) : null;
    }

    private void LookAtShape()
    {
        if (ReferenceEquals(_looked, Shape))
            return;
        _spots = null;
        _looked = Shape;
        var layout = Layout ?? ContentLayout.Of(Shape);
        (_text, _tree, _json, _laidHidden) = (layout.Source, layout.Tree, layout.Json, layout.JsonHidden);
        _tokens = null;
        _why = Shape.Text is { } text ? ContentBudget.Why(text) : null;
        _view = Shape.Kind switch
        {
            ContentKind.Markdown => _tree is null ? "Source" : "Rendered",
            ContentKind.Json => _json?.Text is null ? "Source" : "Formatted",
            ContentKind.Text or ContentKind.Image or ContentKind.Pdf or ContentKind.Other => "",
        };
    }
}
