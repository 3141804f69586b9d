using ControlSurface.Components.Review;
using ControlSurface.Content;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>The version that is being read, against the one that it is compared with.</summary>
public sealed partial class ReadingPane
{
    private DiffLayout _layout = DiffLayout.Side;
    private DiffView? _diff;
    private ContentView? _content;

    /// <summary>What was read; null until it is there.</summary>
    [Parameter, EditorRequired]
    public required ReadText? Read { get; set; }

    /// <summary>There is no such content.</summary>
    [Parameter]
    public bool IsMissing { get; set; }

    /// <summary>What the older text is called.</summary>
    [Parameter, EditorRequired]
    public required string FromLabel { get; set; }

    /// <summary>What the newer text is called.</summary>
    [Parameter, EditorRequired]
    public required string ToLabel { get; set; }

    /// <summary>The artifact that it is a version of.</summary>
    [Parameter, EditorRequired]
    public required Core.Vocabulary.ArtifactId Artifact { get; set; }

    /// <summary>The hash of the content that is read.</summary>
    [Parameter, EditorRequired]
    public required string Hash { get; set; }

    /// <summary>What the version hides has been looked at.</summary>
    [Parameter]
    public bool IsLookedAt { get; set; }

    /// <summary>The reader has looked at the hidden characters.</summary>
    [Parameter]
    public EventCallback<bool> OnLooked { get; set; }

    /// <summary>The artifact's name.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>Of the content, in bytes.</summary>
    [Parameter, EditorRequired]
    public required long Length { get; set; }

    /// <summary>Lines that differ only in blanks count as the same.</summary>
    [Parameter]
    public bool IgnoreWhitespace { get; set; }

    /// <summary>The reader chose whether white space counts.</summary>
    [Parameter]
    public EventCallback<bool> OnIgnoreWhitespace { get; set; }

    /// <summary>The open comments, by where their words stand.</summary>
    [Parameter]
    public CommentSpots Spots { get; set; } = CommentSpots.None;

    /// <summary>The comments of a line were asked for.</summary>
    [Parameter]
    public EventCallback<int> OnComments { get; set; }

    /// <summary>Who wrote the older text, and who approved it.</summary>
    [Parameter]
    public RenderFragment? FromHead { get; set; }

    /// <summary>Who wrote the newer text, and who approved it.</summary>
    [Parameter]
    public RenderFragment? ToHead { get; set; }

    /// <summary>Brings the words of a comment into sight.</summary>
    public async Task ShowCommentAsync(CommentSpot spot)
    {
        if (_diff is not null)
            await _diff.ShowLineAsync(spot.Line);
        else if (_content is not null)
            await _content.ShowCommentAsync(spot);
    }

    private async Task ShowAsync(Finding finding)
    {
        if (_diff is not null)
            await _diff.ShowLineAsync(finding.Line);
        else if (_content is not null)
            await _content.ShowLineAsync(finding.Line);
    }

    private PictureView Picture(int version, ContentShape shape, string label) =>
        new(Pictures.Address(Artifact, version), label, shape.Width, shape.Height);

    // Prose is read in the page's own letters; what machines read is read as they have it.
    internal static bool IsCode(ReadText read) =>
        read.Shape.Kind is ContentKind.Json || read.Shape.Type is not ("text/plain" or "text/markdown");
}
