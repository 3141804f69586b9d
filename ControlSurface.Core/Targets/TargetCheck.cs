using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Targets;

/// <summary>What the caller may do with a target now.</summary>
/// <param name="Write">Nobody else has a lock or a hold on it, above it or below it.</param>
/// <param name="Lock">The strongest mode that would be granted at once; null for none.</param>
/// <param name="Wait">Whether waiting in line can give it, where it is not granted at once.</param>
/// <param name="Why">One or two sentences: who is in the way, and what to do next.</param>
/// <param name="Until">When the last of those in the way ends, as far as that is known; null where nobody is.</param>
public sealed record MayUseTarget(bool Write, LockMode? Lock, bool Wait, string Why, DateTimeOffset? Until);

/// <summary>A lock or a hold that covers a target, and whether it is the caller's own.</summary>
public sealed record Covering(TargetUser User, bool IsOwn);

/// <summary>
/// A target before it is written: what covers it, locks above it included, and what the caller may do (API.md, Settled since,
/// Targets). Computed from the same tree as the rules that grant locks.
/// </summary>
/// <param name="IsFree">Nobody but the caller has it locked or held, above it and below it too, and nobody waits for it.</param>
/// <param name="CoveredBy">Locks and holds on the target and above it, in a fixed order.</param>
/// <param name="Within">Locks and holds below it, which an exclusive lock on it would collide with.</param>
public sealed record TargetCheck(
    string Path,
    bool IsFree,
    IReadOnlyList<Covering> CoveredBy,
    IReadOnlyList<Covering> Within,
    MayUseTarget May
)
{
    /// <param name="path">In its one spelling (<see cref="TargetPath.Check"/>).</param>
    /// <param name="run">The run that asks; null for none. Locks of the caller's other runs are others'.</param>
    /// <param name="scope">Of work in queues that the caller may not see they learn that it is there, not whose and on which part.</param>
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
                (Held: held, Covering: new Covering(Shown(TargetView.UserOf(at, held, scope)), IsOwn(held)))
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
        IReadOnlyList<Covering> touching,
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
