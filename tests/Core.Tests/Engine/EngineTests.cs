using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>What the engine promises of the disk (DESIGN.md, 3).</summary>
public class WritingTests
{
    private static ItemCommand.Create Create(string title) => new("crm", title);

    [Fact]
    public async Task Nothing_is_answered_or_shown_before_it_is_on_disk()
    {
        await using var house = await TestHouse.OpenAsync();
        var seq = house.Engine.Picture.Seq;
        house.Journal.Disk.Reset();
        var appends = house.Journal.Appends;
        var sent = house.SendAsync(Sam, Create("a"));
        TestHouse.Until(() => house.Journal.Appends > appends, "the append");
        Assert.False(sent.IsCompleted);
        Assert.Equal(seq, house.Engine.Picture.Seq);
        house.Journal.Disk.Set();
        Assert.Null((await sent).Refusal);
        Assert.Equal(seq + 1, house.Engine.Picture.Seq);
    }

    [Fact]
    public async Task A_refusal_and_a_look_wait_for_what_they_rest_on()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        house.Journal.Disk.Reset();
        var claim = house.SendAsync(Ann, new ClaimCommand.One(item, null, null));
        var late = house.SendAsync(Bob, new ClaimCommand.One(item, null, null));
        var look = house.Engine.AskAsync((at, _) => at.FindItem(item)!.State);
        Assert.False(claim.IsCompleted || late.IsCompleted || look.IsCompleted);
        house.Journal.Disk.Set();
        Assert.IsType<LeaseRefusal.AlreadyOwned>((await late).Refusal);
        Assert.Equal(ItemState.Claimed, await look);
        Assert.Null((await claim).Refusal);
    }

    [Fact]
    public async Task All_that_waits_while_the_disk_is_busy_is_written_at_once()
    {
        await using var house = await TestHouse.OpenAsync();
        house.Journal.Disk.Reset();
        var appends = house.Journal.Appends;
        var first = house.SendAsync(Sam, Create("first"));
        TestHouse.Until(() => house.Journal.Appends > appends, "the first append");
        var rest = Enumerable.Range(0, 20).Select(k => house.SendAsync(Sam, Create("next " + k))).ToList();
        TestHouse.Until(() => house.Engine.Figures.Commands >= 10 + 20, "the decisions");
        house.Journal.Disk.Set();
        await first;
        await Task.WhenAll(rest);
        Assert.Equal(appends + 2, house.Journal.Appends);
        Assert.Equal([1, 20], house.Journal.Sizes[^2..]);
    }

    [Fact]
    public async Task A_write_that_was_refused_changes_nothing_and_the_engine_goes_on_by_itself()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var before = house.PictureDigest();
        house.Journal.IsFull = true;
        var refused = await house.SendAsync(Ann, new ClaimCommand.One(item, null, null));
        Assert.IsType<Refusal.Unavailable>(refused.Refusal);
        Assert.False(house.Engine.IsWritable);
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Sam, Create("no"))).Refusal);
        Assert.Equal(before, house.PictureDigest());
        Assert.Equal(ItemState.Queued, await house.Engine.AskAsync((at, _) => at.FindItem(item)!.State));

        house.Journal.IsFull = false;
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        TestHouse.Until(() => house.Engine.IsWritable, "the journal that can be written again");
        Assert.Null((await house.SendAsync(Bob, new ClaimCommand.One(item, null, null))).Refusal);
    }

    [Fact]
    public async Task What_was_decided_on_a_refused_write_is_refused_with_it()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        house.Journal.Disk.Reset();
        var appends = house.Journal.Appends;
        house.Journal.Refuses = number => number == appends + 1;
        var claim = house.SendAsync(Ann, new ClaimCommand.One(item, null, null));
        TestHouse.Until(() => house.Journal.Appends > appends, "the append");
        var other = house.SendAsync(Bob, new ClaimCommand.One(item, null, null));
        TestHouse.Until(() => house.Engine.Figures.Refusals > 0, "the decision");
        house.Journal.Disk.Set();
        Assert.IsType<Refusal.Unavailable>((await claim).Refusal);
        // Not already_owned: that would rest on a claim that never was.
        Assert.IsType<Refusal.Unavailable>((await other).Refusal);
    }

    [Fact]
    public async Task A_lease_that_runs_out_while_the_disk_is_full_is_stale_once_there_is_room()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        await house.ClaimAsync(Ann, item);
        house.Journal.IsFull = true;
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Sam, Create("no"))).Refusal);
        house.Clock.Pass(TimeSpan.FromSeconds(301));
        house.Journal.IsFull = false;
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        TestHouse.Until(() => house.Engine.IsWritable, "room");
        TestHouse.Until(
            () => house.Engine.Picture.Read(at => at.FindItem(item)!.State) == ItemState.Stale,
            "the stale lease"
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_whose_fate_is_unknown_ends_the_process(bool written)
    {
        await using var house = await TestHouse.OpenAsync();
        house.Journal.OutcomeUnknownAt = house.Journal.Appends + 1;
        house.Journal.UnknownIsWritten = written;
        var unknown = await house.SendAsync(Sam, Create("who knows"));
        Assert.IsType<Refusal.OutcomeUnknown>(unknown.Refusal);
        Assert.IsType<JournalOutcomeUnknownException>(await house.Fatal.Task);
        Assert.IsType<Refusal.OutcomeUnknown>((await house.SendAsync(Sam, Create("no"))).Refusal);
        await using var next = TestHouse.Reopen(house.Journal.Crash(), house.Clock);
        Assert.Equal(written ? 1 : 0, next.Engine.Picture.Read(at => at.ItemCount));
    }

    [Fact]
    public async Task Whoever_waits_when_the_fate_of_a_write_is_unknown_is_told()
    {
        await using var house = await TestHouse.OpenAsync();
        var waits = house.SendAsync(Ann, new ClaimCommand.Next("crm", null, null, []), waitSeconds: 50);
        TestHouse.Until(() => house.Engine.WaitingClaims == 1, "the waiting claim");
        house.Journal.OutcomeUnknownAt = house.Journal.Appends + 1;
        await house.SendAsync(Mona, new QueueCommand.Set("web", new PolicyChange(), null));
        Assert.IsType<Refusal.OutcomeUnknown>((await waits).Refusal);
    }

    [Fact]
    public async Task A_second_writer_is_refused_by_the_journal_and_ends()
    {
        await using var first = await TestHouse.OpenAsync();
        await using var second = TestHouse.Reopen(first.Journal, first.Clock);
        await first.CreateAsync();
        Assert.IsType<Refusal.Unavailable>((await second.SendAsync(Sam, Create("mine"))).Refusal);
        Assert.IsType<JournalFencedException>(await second.Fatal.Task);
        Assert.IsType<Refusal.Unavailable>((await second.SendAsync(Sam, Create("mine"))).Refusal);
        await first.CreateAsync();
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_and_changes_nothing()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var seq = house.Engine.Picture.Seq;
        var tried = await house.SendAsync(Ann, new ClaimCommand.One(item, null, null), dryRun: true);
        Assert.IsType<GrantReply>(tried.Reply);
        Assert.False(tried.Wrote);
        Assert.Equal(seq, house.Engine.Picture.Seq);
    }

    [Fact]
    public async Task Draining_answers_everybody_and_takes_nothing_new()
    {
        await using var house = await TestHouse.OpenAsync();
        var waits = house.SendAsync(Ann, new ClaimCommand.Next("crm", null, null, []), waitSeconds: 50);
        TestHouse.Until(() => house.Engine.WaitingClaims == 1, "the waiting claim");
        house.Engine.Drain();
        Assert.Equal(5, Assert.IsType<Refusal.Unavailable>((await waits).Refusal).RetryAfter);
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Sam, Create("no"))).Refusal);
    }
}

