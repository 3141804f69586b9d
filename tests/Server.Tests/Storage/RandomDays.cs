using System.Net;
using Server.Tests.Field;

namespace Server.Tests.Storage;

/// <summary>Agents and people who do one thing after another by chance, over some days. What is refused is part of life.</summary>
internal sealed class RandomDays(
    LiveServer server,
    JumpingClock clock,
    Random chance,
    TestCaller mia,
    TestCaller bot,
    TestCaller sue
)
{
    private readonly List<string> _items = [];
    private readonly List<Held> _held = [];
    private readonly List<(string Id, Held Under)> _artifacts = [];
    private readonly List<Task> _waiting = [];

    internal TestCaller Mia => mia;

    internal static async Task<RandomDays> OfAsync(LiveServer server, JumpingClock clock, int seed)
    {
        var policy = new
        {
            leaseSeconds = 7200,
            maxAttempts = 1,
            maxSuspendSeconds = 20_000,
        };
        var (mia, bot, _, sue) = await server.StaffAsync(policy);
        (await mia.PutAsync("/queues/law", policy)).Is(201);
        return new RandomDays(server, clock, new Random(seed), mia, bot, sue);
    }

    internal async Task RunAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            await StepAsync();
            if (chance.Next(3) == 0)
                clock.Jump(TimeSpan.FromSeconds(chance.Next(1, 5_000) + chance.Next(1000) / 1000d));
        }
        // Whoever still waits for a lock waits no longer than this.
        clock.Jump(TimeSpan.FromSeconds(60));
        await Task.WhenAll(_waiting);
        await server.Host.Engine.AskAsync(static (_, _) => true);
    }

    private async Task StepAsync()
    {
        switch (chance.Next(15))
        {
            case 0 or 1:
                _items.Add(await mia.CreateAsync("Work", chance.Next(2) == 0 ? "crm" : "law"));
                break;
            case 2 or 3 when _items.Count > 0:
                var item = OneOf(_items);
                var granted = await bot.PostAsync($"/items/{item}/claim", new { run = (string?)null });
                if (granted.Status != HttpStatusCode.OK)
                    break;
                _held.Add(Held.From(bot, granted));
                await _held[^1].DoAsync("start");
                break;
            case 4 when _held.Count > 0:
                await Under("suspend", new { reason = "waiting_on_human" });
                break;
            case 5 when _held.Count > 0:
                await Under("resume", null);
                break;
            case 6 when _held.Count > 0:
                var held = Lately();
                var made = await bot.PostAsync(
                    "/artifacts",
                    new
                    {
                        name = "Reply",
                        itemId = held.Item,
                        contentType = "text/plain",
                        content = "one\n",
                        token = held.Token,
                    }
                );
                if (made.Status != HttpStatusCode.Created)
                    break;
                var artifact = made["id"].GetString()!;
                _artifacts.Add((artifact, held));
                await bot.PostAsync($"/artifacts/{artifact}/versions/1/review", new { token = held.Token });
                break;
            case 7 when _artifacts.Count > 0:
                await mia.PostAsync(
                    $"/artifacts/{OneOf(_artifacts).Id}/versions/1/decisions",
                    new { decision = "request_changes", comment = "Once more." }
                );
                break;
            case 8:
                await mia.PostAsync("/queues/crm/pause", new { why = "Lunch." });
                break;
            case 9:
                await mia.PostAsync("/queues/crm/resume");
                break;
            case 10 when _held.Count > 0:
                await Under("release", chance.Next(2) == 0 ? new { outcome = "failed" } : null);
                break;
            case 11 when _items.Count > 0:
                await sue.PostAsync($"/items/{OneOf(_items)}/unpark", new { why = "Again." });
                break;
            case 12 when _held.Count > 0:
                var locks = Lately();
                _waiting.Add(
                    bot.PostAsync(
                        $"/leases/{locks.Lease}/locks",
                        new
                        {
                            token = locks.Token,
                            waitSeconds = 50,
                            targets = new[] { new { target = "crm:order", mode = "exclusive" } },
                        }
                    )
                );
                await server.Host.Engine.AskAsync(static (_, _) => true);
                break;
            case 13 when _artifacts.Count > 0:
                // A late version of a lease that is over is kept in a conflict; one of a live lease takes the review's place.
                var (id, under) = OneOf(_artifacts);
                await bot.PostAsync(
                    $"/artifacts/{id}/versions",
                    new
                    {
                        baseVersion = 1,
                        content = $"two {chance.Next()}\n",
                        token = under.Token,
                    }
                );
                await SettleAsync();
                break;
            case 14 when _artifacts.Count > 0:
                var open = (await mia.GetAsync("/reviews")).Is(200)["items"].EnumerateArray().ToList();
                if (open.Count > 0)
                    await mia.PostAsync(
                        $"/reviews/{OneOf(open).GetProperty("id").GetString()}/reassign",
                        new { to = chance.Next(2) == 0 ? mia.Id : "reviewer", why = "Yours." }
                    );
                break;
        }
    }

    private async Task SettleAsync()
    {
        if (chance.Next(2) == 0)
            return;
        if ((await mia.GetAsync("/conflicts")).Is(200)["items"].EnumerateArray().ToList() is not [var one, ..])
            return;
        await mia.PostAsync(
            $"/conflicts/{one.GetProperty("id").GetString()}/resolve",
            new
            {
                resolution = "dismiss",
                seenSeq = one.GetProperty("seq").GetInt64(),
                note = "Seen.",
            }
        );
    }

    private Task Under(string act, object? body) => Lately().DoAsync(act, body);

    // What was claimed long ago is mostly over.
    private Held Lately() => _held[^(1 + chance.Next(Math.Min(3, _held.Count)))];

    private T OneOf<T>(List<T> of) => of[chance.Next(of.Count)];
}
