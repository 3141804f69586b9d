namespace ControlSurface.Content;

/// <summary>All that is seen of one version beside another: what differs, and what in either is not what it looks like.</summary>
/// <param name="Added">What the new version hides that the old one does not.</param>
public sealed record Comparison(TextDiff Diff, HiddenText Before, HiddenText After, IReadOnlyList<Finding> Added)
{
    /// <summary>Of what was added, what nobody should approve unseen.</summary>
    public IEnumerable<Finding> MustBeSeen => Added.Where(finding => finding.MustBeSeen);

    /// <summary>Compares two texts; takes time, see <see cref="Comparisons"/>.</summary>
    public static Comparison Of(string old, string @new, DiffOptions options)
    {
        var (before, after) = (HiddenText.Of(old), HiddenText.Of(@new));
        return new Comparison(
            TextDiff.Of(old, @new, options),
            before,
            after,
            HiddenText.Added(old, before, @new, after)
        );
    }
}