/// <summary>One key, one effect (API.md, Idempotency-Key).</summary>
public class IdempotencyTests
{
    private static readonly ItemCommand.Create Create = new("crm", "Answer the mail");

    [Fact]
    public async Task A_repeated_key_gives_the_first_answer_and_changes_and_publishes_nothing()
    {
        await using var house = await TestHouse.OpenAsync();
        var first = await house.SendAsync(Sam, Create, key: "k1");
        var seq = house.Engine.Picture.Seq;
        using var feed = house.Engine.Feed.Subscribe(8);
        var again = await house.SendAsync(Sam, Create, key: "k1");
        Assert.Equal(first.Rendered!.Body, again.Replayed!.Body);
        Assert.False(again.Wrote);
        Assert.Equal(seq, house.Engine.Picture.Seq);
        Assert.False(feed.Batches.TryRead(out _));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await using var house = await TestHouse.OpenAsync();
        await house.SendAsync(Sam, Create, key: "k1");
        var other = await house.SendAsync(Sam, Create, key: "k1", body: "other");
        Assert.IsType<Refusal.IdempotencyKeyReused>(other.Refusal);
    }

    [Fact]
    public async Task Anothers_same_key_is_another_key()
    {
        await using var house = await TestHouse.OpenAsync();
        await house.SendAsync(Sam, Create, key: "k1");
        Assert.True((await house.SendAsync(Mona, Create, key: "k1")).Wrote);
    }

