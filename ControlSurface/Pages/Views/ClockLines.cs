using ControlSurface.Components;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Pages.Views;

/// <summary>What happens to the clocks of live leases when a queue or the whole line is stopped, or goes on: in lines, from a trial.</summary>
internal static class ClockLines
{
    /// <summary>Which clocks the events stop, and what each lease gets once they run again. Under the picture's lock.</summary>
    /// <param name="events">What the trial decided.</param>
    /// <param name="because">What lets them go on later.</param>
    internal static IEnumerable<LineView> Stopped(
        IReadOnlyList<Event> events,
        Workspace at,
        ResumeCause because,
        DateTimeOffset now
    )
    {
        var paused = events.OfType<LeaseEvent.Suspended>().ToList();
        if (paused.Count == 0)
        {
            yield return new LineView(Icons.CirclePause, "No clock has to be stopped: no lease is live.");
            yield break;
        }
        var people = paused.Count(e => at.FindLease(e.Lease)!.Holder.Kind == PrincipalKind.Person);
        yield return new LineView(
            Icons.CirclePause,
            $"{Words.Plural(paused.Count, "live lease")} {(paused.Count == 1 ? "becomes suspended and its clock stops" : "become suspended and their clocks stop")}: "
                + $"{Words.Count(paused.Count - people)} of agents, {Words.Count(people)} of people.",
            Hue: Hue.Wait
        );
        yield return new LineView(Icons.Play, IfResumedAgain(paused, at, because, now));
    }

    /// <summary>Which clocks the events let run again.</summary>
    internal static IEnumerable<LineView> Started(IReadOnlyList<Event> events)
    {
        var resumed = events.OfType<LeaseEvent.Resumed>().ToList();
        var running = resumed.Count(e => e.State != LeaseState.Suspended);
        var still = resumed.Count - running;
        yield return new LineView(
            Icons.Play,
            running == 0
                ? "No clock starts: no lease waits for it."
                : $"{Words.Plural(running, "lease")} {(running == 1 ? "goes" : "go")} on with a full term."
        );
        if (still > 0)
            yield return new LineView(Icons.CirclePause, $"{Stays(still)}.", Hue: Hue.Wait);
    }

    // Each lease keeps the policy of its grant, so the rule that will resume it says what it gets (FIELD.md, 25).
    private static string IfResumedAgain(
        IReadOnlyList<LeaseEvent.Suspended> paused,
        Workspace at,
        ResumeCause because,
        DateTimeOffset now
    )
    {
        var resumed = paused
            .Select(e => SuspendRules.Unpause(at.FindLease(e.Lease)!.Evolve(e, now, PrincipalId.System), because, now)!)
            .ToList();
        var still = resumed.Count(e => e.State == LeaseState.Suspended);
        var terms = new List<string>();
        foreach (var (kind, whose) in new[] { (PrincipalKind.Agent, "agents"), (PrincipalKind.Person, "people") })
        {
            var left = resumed
                .Where(e => e.State != LeaseState.Suspended && at.FindLease(e.Lease)!.Holder.Kind == kind)
                .Select(e => e.ExpiresAt!.Value - now)
                .ToList();
            if (left.Count == 0)
                continue;
            var (least, most) = (Words.Left(left.Min()), Words.Left(left.Max()));
            terms.Add($"{(least == most ? least : $"{least} to {most}")} for {whose}");
        }
        return terms.Count == 0 ? $"On resume {Stays(still)}."
            : still == 0 ? $"On resume each lease gets a full term: {string.Join(", ", terms)}."
            : $"On resume {Stays(still)}, and each other gets a full term: {string.Join(", ", terms)}.";
    }

    private static string Stays(int still) =>
        $"{Words.Plural(still, "lease")} {(still == 1 ? "stays" : "stay")} suspended for another reason";
}
