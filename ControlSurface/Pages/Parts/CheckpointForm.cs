using ControlSurface.Core.Checkpoints;

namespace ControlSurface.Pages.Parts;

/// <summary>What a person writes into the form of a checkpoint, as the checkpoint has it.</summary>
public static class CheckpointForm
{
    /// <summary>Each line that says something, without the blanks around it.</summary>
    public static IReadOnlyList<string> Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A piece of evidence for each line: what it is, and its address where the line ends with one.</summary>
    /// <remarks>A line that is nothing but an address is called by it.</remarks>
    public static IReadOnlyList<Evidence> Evidence(string text) =>
        [
            .. Lines(text)
                .Select(line =>
                {
                    var last = line[(line.LastIndexOf(' ') + 1)..];
                    var isAddress =
                        Uri.TryCreate(last, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
                    var label = isAddress ? line[..^last.Length].Trim() : line;
                    return new Evidence(
                        label.Length > 0 ? label : last,
                        isAddress ? last : null,
                        Sha256: null,
                        Text: null,
                        ContentHash: null
                    );
                }),
        ];
}
