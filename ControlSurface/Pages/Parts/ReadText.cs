using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;

namespace ControlSurface.Pages.Parts;

/// <summary>What one version reads as, beside the one that it is compared with.</summary>
/// <param name="From">Number of the version that it is compared with; null for none.</param>
/// <param name="Shape">What the content is; its text, where it is text.</param>
/// <param name="Compared">Null where one of them is no text, or there is nothing to compare with.</param>
/// <param name="Added">What the version hides that the last approved one does not.</param>
public sealed record ReadText(
    int Version,
    int? From,
    ContentShape Shape,
    Comparison? Compared,
    IReadOnlyList<Finding> Added
)
{
    /// <summary>All that it hides.</summary>
    public HiddenText Hidden { get; init; } = HiddenText.None;

    /// <summary>How it is laid out where it is read by itself.</summary>
    public ContentLayout? Layout { get; init; }

    /// <summary>It, or what it would be compared with, has more lines than are compared here.</summary>
    public bool IsTooMuch { get; init; }

    /// <summary>Whether it may be approved only after what it hides has been looked at.</summary>
    public bool NeedsLook => Added.Any(finding => finding.MustBeSeen);

    /// <summary>What the version that it is compared with is; null for none.</summary>
    public ContentShape? Before { get; init; }

    /// <summary>
    /// Nobody can be known to have seen here what they would approve: they confirm that they saw it. A PDF is shown where the
    /// browser can, and what its viewer leaves out nobody here knows.
    /// </summary>
    public bool IsOutOfSight =>
        Shape.Kind is ContentKind.Other or ContentKind.Pdf
        || (Shape.Text is { } text && ContentBudget.Why(text) is not null);

    /// <summary>Reads the contents and compares them; null where the journal has no such content.</summary>
    public static async Task<ReadText?> OfAsync(
        IJournal journal,
        Comparisons comparisons,
        Artifact artifact,
        ArtifactVersion reading,
        ArtifactVersion? from,
        ArtifactVersion? gate,
        DiffOptions options
    )
    {
        if (Read(journal, artifact, reading) is not { } shape)
            return null;
        var was = from is null ? null : Read(journal, artifact, from);
        if (shape.Text is not { } text)
            return new ReadText(reading.Number, from?.Number, shape, Compared: null, []) { Before = was };
        // What counts as added is added since the last approval, whatever the reader compares with.
        var approved = gate is null ? "" : Read(journal, artifact, gate)?.Text ?? "";
        if (IsOver(text) || IsOver(was?.Text) || IsOver(approved))
            return await ContentWork.RunAsync(() =>
            {
                var hidden = HiddenText.Of(text);
                var added = HiddenText.Added(approved, HiddenText.Of(approved), text, hidden);
                return new ReadText(reading.Number, from?.Number, shape, Compared: null, added)
                {
                    Hidden = hidden,
                    Before = was,
                    Layout = ContentLayout.Of(shape),
                    IsTooMuch = true,
                };
            });
        var compared =
            from is not null && was?.Text is { } before
                ? await comparisons.GetAsync(from.ContentHash, before, reading.ContentHash, text, options)
                : null;
        var since = await comparisons.GetAsync(
            gate?.ContentHash ?? "",
            approved,
            reading.ContentHash,
            text,
            DiffOptions.Exact
        );
        return new ReadText(reading.Number, from?.Number, shape, compared, since.Added)
        {
            Hidden = since.After,
            Before = was,
            Layout = compared is null ? await ContentWork.RunAsync(() => ContentLayout.Of(shape)) : null,
        };
    }

    private static bool IsOver(string? text) => text is not null && ContentBudget.Why(text) is not null;

    private static ContentShape? Read(IJournal journal, Artifact artifact, ArtifactVersion version) =>
        journal.TryFindContent(version.ContentHash) is { } kept
            ? ContentShape.Of(artifact.ContentType, kept.Content.Bytes)
            : null;
}
