namespace ControlSurface.Content;

/// <summary>How a text is read, which decides what in it is worth a mark.</summary>
public enum TextReading
{
    /// <summary>Contents, notes, comments. What a script is written with is no finding.</summary>
    Prose,

    /// <summary>A title, or a sentence of the product: as prose, and the targets in it as names.</summary>
    Sentence,

    /// <summary>
    /// What tells one thing from another: a target, a label, a kind. Here signs that look like those of ASCII are found as well, and
    /// whatever shows nothing, since two names may differ by nothing else.
    /// </summary>
    Name,
}