    [Fact]
    public async Task While_the_first_is_being_served_the_second_is_in_progress()
    {
        await using var house = await TestHouse.OpenAsync();
        house.Journal.Disk.Reset();
        var first = house.SendAsync(Sam, Create, key: "k1");
        var second = await house.SendAsync(Sam, Create, key: "k1");
        Assert.IsType<Refusal.RequestInProgress>(second.Refusal);
        house.Journal.Disk.Set();
        Assert.Null((await first).Refusal);
        Assert.NotNull((await house.SendAsync(Sam, Create, key: "k1")).Replayed);
    }

    [Fact]
    public async Task A_key_is_known_after_a_crash_if_its_write_was_and_only_then()
    {
        await using var house = await TestHouse.OpenAsync();
        var first = await house.SendAsync(Sam, Create, key: "k1");
        house.Journal.IsFull = true;
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Sam, Create, key: "k2")).Refusal);
        await using var next = TestHouse.Reopen(house.Journal.Crash(), house.Clock);
        Assert.Equal(first.Rendered!.Body, (await next.SendAsync(Sam, Create, key: "k1")).Replayed!.Body);
        Assert.True((await next.SendAsync(Sam, Create, key: "k2")).Wrote);
    }

    [Fact]
    public async Task What_wrote_nothing_is_decided_anew()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var claim = new ClaimCommand.One(item, null, null);
        var lease = await house.ClaimAsync(Ann, item);
        Assert.IsType<LeaseRefusal.AlreadyOwned>((await house.SendAsync(Bob, claim, key: "k1")).Refusal);
        await house.AcceptedAsync(
            Ann,
            new LeaseCommand.Release(lease.Id, null, lease.Token, null, ReleaseOutcome.GivenBack, null)
        );
        Assert.True((await house.SendAsync(Bob, claim, key: "k1")).Wrote);
    }

    [Fact]
    public async Task After_seven_days_a_key_is_forgotten()
    {
        await using var house = await TestHouse.OpenAsync();
        await house.SendAsync(Sam, Create, key: "k1");
        house.Clock.Pass(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        TestHouse.Until(() => house.Journal.FindAnswer(Sam.Id, "k1") is null, "the pruning");
    }

    [Fact]
    public async Task A_waiting_claim_that_hung_up_leaves_its_key_free()
    {
        await using var house = await TestHouse.OpenAsync();
        var next = new ClaimCommand.Next("crm", null, null, []);
        using var connection = new CancellationTokenSource();
        var waits = house.SendAsync(Ann, next, key: "k1", waitSeconds: 50, waiting: connection.Token);
        TestHouse.Until(() => house.Engine.WaitingClaims == 1, "the waiting claim");
        await connection.CancelAsync();
        await waits;
        await house.CreateAsync();
        Assert.True((await house.SendAsync(Ann, next, key: "k1")).Wrote);
    }
}

