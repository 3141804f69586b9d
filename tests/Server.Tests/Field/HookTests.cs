using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>GitHub's deliveries, in the shape that GitHub documents, as GitHub sends them.</summary>
public class What_GitHub_sends
{
    private const string Where = "/api/v1/hooks/github?target=/repository/full_name&version=/after&by=/pusher/name";
    private const string Zeros = "0000000000000000000000000000000000000000";
    private static readonly string First = new('1', 40);
    private static readonly string Second = new('2', 40);
    private static readonly string Third = new('3', 40);

    private static string Push(string before, string after, string branch = "main", bool deleted = false) =>
        JsonSerializer.Serialize(
            new
            {
                @ref = branch.StartsWith("refs/", StringComparison.Ordinal) ? branch : "refs/heads/" + branch,
                before,
                after,
                created = false,
                deleted,
                forced = false,
                compare = "https://github.com/web/shop/compare/a...b",
                head_commit = deleted
                    ? null
                    : new
                    {
                        id = after,
                        message = "Mend the total",
                        timestamp = "2030-01-31T09:59:00+01:00",
                    },
                repository = new
                {
                    id = 186853002,
                    full_name = "web/shop",
                    default_branch = "main",
                    pushed_at = 1_896_080_340,
                },
                pusher = new { name = "ann", email = "ann@example.org" },
                sender = new { login = "ann", id = 21031067 },
            }
        );

    private const string Ping =
        """{"zen":"Design for failure.","hook_id":109948940,"hook":{"type":"Repository","id":109948940,"active":true,"events":["*"]},"repository":{"id":186853002,"full_name":"web/shop","default_branch":"main"},"sender":{"login":"ann"}}""";

