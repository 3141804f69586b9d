using ControlSurface.Core.Reviews;

namespace ControlSurface.Api;

/// <summary>Where a comment's quote stands in a text: comments follow their quote, never a line number.</summary>
public static class Quotes
{
    /// <summary>The place of the quote that is nearest to where it stood; null where it no longer stands.</summary>
    public static int? Find(string text, Anchor anchor)
    {
        if (anchor.Quote.Length == 0)
            return null;
        int? nearest = null;
        for (
            var at = text.IndexOf(anchor.Quote, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(anchor.Quote, at + 1, StringComparison.Ordinal)
        )
        {
            if (nearest is { } known && Math.Abs(at - anchor.Start) >= Math.Abs(known - anchor.Start))
                break;
            nearest = at;
        }
        return nearest;
    }
}
