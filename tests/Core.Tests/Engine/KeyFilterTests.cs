using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>What tells that an idempotency key was never used.</summary>
public class KeyFilterTests
{
    private static readonly PrincipalId Ann = new(1);
    private static readonly PrincipalId Bob = new(2);

    [Fact]
    public void Each_key_that_was_used_is_known_and_of_a_million_others_hardly_one_is_taken_for_used()
    {
        var filter = new KeyFilter();
        filter.Fill(Keys("old", 500_000));
        foreach (var (who, key) in Keys("new", 500_000))
            filter.Add(who, key);
        Assert.All(Keys("old", 500_000), used => Assert.True(filter.MayBeUsed(used.Who, used.Key)));
        Assert.All(Keys("new", 500_000), used => Assert.True(filter.MayBeUsed(used.Who, used.Key)));
        // About one in a million; with a bit a key it was 7,400.
        Assert.InRange(Keys("never", 1_000_000).Count(other => filter.MayBeUsed(other.Who, other.Key)), 0, 200);
        // Another's key is another key.
        Assert.InRange(Keys("old", 500_000).Count(used => filter.MayBeUsed(Bob, used.Key)), 0, 200);
        Assert.False(filter.IsFull);
    }

    [Fact]
    public void Until_it_is_filled_any_key_may_have_been_used()
    {
        var filter = new KeyFilter(512);
        Assert.True(filter.MayBeUsed(Ann, "never"));
        filter.Fill([]);
        Assert.False(filter.MayBeUsed(Ann, "never"));
    }

    [Fact]
    public void Where_many_keys_are_kept_it_is_filled_anew_with_more_room_and_not_again_and_again()
    {
        var filter = new KeyFilter(1 << 14);
        // Eight days at a thousand keys a day, of which seven days' are kept.
        var (kept, next, fills) = (new Queue<string>(), 0, 0);
        filter.Fill([]);
        for (var day = 0; day < 60; day++)
        {
            for (var k = 0; k < 1_000; k++)
            {
                var key = (next++).ToString("D12", CultureInfo.InvariantCulture);
                kept.Enqueue(key);
                filter.Add(Ann, key);
                if (!filter.IsFull)
                    continue;
                filter.Fill(kept.Select(old => (Ann, old)));
                fills++;
            }
            while (kept.Count > 7_000)
                kept.Dequeue();
            Assert.All(kept, key => Assert.True(filter.MayBeUsed(Ann, key)));
        }
        // 60,000 keys, and room for at least 14,000 of which at most 8,000 are kept.
        Assert.InRange(fills, 2, 16);
        Assert.InRange(Keys("never", 10_000).Count(other => filter.MayBeUsed(other.Who, other.Key)), 0, 200);
    }

    private static IEnumerable<(PrincipalId Who, string Key)> Keys(string kind, int count) =>
        Enumerable
            .Range(0, count)
            .Select(k => (Ann, string.Create(CultureInfo.InvariantCulture, $"{kind}-{k:D8}-of-a-run")));
}