    private static async Task<(HttpStatusCode Status, JsonElement Body)> DeliverAsync(
        LiveServer server,
        string kind,
        string json,
        string? key,
        string? secret = null,
        string? delivery = null,
        string where = Where,
        bool isForm = false,
        bool hasMark = false
    )
    {
        byte[] body = isForm
            ? Encoding.UTF8.GetBytes("payload=" + WebUtility.UrlEncode(json))
            : [.. hasMark ? Encoding.UTF8.GetPreamble() : [], .. Encoding.UTF8.GetBytes(json)];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, where));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(
            isForm ? "application/x-www-form-urlencoded" : "application/json"
        );
        request.Headers.UserAgent.ParseAdd("GitHub-Hookshot/044aadd");
        request.Headers.Add("X-GitHub-Event", kind);
        request.Headers.Add("X-GitHub-Hook-ID", "109948940");
        request.Headers.Add("X-GitHub-Delivery", delivery ?? Guid.NewGuid().ToString());
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (secret is not null)
        {
            var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body);
            request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(hash));
        }
        using var answer = await server.Http.SendAsync(request);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }

    private static string? IgnoredOf(JsonElement body) =>
        body.TryGetProperty("ignored", out var why) ? why.GetString() : null;

    private static async Task<string?> VersionAsync(TestCaller who) =>
        (await who.GetAsync("/targets?prefix=github:web")).Is(200)["items.0.version"].GetString();

    [Fact]
    public async Task Found_5_4_its_ping_and_every_event_that_has_nothing_to_say_is_answered_200_with_why()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        string[][] deliveries =
        [
            ["ping", Ping],
            ["issues", """{"action":"opened","issue":{"number":1347},"repository":{"full_name":"web/shop"}}"""],
            [
                "star",
                """{"action":"created","starred_at":"2030-01-31T09:00:00Z","repository":{"full_name":"web/shop"}}""",
            ],
            [
                "create",
                """{"ref":"v1","ref_type":"tag","master_branch":"main","repository":{"full_name":"web/shop"}}""",
            ],
            ["delete", """{"ref":"old","ref_type":"branch","repository":{"full_name":"web/shop"}}"""],
            ["organization", """{"action":"member_added","organization":{"login":"web"}}"""],
            [
                "pull_request",
                """{"action":"synchronize","number":2,"before":"a1","after":"b2","pull_request":{"number":2},"repository":{"full_name":"web/shop"}}""",
            ],
            ["push", Push(First, Zeros, "topic", deleted: true)],
            ["push", Push(First, Zeros, deleted: true)],
            ["push", Push(First, Second, "topic")],
            ["push", Push(Zeros, Second, "refs/tags/v1")],
        ];
        foreach (var delivery in deliveries)
        {
            var (status, body) = await DeliverAsync(server, delivery[0], delivery[1], mia.Key);
            Assert.True(status == HttpStatusCode.OK, $"{delivery[0]}: {body}");
            Assert.False(string.IsNullOrEmpty(IgnoredOf(body)), $"{delivery[0]}: {body}");
        }
        Assert.Equal(0, (await mia.GetAsync("/targets?prefix=github:web")).Is(200)["total"].GetInt32());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Found_5_4_it_signs_with_the_key_that_was_made_for_it_and_needs_no_header_of_ours(
        bool isForm,
        bool hasMark
    )
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, _, _, _) = await server.StaffAsync();
        using var output = new StringWriter();
        string[] add = ["keys", "add", "--name", "github", "--kind", "agent", "--role", "agent", "--hook", "github"];
        Assert.Equal(
            0,
            await CommandTree.RunAsync(
                [.. add, "--data", server.Folder],
                _ => Task.FromResult(7),
                output,
                TextWriter.Null
            )
        );
        var secret = output.ToString().Trim();

        var (ping, pong) = await DeliverAsync(
            server,
            "ping",
            Ping,
            key: null,
            secret,
            isForm: isForm,
            hasMark: hasMark
        );
        Assert.Equal(HttpStatusCode.OK, ping);
        Assert.NotNull(IgnoredOf(pong));
        var (status, body) = await DeliverAsync(
            server,
            "push",
            Push(Zeros, First),
            key: null,
            secret,
            isForm: isForm,
            hasMark: hasMark
        );
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        Assert.Equal(First, body.GetProperty("changes")[0].GetProperty("version").GetString());
        Assert.Equal("ann", body.GetProperty("changes")[0].GetProperty("by").GetString());
        var (wrong, _) = await DeliverAsync(server, "push", Push(First, Second), key: null, secret + "x");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong);
        var (foreign, _) = await DeliverAsync(
            server,
            "push",
            Push(First, Second),
            key: null,
            secret,
            where: Where.Replace("hooks/github", "hooks/gitlab", StringComparison.Ordinal)
        );
        Assert.Equal(HttpStatusCode.Unauthorized, foreign);
        var (unsigned, _) = await DeliverAsync(server, "push", Push(First, Second), key: null);
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned);
        var (addressed, _) = await DeliverAsync(
            server,
            "push",
            Push(First, Second),
            key: null,
            where: Where + "&secret=" + secret
        );
        Assert.Equal(HttpStatusCode.Created, addressed);
        // A key that is revoked signs nothing any more.
        Assert.Equal(
            0,
            await CommandTree.RunAsync(
                ["keys", "revoke", $"K-{server.Host.Access.Keys().Max(k => k.Id)}", "--data", server.Folder],
                _ => Task.FromResult(7),
                TextWriter.Null,
                TextWriter.Null
            )
        );
        server.Host.Access.LookForChanges();
        var (revoked, _) = await DeliverAsync(server, "push", Push(Second, Third), key: null, secret);
        Assert.Equal(HttpStatusCode.Unauthorized, revoked);
        foreach (var file in Directory.EnumerateFiles(server.Folder, "*", SearchOption.AllDirectories))
            if (Path.GetExtension(file) != ".lock")
                Assert.DoesNotContain(secret, Encoding.Latin1.GetString(ReadShared(file)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_5_5_only_what_moves_the_branch_that_counts_makes_an_approval_fall()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { onSourceChange = "invalidate" });
        (await DeliverAsync(server, "push", Push(Zeros, First), mia.Key, delivery: "d-1")).Status.Is(201);
        (await DeliverAsync(server, "push", Push(First, Second), mia.Key, delivery: "d-2")).Status.Is(201);
        var item = await mia.CreateAsync();
        var made = await mia.PostAsync(
            "/artifacts",
            new
            {
                name = "Plan",
                itemId = item,
                contentType = "text/plain",
                content = "Do it",
                sources = new[] { new { target = "github:web/shop", version = Second } },
            }
        );
        var artifact = made.Is(201)["id"].GetString();
        var shown = (await mia.GetAsync($"/artifacts/{artifact}/versions/1/consequences")).Is(200);
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        (
            await rita.PostAsync(
                $"/artifacts/{artifact}/versions/1/decisions",
                new
                {
                    decision = "approve",
                    contentHash = made["versions.0.contentHash"].GetString(),
                    consequencesHash = shown["consequencesHash"].GetString(),
                }
            )
        ).Is(201);
        async Task<string?> StateAsync() =>
            (await mia.GetAsync($"/artifacts/{artifact}/approvals")).Is(200)["state"].GetString();
        Assert.Equal("valid", await StateAsync());

        // The first again, by its id and by its words alone; another branch; a branch that is gone.
        await DeliverAsync(server, "push", Push(Zeros, First), mia.Key, delivery: "d-1");
        await DeliverAsync(server, "push", Push(Zeros, First), mia.Key);
        await DeliverAsync(server, "push", Push(First, Second), mia.Key);
        await DeliverAsync(server, "push", Push(First, Third, "topic"), mia.Key);
        await DeliverAsync(server, "push", Push(Second, Zeros, "topic", deleted: true), mia.Key);
        Assert.Equal("valid", await StateAsync());
        Assert.Equal(Second, await VersionAsync(mia));
        Assert.Equal(0, (await mia.GetAsync("/conflicts")).Is(200)["total"].GetInt32());

        // Pushed back by force to what there was: that follows what is known, and is no old delivery.
        (await DeliverAsync(server, "push", Push(Second, First), mia.Key)).Status.Is(201);
        Assert.Equal(First, await VersionAsync(mia));
        Assert.Equal("invalidated", await StateAsync());
        _ = bot;
    }

    [Fact]
    public async Task Found_5_5_another_system_says_when_it_was_and_what_is_older_is_history()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        (
            await mia.PostAsync(
                "/hooks/crm",
                new
                {
                    target = "c/7",
                    version = 12,
                    at = "2030-01-31T08:00:00Z",
                }
            )
        ).Is(201);
        var late = await mia.PostAsync(
            "/hooks/crm",
            new
            {
                target = "c/7",
                version = 11,
                at = 1_896_076_000,
            }
        );
        Assert.Equal("12", late.Is(201)["version"].GetString());
        (
            await mia.PostAsync(
                "/hooks/crm",
                new
                {
                    target = "c/7",
                    version = 13,
                    at = "yesterday",
                }
            )
        ).IsRefused(400, "invalid_request");
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

internal static class Statuses
{
    internal static void Is(this HttpStatusCode status, int expected) => Assert.Equal(expected, (int)status);
}
