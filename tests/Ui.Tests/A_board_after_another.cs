using ControlSurface.Components;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages.Views;

namespace Ui.Tests;

/// <summary>A board that goes on from an earlier one says what a board says that is made from nothing.</summary>
public class A_board_after_another : LiveHouse
{
    private static readonly string[] Queues = ["replies", "refunds", "sweeps"];
    private readonly List<Lease> _leases = [];
    private int _spent;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task It_is_equal_to_one_made_from_nothing_on_random_days(int seed)
    {
        var random = new Random(seed);
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange { MaxAttempts = 1 }, IfSeq: null));
        await Do(Priya, new QueueCommand.Set("sweeps", new PolicyChange(), IfSeq: null));
        var board = Engine.Picture.Read(at => Board.Of(at));
        _ = board.Queues;
        for (var round = 0; round < 60; round++)
        {
            for (var step = random.Next(6); step >= 0; step--)
                await StepAsync(random);
            if (round % 6 == 5)
                await SpendAsync(random);
            var before = board;
            var (next, fresh) = Engine.Picture.Read(at => (Board.Of(at, before), Board.Of(at)));
            next.SortAfter(before);
            board = next;

            var told = $"seed {seed}, round {round}";
            Assert.True(fresh.Principals.SequenceEqual(board.Principals), told);
            Assert.Equal(fresh.Queues.Select(queue => queue.Name), board.Queues.Select(queue => queue.Name));
            foreach (var (wanted, queue) in fresh.Queues.Zip(board.Queues))
                IsEqual(wanted, queue, fresh, told);
        }
        Assert.True(_spent > 0, "No attempts were used up.");
    }

    // As a page that is left open looks again and again: groups and rows are kept where they are the same.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_view_that_keeps_what_is_the_same_shows_what_one_made_from_nothing_shows(int seed)
    {
        var random = new Random(seed);
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange(), IfSeq: null));
        await Do(Priya, new QueueCommand.Set("sweeps", new PolicyChange(), IfSeq: null));
        NowFilter[] filters = [new(), new(State: "queued,stale"), new(Owner: Mara.Text), new(View: NowFilter.Expiring)];
        var shown = filters.Select(filter => Fresh(filter)).ToArray();
        for (var round = 0; round < 60; round++)
        {
            for (var step = random.Next(4); step >= 0; step--)
                await StepAsync(random);
            for (var k = 0; k < filters.Length; k++)
            {
                var told = $"seed {seed}, round {round}, filter {k}";
                var fresh = Fresh(filters[k]);
                shown[k] = Next(shown[k], Fresh(filters[k], shown[k]));
                Assert.Equal(fresh.Groups.Select(group => group.Name), shown[k].Groups.Select(group => group.Name));
                foreach (var (wanted, group) in fresh.Groups.Zip(shown[k].Groups))
                {
                    Assert.True(wanted.Facts.SequenceEqual(group.Facts), told);
                    Assert.True(wanted.Total == group.Total, told);
                    // Some are drawn and some are not: what was drawn before has to be the same, and what is drawn now.
                    for (var at = random.Next(3); at < group.Rows.Count; at += random.Next(1, 4))
                        Assert.True(wanted.Rows[at] == group.Rows[at], $"{told}, {group.Name}, row {at}");
                }
            }
        }

        NowView Fresh(NowFilter filter, NowView? before = null) =>
            Engine.Picture.Read(at =>
            {
                var board = Board.Of(at);
                return NowView.From(
                    board,
                    filter,
                    ControlSurface.Live.Viewer.On(board, Mara),
                    Clock.GetUtcNow(),
                    before: before
                );
            });

        static NowView Next(NowView shown, NowView newer)
        {
            if (!ViewEquality.AreSame(newer, shown))
                return newer;
            shown.Adopt(newer);
            return shown;
        }
    }

    // Counted once more, item by item, beside what the queue says of itself.
    private void IsEqual(QueueBoard wanted, QueueBoard queue, Board fresh, string told)
    {
        var now = Clock.GetUtcNow();
        var owned = fresh.Items.Where(item => item.Queue == wanted.Name && item.Lease is not null).ToList();
        var running = owned.Select(item => item.Lease!).Where(lease => lease.State == LeaseState.Active).ToList();
        var expiring = running.Where(lease => (lease.ExpiresAt!.Value - now).TotalSeconds <= Last(lease)).ToList();
        var waits = fresh
            .Items.Where(item => item.Queue == wanted.Name && item.Lease is null && item.State == ItemState.Queued)
            .ToList();
        Assert.True(wanted.Owned.SequenceEqual(queue.Owned, ReferenceEqualityComparer.Instance), told);
        Assert.True(owned.ToHashSet().SetEquals(queue.Owned), told);
        foreach (var (who, run) in new[] { (Agent, "one"), (Agent, "two") })
        {
            var spent = fresh.Items.Where(item =>
                item.Queue == wanted.Name
                && item.Parked is { AttemptsUsedUp: true }
                && item.Past[^1].Holder is var last
                && (last.Id, last.Run) == (who, run)
            );
            Assert.True(spent.ToHashSet().SetEquals(queue.SpentBy(who, run)), told);
            _spent += queue.SpentBy(who, run).Count();
        }
        Assert.True(queue.OldestQueuedAt == (waits.Count == 0 ? null : waits.Min(item => item.ReadyAt)), told);
        Assert.Equal(wanted.LiveByPeople, queue.LiveByPeople);
        Assert.Equal(owned.Count(item => item.Lease!.Holder.Id == Mara), queue.Facts.CountOf(Mara));
        Assert.True(owned.SelectMany(item => item.Labels).ToHashSet().SetEquals(queue.Facts.Labels), told);
        Assert.Equal(
            owned.Where(item => item.Lease!.State == LeaseState.Stale).Min(item => item.Lease!.StaleAt),
            queue.Facts.OldestStale
        );
        var (count, soonest, next) = queue.Facts.Expiring(now);
        Assert.Equal((expiring.Count, expiring.Min(lease => lease.ExpiresAt)), (count, soonest));
        Assert.Equal(running.Except(expiring).Min(lease => lease.ExpiresAt?.AddSeconds(-Last(lease))), next);
    }

    private static double Last(Lease lease) => lease.LeaseSeconds < 300 ? lease.LeaseSeconds / 5.0 : 60;

    // A last attempt fails, or one that failed earlier may be tried again.
    private async Task SpendAsync(Random random)
    {
        var failed = Engine.Picture.Read(at =>
            at.Items().FirstOrDefault(item => item.Parked is { AttemptsUsedUp: true })?.Id
        );
        if (failed is { } again && random.Next(3) == 0)
        {
            await Do(Priya, new ItemCommand.Unpark(again, "Once more."));
            return;
        }
        var run = random.Next(2) == 0 ? "one" : "two";
        var lease = await Work(await Item("Fails", "refunds"), run: run);
        await Do(
            Agent,
            new LeaseCommand.Release(lease.Id, run, lease.Token, "no", ReleaseOutcome.Failed, RetryAfterSeconds: null)
        );
    }

    // Most of it is accepted; what is refused changes nothing, which is as good.
    private async Task StepAsync(Random random)
    {
        var who = random.Next(3) == 0 ? Mara : Agent;
        var queue = Queues[random.Next(Queues.Length)];
        if (random.Next(5) == 0)
            Clock.Advance(TimeSpan.FromSeconds(random.Next(1, 400)));
        if (random.Next(3) == 0)
        {
            string[] labels = random.Next(2) == 0 ? [] : [$"label-{random.Next(5)}"];
            await Item("A ticket", queue, labels);
            return;
        }
        if (_leases.Count == 0 || random.Next(3) == 0)
        {
            int? seconds = random.Next(2) == 0 ? null : random.Next(30, 900);
            var run = who == Agent ? (random.Next(2) == 0 ? "one" : "two") : null;
            await TryAsync(new ClaimCommand.Next(queue, run, seconds, []), who);
            return;
        }
        var lease = _leases[random.Next(_leases.Count)];
        await TryAsync(
            random.Next(8) switch
            {
                0 or 1 => new LeaseCommand.Start(lease.Id, lease.Holder.Run, lease.Token),
                2 => new LeaseCommand.Renew(lease.Id, lease.Holder.Run, lease.Token, Progress: null),
                3 => new LeaseCommand.Suspend(
                    lease.Id,
                    lease.Holder.Run,
                    lease.Token,
                    HolderReason.Blocked,
                    Note: null
                ),
                4 => new LeaseCommand.Resume(lease.Id, lease.Holder.Run, lease.Token),
                5 => new LeaseCommand.Release(
                    lease.Id,
                    lease.Holder.Run,
                    lease.Token,
                    "no",
                    random.Next(2) == 0 ? ReleaseOutcome.GivenBack : ReleaseOutcome.Failed,
                    RetryAfterSeconds: null
                ),
                6 => new LeaseCommand.Complete(lease.Id, lease.Holder.Run, lease.Token, Result: null, LeaveOpen: false),
                _ => new ClaimCommand.TakeOver(lease.Item, lease.Holder.Run, "Taken over by hand", Force: false),
            },
            lease.Holder.Id
        );
    }

    private async Task TryAsync(Command command, PrincipalId who)
    {
        var outcome = await Engine.SendAsync(new Request(command, new Caller(who)));
        if (outcome.Reply is GrantReply granted)
            _leases.Add(granted.Lease.Lease);
    }
}
