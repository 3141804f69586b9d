using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Runs;

/// <summary>Ending a run frees all it holds at once, whatever it was doing (FIELD.md, 1 and 11).</summary>
internal static class RunRules
{
    internal static Decision Decide(Asking asking, RunCommand.End c)
    {
        var principal = c.Principal ?? asking.Who.Id;
        if (principal != asking.Who.Id && !asking.Has(Verb.EndOthersRun))
            return new Refusal.Forbidden(Permissions.InWords(Permissions.MayAsk(Verb.EndOthersRun)));
        if (asking.At.FindPrincipal(principal) is null)
            return new Refusal.NotFound("principal", principal.Text);
        var bounds = new Bounds();
        bounds.Name("run", c.Run);
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
        var run = known ?? new EndedRun(principal, c.Run, c.Outcome, c.Why, asking.Who.Id, asking.Now);
        return Decision.Accepted(events, new Reply.ForRun(run, [.. ended.Select(l => new LeaseView(l, []))]));
    }
}
