namespace ControlSurface.Core.Vocabulary;

/// <summary>A text that a caller made up, short enough to be shown back to them.</summary>
public static class ShownText
{
    /// <summary>The text up to a length in UTF-16 units; one less where the cut would go through a surrogate pair.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>A name, as the fault that it has is filed under.</summary>
    /// <param name="whole">Stands for the empty name: what the name should have been a part of.</param>
    public static string Name(string name, string whole) => name.Length == 0 ? whole : Cut(name, 60);

    /// <summary>The text cut to a length, with an ellipsis where something was cut off.</summary>
    public static string Short(string text, int most) => text.Length <= most ? text : Cut(text, most) + "…";
}
