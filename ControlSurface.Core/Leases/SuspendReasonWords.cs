namespace ControlSurface.Core.Leases;

/// <summary>The words of API.md for the reasons of a suspension.</summary>
public static class SuspendReasonWords
{
    /// <summary>The reasons, in the order of the flags; empty for none.</summary>
    public static IReadOnlyList<string> InWords(this SuspendReasons reasons)
    {
        var words = new List<string>();
        foreach (var reason in Reasons)
        {
            if (reasons.HasFlag(reason))
                words.Add(WireNames.Of(reason));
        }
        return words;
    }

    private static readonly SuspendReasons[] Reasons =
    [
        SuspendReasons.PausedByPolicy,
        SuspendReasons.Blocked,
        SuspendReasons.WaitingOnHuman,
        SuspendReasons.WaitingOnReview,
    ];
}
