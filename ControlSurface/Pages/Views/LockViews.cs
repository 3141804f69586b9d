using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>Locks in words, wherever an item is shown.</summary>
public static class LockViews
{
    // What one reads at a glance; the page of all locks has the rest.
    private const int Most = 50;

    /// <summary>What the item has locked, and who waits for that. Under the picture's lock.</summary>
    public static IReadOnlyList<LineView> Held(Workspace at, Item item, Viewer you) =>
        [
            .. item.Locks.Take(Most).Select(held => Held(held, [.. at.WaitingBehind(item.Id, held).Take(2)], you)),
            .. item.Locks.Count > Most
                ? [new LineView(Icons.Lock, $"{Words.Count(item.Locks.Count - Most)} more", Href: "locks")]
                : Array.Empty<LineView>(),
        ];

    /// <summary>What the item waits for, and whose that is.</summary>
    public static IEnumerable<LineView> Waits(Item item, Viewer you) =>
        item
            .LockWaits.Select(wait => Narrowed(wait, you))
            .Select(wait => new LineView(
                Icons.Lock,
                string.Join(", ", wait.Locks.Select(ask => ask.Target)),
                $"until {Words.At(wait.Until)}",
                Address(wait.CausedBy.Count > 0 ? wait.CausedBy[0] : wait.Locks[0].Target),
                Hue.Wait,
                $"since {Words.At(wait.Since)}, behind {string.Join(", ", wait.CausedBy)}"
            ));

    // Another's lock may lie on a part that the viewer never heard of: what was asked for says enough.
    private static LockWait Narrowed(LockWait wait, Viewer you) =>
        you.Scope.IsLimited
            ? wait with
            {
                CausedBy = [.. wait.CausedBy.Where(target => wait.Locks.Any(ask => ask.Target == target))],
            }
            : wait;

    internal static string Address(string target) => $"locks?under={Uri.EscapeDataString(target)}";

    private static LineView Held(HeldLock held, List<(Item Item, LockWait Wait)> waiters, Viewer you) =>
        new(
            Icons.Lock,
            held.Target,
            Href: Address(held.Target),
            Hue: waiters.Count > 0 ? Hue.Wait : null,
            Under: $"{WireNames.Of(held.Mode)} since {Words.At(held.At)}, {Waiters(waiters, you)}",
            IsMono: true
        );

    private static string Waiters(List<(Item Item, LockWait Wait)> waiters, Viewer you)
    {
        if (waiters.Count == 0)
            return "nobody waits";
        var (first, wait) = waiters[0];
        var who = you.MaySee(first.Queue) ? LeaseWords.Full(first.Lease!.Holder) : "somebody";
        var more = waiters.Count > 1 ? ", and others after" : "";
        return $"{who} waits since {Words.At(wait.Since)}{more}";
    }
}

/// <summary>One target of the tree.</summary>
/// <param name="Depth">How many targets of the list it lies below.</param>
/// <param name="Lost">How long its locks have made others wait; null where nobody has.</param>
/// <param name="Narrower">What would have kept nobody waiting, in a sentence; null where there is nothing to say.</param>
public sealed record LockRow(
    string Target,
    int Depth,
    IReadOnlyList<TargetUser> Holders,
    IReadOnlyList<TargetUser> Waiters,
    int Waits,
    string? Lost,
    string? Narrower
);

