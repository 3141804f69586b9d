namespace ControlSurface.Api;

// What callers send about artifacts and their versions (see Requests.cs).

/// <summary>A record, file or source that a version rests on.</summary>
internal sealed record SourceRequest(string Target, string Version);

/// <summary>The body of <c>POST /artifacts</c>.</summary>
/// <param name="Content">The content as text; or <paramref name="ContentHash"/> of one that was sent before.</param>
internal sealed record CreateArtifactRequest(
    string Name,
    string ContentType,
    string? ItemId = null,
    string? Target = null,
    string? Content = null,
    string? ContentHash = null,
    string? Run = null,
    long? Token = null,
    IReadOnlyList<SourceRequest>? Sources = null
);

/// <summary>The body of <c>POST /artifacts/{id}/versions</c>.</summary>
internal sealed record PublishRequest(
    int BaseVersion,
    string? Content = null,
    string? ContentHash = null,
    string? Run = null,
    long? Token = null,
    string? Note = null,
    IReadOnlyList<SourceRequest>? Sources = null,
    long? Acknowledges = null
);

/// <summary>The body of <c>POST /artifacts/{id}/permit</c>.</summary>
internal sealed record PermitRequest(int Version, string? Principal = null);
