using ControlSurface.Content;

namespace Ui.Tests.Content;

public class Comparisons_that_are_kept
{
    [Fact]
    public async Task A_pair_is_compared_once_whoever_asks()
    {
        using var comparisons = new Comparisons();

        var asked = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => comparisons.GetAsync("a", "one\n", "b", "two\n", DiffOptions.Exact))
        );

        Assert.All(asked, one => Assert.Same(asked[0], one));
        Assert.NotSame(
            asked[0],
            await comparisons.GetAsync("a", "one\n", "b", "two\n", new DiffOptions(IgnoreWhitespace: true))
        );
    }

    [Fact]
    public async Task What_was_used_last_is_kept_within_the_bound()
    {
        using var comparisons = new Comparisons(boundCharacters: 20);
        var first = await comparisons.GetAsync("a", "12345", "b", "12345", DiffOptions.Exact);
        _ = await comparisons.GetAsync("c", "12345", "d", "12345", DiffOptions.Exact);
        Assert.Same(first, await comparisons.GetAsync("a", "12345", "b", "12345", DiffOptions.Exact));

        _ = await comparisons.GetAsync("e", "12345", "f", "12345", DiffOptions.Exact);

        Assert.Equal(2, comparisons.Count);
        Assert.Same(first, await comparisons.GetAsync("a", "12345", "b", "12345", DiffOptions.Exact));
    }

    [Fact]
    public async Task Who_stops_waiting_ends_the_wait_alone()
    {
        using var comparisons = new Comparisons();
        using var waiting = new CancellationTokenSource();
        await waiting.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            comparisons.GetAsync("a", "x", "b", "y", DiffOptions.Exact, waiting.Token)
        );
        Assert.Equal(1, (await comparisons.GetAsync("a", "x", "b", "y", DiffOptions.Exact)).Diff.Changes);
    }
}