/// <summary>What is locked, by whom, and who waits for it: a tree, since a lock covers what lies below.</summary>
/// <param name="Under">Only what touches this target; null for all.</param>
/// <param name="More">How many more there are than are shown.</param>
/// <param name="Losses">What locks have cost, by path.</param>
/// <param name="Waiting">How many requests wait; one may wait for several targets.</param>
/// <param name="Pairs">Who waits for whom: each request that waits.</param>
public sealed record LocksView(
    string? Under,
    IReadOnlyList<LockRow> Rows,
    int Held,
    int Waiting,
    int More,
    LockLosses Losses,
    IReadOnlyList<WaitingFor> Pairs
) : IView<LocksView>
{
    private const int Most = 1_000;

    /// <summary>The targets that have each of the words, in their path, an item or who holds or waits.</summary>
    /// <param name="words">Null for any.</param>
    public IReadOnlyList<LockRow> Having(string? words) =>
        words is null
            ? Rows
            :
            [
                .. Rows.Where(row =>
                    WordsTyped.AreIn(
                        words,
                        [
                            row.Target,
                            .. row
                                .Holders.Concat(row.Waiters)
                                .SelectMany(one =>
                                    new[] { one.Item?.Text, one.Holder is { } who ? LeaseWords.Full(who) : null }
                                ),
                        ]
                    )
                ),
            ];

    /// <summary>Whether work that is listed changed.</summary>
    internal bool Shows(Touched touched) =>
        Rows.Any(row => row.Holders.Concat(row.Waiters).Any(user => user.Item is { } item && touched.Has(item)));

    /// <summary>The view of all targets that are locked or waited for, or have kept others waiting.</summary>
    /// <param name="isMeant">Only what these items wait for and have locked, and who is in their way; null for all.</param>
    public static LocksView From(
        IReadOnlyList<TargetView> targets,
        string? under,
        LockLosses losses,
        Func<ItemId, bool>? isMeant = null
    )
    {
        if (isMeant is not null)
            targets = [.. targets.Select(target => WaitedForBy(target, isMeant))];
        var all = targets
            .Where(t => t.Holders.Count + t.Waiters.Count + t.Waits > 0)
            .Where(t => under is null || TargetPath.IsAtOrBelow(t.Path, under) || TargetPath.IsAtOrBelow(under, t.Path))
            .OrderBy(t => t.Path, TargetPath.TopDown)
            .ToList();
        List<WaitingFor> pairs = [.. WaitingFor.All(all)];
        if (isMeant is not null)
        {
            var inTheWay = pairs
                .SelectMany(pair => pair.For)
                .Select(holder => holder.Target)
                .ToHashSet(StringComparer.Ordinal);
            all.RemoveAll(target =>
                target.Waiters.Count == 0 && !target.Holders.Any(IsMeant) && !inTheWay.Contains(target.Path)
            );
        }
        var above = new Stack<Branch>();
        var branches = new List<Branch>();
        foreach (var target in all)
        {
            while (above.TryPeek(out var last) && !TargetPath.IsAtOrBelow(target.Path, last.Target.Path))
                above.Pop();
            if (target.Waiters.Count > 0)
            {
                foreach (var one in above)
                    one.IsWaitedFor(target.Path);
            }
            var branch = new Branch(target, above.Count);
            above.Push(branch);
            branches.Add(branch);
        }
        return new LocksView(
            under,
            [.. branches.Take(Most).Select(branch => branch.ToRow())],
            all.Sum(t => t.Holders.Count),
            pairs.Count,
            Math.Max(0, all.Count - Most),
            losses,
            [.. pairs.Take(Most)]
        );

        bool IsMeant(TargetUser user) => user.Item is { } item && isMeant(item);
    }

    // How often and how long its locks made others wait is known of all queues together only, so nothing is said of it here.
    private static TargetView WaitedForBy(TargetView target, Func<ItemId, bool> isMeant) =>
        target with
        {
            Waiters = [.. target.Waiters.Where(user => user.Item is { } item && isMeant(item))],
            Waits = 0,
            WaitedMs = 0,
        };

    // A lock on everything keeps those waiting who want something else below it; what they want says how narrow would do.
    private sealed class Branch(TargetView target, int depth)
    {
        private const int Named = 3;
        private readonly List<string> _wanted = [];
        private int _count;

        internal TargetView Target => target;

        internal void IsWaitedFor(string below)
        {
            _count++;
            if (_count <= Named)
                _wanted.Add(below);
        }

        internal LockRow ToRow() =>
            new(
                target.Path,
                depth,
                target.Holders,
                target.Waiters,
                target.Waits,
                target.Waits == 0 ? null : Words.Age(TimeSpan.FromMilliseconds(target.WaitedMs)),
                Narrower
            );

        private string? Narrower =>
            _count == 0 || target.Holders.Count == 0
                ? null
                : $"Others want only {string.Join(", ", _wanted)}{(_count > Named ? $" and {Words.Count(_count - Named)} more" : "")}: a lock that leaves that out would let them go on.";
    }
}