/// <summary>Claims that wait (API.md, waitSeconds).</summary>
public class WaitingClaimTests
{
    private static readonly ClaimCommand.Next Next = new("crm", null, null, []);

    private static async Task<Task<Outcome>> WaitsAsync(
        TestHouse house,
        Core.Principals.Principal who,
        string? run = null,
        CancellationToken waiting = default
    )
    {
        var line = house.Engine.WaitingClaims;
        var sent = house.SendAsync(who, Next with { Run = run }, waitSeconds: 50, waiting: waiting);
        TestHouse.Until(() => house.Engine.WaitingClaims == line + 1, "the waiting claim");
        await house.SettleAsync();
        return sent;
    }

    private static ItemId Got(Outcome outcome) => Assert.IsType<GrantReply>(outcome.Reply).Item.Item.Id;

    [Fact]
    public async Task Whoever_waits_is_served_at_once_and_in_order()
    {
        await using var house = await TestHouse.OpenAsync();
        var ann = await WaitsAsync(house, Ann);
        var bob = await WaitsAsync(house, Bob);
        var one = await house.CreateAsync();
        Assert.Equal(one, Got(await ann));
        Assert.False(bob.IsCompleted);
        Assert.Equal(await house.CreateAsync(), Got(await bob));
    }

    [Fact]
    public async Task At_expiry_whoever_waits_is_served_with_nobody_asking()
    {
        await using var house = await TestHouse.OpenAsync(
            new PolicyChange { LeaseSeconds = 40, OnStale = OnStale.Requeue }
        );
        var item = await house.CreateAsync();
        var lease = await house.ClaimAsync(Ann, item);
        var bob = await WaitsAsync(house, Bob);
        house.Clock.Pass(TimeSpan.FromSeconds(40) - TimeSpan.FromMilliseconds(1));
        await house.SettleAsync();
        Assert.False(bob.IsCompleted);
        house.Clock.Pass(TimeSpan.FromMilliseconds(1));
        var granted = await bob;
        Assert.Equal(item, Got(granted));
        Assert.Equal(lease.ExpiresAt, granted.Now);
    }

