using Server.Tests.Field;

namespace Server.Tests.BadDays;

/// <summary>What the page of figures lets an operator see.</summary>
public sealed class FigureTests
{
    [Fact]
    public async Task What_takes_tenths_of_a_millisecond_is_not_counted_in_buckets_of_seconds()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        await mia.CreateAsync();

        // A write is counted once it was answered, and the page is made anew a few times a second at most.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await HasAsync(@"(?m)^controlsurface_journal_append_seconds_bucket\S*le=""0.0002"""))
            await Task.Delay(50, patience.Token);
        Assert.True(await HasAsync(@"(?m)^controlsurface_engine_batch_events_bucket\S*le=""1"""));

        async Task<bool> HasAsync(string line)
        {
            using var asks = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/metrics"));
            asks.Headers.Authorization = new("Bearer", mia.Key);
            using var answer = await server.Http.SendAsync(asks);
            return System.Text.RegularExpressions.Regex.IsMatch(await answer.Content.ReadAsStringAsync(), line);
        }
    }
}
