using System.Globalization;
using System.Text.Json;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>What is said is what is done (FIELD.md 25, 26, 29).</summary>
public sealed class What_is_said_is_what_is_done
{
    [Fact]
    public async Task Field_25_what_the_pause_dialog_says_is_found_by_trying_and_then_truly_happens()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var active = await bot.HoldAsync(await mia.CreateAsync());
        var shorter = await bob.HoldAsync(await mia.CreateAsync(), leaseSeconds: 60);
        var claimed = await bot.ClaimAsync(await mia.CreateAsync());
        var persons = await sue.HoldAsync(await mia.CreateAsync());
        var blocked = await bot.HoldAsync(await mia.CreateAsync());
        (await blocked.DoAsync("suspend", new { reason = "blocked" })).Is(200);
        await mia.CreateAsync();
        // Leases keep the policy that they were granted under: the dialog may not speak of the new one.
        (
            await mia.PutAsync(
                "/queues/crm",
                new
                {
                    leaseSeconds = 900,
                    personLeaseSeconds = 900,
                    claimSeconds = 900,
                }
            )
        ).Is(200);

        var said = Lines(server, mia);
        Assert.Equal("No new claims; 1 item stays queued.", said[0]);
        Assert.StartsWith("5 live leases become suspended", said[1], StringComparison.Ordinal);
        Assert.Contains("4 of agents, 1 of people", said[1], StringComparison.Ordinal);
        (await mia.PostAsync("/queues/crm/pause?dryRun=true", new { why = "audit" })).Is(200);
        Assert.Equal("leased", await mia.StateOfAsync(active.Item));
        (await mia.PostAsync("/queues/crm/pause", new { why = "audit" })).Is(200);
        Held[] all = [active, shorter, claimed, persons, blocked];
        Assert.Equal(5, (await mia.GetAsync("/items?state=suspended"))["total"].GetInt32());
        (await bot.PostAsync("/queues/crm/claims")).IsRefused(409, "paused");

        // More than the longest suspension goes by: work that is paused cannot time out.
        server.Pass(86_500);
        foreach (var held in all)
            Assert.Equal("suspended", await mia.StateOfAsync(held.Item));