    [Fact]
    public async Task What_becomes_free_by_itself_goes_to_whoever_waited_and_not_to_whoever_asks_then()
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { OnStale = OnStale.Requeue });
        var item = await house.CreateAsync();
        await house.ClaimAsync(Ann, item);
        var bob = await WaitsAsync(house, Bob);
        // The engine's thread is held, so that it cannot notice the end before Ann's request stands in its inbox.
        using var looks = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var held = house.Engine.AskAsync(
            (_, _) =>
            {
                looks.Set();
                return mayGoOn.Wait(TimeSpan.FromMinutes(1));
            }
        );
        TestHouse.Until(() => looks.IsSet, "the engine's look");
        house.Clock.Pass(TimeSpan.FromSeconds(300));
        var ann = house.SendAsync(Ann, Next);
        mayGoOn.Set();
        Assert.True(await held);
        Assert.Equal(item, Got(await bob));
        Assert.IsType<NothingToClaimReply>((await ann).Reply);
    }

    [Fact]
    public async Task A_wait_ends_with_nothing_when_its_time_is_over()
    {
        await using var house = await TestHouse.OpenAsync();
        var ann = await WaitsAsync(house, Ann);
        house.Clock.Pass(TimeSpan.FromSeconds(50));
        Assert.IsType<NothingToClaimReply>((await ann).Reply);
        Assert.Equal(0, house.Engine.WaitingClaims);
    }

    [Fact]
    public async Task Whoever_hangs_up_leaves_the_line()
    {
        await using var house = await TestHouse.OpenAsync();
        using var connection = new CancellationTokenSource();
        var ann = await WaitsAsync(house, Ann, waiting: connection.Token);
        var bob = await WaitsAsync(house, Bob);
        await connection.CancelAsync();
        await ann;
        Assert.Equal(await house.CreateAsync(), Got(await bob));
    }

    [Fact]
    public async Task Ending_a_run_ends_its_wait_at_once()
    {
        await using var house = await TestHouse.OpenAsync();
        var ann = await WaitsAsync(house, Ann, run: "r1");
        await house.AcceptedAsync(Ann, new RunCommand.End("r1", "cancelled", null, null));
        Assert.IsType<RunRefusal.RunEnded>((await ann).Refusal);
    }

    [Fact]
    public async Task Pausing_a_principal_or_the_queue_ends_its_wait_at_once()
    {
        await using var house = await TestHouse.OpenAsync();
        var ann = await WaitsAsync(house, Ann);
        var paused = Ann with { State = Core.Principals.PrincipalState.Paused, Why = "leave" };
        await house.Engine.SendAsync(new Request(new Core.Principals.PrincipalCommand.Sync(paused), Caller.System));
        Assert.Equal(PauseScope.Principal, Assert.IsType<Refusal.Paused>((await ann).Refusal).Scope);
        var bob = await WaitsAsync(house, Bob);
        await house.AcceptedAsync(Mona, new QueueCommand.PauseQueue("crm", "lunch"));
        Assert.Equal(PauseScope.Queue, Assert.IsType<Refusal.Paused>((await bob).Refusal).Scope);
    }

    [Fact]
    public async Task A_limit_that_opens_lets_the_next_in()
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { MaxActive = 1 });
        var first = await house.CreateAsync();
        var second = await house.CreateAsync();
        var lease = await house.ClaimAsync(Ann, first);
        var bob = await WaitsAsync(house, Bob);
        await house.AcceptedAsync(Ann, new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false));
        Assert.Equal(second, Got(await bob));
    }

    [Fact]
    public async Task A_wait_ends_in_time_though_nothing_can_be_written()
    {
        await using var house = await TestHouse.OpenAsync();
        var ann = await WaitsAsync(house, Ann);
        house.Journal.IsFull = true;
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Sam, new ItemCommand.Create("crm", "no"))).Refusal);
        house.Clock.Pass(TimeSpan.FromSeconds(50));
        Assert.IsType<Refusal.Unavailable>((await ann).Refusal);
    }

    [Fact]
    public async Task A_refused_write_does_not_make_the_line_miss_what_became_free_again()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var appends = house.Journal.Appends;
        house.Journal.Refuses = number => number == appends + 1;
        house.Journal.Disk.Reset();
        var ann = house.SendAsync(Ann, Next);
        TestHouse.Until(() => house.Journal.Appends > appends, "the append");
        var bob = house.SendAsync(Bob, Next, waitSeconds: 50);
        TestHouse.Until(() => house.Engine.WaitingClaims == 1, "the waiting claim");
        house.Journal.Disk.Set();
        Assert.IsType<Refusal.Unavailable>((await ann).Refusal);
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(item, Got(await bob));
    }
}

/// <summary>Starting again (DESIGN.md, Start-up), and clocks that are set (API.md, Claims and leases).</summary>
public class RecoveryTests
{
    [Fact]
    public async Task After_a_crash_there_is_what_was_acknowledged_to_the_byte_of_its_digest()
    {
        await using var house = await TestHouse.OpenAsync();
        await house.ClaimAsync(Ann, await house.CreateAsync());
        await house.CreateAsync();
        var digest = house.PictureDigest();
        var recovered = Core.Engine.Engine.Recover(house.Journal.Crash());
        Assert.Equal(digest, Digest.Of(recovered.ToState()));
    }

