using System.Globalization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>A crowded day: six items at work at once on eleven targets above, below and beside each other.</summary>
internal sealed class LockDay(ulong seed) : RandomDay(seed)
{
    private const int AtWork = 6;
    private static readonly Principal[] Workers = [People.Ann, People.Bob, People.Sam];

    private static readonly string[] Targets =
    [
        "repo:a",
        "repo:a/b",
        "repo:a/b/c",
        "repo:a/b/c#x",
        "repo:a/b/c#y",
        "repo:a/d",
        "repo:ab",
        "repo:e",
        "repo:e/f",
        "repo:g",
        "crm:a",
    ];

    protected override void Open()
    {
        foreach (var who in People.All)
            Send(Caller.System, new PrincipalCommand.Sync(who));
        var policy = new PolicyChange { LeaseSeconds = 120, OnStale = Seed % 2 == 0 ? OnStale.Hold : OnStale.Requeue };
        Send(People.Mona.AsCaller(), new QueueCommand.Set("crm", policy, null));
    }

    protected override void Step()
    {
        Fill();
        Act(Random.Next(100));
        LockLaw.Check(At, Ledger, Now, Broken);
    }

    protected override void OnReadBack(Workspace other) => LockLaw.Check(other, Ledger, Now, Broken);

    protected override string Told(Command command) =>
        command is LockCommand.Acquire a
            ? $"{a.Lease} locks {string.Join(", ", a.Targets.Select(t => $"{t.Target} {t.Mode}"))} wait {a.WaitSeconds} overStale {a.OverStale}"
            : base.Told(command);

    // There is always work for six, so that somebody is always in somebody's way.
    private void Fill()
    {
        for (var k = At.Items().Count(i => i.Lease is not null || i.Handoff is not null); k < AtWork; k++)
        {
            Send(People.Sam.AsCaller(), new ItemCommand.Create("crm", "Do it"));
            Send(One(Workers).AsCaller(), new ClaimCommand.Next("crm", null, null, []));
        }
    }

    private void Act(int dice)
    {
        var held = At.Items().Where(i => i.Lease is not null).ToList();
        if (held.Count == 0)
            return;
        var item = One(held);
        var lease = item.Lease!;
        var holder = new Caller(lease.Holder.Id);
        switch (dice)
        {
            case < 55:
                var asks = Enumerable
                    .Range(0, 1 + Random.Next(3))
                    .Select(_ => One(Targets))
                    .Distinct()
                    .Select(t => new RequestedLock(t, Random.Next(3) == 0 ? LockMode.Shared : LockMode.Exclusive))
                    .ToList();
                var (wait, overStale) = (Random.Next(4) == 0 ? 0 : Random.Next(5, 56), Random.Next(4) == 0);
                Send(holder, new LockCommand.Acquire(lease.Id, null, lease.Token, asks, wait, overStale));
                break;
            case < 68:
                var target = item.Locks.Count > 0 ? One(item.Locks).Target : One(Targets);
                Send(holder, new LockCommand.Unlock(lease.Id, null, lease.Token, [target]));
                break;
            case < 73:
                Send(holder, new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false));
                break;
            case < 76:
                Send(
                    holder,
                    new LeaseCommand.Release(lease.Id, null, lease.Token, null, ReleaseOutcome.GivenBack, null)
                );
                break;
            case < 79:
                Send(People.Sam.AsCaller(), new ClaimCommand.TakeOver(item.Id, null, "urgent", Force: true));
                break;
            case < 82:
                Send(holder, new LeaseCommand.HandOff(lease.Id, null, lease.Token, null, "support", "yours"));
                break;
            case < 85:
                if (At.Items().FirstOrDefault(i => i.Handoff is not null) is { } offered)
                    Send(
                        People.Sam.AsCaller(),
                        Random.Next(2) == 0
                            ? new ClaimCommand.Accept(offered.Id, null)
                            : new ClaimCommand.Decline(offered.Id, "no time")
                    );
                break;
            case < 87:
                Send(People.Sam.AsCaller(), new ItemCommand.Cancel(item.Id, "not needed"));
                break;
            case < 89:
                var mode = Random.Next(2) == 0 ? LockMode.Shared : LockMode.Exclusive;
                var until = Now.AddSeconds(Random.Next(1, 60));
                Send(People.Sam.AsCaller(), new HoldCommand.Begin(One(Targets), mode, until, "release day"));
                break;
            case < 91:
                if (At.Holds.FirstOrDefault() is { } hold)
                    Send(People.Mona.AsCaller(), new HoldCommand.End(hold.Id));
                break;
            case < 94:
                var news = new ProgressNote("n" + dice.ToString(CultureInfo.InvariantCulture), null);
                Send(holder, new LeaseCommand.Renew(lease.Id, null, lease.Token, news));
                break;
            default:
                PassTo(Now.AddSeconds(Random.Next(1, 40)));
                break;
        }
    }

    private T One<T>(IReadOnlyList<T> of) => of[Random.Next(of.Count)];
}
