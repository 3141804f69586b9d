using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Targets;

/// <summary>Whoever has a target locked, or waits for it; a person's hold has no item and no lease.</summary>
/// <param name="Until">The end of the lease, handoff or hold; of the wait for whoever waits. Null while no clock runs.</param>
/// <param name="Behind">Of whoever waits: the targets whose locks it waited for when it began.</param>
/// <param name="Holder">Null where it is work in a queue that the caller may not see.</param>
public sealed record TargetUser(
    string Target,
    LockMode Mode,
    ItemId? Item,
    LeaseId? Lease,
    Holder? Holder,
    HoldId? Hold,
    DateTimeOffset Since,
    DateTimeOffset? Until,
    LeaseState? State,
    string? Behind = null
);

/// <summary>
/// A target as it stands: what is known of its version, who has exactly it locked, who waits for exactly it, and for how
/// long its locks have made others wait, those included who still do.
/// </summary>
public sealed record TargetView(
    string Path,
    TargetState? Known,
    IReadOnlyList<TargetUser> Holders,
    IReadOnlyList<TargetUser> Waiters,
    int Waits,
    long WaitedMs
)
{
    /// <summary>All targets at a prefix and below it of which anything is known, locked or waited for, by path.</summary>
    /// <param name="prefix">Null for all.</param>
    /// <param name="scope">
    /// Of work in queues that the caller may not see they learn that it is there, where it touches their own, and not whose; of
    /// targets that nothing of theirs touches, nothing.
    /// </param>
    public static IReadOnlyList<TargetView> All(ITargets at, string? prefix, DateTimeOffset now, Scope scope)
    {
        var seen = scope.IsLimited ? TargetSight.TargetsOf(at, scope) : null;
        var holders = new SortedDictionary<string, List<TargetUser>>(StringComparer.Ordinal);
        var waiters = new SortedDictionary<string, List<TargetUser>>(StringComparer.Ordinal);
        var pending = new Dictionary<string, (int Count, long Ms)>(StringComparer.Ordinal);
        foreach (var (held, waiting) in at.Locks.Below(prefix))
        {
            if (held is { } one)
                AddTo(holders, one.Target, UserOf(at, one, scope));
            else if (waiting is { } two)
                AddTo(waiters, two.Target, UserOf(at, two, scope));
        }
        foreach (var wait in at.LockWaits)
        {
            foreach (var target in wait.CausedBy)
            {
                var (count, ms) = pending.GetValueOrDefault(target);
                pending[target] = (count + 1, ms + (long)(now - wait.Since).TotalMilliseconds);
            }
        }
        var paths = new SortedSet<string>(
            at.Targets.Select(t => t.Path).Where(p => prefix is null || TargetPath.IsAtOrBelow(p, prefix)),
            StringComparer.Ordinal
        );
        paths.UnionWith(holders.Keys);
        paths.UnionWith(waiters.Keys);
        if (seen is not null)
            paths.RemoveWhere(path => !seen.HasAtOrBelow(path) && !Reported(at, scope, path));
        return
        [
            .. paths.Select(path =>
            {
                var known = at.FindTarget(path) is { } state
                    ? TargetSight.Of(at, scope, state, seen?.HasAtOrBelow(path) ?? true)
                    : null;
                var (count, ms) = pending.GetValueOrDefault(path);
                return new TargetView(
                    path,
                    known,
                    holders.GetValueOrDefault(path) ?? [],
                    waiters.GetValueOrDefault(path) ?? [],
                    (known?.Waits ?? 0) + count,
                    (known?.WaitedMs ?? 0) + ms
                );
            }),
        ];
    }

    // Whoever said that something changed may see that they did, whether or not work of theirs is concerned.
    private static bool Reported(ITargets at, Scope scope, string path) =>
        at.FindTarget(path)?.Changes.Exists(change => change.ReportedBy == scope.Who) == true;

    internal static TargetUser UserOf(ITargets at, Held held, Scope scope)
    {
        if (held.Owner.Hold is { } id)
        {
            var hold = at.FindHold(id)!;
            var isOwn = !scope.IsLimited || hold.By == scope.Who;
            return new(
                held.Target,
                held.Mode,
                Item: null,
                Lease: null,
                isOwn ? hold.Holder : null,
                isOwn ? id : null,
                hold.At,
                hold.Until,
                State: null
            );
        }
        var item = at.FindItem(held.Owner.Item!.Value)!;
        var lease = item.LastLease!;
        var isSeen = scope.Sees(item.Queue);
        return new(
            held.Target,
            held.Mode,
            isSeen ? item.Id : null,
            isSeen ? lease.Id : null,
            isSeen ? lease.Holder : null,
            null,
            item.FindLock(held.Target)!.At,
            item.Handoff?.Until ?? lease.ExpiresAt,
            lease.State
        );
    }

    internal static TargetUser UserOf(ITargets at, Waiting waiting, Scope scope)
    {
        var item = at.FindItem(waiting.Item)!;
        var wait = item.LockWaits.Find(w => w.Seq == waiting.Wait)!;
        var isSeen = scope.Sees(item.Queue);
        return new(
            waiting.Target,
            waiting.Mode,
            isSeen ? item.Id : null,
            isSeen ? wait.Lease : null,
            isSeen ? item.Lease!.Holder : null,
            null,
            wait.Since,
            wait.Until,
            item.Lease!.State,
            isSeen
                ? string.Join(", ", wait.CausedBy.Where(t => !scope.IsLimited || wait.Locks.Any(l => l.Target == t)))
                : null
        );
    }

    private static void AddTo(SortedDictionary<string, List<TargetUser>> to, string target, TargetUser user)
    {
        if (!to.TryGetValue(target, out var users))
            to[target] = users = [];
        users.Add(user);
    }
}