    [Fact]
    public async Task A_snapshot_is_taken_and_used_and_one_that_does_not_check_is_skipped()
    {
        await using var house = await TestHouse.OpenAsync(options: new EngineOptions { SnapshotEvery = 1 });
        await house.CreateAsync();
        TestHouse.Until(
            () =>
            {
                house.Clock.Pass(TimeSpan.FromSeconds(1));
                return house.Journal.Snapshots().Any();
            },
            "a snapshot"
        );
        var good = house.Journal.Snapshots().First();
        var digest = house.PictureDigest();
        house.Journal.Save(good with { Seq = good.Seq + 1, State = [.. good.State[..^1], (byte)' '] });
        house.Journal.Save(good with { Seq = good.Seq + 2, Digest = new byte[32] });
        Assert.Equal(digest, Digest.Of(Core.Engine.Engine.Recover(house.Journal.Crash()).ToState()));
        await using var next = TestHouse.Reopen(house.Journal.Crash(), house.Clock);
        Assert.Equal(digest, next.PictureDigest());
    }

    [Fact]
    public async Task The_past_is_made_the_same_way_as_the_present()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var seq = house.Engine.Picture.Seq;
        await house.ClaimAsync(Ann, item);
        var past = Core.Engine.Engine.Recover(house.Journal, upTo: seq);
        Assert.Equal(seq, past.Seq);
        Assert.Equal(ItemState.Queued, past.FindItem(item)!.State);
    }

    [Fact]
    public async Task Time_in_which_the_server_was_down_is_given_back_by_one_event()
    {
        await using var house = await TestHouse.OpenAsync();
        var lease = await house.ClaimAsync(Ann, await house.CreateAsync());
        house.Clock.Pass(TimeSpan.FromSeconds(100));
        TestHouse.Until(() => house.Engine.LastMarkAt == T0.AddSeconds(100), "the mark");
        var left = house.Journal.Crash();
        house.Clock.Pass(TimeSpan.FromHours(3));
        await using var next = TestHouse.Reopen(left, house.Clock);
        var given = Assert.IsType<WorkspaceEvent.Resumed>(left.Events[^1].Event);
        Assert.Equal(T0.AddSeconds(100), given.DownFrom);
        Assert.Equal(lease.ExpiresAt!.Value.AddHours(3), given.Extended.Single().Until);
        house.Clock.Pass(TimeSpan.FromSeconds(199));
        await next.AcceptedAsync(Ann, new LeaseCommand.Renew(lease.Id, null, lease.Token, new ProgressNote("2", null)));
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_ends_no_lease()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var lease = await house.ClaimAsync(Ann, item);
        house.Clock.Step(TimeSpan.FromHours(2));
        await house.SettleAsync();
        var now = house.Engine.Picture.Read(at => at.FindItem(item)!.Lease!);
        Assert.Equal(LeaseState.Active, now.State);
        Assert.Equal(lease.ExpiresAt!.Value.AddHours(2), now.ExpiresAt);
    }

    [Fact]
    public async Task A_small_step_forward_is_time_that_passed()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var lease = await house.ClaimAsync(Ann, item);
        house.Clock.Step(TimeSpan.FromSeconds(4));
        await house.SettleAsync();
        Assert.Equal(lease.ExpiresAt, house.Engine.Picture.Read(at => at.FindItem(item)!.Lease!.ExpiresAt));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_revives_nothing()
    {
        await using var house = await TestHouse.OpenAsync();
        var item = await house.CreateAsync();
        var lease = await house.ClaimAsync(Ann, item);
        house.Clock.Pass(TimeSpan.FromSeconds(300));
        await house.SettleAsync();
        house.Clock.Step(TimeSpan.FromHours(-1));
        var late = await house.SendAsync(
            Ann,
            new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false)
        );
        Assert.IsType<LeaseRefusal.LeaseStale>(late.Refusal);
        Assert.Equal(T0.AddSeconds(300), late.Now);
        await house.CreateAsync();
        var at = house.Journal.Events.Select(e => e.At).ToList();
        Assert.Equal(at.Order(), at);
    }
}