        var later = Lines(server, mia);
        Assert.Contains(later, line => line.StartsWith("4 leases go on with a full term", StringComparison.Ordinal));
        Assert.Contains(
            later,
            line => line.StartsWith("1 lease stays suspended for another reason", StringComparison.Ordinal)
        );
        (await mia.PostAsync("/queues/crm/resume")).Is(200);
        Assert.Equal("suspended", await mia.StateOfAsync(blocked.Item));
        var terms = new List<decimal>();
        foreach (var held in all.Except([blocked]))
            terms.Add((await held.Holder.GetAsync($"/leases/{held.Lease}"))["leaseExpiresInSeconds"].GetDecimal());
        Assert.Equal([300, 60, 120, 28_800], terms);
        Assert.Equal(
            "On resume 1 lease stays suspended for another reason, and each other gets a full term: 1:00 to 5:00 for agents, 8h 00m for people.",
            said[2]
        );
    }

    [Fact]
    public async Task Field_26_a_policy_member_that_cannot_take_effect_is_refused_and_nothing_of_it_is_stored()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        var before = (await mia.GetAsync("/queues/crm"))["policy"].GetRawText();
        foreach (
            var policy in new object[]
            {
                new { leaseSeconds = 900, maxLifetimeSeconds = 600 },
                new { staleGraceSeconds = 60 },
                new
                {
                    onStale = "requeue",
                    staleGraceSeconds = 60,
                    reviveStale = false,
                },
                new { onStale = "requeue", staleHoldSeconds = 60 },
                new { onStale = "requeue", reviveStale = true },
                new { maxActive = 2, maxActivePer = new[] { new { label = "a", limit = 3 } } },
                new { maxActivePer = new[] { new { limit = 3 } } },
                new
                {
                    backoff = new
                    {
                        firstSeconds = 60,
                        factor = 2,
                        maxSeconds = 30,
                    },
                },
                new { requiredApproval = 2 },
                new { leaseSeconds = 600, noSuchThing = true },
            }
        )
        {
            (await mia.PutAsync("/queues/crm", policy)).IsRefused(400, "invalid_request");
            Assert.Equal(before, (await mia.GetAsync("/queues/crm"))["policy"].GetRawText());
        }
    }

    [Fact]
    public async Task Field_26_each_policy_member_does_something()
    {
        var proofs = Proofs();
        await using (var server = await LiveServer.OpenAsync())
        {
            var (mia, _, _, _) = await server.StaffAsync();
            var members = (await mia.GetAsync("/queues/crm"))["policy"]
                .EnumerateObject()
                .Select(m => m.Name)
                .ToHashSet();
            members.Remove("seq");
            foreach (var (member, proof) in ReviewProofs())
                proofs.Add(member, proof);
            Assert.Equal(members.Order(StringComparer.Ordinal), proofs.Keys.Order(StringComparer.Ordinal));
        }
        foreach (var (member, proof) in proofs)
        {
            await using var server = await LiveServer.OpenAsync();
            var (mia, bot, bob, sue) = await server.StaffAsync(proof.Policy);
            try
            {
                await proof.Holds(new Team(server, mia, bot, bob, sue));
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"{member} does not do what it says", failed);
            }
        }
    }

    [Fact]
    public async Task Field_29_every_list_says_its_total_and_whether_more_follows_and_brief_fits_a_small_context()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var long_ = new string('x', 4_000);
        for (var k = 0; k < 620; k++)
            (
                await mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = $"Call {k}",
                        body = long_,
                    }
                )
            ).Is(201);
        foreach (
            var (path, total) in new[] { ("/items", 620), ("/items?state=queued", 620), ("/items/W-1/history", 1) }
        )
        {
            var first = (await mia.GetAsync(path)).Is(200);
            Assert.Equal((total, 50), (first["total"].GetInt32(), first["limit"].GetInt32()));
            Assert.Equal(Math.Min(50, total), first["items"].GetArrayLength());
            Assert.Equal(total > 50, first["next"].ValueKind == JsonValueKind.String);
        }
        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = (await mia.GetAsync("/items?limit=200&fields=id" + (next is null ? "" : $"&after={next}"))).Is(
                200
            );
            seen.AddRange(page["items"].EnumerateArray().Select(i => i.GetProperty("id").GetString()!));
            Assert.Equal(620, page["total"].GetInt32());
            next = page["next"].GetString();
        } while (next is not null);
        Assert.Equal(Enumerable.Range(1, 620).Select(n => $"W-{n}"), seen);

        var (whole, brief) = (
            (await mia.GetAsync("/items")).Is(200),
            (await mia.GetAsync("/items?brief=true")).Is(200)
        );
        Assert.True(whole.Text.Length > 200_000);
        Assert.InRange(brief.Text.Length, 50 * 20, 50 * 400);
        Assert.Equal(620, brief["total"].GetInt32());
        Assert.InRange((await bot.GetAsync("/me?brief=true")).Is(200).Text.Length, 10, 600);
        Assert.InRange((await bot.GetAsync("/items/W-1?brief=true")).Is(200).Text.Length, 10, 600);
        (await mia.GetAsync("/items?limit=501")).IsRefused(400, "invalid_request");
        (await mia.GetAsync("/items?fields=nothing")).IsRefused(400, "invalid_request");
    }

    private static List<string> Lines(LiveServer server, TestCaller who) =>
        [
            .. server
                .Host.Engine.Picture.Read(at =>
                    QueueView.IfSwitchedIn(
                        at,
                        "crm",
                        new Viewer(at.FindPrincipal(who.Principal.Id)),
                        server.Host.Engine.Now
                    )
                )
                .Select(line => line.Text),
        ];

    private sealed record Team(LiveServer Server, TestCaller Mia, TestCaller Bot, TestCaller Bob, TestCaller Sue);

    private sealed record Proof(object Policy, Func<Team, Task> Holds);

    private static Dictionary<string, Proof> Proofs() =>
        new()
        {
            ["leaseSeconds"] = new(new { leaseSeconds = 77 }, t => TermAsync(t, t.Bot, 77)),
            ["personLeaseSeconds"] = new(new { personLeaseSeconds = 88 }, t => TermAsync(t, t.Sue, 88)),
            ["claimSeconds"] = new(
                new { claimSeconds = 7 },
                async t =>
                {
                    var held = await t.Bot.ClaimAsync(await t.Mia.CreateAsync());
                    t.Server.Pass(6.999);
                    Assert.Equal("claimed", await t.Mia.StateOfAsync(held.Item));
                    t.Server.Pass(0.001);
                    Assert.Equal("queued", await t.Mia.StateOfAsync(held.Item));
                }
            ),
            // What uses it, an answer that ends a suspension, comes with a person's answer to a question.
            ["resumeSeconds"] = new(
                new { resumeSeconds = 11 },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    (await held.DoAsync("suspend", new { reason = "waiting_on_human" })).Is(200);
                    (
                        await t.Bot.PostAsync(
                            $"/items/{held.Item}/notes",
                            new
                            {
                                text = "Which?",
                                to = "everyone",
                                kind = "question",
                            }
                        )
                    ).Is(201);
                    (await t.Mia.PostAsync($"/items/{held.Item}/notes/1/ack", new { answer = "The first" })).Is(200);
                    var lease = (await t.Bot.GetAsync($"/leases/{held.Lease}")).Is(200);
                    Assert.Equal(
                        ("claimed", 11m),
                        (lease["lease.state"].GetString(), lease["leaseExpiresInSeconds"].GetDecimal())
                    );
                }
            ),
            ["maxSuspendSeconds"] = new(
                new { maxSuspendSeconds = 1_000 },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    (await held.DoAsync("suspend", new { reason = "blocked" })).Is(200);
                    t.Server.Pass(999);
                    Assert.Equal("suspended", await t.Mia.StateOfAsync(held.Item));
                    t.Server.Pass(1);
                    Assert.Equal("stale", await t.Mia.StateOfAsync(held.Item));
                }
            ),
            ["maxLifetimeSeconds"] = new(
                new { maxLifetimeSeconds = 400 },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    t.Server.Pass(200);
                    Assert.Equal(200, (await held.DoAsync("renew")).Is(200)["leaseExpiresInSeconds"].GetDecimal());
                    t.Server.Pass(200);
                    (await held.DoAsync("renew")).IsRefused(409, "lifetime_exceeded");
                }
            ),
            ["maxQuietRenewals"] = new(
                new { maxQuietRenewals = 1 },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    (await held.DoAsync("renew")).Is(200);
                    t.Server.Pass(299);
                    (await held.DoAsync("renew")).Is(200);
                    t.Server.Pass(1);
                    (await held.DoAsync("renew")).IsRefused(409, "no_progress");
                }
            ),
            ["reviveStale"] = new(
                new { reviveStale = false },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    t.Server.Pass(300);
                    Assert.False((await held.DoAsync("renew")).IsRefused(409, "lease_stale")["revivable"].GetBoolean());
                }
            ),
            ["onStale"] = new(new { onStale = "requeue" }, t => AfterAsync(t, 300, "queued")),
            ["staleGraceSeconds"] = new(
                new { onStale = "requeue", staleGraceSeconds = 50 },
                async t =>
                {
                    await AfterAsync(t, 300, "stale");
                    t.Server.Pass(49);
                    Assert.Equal("stale", await t.Mia.StateOfAsync("W-1"));
                    t.Server.Pass(1);
                    Assert.Equal("queued", await t.Mia.StateOfAsync("W-1"));
                }
            ),
            ["staleHoldSeconds"] = new(
                new { staleHoldSeconds = 60 },
                async t =>
                {
                    await AfterAsync(t, 300, "stale");
                    t.Server.Pass(59);
                    Assert.Equal(0, (await t.Mia.GetAsync("/items?attention=stale_hold"))["total"].GetInt32());
                    t.Server.Pass(1);
                    Assert.Equal(1, (await t.Mia.GetAsync("/items?attention=stale_hold"))["total"].GetInt32());
                }
            ),
            ["acceptSeconds"] = new(
                new { acceptSeconds = 60 },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    (await held.DoAsync("handoff", new { to = new { role = "support" }, note = "yours" })).Is(200);
                    t.Server.Pass(59);
                    Assert.Equal("handed_off", await t.Mia.StateOfAsync(held.Item));
                    t.Server.Pass(1);
                    Assert.Equal("queued", await t.Mia.StateOfAsync(held.Item));
                }
            ),
            ["maxActive"] = new(new { maxActive = 1 }, t => SecondIsStoppedAsync(t, "maxActive")),
            ["maxActivePer"] = new(
                new { maxActivePer = new[] { new { label = "slow", limit = 1 } } },
                t => SecondIsStoppedAsync(t, "maxActivePer")
            ),
            ["claimsPerMinute"] = new(new { claimsPerMinute = 1 }, t => SecondIsStoppedAsync(t, "claimsPerMinute")),
            ["maxAttempts"] = new(
                new { maxAttempts = 1 },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    (await held.DoAsync("release")).Is(200);
                    var item = (await t.Mia.GetAsync($"/items/{held.Item}")).Is(200);
                    Assert.Equal("parked", item["state"].GetString());
                    Assert.Contains("attempts_exhausted", item.Text, StringComparison.Ordinal);
                }
            ),
            ["backoff"] = new(
                new
                {
                    backoff = new
                    {
                        firstSeconds = 30,
                        factor = 2,
                        maxSeconds = 600,
                    },
                },
                async t =>
                {
                    var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
                    (await held.DoAsync("release", new { outcome = "failed" })).Is(200);
                    Assert.Equal("blocked", await t.Mia.StateOfAsync(held.Item));
                    t.Server.Pass(30);
                    Assert.Equal("queued", await t.Mia.StateOfAsync(held.Item));
                }
            ),
            ["onDuplicate"] = new(
                new { onDuplicate = "new" },
                async t =>
                {
                    var one = new
                    {
                        queue = "crm",
                        title = "one",
                        externalId = "X",
                    };
                    var first = (await t.Mia.PostAsync("/items", one)).Is(201)["id"].GetString()!;
                    Assert.Equal(first, (await t.Mia.PostAsync("/items", one)).Is(200)["id"].GetString());
                    (await (await t.Bot.ClaimAsync(first)).DoAsync("complete")).Is(200);
                    Assert.NotEqual(first, (await t.Mia.PostAsync("/items", one)).Is(201)["id"].GetString());
                }
            ),
        };

    // What concerns versions, reviews and decisions.
    private static Dictionary<string, Proof> ReviewProofs()
    {
        static Proof On(object policy, Func<Desk, Task> holds) =>
            new(policy, async t => await holds(await Desk.OnAsync(t.Server, t.Mia, t.Bot)));
        static async Task<string> AfterAsync(Desk desk, Func<Desk, Task<Answer>> does)
        {
            (await does(desk)).Is(201);
            return await desk.ApprovalAsync();
        }
        static Task<Answer> EditAsync(Desk desk, string content) =>
            desk.Rae.PostAsync($"/artifacts/{desk.Artifact}/versions", new { baseVersion = 1, content });
        return new Dictionary<string, Proof>(StringComparer.Ordinal)
        {
            ["maxWaitingReview"] = On(
                new { maxWaitingReview = 1 },
                async d =>
                {
                    (await d.AskAsync()).Is(201);
                    await d.Mia.CreateAsync();
                    var none = (await d.Bot.PostAsync("/queues/crm/claims")).Is(204);
                    Assert.Equal("maxWaitingReview", none.Headers["Waiting-For"]);
                }
            ),
            ["requiredApprovals"] = On(
                new { requiredApprovals = 2 },
                async d =>
                {
                    Assert.Equal("partial", await AfterAsync(d, x => x.ApproveAsync(x.Rae)));
                    Assert.Equal("valid", await AfterAsync(d, x => x.ApproveAsync(x.Ron)));
                }
            ),
            ["approvals"] = On(
                new
                {
                    approvals = new[]
                    {
                        new
                        {
                            name = "legal",
                            role = "manager",
                            count = 1,
                            when = new { targetPrefix = "mail:" },
                        },
                    },
                },
                async d =>
                {
                    Assert.Equal("partial", await AfterAsync(d, x => x.ApproveAsync(x.Rae)));
                    Assert.Equal("valid", await AfterAsync(d, x => x.ApproveAsync(x.Mia)));
                }
            ),
            ["approvalTtlSeconds"] = On(
                new { approvalTtlSeconds = 60 },
                async d =>
                {
                    Assert.Equal("valid", await AfterAsync(d, x => x.ApproveAsync(x.Rae)));
                    d.Server.Pass(60);
                    Assert.Equal("expired", await d.ApprovalAsync());
                }
            ),
            ["approvalUses"] = On(
                new { approvalUses = 2 },
                async d =>
                {
                    (await d.PrepareAsync()).Is(201);
                    (await d.ApproveAsync(d.Rae)).Is(201);
                    Assert.Equal("go", (await d.BeginAsync())["outcome"].GetString());
                    Assert.Equal("valid", await d.ApprovalAsync());
                }
            ),
            ["selfApproval"] = On(
                new { selfApproval = "never" },
                async d =>
                {
                    (await EditAsync(d, "Dear Ann,\nwe refund 43 EUR.\nRegards\n")).Is(201);
                    (await d.ApproveAsync(d.Rae, version: 2)).IsRefused(403, "self_approval");
                }
            ),
            ["smallEditLines"] = On(
                new { smallEditLines = 1 },
                async d =>
                {
                    (await d.ApproveAsync(d.Ron)).Is(201);
                    (await EditAsync(d, "Dear Tom,\nwe refund 43 EUR.\nYours\n")).Is(201);
                    (await d.ApproveAsync(d.Rae, version: 2)).IsRefused(403, "self_approval");
                }
            ),
            ["agentsMayApprove"] = On(
                new { agentsMayApprove = true },
                async d =>
                {
                    var judge = d.Server.Host.Access.AddPrincipal("judge", PrincipalKind.Agent, Roles.Reviewer, null);
                    await d.Server.Host.App.Services.GetRequiredService<PrincipalSync>().EnsureAsync(judge);
                    var caller = new TestCaller(
                        d.Server,
                        judge,
                        d.Server.Host.Access.AddKey(judge.Id, "judge", null).Text
                    );
                    Assert.Equal("valid", await AfterAsync(d, x => x.ApproveAsync(caller)));
                }
            ),
            ["blockOnComments"] = On(
                new { blockOnComments = false },
                async d =>
                {
                    var comment = new { body = "why?", blocks = true };
                    (await d.Ron.PostAsync($"/artifacts/{d.Artifact}/versions/1/comments", comment)).Is(201);
                    Assert.Equal("valid", await AfterAsync(d, x => x.ApproveAsync(x.Rae)));
                }
            ),
            ["guardTargets"] = On(
                new { },
                async d =>
                {
                    (await d.Mia.PutAsync("/queues/crm", new { guardTargets = true })).Is(200);
                    var refused = (await d.PublishAsync("Dear Ann,\nyes.\n", 1)).IsRefused(409, "lock_not_held");
                    Assert.StartsWith("sha256:", refused["keptAs.contentHash"].GetString(), StringComparison.Ordinal);
                    var locks = new { targets = new[] { new { target = "mail:ann", mode = "exclusive" } } };
                    (await d.Held.DoAsync("locks", locks)).Is(200);
                    (await d.PublishAsync("Dear Ann,\nyes.\n", 1)).Is(201);
                }
            ),
            ["reviewDueSeconds"] = On(
                new { reviewDueSeconds = 60 },
                async d =>
                {
                    var asked = (await d.AskAsync()).Is(201);
                    d.Server.Pass(60);
                    var review = (await d.Mia.GetAsync($"/reviews/{asked["id"].GetString()}")).Is(200);
                    Assert.Equal("overdue", review["attention"].GetString());
                }
            ),
            ["onHumanEdit"] = On(
                new { onHumanEdit = "free" },
                async d =>
                {
                    (await EditAsync(d, "Dear Ann,\nno.\n")).Is(201);
                    (await d.PublishAsync("Dear Ann,\nyes.\n", 2)).Is(201);
                }
            ),
            ["onSourceChange"] = On(
                new { onSourceChange = "invalidate" },
                async d =>
                {
                    (await d.ApproveAsync(d.Rae)).Is(201);
                    (await d.Mia.PostAsync("/targets/changes", new { target = "crm:ann", version = "2" })).Is(201);
                    Assert.Equal("invalidated", await d.ApprovalAsync());
                }
            ),
            ["mergeClean"] = On(
                new { mergeClean = "auto" },
                async d =>
                {
                    (await d.PublishAsync("Dear Tom,\nwe refund 42 EUR.\nRegards\n", 1)).Is(201);
                    var merged = (await d.PublishAsync("Dear Ann,\nwe refund 42 EUR.\nYours\n", 1)).Is(201);
                    Assert.Equal("merge", merged["versions.2.kind"].GetString());
                }
            ),
        };
    }

    private static async Task TermAsync(Team t, TestCaller who, decimal seconds)
    {
        var held = await who.HoldAsync(await t.Mia.CreateAsync());
        Assert.Equal(seconds, (await who.GetAsync($"/leases/{held.Lease}"))["leaseExpiresInSeconds"].GetDecimal());
    }

    private static async Task AfterAsync(Team t, double seconds, string state)
    {
        var held = await t.Bot.HoldAsync(await t.Mia.CreateAsync());
        t.Server.Pass(seconds);
        Assert.Equal(state, await t.Mia.StateOfAsync(held.Item));
    }

    private static async Task SecondIsStoppedAsync(Team t, string by)
    {
        for (var k = 0; k < 2; k++)
            (
                await t.Mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = "Call",
                        labels = new[] { "slow" },
                    }
                )
            ).Is(201);
        (await t.Bot.PostAsync("/queues/crm/claims")).Is(200);
        var stopped = (await t.Bob.PostAsync("/queues/crm/claims")).Is(204);
        Assert.StartsWith(by, stopped.Headers["Waiting-For"], StringComparison.Ordinal);
        t.Server.Pass(int.Parse(stopped.Headers["Retry-After"], CultureInfo.InvariantCulture) + 120);
        (await t.Bob.PostAsync("/queues/crm/claims")).Is(200);
    }
}
