using System.Diagnostics;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Runs;

/// <summary>
/// Ending a run frees all it holds at once, whatever it was doing (FIELD.md, 1 and 11); its principal may reopen it.
/// </summary>
internal static class RunRules
{
    internal static Decision Decide(Asking asking, RunCommand command) =>
        command switch
        {
            RunCommand.End c => End(asking, c),
            RunCommand.Reopen c => Reopen(asking, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision End(Asking asking, RunCommand.End c)
    {
        var principal = c.Principal ?? asking.Who.Id;
        if (principal != asking.Who.Id && !asking.Has(Verb.EndOthersRun))
            return new Refusal.Forbidden(Permissions.InWords(Permissions.MayAsk(Verb.EndOthersRun)));
        if (asking.At.FindPrincipal(principal) is null)
            return new Refusal.NotFound("principal", principal.Text);
        var bounds = new Bounds();
        bounds.Id("run", c.Run);
        // A run that nobody has seen is more often a misspelt name than one that never got to start.
        if (bounds.Refusal is null && !c.Waits && !IsSeen(asking.At, principal, c.Run))
            return new Refusal.NotFound("run", c.Run);
        bounds.Name("outcome", c.Outcome);
        bounds.Text("why", c.Why, Bounds.NoteLength);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var events = new List<Event>();
        var known = asking.At.FindEndedRun(principal, c.Run);
        if (known is null)
            events.Add(new RunEvent.Ended(principal, c.Run, c.Outcome, c.Why));
        var ended = EndRules.EndAll(
            events,
            asking.At,
            principal,
            lease => string.Equals(lease.Holder.Run, c.Run, StringComparison.Ordinal),
            EndedAs.RunEnded,
            c.Why ?? c.Outcome,
            asking.Now
        );
        var generation = asking.At.FindKnownRun(principal, c.Run)?.Generation ?? 1;
        var run = known ?? new EndedRun(principal, c.Run, c.Outcome, c.Why, asking.Who.Id, asking.Now, generation);
        return Decision.Accepted(events, new Reply.ForRun(run, [.. ended.Select(l => new LeaseView(l, []))]));
    }

    private static Decision Reopen(Asking asking, RunCommand.Reopen c)
    {
        if (OwnId.Check("run", c.Run) is { } invalid)
            return invalid;
        var who = asking.Who.Id;
        if (asking.At.FindEndedRun(who, c.Run) is not { } ended)
        {
            return IsSeen(asking.At, who, c.Run)
                ? Decision.Unchanged(new Reply.ForReopenedRun(Known(asking, c.Run)))
                : new Refusal.NotFound("run", c.Run);
        }
        var reopened = new RunEvent.Reopened(who, c.Run, ended.Generation + 1);
        return Decision.Accepted(
            reopened,
            new Reply.ForReopenedRun(new KnownRun(who, c.Run, reopened.Generation, asking.Now))
        );
    }

    private static KnownRun Known(Asking asking, string run) =>
        asking.At.FindKnownRun(asking.Who.Id, run) ?? new KnownRun(asking.Who.Id, run, 1, asking.Now);

    private static bool IsSeen(Workspace at, PrincipalId principal, string run) =>
        at.FindEndedRun(principal, run) is not null
        || at.FindKnownRun(principal, run) is not null
        || at.HeldBy(principal).Any(item => string.Equals(item.Lease!.Holder.Run, run, StringComparison.Ordinal));
}
