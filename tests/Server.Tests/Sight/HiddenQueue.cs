using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;

namespace Server.Tests.Sight;

/// <summary>
/// A workspace with two queues, <c>ours</c> and <c>zqueue</c>. Every word that anybody writes into the second begins with <c>zq</c>, and
/// what stands there is written down: whoever is limited to the first must never be told any of it.
/// </summary>
internal sealed partial class HiddenQueue
{
    internal const string Queue = "zqueue";
    internal const string Canary = "zq";
    private const string Draft = "zqline one\nzqline two\nzqline three\n";

    private HiddenQueue(LiveServer server) => Server = server;

    internal LiveServer Server { get; }

    /// <summary>Limited to nothing, and to everything: who fills the queue.</summary>
    internal TestCaller Mia { get; private set; } = null!; // Set by FillAsync, which alone makes one.
    internal TestCaller Ada { get; private set; } = null!; // As above.

    /// <summary>Each name of the contract's addresses with the hidden thing that it may name.</summary>
    internal Dictionary<string, string> Hidden { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of what is in the hidden queue, each as a whole word.</summary>
    internal HashSet<string> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>An item of the visible queue that waits for a hidden one, and another that was locked out by one.</summary>
    internal string OurItem { get; private set; } = "";

    internal static async Task<HiddenQueue> FillAsync(LiveServer server)
    {
        var world = new HiddenQueue(server);
        await world.FillAsync();
        return world;
    }

    /// <summary>What of the hidden queue is told in a text; null where nothing is.</summary>
    /// <param name="named">Ids that the caller named in asking: a refusal may say them again.</param>
    internal string? LeakIn(string text, params string[] named)
    {
        // What the caller wrote themselves may be said back to them.
        var rest = named.Aggregate(text, (left, name) => left.Replace(name, "", StringComparison.Ordinal));
        var at = rest.IndexOf(Canary, StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
            return "the word " + Around(rest, at);
        foreach (Match match in IdText().Matches(text))
        {
            if (Ids.Contains(match.Value) && !named.Contains(match.Value))
                return "the id " + Around(text, match.Index);
        }
        return null;
    }

    private static string Around(string text, int at) =>
        text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 80)].ReplaceLineEndings(" ");

    [GeneratedRegex(@"\b[A-Z]-[0-9]+\b", RegexOptions.NonBacktracking)]
    private static partial Regex IdText();

