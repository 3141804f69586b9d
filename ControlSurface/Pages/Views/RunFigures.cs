using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Pages.Views;

/// <summary>One run in figures. Each leads to its panel on the run's page.</summary>
internal static class RunFigures
{
    /// <summary>The id of a panel of a run: two agents may each have a run of the same name, on one page.</summary>
    internal static string IdOf(PrincipalId principal, string panel) => $"{panel}-{principal.Text}";

    /// <summary>The strip. Under the picture's lock.</summary>
    /// <param name="outside">How many actions it began and nobody has settled.</param>
    /// <param name="versions">How many versions it published for what it holds.</param>
    internal static IReadOnlyList<FigureView> Of(
        Workspace at,
        PrincipalId principal,
        IReadOnlyList<Item> held,
        int outside,
        int versions
    )
    {
        var run = RunPageView.Address(held[0].Lease!.Holder.Run!);
        string? To(string panel, int count) => count == 0 ? null : $"{run}#{IdOf(principal, panel)}";
        var ends = held.Select(item => item.Lease!)
            .Where(lease => lease.State is LeaseState.Active or LeaseState.Claimed)
            .Min(lease => lease.ExpiresAt);
        var people = held.Count(item => WaitsForPeople(at, item));
        var locks = held.Sum(item => item.Locks.Count);
        var behind = held.SelectMany(item => item.Locks.SelectMany(one => at.WaitingBehind(item.Id, one)))
            .DistinctBy(one => one.Wait.Seq)
            .Count();
        return
        [
            new(
                "Holds",
                Words.Count(held.Count),
                ends is null ? "" : "first ends in",
                Icons.CircleDot,
                Hue.Work,
                To("holds", held.Count),
                At: ends,
                IsCountdown: true
            ),
            new("Waits for people", Words.Count(people), "", Icons.Eye, Hue.Wait, To("waits", people), people == 0),
            new(
                "Locks",
                Words.Count(locks),
                behind == 0 ? "" : $"{Words.Count(behind)} {(behind == 1 ? "waits" : "wait")} behind",
                Icons.Lock,
                Hue.Idle,
                To("locks", locks),
                locks == 0
            ),
            new(
                "Not settled outside",
                Words.Count(outside),
                outside == 0 ? "" : "may have happened",
                Icons.CircleQuestionMark,
                Hue.Open,
                To("outside", outside),
                outside == 0
            ),
            new(
                "Published",
                Words.Count(versions),
                "for what it holds",
                Icons.FileText,
                Hue.Idle,
                To("published", versions),
                versions == 0
            ),
        ];
    }

    private static bool WaitsForPeople(Workspace at, Item item) =>
        at.ArtifactsOf(item.Id).Any(artifact => artifact.OpenReview is not null)
        || item.Lease!.Reasons.HasFlag(SuspendReasons.WaitingOnHuman)
        || item.OpenConflicts > 0;
}
