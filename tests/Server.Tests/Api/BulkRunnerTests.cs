using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlSurface.Api;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using Server.Tests.Lines;

namespace Server.Tests.Api;

/// <summary>A bulk job on a journal that refuses some of its writes.</summary>
public sealed class A_bulk_job_is_held_up
{
    private static async Task<string[]> ItemsAsync(House.Caller mia, int count)
    {
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        var ids = new string[count];
        for (var k = 0; k < count; k++)
            ids[k] = (await mia.PostAsync("/items", new { queue = "crm", title = $"item {k}" }))
                .Is(201)["id"]
                .GetString()!;
        return ids;
    }

    private static Task<Answer> BeginAsync(House.Caller mia, string[] ids) =>
        mia.PostAsync(
            "/bulk",
            new
            {
                @do = "cancel",
                ids,
                expect = ids.Length,
                why = "Moving house.",
            }
        );

    private static Task UntilDoneAsync(House house, House.Caller mia) =>
        LineSocket.UntilAsync(
            async () =>
            {
                house.Clock.Advance(TimeSpan.FromSeconds(1));
                return (await mia.GetAsync("/bulk/B-1")).Is(200)["state"].GetString() == "done";
            },
            "the end of the job"
        );

    [Fact]
    public async Task It_goes_on_by_itself_once_the_journal_can_be_written_again()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var ids = await ItemsAsync(mia, 40);
        var last = house.Journal.Appends + 10;
        house.Journal.Refuses = number => number > last;
        (await BeginAsync(mia, ids)).Is(202);
        await LineSocket.UntilAsync(() => Task.FromResult(house.Engine.LastRefusal is not null), "a refused write");
        house.Journal.Refuses = _ => false;

        await UntilDoneAsync(house, mia);

        var job = (await mia.GetAsync("/bulk/B-1")).Is(200);
        Assert.Equal((40, 0), (job["done"].GetInt32(), job["failed"].GetInt32()));
        var cancelled = (await mia.GetAsync("/events?types=item.cancelled&limit=500")).Is(200)["events"];
        Assert.Equal(40, cancelled.GetArrayLength());
    }

    [Fact]
    public async Task An_id_that_was_refused_before_the_restart_is_reported_as_refused()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var ids = await ItemsAsync(mia, 3);
        // The answer that a process kept which was killed before it wrote the result down.
        const string Key = "bulk:B-1:0";
        var caller = new ControlSurface.Core.Vocabulary.Caller(mia.Principal.Id, null);
        await house.Engine.SendAsync(
            new Request(new ItemCommand.Cancel(new ItemId(3), "Kept."), caller)
            {
                Key = new IdempotencyKey(Key, SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
                Render = _ => BulkRunner.Kept(new BulkResult(ids[0], "already_owned", "Ann holds it.")),
            }
        );

        (await BeginAsync(mia, ids[..2])).Is(202);
        await UntilDoneAsync(house, mia);

        var job = (await mia.GetAsync("/bulk/B-1")).Is(200);
        Assert.Equal(1, job["failed"].GetInt32());
        Assert.Equal("already_owned", job["results.0.problem.code"].GetString());
        Assert.Equal("Ann holds it.", job["results.0.problem.detail"].GetString());
        Assert.Equal(JsonValueKind.Null, job["results.1.problem"].ValueKind);
    }
}
