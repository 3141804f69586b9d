using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;

namespace ControlSurface.Core.Claims;

/// <summary>Decides renewals, within the limits that tell live work from dead (FIELD.md, 13).</summary>
internal static class RenewRules
{
    internal static Decision Renew(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LeaseCommand.Renew c
    )
    {
        var now = context.Now;
        var news = IsNews(lease.LastProgress, c.Progress);
        var quiet = news ? 0 : lease.QuietRenewals + 1;
        if (!news && lease.MaxQuietSeconds is { } most && lease.QuietFor(now) >= TimeSpan.FromSeconds(most))
        {
            var seconds = (long)lease.QuietFor(now).TotalSeconds;
            return new LeaseRefusal.NoProgress(quiet, lease.MaxQuietRenewals!.Value, seconds, most);
        }
        if (lease.LifeEndsAt <= now)
            return new LeaseRefusal.LifetimeExceeded(quiet, lease.MaxLifetimeSeconds!.Value);
        var progress = news ? new Progress(now, c.Progress!.Step, c.Progress.Note) : null;
        var term = lease.FullTerm(now, c.LeaseSeconds);
        // A shorter length asked for late must not take back time that was already promised.
        // A claimed lease has just begun its first term, and that was promised.
        var promised = lease.State == LeaseState.Claimed ? lease.FirstTerm(now) : lease.ExpiresAt;
        var expiresAt = promised > term ? promised.Value : term;
        events.Add(
            lease.State == LeaseState.Stale
                ? new LeaseEvent.Revived(item.Id, lease.Id, term, quiet, progress)
                : new LeaseEvent.Renewed(item.Id, lease.Id, expiresAt, quiet, progress)
        );
        return LeaseRules.Accepted(context, item, lease.Id, events);
    }

    private static bool IsNews(Progress? last, ProgressNote? said) =>
        said is not null
        && (
            last is null
            || !string.Equals(last.Step, said.Step, StringComparison.Ordinal)
            || !string.Equals(last.Note, said.Note, StringComparison.Ordinal)
        );
}