    private async Task FillAsync()
    {
        Ada = await Server.AddAsync("Ada", Roles.Admin);
        Mia = await Server.AddAsync("Mia", Roles.Manager);
        var policy = new
        {
            requiredApprovals = 1,
            approvals = new[]
            {
                new
                {
                    name = "zqrule",
                    when = new { targetPrefix = "zqsys:zqtarget" },
                    role = "reviewer",
                    count = 1,
                },
            },
        };
        (await Mia.PutAsync("/queues/ours", new { guardTargets = false })).Is(201);
        (await Mia.PutAsync($"/queues/{Queue}", policy)).Is(201);
        var agent = await Server.AddAsync("zqagent", Roles.Agent, [Queue]);
        var reviewer = await Server.AddAsync("zqreviewer", Roles.Reviewer, [Queue]);
        Hidden["principal"] = agent.Id;
        Ids.UnionWith([agent.Id, reviewer.Id]);

        var item = await ItemAsync("zqtitle");
        Hidden["item"] = item;
        (
            await Mia.PostAsync(
                $"/items/{item}/notes",
                new
                {
                    text = "zqnote",
                    to = "everyone",
                    kind = "question",
                }
            )
        ).Is(201);
        var held = await HoldAsync(agent, item, "zqrun");
        Hidden["run"] = "zqrun";
        Hidden["lease"] = held.Lease;
        (await held.DoAsync("renew", new { progress = new { step = "zqstep", note = "zqprogress" } })).Is(200);
        var content = await KeepAsync(agent, "zqevidence kept");
        (
            await held.DoAsync(
                "checkpoints",
                new
                {
                    summary = "zqsummary",
                    nextStep = "zqnext",
                    openQuestions = new[] { "zqopen" },
                    evidence = new object[]
                    {
                        new { label = "zqlabel", text = "zqevidence" },
                        new { label = "zqkept", contentHash = content },
                    },
                }
            )
        ).Is(201);
        (
            await held.DoAsync(
                "locks",
                new { targets = new[] { new { target = "shared:doc/zqpart", mode = "exclusive" } } }
            )
        ).Is(200);

        var artifact = (
            await agent.PostAsync(
                "/artifacts",
                new
                {
                    name = "zqartifact",
                    itemId = item,
                    target = "zqsys:zqtarget",
                    contentType = "text/plain",
                    content = Draft,
                    sources = new[] { new { target = "zqsys:zqsource", version = "1" } },
                    run = "zqrun",
                    token = held.Token,
                }
            )
        ).Is(201);
        var id = artifact["id"].GetString()!;
        Ids.Add(id);
        Hidden["artifact"] = id;
        Hidden["hash"] = artifact["versions.0.contentHash"].GetString()!;
        var comment = (await reviewer.PostAsync($"/artifacts/{id}/versions/1/comments", new { body = "zqcomment" })).Is(
            201
        );
        Ids.Add(comment["id"].GetString()!);
        Hidden["comment"] = comment["id"].GetString()!;
        (
            await agent.PutAsync(
                "/actions/zqaction",
                new
                {
                    kind = "zqkind",
                    target = "zqsys:zqtarget",
                    artifactId = id,
                    run = "zqrun",
                    token = held.Token,
                }
            )
        ).Is(201);
        Hidden["action"] = "zqaction";
        // Versions on an old base collide, and what was refused is kept.
        (
            await reviewer.PostAsync(
                $"/artifacts/{id}/versions",
                new
                {
                    baseVersion = 1,
                    content = Draft + "zqfour\n",
                    note = "zqsaid",
                }
            )
        ).Is(201);
        var refused = await Mia.PostAsync(
            $"/artifacts/{id}/versions",
            new { baseVersion = 1, content = Draft + "zqother\n" }
        );
        refused.IsRefused(409, "version_conflict");
        Hidden["conflict"] = refused["conflictId"].GetString()!;
        Ids.Add(Hidden["conflict"]);
        (
            await Mia.PostAsync(
                "/targets/changes",
                new
                {
                    target = "zqsys:zqsource",
                    version = "zq2",
                    note = "zqchanged",
                    by = "zqby",
                }
            )
        ).Is(201);
        var patterns = (await Mia.GetAsync("/runbook")).Is(200)["items"].EnumerateArray();
        Hidden["pattern"] = patterns
            .First(p => p.GetProperty("queue").GetString() == Queue)
            .GetProperty("id")
            .GetString()!;
        (await Mia.PutAsync("/runbook/" + Uri.EscapeDataString(Hidden["pattern"]), new { guidance = "zqguidance" })).Is(
            200
        );

        await ReviewAsync(agent, reviewer);
        await WorkspaceAsync();
        await BetweenAsync(agent, item);
        // What can be found is written down a little later: before that nobody could be told of it.
        while ((await Mia.GetAsync("/search?q=zqdone")).Is(200)["total"].GetInt32() == 0)
            await Task.Delay(10);
    }

    // A review that is decided, with its approval and its words.
    private async Task ReviewAsync(TestCaller agent, TestCaller reviewer)
    {
        var held = await HoldAsync(agent, await ItemAsync("zqreviewed"), "zqrun2");
        var made = (
            await agent.PostAsync(
                "/artifacts",
                new
                {
                    name = "zqreply",
                    itemId = held.Item,
                    contentType = "text/plain",
                    content = "zqreply text",
                    run = "zqrun2",
                    token = held.Token,
                }
            )
        ).Is(201);
        var id = made["id"].GetString()!;
        Ids.Add(id);
        Hidden["reviewed"] = id;
        var review = (
            await agent.PostAsync(
                $"/artifacts/{id}/versions/1/review",
                new
                {
                    run = "zqrun2",
                    token = held.Token,
                    note = "zqplease",
                }
            )
        ).Is(201);
        Ids.Add(review["id"].GetString()!);
        Hidden["review"] = review["id"].GetString()!;
        var shown = (await reviewer.GetAsync($"/artifacts/{id}/versions/1/consequences")).Is(200);
        var decided = (
            await reviewer.PostAsync(
                $"/artifacts/{id}/versions/1/decisions",
                new
                {
                    decision = "approve",
                    contentHash = shown["contentHash"].GetString(),
                    consequencesHash = shown["consequencesHash"].GetString(),
                    comment = "zqapproved",
                }
            )
        ).Is(201);
        Hidden["approval"] = decided["approval.approvals.0.id"].GetString()!;
        Ids.Add(Hidden["approval"]);
        (await held.DoAsync("handoff", new { to = new { role = "support" }, note = "zqhandoff" })).Is(200);
    }

