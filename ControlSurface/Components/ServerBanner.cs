namespace ControlSurface.Components;

/// <summary>A sentence about the server at the top of every page.</summary>
/// <param name="Words">Null where there is nothing to say.</param>
public sealed record ServerBanner(string? Words);
