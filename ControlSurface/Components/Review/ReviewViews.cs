namespace ControlSurface.Components.Review;

/// <summary>A picture to compare.</summary>
/// <param name="Src">Where it comes from: this server and no other.</param>
/// <param name="Label">The version in words, as "v3".</param>
public sealed record PictureView(string Src, string Label, int? Width, int? Height);

/// <summary>One version of an artifact, to be chosen.</summary>
/// <param name="Word">What became of it, as "last approved" or "changes asked".</param>
/// <param name="By">Who made it, as "run 7ef" or "M. Lindqvist".</param>
/// <param name="Href">The address that shows it.</param>
/// <param name="IsReading">It is the one that is shown now.</param>
public sealed record VersionView(
    int Number,
    string Icon,
    Hue Hue,
    string Word,
    string By,
    DateTimeOffset At,
    string Href,
    bool IsReading = false
);