/// <summary>Settled items leave memory and are heard of all the same (DESIGN.md).</summary>
public class ArchiveTests
{
    private static async Task<(TestHouse House, Lease Lease, Lease Lost)> SettledAsync()
    {
        var house = await TestHouse.OpenAsync(new PolicyChange { OnDuplicate = OnDuplicate.Reopen });
        var item = await house.CreateAsync(externalId: "X-1");
        var lost = await house.ClaimAsync(Bob, item);
        await house.AcceptedAsync(Sam, new ItemCommand.Requeue(item, "slow"));
        var lease = await house.ClaimAsync(Ann, item);
        await house.AcceptedAsync(Ann, new LeaseCommand.Complete(lease.Id, null, lease.Token, "{}", LeaveOpen: false));
        return (house, lease, lost);
    }

    private static void Archive(TestHouse house, ItemId item)
    {
        house.Clock.Pass(TimeSpan.FromMinutes(10));
        TestHouse.Until(() => house.Engine.Picture.Read(at => !at.IsInMemory(item)), "the archive");
    }

    [Fact]
    public async Task A_late_call_hears_the_same_refusal_from_the_archive_as_from_memory()
    {
        var (house, lease, lost) = await SettledAsync();
        await using var _ = house;
        (Core.Principals.Principal, Command)[] calls =
        [
            (Ann, new LeaseCommand.Renew(lease.Id, null, lease.Token, null)),
            (Ann, new LeaseCommand.Complete(lease.Id, null, lease.Token, "other", LeaveOpen: false)),
            (Bob, new LeaseCommand.Complete(lost.Id, null, lost.Token, "{}", LeaveOpen: false)),
            (Bob, new LeaseCommand.Renew(lease.Id, null, lease.Token, null)),
            (Bob, new ClaimCommand.One(lease.Item, null, null)),
            (Sam, new ItemCommand.Cancel(lease.Item, "late")),
            (Sam, new ItemCommand.Requeue(lease.Item, "late")),
            (Sam, new Core.Notes.NoteCommand.Add(lease.Item, "late", "everyone", Core.Notes.NoteKind.Note)),
        ];
        var live = new List<Refusal?>();
        foreach (var (who, command) in calls)
            live.Add((await house.SendAsync(who, command)).Refusal);
        Assert.All(live, Assert.NotNull);
        Archive(house, lease.Item);
        for (var k = 0; k < calls.Length; k++)
            Assert.Equal(live[k], (await house.SendAsync(calls[k].Item1, calls[k].Item2)).Refusal);
        var same = new LeaseCommand.Complete(lease.Id, null, lease.Token, "{}", LeaveOpen: false);
        Assert.Null((await house.SendAsync(Ann, same)).Refusal);
    }

    private static ItemCommand.Create After(string title, ItemId awaited) =>
        new("crm", title) { DependsOn = new(IsSet: true, [awaited.Text]) };

    [Fact]
    public async Task An_item_comes_back_whole_when_its_externalId_is_sent_again()
    {
        var (house, lease, _) = await SettledAsync();
        await using var _1 = house;
        Archive(house, lease.Item);
        Assert.Equal(lease.Item, await house.CreateAsync(externalId: "X-1"));
        var item = house.Engine.Picture.Read(at => at.FindItem(lease.Item))!;
        Assert.Equal(ItemState.Queued, item.State);
        Assert.Equal(2, item.Past.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_opened_again_hears_that_the_archived_work_it_waited_for_was_completed(bool isArchivedToo)
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { OnDuplicate = OnDuplicate.Reopen });
        var awaited = await house.CreateAsync();
        var create = new ItemCommand.Create("crm", "After it")
        {
            ExternalId = "X-2",
            DependsOn = new(IsSet: true, [awaited.Text]),
        };
        var waiting = ((ItemReply)await house.AcceptedAsync(Sam, create)).Item.Item.Id;
        await house.AcceptedAsync(Sam, new ItemCommand.Cancel(waiting, "not needed"));
        // What open work waits for stays in memory.
        if (!isArchivedToo)
            await house.AcceptedAsync(Sam, After("Last", waiting));
        var lease = await house.ClaimAsync(Ann, awaited);
        await house.AcceptedAsync(Ann, new LeaseCommand.Complete(lease.Id, null, lease.Token, "{}", LeaveOpen: false));
        Archive(house, awaited);
        Assert.Equal(isArchivedToo, house.Engine.Picture.Read(at => !at.IsInMemory(waiting)));
        await house.AcceptedAsync(Sam, create with { DependsOn = Optional<IReadOnlyList<string>>.Unset });
        Assert.Equal(ItemState.Queued, house.Engine.Picture.Read(at => at.FindItem(waiting))!.State);
    }

