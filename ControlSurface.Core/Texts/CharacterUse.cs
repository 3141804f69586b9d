namespace ControlSurface.Core.Texts;

/// <summary>What a character does where it stands, for the eye of a reader.</summary>
public enum CharacterUse
{
    /// <summary>It shows what it is.</summary>
    Seen,

    /// <summary>It shows nothing by itself, and what stands beside it looks different because of it: a joiner between letters, a selector of an emoji.</summary>
    Shapes,

    /// <summary>It shows nothing and changes nothing that is seen, but its script is written with it: a word break of Khmer, a superfluous joiner of Persian.</summary>
    Customary,

    /// <summary>A space that is not U+0020.</summary>
    Space,

    /// <summary>It shows nothing, and no script needs it here. A name may have it; it is drawn by its code.</summary>
    Hides,

    /// <summary>It hides, reverses or counterfeits text. No name has it; in prose it is drawn by its code.</summary>
    Tricks,
}
