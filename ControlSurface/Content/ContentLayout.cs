namespace ControlSurface.Content;

/// <summary>A content as it is drawn beside its source: made away from the page's thread, since it takes time.</summary>
/// <param name="Source">The source as it is drawn: all of it, or its first lines.</param>
/// <param name="Tree">Markdown as it reads; null for another format, and where it is too much to be drawn.</param>
/// <param name="Json">JSON in order; null for another format.</param>
/// <param name="JsonHidden">What the ordered JSON hides.</param>
public sealed record ContentLayout(string Source, MarkdownNode? Tree, JsonLayout? Json, HiddenText? JsonHidden)
{
    /// <summary>Lays a content out; takes time, see <see cref="ContentWork"/>.</summary>
    public static ContentLayout Of(ContentShape shape)
    {
        if (shape.Text is not { } text)
            return new ContentLayout("", null, null, null);
        if (ContentBudget.Why(text) is not null)
            return new ContentLayout(ContentBudget.Head(text), null, null, null);
        var json = shape.Kind == ContentKind.Json ? JsonLayout.Of(text) : null;
        return new ContentLayout(
            text,
            shape.Kind == ContentKind.Markdown ? MarkdownTree.Of(text) : null,
            json,
            json?.Text is { } laid ? HiddenText.Of(laid) : null
        );
    }
}
