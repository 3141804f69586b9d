using System.Collections.Concurrent;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>The engine's threads decide and write from memory: what must be looked up is looked up beside them.</summary>
public class EngineReadsNoDiskTests
{
    [Fact]
    public async Task Found_1_12_keys_and_archived_items_are_looked_up_beside_the_engine_and_not_by_whoever_sends()
    {
        var options = new EngineOptions { RecentKeys = 3 };
        await using var house = await TestHouse.OpenAsync(
            new PolicyChange { OnDuplicate = OnDuplicate.Reopen },
            options
        );
        var threads = new ConcurrentBag<string>();
        house.Journal.OnLookUp = () => threads.Add(Thread.CurrentThread.Name ?? "");
        var item = await house.CreateAsync(externalId: "X-1");
        var lease = await house.ClaimAsync(Ann, item);
        var complete = new LeaseCommand.Complete(lease.Id, null, lease.Token, "{}", LeaveOpen: false);
        await house.SendAsync(Ann, complete, key: "done");
        house.Clock.Pass(TimeSpan.FromMinutes(10));
        TestHouse.Until(() => house.Engine.Picture.Read(at => !at.IsInMemory(item)), "the archive");
        Assert.NotNull((await house.SendAsync(Ann, complete, key: "done")).Replayed);
        for (var k = 0; k < 10; k++)
            await house.SendAsync(Sam, new ItemCommand.Create("crm", $"t{k}"), key: $"k{k}");
        Assert.NotNull((await house.SendAsync(Ann, complete, key: "done")).Replayed);
        Assert.Null((await house.SendAsync(Ann, complete)).Refusal);
        await house.SendAsync(Ann, new LeaseCommand.Renew(lease.Id, null, lease.Token, null));
        await house.SendAsync(Sam, new ItemCommand.Cancel(item, "late"), dryRun: true);
        Assert.Equal(item, await house.CreateAsync(externalId: "X-1"));
        Assert.NotEmpty(threads);
        Assert.DoesNotContain(threads, name => name.StartsWith("engine:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Found_1_12_a_look_up_that_fails_is_unavailable_for_its_caller_and_the_next_is_served()
    {
        await using var house = await TestHouse.OpenAsync();
        house.Journal.OnLookUp = () => throw new IOException("a bad sector");
        var renew = new LeaseCommand.Renew(new LeaseId(99), null, 1, null);
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Ann, renew)).Refusal);
        await house.AcceptedAsync(Sam, new ItemCommand.Create("crm", "next"));
        house.Journal.OnLookUp = null;
        await house.RefusedAsync<Refusal.NotFound>(Ann, renew);
    }

    [Fact]
    public async Task A_list_of_keys_that_could_not_be_read_is_read_again_and_once_it_was_read_no_more()
    {
        var reads = 0;
        var journal = new InMemoryJournal
        {
            OnKeysRead = () =>
            {
                if (Interlocked.Increment(ref reads) == 1)
                    throw new JournalRefusedException("The database is away.");
            },
        };
        await using var house = TestHouse.Reopen(journal, new HandClock(T0));
        // The engine reads as it opens and as it first keeps house: the second read may come at once.
        UntilWhileTimePasses(() => Volatile.Read(ref reads) == 2, "the second read");
        foreach (var round in (string[])["first", "second", "third"])
        {
            var before = house.Engine.LastMarkAt;
            UntilWhileTimePasses(() => house.Engine.LastMarkAt > before, $"the {round} mark after it");
        }
        Assert.Equal(2, reads);

        void UntilWhileTimePasses(Func<bool> condition, string what) =>
            TestHouse.Until(
                () =>
                {
                    house.Clock.Pass(TimeSpan.FromSeconds(20));
                    return condition();
                },
                what
            );
    }
}
