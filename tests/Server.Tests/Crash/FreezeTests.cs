using System.Globalization;
using System.Net.Sockets;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Server.Tests.Field;
using Xunit.Abstractions;

namespace Server.Tests.Crash;

/// <summary>
/// A real process that stands still for a random time at random moments, and is killed in some of them (API.md, Stopped clocks; DESIGN.md
/// 1 and 9). <c>FREEZE_ROUNDS</c> and <c>FREEZE_SEED</c> make it longer or other; a failure prints the seed.
/// </summary>
[Collection(Alone.Name)]
[Trait("Takes", "minutes")]
public sealed class A_process_that_stands_still_costs_nobody_their_lease(ITestOutputHelper output)
{
    private const int LeaseSeconds = 5;
    private const int Rounds = 3;

    [Fact]
    public async Task Found_1_6_frozen_for_longer_than_a_lease_at_random_moments_and_killed_in_some_of_them()
    {
        var (rounds, seed) = (Setting("FREEZE_ROUNDS", Rounds), Setting("FREEZE_SEED", 1));
        output.WriteLine($"FREEZE_ROUNDS={rounds} FREEZE_SEED={seed}");
        var random = new Random(seed);
        var folder = LiveServer.NewFolder();
        try
        {
            using var bot = Add(folder, "bot", Roles.Agent);
            using var bob = Add(folder, "bob", Roles.Agent);
            using var mia = Add(folder, "mia", Roles.Manager);
            var server = await ChildServer.StartAsync(folder);
            try
            {
                bot.Address = bob.Address = mia.Address = server.Address;
                var policy = new
                {
                    leaseSeconds = LeaseSeconds,
                    maxLifetimeSeconds = 86_400,
                    onStale = "requeue",
                };
                (await mia.SendAsync(HttpMethod.Put, "/queues/crm", policy, null)).Is(201);
                var made = (await mia.PostAsync("/items", new { queue = "crm", title = "held" })).Is(201);
                var item = made["id"].GetString();
                var held = (await bot.PostAsync($"/items/{item}/claim")).Is(200);
                var (lease, token) = (held["lease.id"].GetString()!, held["lease.token"].GetInt64());
                for (var round = 0; round < rounds; round++)
                {
                    await RenewForAsync(bot, lease, token, random.Next(200, 1_500));
                    server.Freeze();
                    // What is sent now waits in the socket, and is the first thing that it finds when it goes on.
                    var early = TryAsync(() => bob.PostAsync($"/items/{item}/claim"));
                    await Task.Delay(random.Next(LeaseSeconds * 1_000 + 1_000, LeaseSeconds * 1_000 + 3_500));
                    if (round % 3 == 1)
                    {
                        await server.KillAsync();
                        await early;
                        await server.DisposeAsync();
                        server = await ChildServer.StartAsync(folder);
                        bot.Address = bob.Address = mia.Address = server.Address;
                    }
                    else
                    {
                        server.Thaw();
                        (await early)?.IsRefused(409, "already_owned");
                    }
                    (await bob.PostAsync($"/items/{item}/claim")).IsRefused(409, "already_owned");
                    (await RenewAsync(bot, lease, token, $"round {round}")).Is(200);
                }
                var events = await mia.EventsAsync(0);
                Assert.Single(events, e => e.GetProperty("type").GetString() == "lease.claimed");
                Assert.Equal(rounds, events.Count(e => e.GetProperty("type").GetString() == "workspace.resumed"));
                Assert.DoesNotContain(
                    events,
                    e => e.GetProperty("type").GetString() is "lease.stale" or "lease.expired" or "lease.ended"
                );
            }
            finally
            {
                await server.DisposeAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RenewForAsync(RemoteCaller bot, string lease, long token, int milliseconds)
    {
        var until = Environment.TickCount64 + milliseconds;
        for (var k = 0; k == 0 || Environment.TickCount64 < until; k++)
        {
            (await RenewAsync(bot, lease, token, $"{until}.{k}")).Is(200);
            await Task.Delay(100);
        }
    }

    private static Task<Api.Answer> RenewAsync(RemoteCaller bot, string lease, long token, string step) =>
        bot.PostAsync($"/leases/{lease}/renew", new { token, progress = new { step } });

    private static async Task<Api.Answer?> TryAsync(Func<Task<Api.Answer>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception cut) when (cut is HttpRequestException or SocketException or TaskCanceledException)
        {
            return null; // It was killed before it answered.
        }
    }

    private static RemoteCaller Add(string folder, string name, Roles roles)
    {
        using var access = AccessStore.Open(folder, TimeProvider.System);
        var kind = roles == Roles.Agent ? PrincipalKind.Agent : PrincipalKind.Person;
        var added = access.AddPrincipal(name, kind, roles, queues: null);
        return new RemoteCaller(access.AddKey(added.Id, name).Text);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
