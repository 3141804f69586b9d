using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlSurface.Api;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Server.Tests.Api;

public sealed class The_contract_is_one_table
{
    [Fact]
    public async Task The_routes_that_are_served_are_those_that_the_document_lists()
    {
        await using var house = await House.OpenAsync();
        using var client = new HttpClient { BaseAddress = house.Address };
        var document = JsonElement.Parse(await client.GetStringAsync("/openapi/v1.json"));
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var listed = document
            .GetProperty("paths")
            .EnumerateObject()
            .Where(p => p.Name.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(p => p.Value.EnumerateObject().Select(m => m.Name.ToUpperInvariant() + " " + p.Name))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var served = house
            .App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ApiOperation>() is not null)
            .SelectMany(e =>
                e.Metadata.GetRequiredMetadata<HttpMethodMetadata>()
                    .HttpMethods.Select(m => m + " " + e.RoutePattern.RawText)
            )
            .Order(StringComparer.Ordinal)
            .ToArray();
        Assert.Equal(served, listed);
        Assert.NotEmpty(served);
        foreach (var root in (string[])["/healthz", "/readyz", "/metrics", "/mcp"])
            Assert.True(document.GetProperty("paths").TryGetProperty(root, out _), root);
    }

    [Fact]
    public async Task Every_reference_of_the_document_leads_somewhere_and_every_body_has_a_schema()
    {
        await using var house = await House.OpenAsync();
        using var client = new HttpClient { BaseAddress = house.Address };
        var document = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!;
        foreach (var reference in References(document))
        {
            JsonNode? at = document;
            foreach (var part in reference.TrimStart('#', '/').Split('/'))
                at = at?[part];
            Assert.True(at is not null, reference);
        }
        var item = document["components"]!["schemas"]!["Item"]!["properties"]!.AsObject();
        Assert.True(item.ContainsKey("mayProceed"));
        Assert.Equal("date-time", (string?)item["createdAt"]!["format"]);
        var renew = document["components"]!["schemas"]!["RenewRequest"]!;
        Assert.Equal(["token"], renew["required"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public async Task Each_operation_is_forbidden_to_exactly_the_roles_that_may_not()
    {
        await using var house = await House.OpenAsync();
        var admin = await house.PersonAsync("Admin", Roles.Admin);
        (await admin.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        (await admin.PostAsync("/items", new { queue = "crm", title = "Call Ann" })).Is(201);
        (await admin.PostAsync("/items/W-1/claim", "{}")).Is(200);
        (
            await admin.PostAsync(
                "/items/W-1/notes",
                new
                {
                    text = "x",
                    to = "everyone",
                    kind = "note",
                }
            )
        ).Is(201);
        var wrong = new List<string>();
        foreach (var role in Enum.GetValues<Roles>().Where(r => r != Roles.None))
        {
            var caller = await house.PersonAsync(role.ToString(), role);
            foreach (var operation in ApiOperations.All)
            {
                var may = (Permissions.MayAsk(operation.Verb) & role) != Roles.None;
                // Nothing is changed on the way: whoever may is told what would be.
                var answer = await caller.SendAsync(
                    operation.Method,
                    PathOf(operation) + (operation.IsRead ? "" : "?dryRun=true"),
                    operation.Body is { } type
                        ? A_malformed_request_is_refused_by_name_and_changes_nothing.Good(type).ToJsonString()
                        : null
                );
                var isForbidden = (int)answer.Status == 403 && answer.Code == "forbidden";
                // An agent may edit, but only what is its own (API.md, Settled details).
                var own = operation.Id == "editItem" && role == Roles.Agent;
                if (isForbidden == may && !own)
                    wrong.Add($"{operation.Id} as {role}: {(int)answer.Status} {answer.Text}");
                if ((int)answer.Status >= 500)
                    wrong.Add($"{operation.Id} as {role}: {(int)answer.Status} {answer.Text}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Each_code_has_a_page_a_title_and_an_address()
    {
        await using var house = await House.OpenAsync();
        using var client = new HttpClient { BaseAddress = house.Address };
        foreach (var help in RefusalHelp.All)
        {
            var page = await client.GetStringAsync("/help/" + help.Code);
            Assert.Contains(help.Code, page, StringComparison.Ordinal);
        }
        Assert.Equal(404, (int)(await client.GetAsync("/help/nonsense")).StatusCode);
    }

    public static TheoryData<Type> Refusals =>
        [
            .. typeof(Refusal)
                .Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Refusal)))
                .OrderBy(type => type.FullName, StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Each_refusal_has_the_status_that_the_page_of_its_code_names(Type type)
    {
        var refusal = (Refusal)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        Assert.Equal(RefusalHelp.Find(refusal.Code)?.Status, ToHttp.StatusOf(refusal.Status));
    }

    [Fact]
    public async Task Health_answers_without_a_key_and_readiness_follows_the_journal()
    {
        await using var house = await House.OpenAsync();
        using var client = new HttpClient { BaseAddress = house.Address };
        Assert.Equal(200, (int)(await client.GetAsync("/healthz")).StatusCode);
        Assert.Equal(200, (int)(await client.GetAsync("/readyz")).StatusCode);
        house.Engine.Drain();
        Assert.Equal(503, (int)(await client.GetAsync("/readyz")).StatusCode);
        Assert.Equal(200, (int)(await client.GetAsync("/healthz")).StatusCode);
    }

    private static string PathOf(ApiOperation operation) =>
        A_malformed_request_is_refused_by_name_and_changes_nothing.PathOf(operation);

    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.SelectMany(p =>
                p.Key == "$ref" && p.Value is JsonValue v ? [v.GetValue<string>()] : References(p.Value)
            ),
            JsonArray a => a.SelectMany(References),
            _ => [],
        };
}

public sealed class A_repeated_request_is_applied_once
{
    [Fact]
    public async Task The_first_answer_comes_again_with_the_seconds_of_now()
    {
        await using var house = await House.OpenAsync();
        var (_, bot, token) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var body = new { token, progress = new { step = "2" } };
        var first = (await bot.PostAsync("/leases/L-1/renew", body, "k1")).Is(200);
        var seq = house.Journal.LastSeq;
        house.Clock.Advance(TimeSpan.FromSeconds(20));
        var again = (
            await bot.PostAsync("/leases/L-1/renew", $$"""{ "progress": {"step":"2"}, "token": {{token}} }""", "k1")
        ).Is(200);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(first["lease.expiresAt"].GetString(), again["lease.expiresAt"].GetString());
        Assert.Equal(280, again["leaseExpiresInSeconds"].GetDecimal());
        Assert.Equal(280, again["lease.expiresInSeconds"].GetDecimal());
        Assert.NotEqual(first["lease.serverTime"].GetString(), again["lease.serverTime"].GetString());
        Assert.Equal(seq, house.Journal.LastSeq);
    }

    [Fact]
    public async Task Created_is_created_again_with_its_location_and_another_body_is_refused()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var item = new { queue = "crm", title = "second" };
        var first = (await mia.PostAsync("/items", item, "k1")).Is(201);
        var again = (await mia.PostAsync("/items", item, "k1")).Is(201);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.Headers["Location"], again.Headers["Location"]);
        (await mia.PostAsync("/items", new { queue = "crm", title = "third" }, "k1")).IsRefused(
            422,
            "idempotency_key_reused"
        );
        (await mia.PostAsync("/items?dryRun=true", item, "k1")).Is(201);
        (await bot.PostAsync("/items", item, "k1")).Is(201);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tab\there")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        await using var house = await House.OpenAsync();
        var (mia, _, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        (await mia.PostAsync("/items", new { queue = "crm", title = "x" }, key)).IsRefused(400, "invalid_request");
        (await mia.PostAsync("/items", new { queue = "crm", title = "x" }, new string('k', 129))).IsRefused(
            400,
            "invalid_request"
        );
        (await mia.PostAsync("/items", new { queue = "crm", title = "x" }, new string('k', 128))).Is(201);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_changes_nothing()
    {
        await using var house = await House.OpenAsync();
        var (mia, _, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var seq = house.Journal.LastSeq;
        var would = (await mia.PostAsync("/items?dryRun=true", new { queue = "crm", title = "x" })).Is(201);
        Assert.Equal("true", would.Headers["Dry-Run"]);
        Assert.Equal("W-2", would["id"].GetString());
        (await mia.PostAsync("/items/W-1/claim?dryRun=true", "{}")).IsRefused(409, "already_owned");
        Assert.Equal(seq, house.Journal.LastSeq);
        (await mia.GetAsync("/items/W-2")).IsRefused(404, "not_found");
    }
}

public sealed class A_refusal_has_the_members_that_the_contract_names
{
    [Fact]
    public async Task Each_of_those_that_can_be_had_over_http()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, token) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var other = await house.PersonAsync("zed", Roles.Agent);

        var owned = (await other.PostAsync("/items/W-1/claim", "{}")).IsRefused(409, "already_owned");
        Has(
            owned,
            "owner.principal",
            "owner.run",
            "leaseId",
            "state",
            "expiresAt",
            "retryAfter",
            "takeover.who",
            "takeover.from"
        );
        Assert.Equal("300", owned.Headers["Retry-After"]);
        Assert.StartsWith("bot holds it until 09:05:00 UTC", owned["detail"].GetString(), StringComparison.Ordinal);
        Assert.EndsWith("/help/already_owned", owned["help"].GetString(), StringComparison.Ordinal);

        Has((await other.PostAsync("/leases/L-1/renew", new { token })).IsRefused(403, "not_holder"), "detail");
        Has(
            (await bot.PostAsync("/leases/L-1/renew", new { token = 1 })).IsRefused(409, "fenced"),
            "owner",
            "endedAs",
            "by",
            "at"
        );

        var item = await mia.GetAsync("/items/W-1");
        var seq = item["seq"].GetInt64();
        (await mia.SendAsync("PATCH", "/items/W-1", new { ifSeq = seq, title = "Call Bob" })).Is(200);
        Has(
            (await mia.SendAsync("PATCH", "/items/W-1", new { ifSeq = seq, title = "x" })).IsRefused(
                409,
                "item_changed"
            ),
            "seq"
        );
        var ack = (await bot.PostAsync("/leases/L-1/renew", new { token })).IsRefused(409, "acknowledge_required");
        Assert.Equal("title", ack["changed.0"].GetString());
        var acknowledges = ack["acknowledges"].GetInt64();
        (await bot.PostAsync("/leases/L-1/renew", new { token, acknowledges })).Is(200);

        // Quiet time counts: three leases of 300 s.
        for (var quiet = 0; quiet < 3; quiet++)
        {
            house.Clock.Advance(TimeSpan.FromSeconds(290));
            (await bot.PostAsync("/leases/L-1/renew", new { token })).Is(200);
        }
        house.Clock.Advance(TimeSpan.FromSeconds(60));
        Has(
            (await bot.PostAsync("/leases/L-1/renew", new { token })).IsRefused(409, "no_progress"),
            "quietRenewals",
            "limit"
        );

        (await mia.PostAsync("/queues/crm/pause", new { why = "Audit." })).Is(200);
        var paused = (await other.PostAsync("/queues/crm/claims", "{}")).IsRefused(409, "paused");
        Assert.Equal("queue", paused["scope"].GetString());
        Assert.Equal("Audit.", paused["why"].GetString());
        Assert.Contains("Mia", paused["detail"].GetString(), StringComparison.Ordinal);
        var suspended = (await bot.PostAsync("/leases/L-1/renew", new { token })).IsRefused(409, "lease_suspended");
        Assert.Equal("paused_by_policy", suspended["reasons.0"].GetString());
        (await mia.PostAsync("/queues/crm/resume")).Is(200);

        house.Clock.Advance(TimeSpan.FromSeconds(301));
        var stale = (await bot.PostAsync("/leases/L-1/start", new { token })).IsRefused(409, "lease_stale");
        Assert.True(stale["revivable"].GetBoolean());
        Has(stale, "expiredAt");
        (await bot.PostAsync("/leases/L-1/release", new { token })).Is(200);
        Has(
            (await bot.PostAsync("/leases/L-1/start", new { token })).IsRefused(409, "lease_ended"),
            "endedAs",
            "by",
            "at"
        );
        (await mia.PostAsync("/items/W-1/park", new { why = "later" })).Is(200);
        Has(
            (await bot.PostAsync("/items/W-1/claim", "{}")).IsRefused(409, "not_claimable"),
            "state",
            "why",
            "retryAfter"
        );
    }

    [Fact]
    public async Task A_journal_that_refuses_is_503_with_retry_after_and_reads_go_on()
    {
        await using var house = await House.OpenAsync();
        var (mia, _, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        house.Journal.IsFull = true;
        var refused = (await mia.PostAsync("/items", new { queue = "crm", title = "x" })).IsRefused(503, "unavailable");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        (await mia.GetAsync("/items/W-1")).Is(200);
    }

    private static void Has(Answer answer, params string[] paths)
    {
        foreach (var path in paths)
            _ = answer[path]; // Throws where it is not there; null is a value.
    }
}

public sealed class A_reader_gets_what_it_asks_for
{
    [Fact]
    public async Task Fields_and_brief_choose_members()
    {
        await using var house = await House.OpenAsync();
        var (mia, _, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var one = (await mia.GetAsync("/items/W-1?fields=id,mayProceed.why")).Is(200);
        Assert.Equal(["id", "mayProceed"], one.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["why"], one["mayProceed"].EnumerateObject().Select(p => p.Name));
        var list = (await mia.GetAsync("/items?fields=title")).Is(200);
        Assert.Equal(1, list["total"].GetInt32());
        Assert.Equal(["title"], list["items.0"].EnumerateObject().Select(p => p.Name));
        Assert.True((await mia.GetAsync("/items/W-1?brief=true")).Text.Length < 400);
        (await mia.GetAsync("/items?fields=titel")).IsRefused(400, "invalid_request");
        (await mia.GetAsync("/items?fields=mayProceed.titel")).IsRefused(400, "invalid_request");
        (await mia.GetAsync("/events?fields=data.title,seq")).Is(200);
    }

    [Fact]
    public async Task Limits_of_principal_and_key_hide_the_other_queues()
    {
        await using var house = await House.OpenAsync();
        var (mia, _, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        (await mia.SendAsync("PUT", "/queues/hr", "{}")).Is(201);
        (await mia.PostAsync("/items", new { queue = "hr", title = "secret" })).Is(201);
        foreach (
            var limited in new[]
            {
                await house.PersonAsync("p", Roles.Agent, queues: ["crm"]),
                await house.PersonAsync("k", Roles.Agent, keyQueues: ["crm"]),
            }
        )
        {
            (await limited.GetAsync("/items/W-2")).IsRefused(403, "forbidden");
            (await limited.GetAsync("/queues/hr")).IsRefused(403, "forbidden");
            (await limited.GetAsync("/items?queue=hr")).IsRefused(403, "forbidden");
            (await limited.PostAsync("/items", """{"queue":"hr"}""")).IsRefused(403, "forbidden");
            Assert.Equal(1, (await limited.GetAsync("/items"))["total"].GetInt32());
            Assert.Equal(1, (await limited.GetAsync("/queues"))["total"].GetInt32());
            Assert.Equal(1, (await limited.GetAsync("/state"))["total"].GetInt32());
            var events = await limited.GetAsync("/events?limit=500");
            Assert.DoesNotContain("secret", events.Text, StringComparison.Ordinal);
            Assert.Equal(house.Journal.LastSeq, events["next"].GetInt64());
        }
    }

    [Fact]
    public async Task Events_history_and_the_past_are_told_from_the_journal()
    {
        await using var house = await House.OpenAsync();
        var (mia, _, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var claimed = (await mia.GetAsync("/events?types=lease.claimed")).Is(200);
        Assert.Equal("W-1", claimed["events.0.itemId"].GetString());
        var seq = claimed["events.0.seq"].GetInt64();
        Assert.Equal("L-1", claimed["events.0.data.lease"].GetString());
        (await mia.GetAsync($"/events?after={house.Journal.LastSeq + 1}")).IsRefused(400, "invalid_request");
        (await mia.GetAsync("/events?types=lease.invented")).IsRefused(400, "invalid_request");
        var history = (await mia.GetAsync("/items/W-1/history?limit=2")).Is(200);
        Assert.Equal("item.created", history["items.0.type"].GetString());
        Assert.Equal(4, history["total"].GetInt32());
        Assert.Equal(
            2,
            (await mia.GetAsync("/items/W-1/history?limit=2&after=" + history["next"].GetString()))["items"]
                .GetArrayLength()
        );
        var before = (await mia.GetAsync($"/state?at={seq - 1}")).Is(200);
        Assert.Equal("queued", before["items.0.state"].GetString());
        Assert.Equal(seq - 1, before["seq"].GetInt64());
        Assert.Equal("leased", (await mia.GetAsync("/state"))["items.0.state"].GetString());
        (await mia.GetAsync($"/state?at={house.Journal.LastSeq + 1}")).IsRefused(400, "invalid_request");
        var since = (await mia.GetAsync($"/items/W-1?since={seq - 1}")).Is(200);
        Assert.Contains("bot claimed it", since["since.0.what"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_gives_what_was_and_what_comes_and_resumes_from_its_last_id()
    {
        await using var house = await House.OpenAsync();
        var (mia, _, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var end = house.Journal.LastSeq;
        using var stream = await StreamAsync(house, mia, lastId: end - 1);
        Assert.Equal(end, await stream.NextIdAsync());
        (await mia.PostAsync("/items", new { queue = "crm", title = "new" })).Is(201);
        Assert.Equal(end + 1, await stream.NextIdAsync());
        house.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(": alive", await stream.NextLineAsync(l => l.StartsWith(": alive", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stream_ends_with_its_principal()
    {
        await using var house = await House.OpenAsync();
        var (_, bot, _) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        using var stream = await StreamAsync(house, bot, lastId: house.Journal.LastSeq);
        Assert.Equal(": following", await stream.NextLineAsync(_ => true));
        await house.SyncAsync(bot.Principal with { State = PrincipalState.Ended, Why = "left" });
        Assert.Null(await stream.NextLineAsync(l => l == "never"));
        (await bot.GetAsync("/me")).IsRefused(401, "unauthorized");
    }

    [Fact]
    public async Task Me_is_the_caller_with_what_it_holds()
    {
        await using var house = await House.OpenAsync();
        var (_, bot, token) = await An_agent_does_its_main_job_over_http.StartedAsync(house);
        var me = (await bot.GetAsync("/me")).Is(200);
        Assert.Equal("bot", me["principal.name"].GetString());
        Assert.Equal("agent", me["principal.roles.0"].GetString());
        Assert.Equal(token, me["leases.items.0.token"].GetInt64());
        Assert.Equal("2030-01-31T09:00:00.000Z", me["serverTime"].GetString());
    }

    private static async Task<EventReader> StreamAsync(House house, House.Caller caller, long lastId)
    {
        var client = new HttpClient { BaseAddress = house.Address };
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", caller.Key);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.TryAddWithoutValidation(
            "Last-Event-ID",
            lastId.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new EventReader(client, new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8));
    }

    private sealed class EventReader(HttpClient client, StreamReader lines) : IDisposable
    {
        internal async Task<long> NextIdAsync()
        {
            var line = await NextLineAsync(l => l.StartsWith("id: ", StringComparison.Ordinal));
            return long.Parse(line![4..], System.Globalization.CultureInfo.InvariantCulture);
        }

        internal async Task<string?> NextLineAsync(Func<string, bool> isIt)
        {
            while (await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) is { } line)
            {
                if (isIt(line))
                    return line;
            }
            return null;
        }

        public void Dispose()
        {
            lines.Dispose();
            client.Dispose();
        }
    }
}
