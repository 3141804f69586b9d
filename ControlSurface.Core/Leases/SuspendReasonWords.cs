namespace ControlSurface.Core.Leases;

/// <summary>The wire names of the reasons of a suspension (API.md, Objects, lease).</summary>
public static class SuspendReasonWords
{
    /// <summary>The wire name of each reason, in the order of the flags; empty for none.</summary>
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

    /// <summary>Every reason by itself, in the order of the flags: the order in which they are shown and stored.</summary>
    internal static readonly IReadOnlyList<SuspendReasons> Reasons =
    [
        SuspendReasons.PausedByPolicy,
        SuspendReasons.Blocked,
        SuspendReasons.WaitingOnHuman,
        SuspendReasons.WaitingOnReview,
    ];
}
