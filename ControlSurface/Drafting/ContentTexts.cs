using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;

namespace ControlSurface.Drafting;

/// <summary>
/// Reads kept contents as texts and writes texts as contents. It reads the journal and so may block: call it on the pool
/// (<see cref="ContentWork"/>).
/// </summary>
public sealed class ContentTexts(IJournal journal)
{
    /// <summary>The largest content that is kept, in bytes (API.md, Bounds).</summary>
    public const int LimitBytes = 1024 * 1024;

    /// <summary>The kept content as text; null where there is none, or its type or its bytes are no text.</summary>
    /// <exception cref="DamagedRecordException">The bytes are not those that were kept.</exception>
    public string? Read(string hash, string contentType) => Read(journal.FindContent, hash, contentType);

    /// <summary>The same, with null for a content whose bytes are damaged: such a text is not merged.</summary>
    public string? TryRead(string hash, string contentType) => Read(journal.TryFindContent, hash, contentType);

    private static string? Read(Func<string, KeptContent?> find, string hash, string contentType) =>
        IsText(contentType) && find(hash) is { } kept ? ContentText.Read(contentType, kept.Content.Bytes) : null;

    /// <summary>
    /// The kept content as a page shows it; null where there is none or it is not shown as text. The bytes decide, not the type:
    /// a page also shows the source of a type that is never merged without a person.
    /// </summary>
    public string? ReadShown(string hash, string contentType) =>
        journal.TryFindContent(hash) is { } kept ? ContentShape.Of(contentType, kept.Content.Bytes).Text : null;

    /// <summary>A text as a content in the encoding, and with the byte order mark, of the content that it replaces.</summary>
    /// <param name="inPlaceOf">Hash of the content that it replaces; UTF-8 where that is not there.</param>
    public ContentData Write(string text, string inPlaceOf, string contentType) =>
        ContentData.Of(
            ContentText.Write(text, contentType, journal.TryFindContent(inPlaceOf)?.Content.Bytes ?? []),
            contentType
        );

    /// <summary>Lines that <paramref name="content"/> changes in a version; null where one of both is no text.</summary>
    /// <param name="baseVersion">Number of the version; null is returned where it never was.</param>
    public int? ChangedLines(Artifact artifact, int baseVersion, ContentData content) =>
        artifact.FindVersion(baseVersion) is { } version
        && TryRead(version.ContentHash, artifact.ContentType) is { } before
        && ContentText.Read(artifact.ContentType, content.Bytes) is { } after
            ? TextDiff.Of(before, after, DiffOptions.Exact).ChangedLines
            : null;

    /// <summary>The content as a command proposes it, with the lines that it changes in the version that it was made from.</summary>
    public Proposed Propose(Artifact? artifact, int baseVersion, ContentData content) =>
        new(content.Hash, content.Bytes.Length, artifact is null ? null : ChangedLines(artifact, baseVersion, content));

    /// <summary>Whether contents of the type are compared and merged as text.</summary>
    /// <param name="contentType">A media type, with or without parameters.</param>
    public static bool IsText(string contentType)
    {
        var type = contentType.Split(';')[0].Trim();
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("/xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("/yaml", StringComparison.OrdinalIgnoreCase);
    }
}
