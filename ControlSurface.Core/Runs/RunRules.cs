using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Runs;

/// <summary>
/// Ends runs, which frees everything they hold at once (FIELD.md, 1 and 11), and lets their principals reopen them.
/// </summary>
internal static class RunRules
{
    internal static Decision Decide(IRuleContext<IRuns> context, RunCommand command) =>
        command switch
        {
            RunCommand.End c => End(context, c),
            RunCommand.Reopen c => Reopen(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision End(IRuleContext<IRuns> context, RunCommand.End c)
    {
        var principal = c.Principal ?? context.Who.Id;
        if (principal != context.Who.Id && !context.Has(Verb.EndOthersRun))
            return new Refusal.Forbidden(Permissions.InWords(Permissions.MayAsk(Verb.EndOthersRun)));
        if (context.At.FindPrincipal(principal) is null)
            return new Refusal.NotFound("principal", principal.Text);
        var bounds = new Bounds();
        bounds.Id("run", c.Run);
        // A run that nobody has seen is more often a misspelt name than one that never got to start.
        if (bounds.Refusal is null && !c.Waits && !IsSeen(context.At, principal, c.Run))
            return new Refusal.NotFound("run", c.Run);
        bounds.Name("outcome", c.Outcome);
        bounds.Text("why", c.Why, Bounds.NoteLength);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var events = new List<Event>();
        var known = context.At.FindEndedRun(principal, c.Run);
        if (known is null)
            events.Add(new RunEvent.Ended(principal, c.Run, c.Outcome, c.Why));
        var ended = EndRules.EndAll(
            events,
            context.At,
            principal,
            lease => string.Equals(lease.Holder.Run, c.Run, StringComparison.Ordinal),
            EndedAs.RunEnded,
            c.Why ?? c.Outcome,
            context.Now
        );
        var generation = context.At.FindKnownRun(principal, c.Run)?.Generation ?? 1;
        var run = known ?? new EndedRun(principal, c.Run, c.Outcome, c.Why, context.Who.Id, context.Now, generation);
        return Decision.Accepted(events, new RunReply(run, [.. ended.Select(l => new LeaseView(l, []))]));
    }

    private static Decision Reopen(IRuleContext<IRuns> context, RunCommand.Reopen c)
    {
        if (CallerChosenId.Check("run", c.Run) is { } invalid)
            return invalid;
        var who = context.Who.Id;
        if (context.At.FindEndedRun(who, c.Run) is not { } ended)
        {
            return IsSeen(context.At, who, c.Run)
                ? Decision.Unchanged(new ReopenedRunReply(Known(context, c.Run)))
                : new Refusal.NotFound("run", c.Run);
        }
        var reopened = new RunEvent.Reopened(who, c.Run, ended.Generation + 1);
        return Decision.Accepted(
            reopened,
            new ReopenedRunReply(new KnownRun(who, c.Run, reopened.Generation, context.Now))
        );
    }

    private static KnownRun Known(IRuleContext<IRuns> context, string run) =>
        context.At.FindKnownRun(context.Who.Id, run) ?? new KnownRun(context.Who.Id, run, 1, context.Now);

    private static bool IsSeen(IRuns at, PrincipalId principal, string run) =>
        at.FindEndedRun(principal, run) is not null
        || at.FindKnownRun(principal, run) is not null
        || at.HeldBy(principal).Any(item => string.Equals(item.Lease!.Holder.Run, run, StringComparison.Ordinal));
}
