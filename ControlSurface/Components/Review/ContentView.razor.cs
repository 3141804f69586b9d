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

    /// <summary>How many comments stand at a line of the source, by its number.</summary>
    [Parameter]
    public IReadOnlyDictionary<int, int>? Comments { get; set; }

    private string Size =>
        Shape is { Width: { } width, Height: { } height }
            ? $"{Words.Count(width)} × {Words.Count(height)} px, {Words.Plural(Length, "byte")}"
            : Words.Plural(Length, "byte");

    /// <summary>Brings a line of the source into sight.</summary>
    public async Task ShowLineAsync(int line)
    {
        if (_source is null)
        {
            _view = "Source";
            StateHasChanged();
        }
        if (_source is not null)
            await _source.ShowLineAsync(line);
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_looked, Shape))
            return;
        _looked = Shape;
        var layout = Layout ?? ContentLayout.Of(Shape);
        (_text, _tree, _json, _laidHidden) = (layout.Source, layout.Tree, layout.Json, layout.JsonHidden);
        _why = Shape.Text is { } text ? ContentBudget.Why(text) : null;
        _view = Shape.Kind switch
        {
            ContentKind.Markdown => _tree is null ? "Source" : "Rendered",
            ContentKind.Json => _json?.Text is null ? "Source" : "Formatted",
            ContentKind.Text or ContentKind.Image or ContentKind.Pdf or ContentKind.Other => "",
        };
    }
}