    [Fact]
    public async Task What_open_work_waits_for_stays_and_keeps_nothing_else_in_memory()
    {
        await using var house = await TestHouse.OpenAsync();
        var awaited = await house.CreateAsync();
        await house.AcceptedAsync(Sam, After("After it", awaited));
        await house.AcceptedAsync(Sam, new ItemCommand.Cancel(awaited, "not needed"));
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        var other = await house.CreateAsync();
        await house.AcceptedAsync(Sam, new ItemCommand.Cancel(other, "not needed"));
        Archive(house, other);
        Assert.True(house.Engine.Picture.Read(at => at.IsInMemory(awaited)));
    }

    [Fact]
    public async Task More_than_leaves_in_one_batch_leaves_in_the_next()
    {
        await using var house = await TestHouse.OpenAsync();
        for (var k = 0; k < 501; k++)
            await house.AcceptedAsync(Sam, new ItemCommand.Cancel(await house.CreateAsync(), "not needed"));
        house.Clock.Pass(TimeSpan.FromMinutes(10));
        await house.SettleAsync();
        house.Clock.Pass(TimeSpan.FromMilliseconds(1));
        TestHouse.Until(() => house.Engine.Picture.Read(at => at.ItemCount) == 0, "an empty memory");
    }

    [Fact]
    public async Task What_waits_for_archived_work_is_never_asked_for_again()
    {
        await using var house = await TestHouse.OpenAsync();
        var first = await house.CreateAsync();
        var create = After("After it", first);
        var second = ((ItemReply)await house.AcceptedAsync(Sam, create)).Item.Item.Id;
        await house.AcceptedAsync(Sam, new ItemCommand.Cancel(second, "not needed"));
        Archive(house, second);
        var lease = await house.ClaimAsync(Ann, first);
        await house.AcceptedAsync(Ann, new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false));
    }
}

/// <summary>Followers of the feed.</summary>
public class FeedTests
{
    [Fact]
    public async Task A_subscription_has_every_committed_event_once_and_in_order()
    {
        await using var house = await TestHouse.OpenAsync();
        using var feed = house.Engine.Feed.Subscribe(100);
        var from = house.Engine.Picture.Seq;
        for (var k = 0; k < 10; k++)
            await house.CreateAsync();
        var seen = new List<long>();
        while (feed.Batches.TryRead(out var batch))
            seen.AddRange(batch.Select(r => r.Seq));
        Assert.Equal(Enumerable.Range(1, 10).Select(k => from + k), seen);
        Assert.False(feed.Lagged);
    }

    [Fact]
    public async Task A_subscription_that_lags_is_closed_and_the_others_are_not_kept_waiting()
    {
        await using var house = await TestHouse.OpenAsync();
        using var slow = house.Engine.Feed.Subscribe(2);
        using var quick = house.Engine.Feed.Subscribe(100);
        for (var k = 0; k < 3; k++)
            await house.CreateAsync();
        TestHouse.Until(() => slow.Lagged, "the end of the slow one");
        Assert.True(slow.Batches.TryRead(out _));
        Assert.True(slow.Batches.TryRead(out _));
        await slow.Batches.Completion;
        Assert.Equal(1, house.Engine.Feed.Count);
        Assert.False(quick.Lagged);
    }

    [Fact]
    public async Task The_feed_ends_when_the_engine_does()
    {
        var house = await TestHouse.OpenAsync();
        using var feed = house.Engine.Feed.Subscribe(8);
        await house.DisposeAsync();
        await feed.Batches.Completion;
    }
}
