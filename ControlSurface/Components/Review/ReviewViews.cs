namespace ControlSurface.Components.Review;

/// <summary>A picture to compare.</summary>
/// <param name="Src">Where it comes from: this server and no other.</param>
/// <param name="Label">The version in words, as "v3".</param>
public sealed record PictureView(string Src, string Label, int? Width, int? Height);