    // What belongs to no queue, or to people.
    private async Task WorkspaceAsync()
    {
        var hold = (
            await Mia.PostAsync(
                "/targets/holds",
                new
                {
                    target = "zqsys:zqheld",
                    mode = "exclusive",
                    until = LiveServer.T0.AddDays(1),
                    why = "zqhold",
                }
            )
        ).Is(201);
        Hidden["hold"] = hold["id"].GetString()!;
        var view = new
        {
            name = "zqview",
            page = "now",
            query = "zqquery",
            shared = false,
        };
        (await Mia.PutAsync("/views/zqown", view)).Is(201);
        Hidden["view"] = "zqown";
        (
            await Mia.PutAsync(
                "/views/zqshared",
                new
                {
                    name = "zqsharedview",
                    page = "now",
                    query = "queue:" + Queue,
                    shared = true,
                }
            )
        ).Is(201);
        (
            await Ada.PutAsync(
                "/webhooks/zqhook",
                new { url = "https://example.com/zqpath", events = new[] { "item.created" } }
            )
        ).Is(201);
        Hidden["webhook"] = "zqhook";
        var bulk = new
        {
            @do = "label",
            args = new { add = new[] { "zqbulk" } },
            filter = new { queue = Queue, q = "zqtitle" },
            expect = 1,
            why = "zqwhy",
        };
        Hidden["bulk"] = (await Mia.PostAsync("/bulk", bulk)).Is(202)["id"].GetString()!;
        Ids.Add(Hidden["bulk"]);
        var loose = (
            await Mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "zqloose",
                    contentType = "text/plain",
                    content = "zqloose text",
                }
            )
        ).Is(201);
        Ids.Add(loose["id"].GetString()!);
        Hidden["loose"] = loose["id"].GetString()!;
        Hidden["content"] = await KeepAsync(Mia, "zqonly kept");
        var person = Server.Host.Access.AddPrincipal("zqperson", PrincipalKind.Person, Roles.Support, [Queue]);
        await Server.Host.App.Services.GetRequiredService<ControlSurface.Hosting.PrincipalSync>().EnsureAsync(person);
        Ids.Add(person.Id.Text);
        (await Mia.PostAsync($"/principals/{person.Id.Text}/pause", new { why = "zqpause" })).Is(200);
        var key = (await Ada.PostAsync($"/principals/{person.Id.Text}/keys", new { name = "zqkey" })).Is(201);
        Hidden["key"] = key["id"].GetString()!;
        Ids.Add(Hidden["key"]);
        (await Mia.PostAsync($"/queues/{Queue}/pause", new { why = "zqpaused" })).Is(200);
        (await Mia.PostAsync($"/queues/{Queue}/resume")).Is(200);
    }

    // What stands in the visible queue and touches the hidden one.
    private async Task BetweenAsync(TestCaller agent, string item)
    {
        OurItem = (
            await Mia.PostAsync(
                "/items",
                new
                {
                    queue = "ours",
                    title = "Ours",
                    dependsOn = new[] { item },
                    targets = new[] { "shared:doc" },
                }
            )
        ).Is(201)["id"].GetString()!;
        // One that was ours and was moved, with its conflict.
        var moved = (await Mia.PostAsync("/items", new { queue = "ours", title = "zqmoved" }))
            .Is(201)["id"]
            .GetString()!;
        var made = (
            await Mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "zqmovedartifact",
                    itemId = moved,
                    contentType = "text/plain",
                    content = Draft,
                }
            )
        ).Is(201)["id"].GetString()!;
        (await Mia.PostAsync($"/artifacts/{made}/versions", new { baseVersion = 1, content = Draft + "zqa\n" })).Is(
            201
        );
        var refused = await Mia.PostAsync(
            $"/artifacts/{made}/versions",
            new { baseVersion = 1, content = Draft + "zqb\n" }
        );
        refused.IsRefused(409, "version_conflict");
        Ids.UnionWith([moved, made, refused["conflictId"].GetString()!]);
        Hidden["movedConflict"] = refused["conflictId"].GetString()!;
        var seq = (await Mia.GetAsync($"/items/{moved}")).Is(200)["seq"].GetInt64();
        (
            await Mia.PatchAsync(
                $"/items/{moved}",
                new
                {
                    ifSeq = seq,
                    queue = Queue,
                    why = "zqmovedwhy",
                }
            )
        ).Is(200);
        // Settled work too.
        var done = await HoldAsync(agent, await ItemAsync("zqdone"), run: null);
        (await done.DoAsync("complete", new { result = new { said = "zqresult" } })).Is(200);
    }

    internal async Task<string> ItemAsync(string title)
    {
        var made = await Mia.PostAsync(
            "/items",
            new
            {
                queue = Queue,
                title,
                body = "zqbody",
                labels = new[] { "zqlabelled" },
                targets = new[] { "zqsys:zqtarget" },
                externalId = "zqext-" + title,
            }
        );
        var id = made.Is(201)["id"].GetString()!;
        Ids.Add(id);
        return id;
    }

    private async Task<Held> HoldAsync(TestCaller agent, string item, string? run)
    {
        var held = await agent.HoldAsync(item, run);
        Ids.Add(held.Lease);
        return held;
    }

    private async Task<string> KeepAsync(TestCaller who, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.Address, "/api/v1/contents"))
        {
            Content = new StringContent(text, Encoding.UTF8, "text/plain"),
        };
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", who.Key);
        using var response = await Server.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("hash").GetString()!;
    }
}
