using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Targets;

/// <summary>What the caller may do with a target now.</summary>
/// <param name="Write">Whether nobody else holds a lock or a hold on it, above it or below it.</param>
/// <param name="Lock">The strongest mode in which a lock would be granted at once; null for none.</param>
/// <param name="Wait">Whether a request that waits in line can get it, where it is not granted at once.</param>
/// <param name="Why">One or two sentences: who is in the way, and what to do next.</param>
/// <param name="Until">When the last of those in the way ends, as far as that is known; null where nobody is in the way.</param>
public sealed record MayUseTarget(bool Write, LockMode? Lock, bool Wait, string Why, DateTimeOffset? Until);

/// <summary>A lock or a hold on a target, above it or below it.</summary>
/// <param name="User">Who holds it, as far as the caller may see.</param>
/// <param name="IsOwn">Whether it is the caller's: their own hold, or a lock under their lease of the same run.</param>
public sealed record CoveringLock(TargetUser User, bool IsOwn);

/// <summary>
/// What a caller asks about a target before writing to it: who covers it, and what the caller may do (API.md, Settled since, Targets).
/// It is computed from the tree that the rules grant locks by.
/// </summary>
/// <param name="Path">In canonical form.</param>
/// <param name="IsFree">Whether nobody but the caller holds or waits for it, for what is above it or for what is below it.</param>
/// <param name="CoveredBy">Locks and holds on the target and above it, in a fixed order.</param>
/// <param name="Within">Locks and holds below it, with which an exclusive lock on it would conflict.</param>
/// <param name="May">What the caller may do.</param>
public sealed record TargetCheck(
    string Path,
    bool IsFree,
    IReadOnlyList<CoveringLock> CoveredBy,
    IReadOnlyList<CoveringLock> Within,
    MayUseTarget May
)
{
    /// <summary>The check of one target for one caller.</summary>
    /// <param name="path">In canonical form (<see cref="TargetPath.Check"/>).</param>
    /// <param name="who">The caller.</param>
    /// <param name="run">The caller's run; null for none. Locks of the caller's other runs count as somebody else's.</param>
    /// <param name="scope">The caller's. Work outside it is shown as being in the way, without who it is and where exactly.</param>
    public static TargetCheck Of(ITargets at, string path, Principal who, string? run, Scope scope)
    {
        TargetUser Shown(TargetUser user) => user.Holder is null ? user with { Target = path } : user;
        bool IsOwn(Held held) =>
            held.Owner.Hold is { } hold
                ? at.FindHold(hold)!.By == who.Id
                : at.FindItem(held.Owner.Item!.Value)!.Lease?.Holder.Is(who.Id, run) == true;
        var touching = at
            .Locks.HeldTouching(path)
            .Select(held =>
                (Held: held, Covering: new CoveringLock(Shown(TargetView.UserOf(at, held, scope)), IsOwn(held)))
            )
            .ToList();
        var waiting = at
            .Locks.WaitingTouching(path)
            .Where(w => at.FindItem(w.Item)!.Lease?.Holder.Is(who.Id, run) != true)
            .Select(w => Shown(TargetView.UserOf(at, w, scope)))
            .ToList();
        var others = touching.Where(t => !t.Covering.IsOwn).Select(t => t.Covering.User).ToList();
        return new TargetCheck(
            path,
            others.Count == 0 && waiting.Count == 0,
            [.. touching.Where(t => TargetPath.IsAtOrBelow(path, t.Held.Target)).Select(t => t.Covering)],
            [.. touching.Where(t => !TargetPath.IsAtOrBelow(path, t.Held.Target)).Select(t => t.Covering)],
            MayOf(who, path, [.. touching.Select(t => t.Covering)], others, waiting)
        );
    }

    private static MayUseTarget MayOf(
        Principal who,
        string path,
        IReadOnlyList<CoveringLock> touching,
        IReadOnlyList<TargetUser> others,
        IReadOnlyList<TargetUser> waiting
    )
    {
        var own = touching.FirstOrDefault(t =>
            t.IsOwn && t.User.Mode == LockMode.Exclusive && TargetPath.IsAtOrBelow(path, t.User.Target)
        );
        if ((Permissions.MayAsk(Verb.Lock) & who.Roles) == Roles.None)
            return new(Write: false, Lock: null, Wait: false, "Your roles may read it and lock nothing.", Until: null);
        if (others.Count == 0 && own is not null)
            return new(true, LockMode.Exclusive, false, $"Your own lock on {own.User.Target} covers it.", Until: null);
        var ahead = waiting.FirstOrDefault(w => w.Mode == LockMode.Exclusive);
        if (others.Count == 0 && waiting.Count == 0)
            return new(true, LockMode.Exclusive, false, "Nobody has it locked: lock it, then write.", Until: null);
        var until = others.Concat(waiting).Max(u => u.Until);
        if (others.Count == 0)
        {
            LockMode? shared = ahead is null ? LockMode.Shared : null;
            return new(true, shared, true, $"{Name(waiting[0])} asked for {waiting[0].Target} first and waits.", until);
        }
        var first = others.FirstOrDefault(o => o.Mode == LockMode.Exclusive) ?? others[0];
        var mode = first.Mode == LockMode.Exclusive || ahead is not null ? null : (LockMode?)LockMode.Shared;
        var more = others.Count > 1 ? $", and {others.Count - 1} more are in the way" : "";
        return new(
            Write: false,
            mode,
            Wait: true,
            $"{Name(first)} has {first.Target} locked{more}. Wait in line with waitSeconds, or work on something else.",
            until
        );
    }

    private static string Name(TargetUser user) =>
        user.Holder is not { } holder ? "Work in a queue that you may not see"
        : holder.Run is { } run ? $"{holder.Name} (run {run})"
        : holder.Name;
}
