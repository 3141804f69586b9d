using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>How one piece of work goes, from claim to end.</summary>
internal enum Plot
{
    /// <summary>Step by step, and done.</summary>
    Steady,

    /// <summary>Claimed, and started only after a while.</summary>
    LateStart,

    /// <summary>Renews without news, as often as the queue allows, before it says something.</summary>
    Quiet,

    /// <summary>Renews when hardly any time is left.</summary>
    LastMinute,

    /// <summary>Comes back after its lease went stale.</summary>
    Revive,

    /// <summary>Claims and never starts.</summary>
    Lapse,

    /// <summary>Leaves a checkpoint and is never heard of again.</summary>
    Crash,

    /// <summary>Hands the work to support.</summary>
    HandOff,

    /// <summary>Asks a person, and waits for the answer.</summary>
    Ask,

    /// <summary>Gives up, with a reason.</summary>
    Fail,
}

/// <summary>What there is of each kind that a plot makes; what runs towards it counts as well.</summary>
/// <param name="Stale">Stale items, and runs that are about to leave one.</param>
/// <param name="HandedOff">The same for handoffs.</param>
/// <param name="Asking">Runs that ask or wait for a person.</param>
/// <param name="Resting">Items that rest after a failure, and runs that are about to fail.</param>
internal sealed record Tally(int Stale, int HandedOff, int Asking, int Resting);

/// <summary>Chooses plots so that there is always something of everything to see, and never too much of it.</summary>
internal static class PlotChoice
{
    /// <summary>How many stale items the demo keeps for its visitor.</summary>
    public const int StaleWanted = 4;
    private const int HandedOffWanted = 2;
    private const int AskingWanted = 2;

    /// <summary>The plots of the first claims of a queue, so that a visitor sees every state word within a minute.</summary>
    public static IReadOnlyList<Plot> Opening(string queue) =>
        queue switch
        {
            "support-replies" => [Plot.HandOff, Plot.Crash, Plot.Ask],
            "refunds" => [Plot.Crash, Plot.Crash, Plot.Fail],
            "crm-updates" => [Plot.Steady, Plot.Revive],
            "repo-changes" => [Plot.Crash, Plot.Quiet],
            _ => [Plot.LateStart, Plot.LastMinute],
        };

    /// <summary>The plot of the next claim.</summary>
    /// <param name="dice">0 to 99.</param>
    public static Plot Next(Craft craft, Tally tally, int dice)
    {
        if (craft.HoldsStale && tally.Stale < StaleWanted)
            return Plot.Crash;
        if (tally.HandedOff < HandedOffWanted)
            return Plot.HandOff;
        if (tally.Asking < AskingWanted)
            return Plot.Ask;
        if (craft.Queue == "refunds" && tally.Resting == 0)
            return Plot.Fail;
        return dice switch
        {
            < 46 => Plot.Steady,
            < 62 => Plot.LateStart,
            < 76 => Plot.LastMinute,
            < 88 => Plot.Quiet,
            < 94 => Plot.Revive,
            < 97 => Plot.Lapse,
            // Where stale work goes back by itself, a crash costs nobody anything, and shows that it does.
            _ => craft.HoldsStale ? Plot.Steady : Plot.Crash,
        };
    }
}
