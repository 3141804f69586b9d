namespace ControlSurface.Components;

/// <summary>What a person selected in a page.</summary>
/// <param name="Text">The words as the browser gives them.</param>
/// <param name="Start">Where they begin in the text under review; null where the page cannot tell.</param>
/// <param name="End">Where they end; null where the page cannot tell.</param>
/// <param name="Top">How far below the top of what the text stands in, in px; null where they are no words of a text under review.</param>
/// <param name="IsLaid">The places are those of the JSON in order, not of its source.</param>
public sealed record SelectedWords(
    string Text,
    TextPlace? Start = null,
    TextPlace? End = null,
    int? Top = null,
    bool IsLaid = false
);

/// <summary>A place in a text.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">UTF-16 units before it in its line.</param>
public sealed record TextPlace(int Line, int Column);
