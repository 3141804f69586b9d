using ControlSurface.Core.Principals;
using ControlSurface.Live;
using Server.Tests.Api;
using Server.Tests.Lines;

namespace Server.Tests.Sight;

/// <summary>A page of events is asked for between a commit and the picture that follows it.</summary>
public sealed class A_page_of_events_ends_where_the_picture_does
{
    [Theory]
    [InlineData("")]
    [InlineData("&types=item.created")]
    [InlineData("&run=r1")]
    public async Task Nothing_is_passed_over_and_its_next_is_taken(string filter)
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var ann = await house.PersonAsync("ann", Roles.Agent, keyQueues: ["crm"]);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        var end = house.Engine.Picture.Seq;
        house.Journal.Written.Reset();
        var created = mia.PostAsync("/items", new { queue = "crm", title = "Call Ann" });
        await LineSocket.UntilAsync(() => Task.FromResult(house.Journal.LastSeq > end), "the commit");

        var early = (await ann.GetAsync($"/events?after={end}{filter}")).Is(200);
        Assert.Equal((0, end), (early["events"].GetArrayLength(), early["next"].GetInt64()));
        (await ann.GetAsync($"/events?after={early["next"].GetInt64()}{filter}")).Is(200);
        house.Journal.Written.Set();
        (await created).Is(201);

        var late = (await ann.GetAsync($"/events?after={early["next"].GetInt64()}&types=item.created")).Is(200);
        Assert.Equal("W-1", late["events.0.itemId"].GetString());
    }

    [Fact]
    public async Task Hub_and_webhooks_read_no_event_whose_queue_is_not_known_yet()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        var end = house.Engine.Picture.Seq;
        var history = new HubHistory(house.Engine, house.Journal);
        house.Journal.Written.Reset();
        var created = mia.PostAsync("/items", new { queue = "crm", title = "Call Ann" });
        await LineSocket.UntilAsync(() => Task.FromResult(house.Journal.LastSeq > end), "the commit");

        Assert.Empty(await history.ReadAsync(end, 10, CancellationToken.None));
        house.Journal.Written.Set();
        (await created).Is(201);

        Assert.Equal("crm", (await history.ReadAsync(end, 10, CancellationToken.None))[0].Queue);
    }
}
