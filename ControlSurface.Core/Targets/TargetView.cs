using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Targets;

/// <summary>A lock on a target, a person's hold on it, or a request that waits for it.</summary>
public sealed record TargetUser
{
    /// <summary>The target, in canonical form.</summary>
    public required string Target { get; init; }

    /// <summary>The mode in which it is locked, held or waited for.</summary>
    public required LockMode Mode { get; init; }

    /// <summary>The item that locks or waits; null for a person's hold, and where the caller may not see it.</summary>
    public ItemId? Item { get; init; }

    /// <summary>The item's last lease; null as for <see cref="Item"/>.</summary>
    public LeaseId? Lease { get; init; }

    /// <summary>The lease's holder or the person; null where the caller may not see them.</summary>
    public Holder? Holder { get; init; }

    /// <summary>The person's hold; null for a lock or a wait, and where the caller may not see it.</summary>
    public HoldId? Hold { get; init; }

    /// <summary>When it was locked or held, or the wait began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The end of the lease, handoff, hold or wait; null while a policy pause stops the lease's clock.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The lease's state; null for a person's hold.</summary>
    public LeaseState? State { get; init; }

    /// <summary>Of a wait, the targets that were in the way when it began, with commas between; null for the others.</summary>
    public string? Behind { get; init; }
}

/// <summary>
/// A target with its version, its locks and its waits (API.md, <c>GET /targets</c>). Locks above and below it are shown with their own
/// targets.
/// </summary>
/// <param name="Path">In canonical form.</param>
/// <param name="Known">Its version and last changes; null where nobody reported any.</param>
/// <param name="Holders">Locks and holds on exactly this target.</param>
/// <param name="Waiters">Requests that wait for exactly this target.</param>
/// <param name="Waits">How many requests its locks made wait so far, those included that still wait.</param>
/// <param name="WaitedMs">How long those waited in all, in milliseconds.</param>
public sealed record TargetView(
    string Path,
    TargetState? Known,
    IReadOnlyList<TargetUser> Holders,
    IReadOnlyList<TargetUser> Waiters,
    int Waits,
    long WaitedMs
)
{
    /// <summary>All targets at and below a prefix that are known, locked or waited for, in the ordinal order of their paths.</summary>
    /// <param name="prefix">In canonical form, or the beginning of a path up to a slash; null for all.</param>
    /// <param name="now">The instant up to which requests that still wait are counted.</param>
    /// <param name="scope">
    /// The caller's. Work outside it is shown without who it is, and only on targets that work of the caller touches or that the caller
    /// reported.
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

    // A caller sees their own reports even where no work of theirs is concerned.
    private static bool Reported(ITargets at, Scope scope, string path) =>
        at.FindTarget(path)?.Changes.Exists(change => change.ReportedBy == scope.Who) == true;

    internal static TargetUser UserOf(ITargets at, Held held, Scope scope)
    {
        if (held.Owner.Hold is { } id)
        {
            var hold = at.FindHold(id)!;
            var isOwn = !scope.IsLimited || hold.By == scope.Who;
            return new TargetUser
            {
                Target = held.Target,
                Mode = held.Mode,
                Holder = isOwn ? hold.Holder : null,
                Hold = isOwn ? id : null,
                Since = hold.At,
                Until = hold.Until,
            };
        }
        var item = at.FindItem(held.Owner.Item!.Value)!;
        var lease = item.LastLease!;
        var isSeen = scope.Sees(item.Queue);
        return new TargetUser
        {
            Target = held.Target,
            Mode = held.Mode,
            Item = isSeen ? item.Id : null,
            Lease = isSeen ? lease.Id : null,
            Holder = isSeen ? lease.Holder : null,
            Since = item.FindLock(held.Target)!.At,
            Until = item.Handoff?.Until ?? lease.ExpiresAt,
            State = lease.State,
        };
    }

    internal static TargetUser UserOf(ITargets at, Waiting waiting, Scope scope)
    {
        var item = at.FindItem(waiting.Item)!;
        var wait = item.LockWaits.Find(w => w.Seq == waiting.Wait)!;
        var isSeen = scope.Sees(item.Queue);
        return new TargetUser
        {
            Target = waiting.Target,
            Mode = waiting.Mode,
            Item = isSeen ? item.Id : null,
            Lease = isSeen ? wait.Lease : null,
            Holder = isSeen ? item.Lease!.Holder : null,
            Since = wait.Since,
            Until = wait.Until,
            State = item.Lease!.State,
            Behind = isSeen
                ? string.Join(", ", wait.CausedBy.Where(t => !scope.IsLimited || wait.Locks.Any(l => l.Target == t)))
                : null,
        };
    }

    private static void AddTo(SortedDictionary<string, List<TargetUser>> to, string target, TargetUser user)
    {
        if (!to.TryGetValue(target, out var users))
            to[target] = users = [];
        users.Add(user);
    }
}
