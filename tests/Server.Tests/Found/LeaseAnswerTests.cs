using System.Text.Json;
using Server.Tests.Api;
using Server.Tests.Field;
using Server.Tests.Mcp;

namespace Server.Tests.Found;

/// <summary>What every answer under a lease says, and what comes of a refusal under an idempotency key.</summary>
public sealed class An_answer_under_a_lease
{
    [Fact]
    public async Task Found_2_8_every_answer_under_a_lease_says_its_seconds_and_the_notes_that_wait()
    {
        await using var server = await LiveServer.OpenAsync(null, null);
        var desk = await Desk.OpenAsync(server);
        await NoteAsync(desk);
        var held = desk.Held;
        var (run, token) = (held.Run, held.Token);
        List<(string What, Answer Answer)> answers =
        [
            ("renew", await held.DoAsync("renew", new { progress = new { step = "1" } })),
            ("checkpoints", await held.DoAsync("checkpoints", new { summary = "half" })),
            (
                "locks",
                await held.DoAsync("locks", new { targets = new[] { new { target = "crm:a", mode = "exclusive" } } })
            ),
            ("unlock", await held.DoAsync("unlock", new { targets = new[] { "crm:a" } })),
            ("suspend", await held.DoAsync("suspend", new { reason = "blocked" })),
            ("resume", await held.DoAsync("resume")),
            (
                "createArtifact",
                await desk.Bot.PostAsync(
                    "/artifacts",
                    new
                    {
                        name = "b",
                        itemId = held.Item,
                        contentType = "text/plain",
                        content = "x",
                        run,
                        token,
                    }
                )
            ),
            ("publish", await desk.PublishAsync("second", 1)),
            ("publish the same", await desk.PublishAsync("second", 2)),
            ("publish on an old base", await desk.PublishAsync("third", 1)),
            ("prepare", await desk.PrepareAsync(version: 2)),
            (
                "prepare otherwise",
                await desk.Bot.PutAsync(
                    "/actions/send-1",
                    new
                    {
                        kind = "x",
                        target = "y:z",
                        run,
                        token,
                    }
                )
            ),
            ("begin", await desk.BeginAsync()),
            ("complete without a permit", await desk.CompleteAsync("permit_0")),
            (
                "malformed",
                await desk.Bot.PostAsync(
                    $"/artifacts/{desk.Artifact}/versions",
                    new
                    {
                        token,
                        run,
                        x = 1,
                    }
                )
            ),
            ("review", await desk.Bot.PostAsync($"/artifacts/{desk.Artifact}/versions/2/review", new { run, token })),
            ("publish while suspended", await desk.PublishAsync("fourth", 2)),
        ];
        var wrong = answers.Where(a => !IsWhole(a.Answer, notes: 1)).Select(a => $"{a.What}: {a.Answer.Text}").ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Contains(answers, a => (int)a.Answer.Status == 409);

        var batch = await desk.Bot.PostAsync(
            "/leases/renewals",
            new
            {
                renewals = new[]
                {
                    new
                    {
                        leaseId = held.Lease,
                        run,
                        token,
                    },
                },
            }
        );
        Assert.Equal(1, batch.Is(200)["results.0.notes"].GetArrayLength());
        Assert.True(batch["results.0.leaseExpiresInSeconds"].GetDecimal() > 0);

        (await desk.Bot.PostAsync($"/leases/{held.Lease}/release", new { run, token })).Is(200);
        foreach (
            var late in (Answer[])
                [await held.DoAsync("renew"), await desk.PublishAsync("late", 2), await desk.PrepareAsync("other")]
        )
        {
            Assert.True((int)late.Status == 409, late.Text);
            Assert.Equal(0, late["leaseExpiresInSeconds"].GetDecimal());
            Assert.Equal(0, late["notes"].GetArrayLength());
        }
    }

    [Theory]
    [InlineData("{", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("{}", "text/plain")]
    public async Task A_body_that_cannot_be_read_does_not_make_a_live_lease_one_that_is_over(string body, string type)
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        await NoteAsync(desk);
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(server.Address, $"/api/v1/leases/{desk.Held.Lease}/renew")
        )
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, type),
        };
        request.Headers.Add("Authorization", $"Bearer {desk.Bot.Key}");
        using var response = await server.Http.SendAsync(request);
        var answer = new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            new Dictionary<string, string>(StringComparer.Ordinal)
        );
        Assert.True((int)answer.Status is 400 or 415, answer.Text);
        Assert.True(IsWhole(answer, notes: 1), answer.Text);
    }

    [Fact]
    public async Task A_grant_says_the_notes_that_wait_for_the_new_holder()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        await NoteAsync(desk);
        var (held, run) = (desk.Held, desk.Held.Run);
        (await held.DoAsync("release")).Is(200);
        var claimed = await desk.Bot.PostAsync($"/items/{held.Item}/claim", new { run });
        Assert.True(IsWhole(claimed.Is(200), notes: 1), claimed.Text);
        var taken = await desk.Mia.PostAsync($"/items/{held.Item}/takeover", new { why = "urgent", force = true });
        Assert.True(IsWhole(taken.Is(200), notes: 0), taken.Text); // She wrote it.
    }

    [Fact]
    public async Task Found_2_8_under_a_key_too_and_a_repeat_says_the_seconds_of_now()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        await NoteAsync(desk);
        var first = (await desk.BeginAsync(idempotencyKey: "k0")).Is(404);
        Assert.True(IsWhole(first, notes: 1), first.Text);
        var body = new
        {
            baseVersion = 1,
            content = "second",
            run = "r1",
            token = desk.Held.Token,
        };
        var made = (await desk.Bot.PostAsync($"/artifacts/{desk.Artifact}/versions", body, "k1")).Is(201);
        Assert.True(IsWhole(made, notes: 1), made.Text);
        server.Pass(10);
        var again = (await desk.Bot.PostAsync($"/artifacts/{desk.Artifact}/versions", body, "k1")).Is(201);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(made["leaseExpiresInSeconds"].GetDecimal() - 10, again["leaseExpiresInSeconds"].GetDecimal());
    }

    [Fact]
    public async Task Found_2_8_a_tool_says_them_too()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        await NoteAsync(desk);
        await using var agent = await Agent.ConnectAsync(server, desk.Bot);
        var (run, token) = (desk.Held.Run, desk.Held.Token);
        Given[] given =
        [
            await agent.CallAsync(
                "publish_version",
                new
                {
                    operation = "artifact",
                    artifactId = desk.Artifact,
                    baseVersion = 1,
                    content = "b",
                    run,
                    token,
                }
            ),
            await agent.CallAsync(
                "publish_version",
                new
                {
                    operation = "artifact",
                    artifactId = desk.Artifact,
                    baseVersion = 1,
                    content = "c",
                    run,
                    token,
                }
            ),
            await agent.CallAsync(
                "renew_lease",
                new
                {
                    operation = "renew",
                    leaseId = desk.Held.Lease,
                    run,
                    token = token + 1000,
                }
            ),
        ];
        foreach (var one in given)
        {
            Assert.True(one["leaseExpiresInSeconds"].GetDecimal() > 0, one.Json.GetRawText());
            Assert.Equal(1, one["notes"].GetArrayLength());
        }
    }

    private static async Task NoteAsync(Desk desk) =>
        (
            await desk.Mia.PostAsync(
                $"/items/{desk.Held.Item}/notes",
                new
                {
                    text = "Mind the tone.",
                    to = "holder",
                    kind = "note",
                }
            )
        ).Is(201);

    private static bool IsWhole(Answer answer, int notes) =>
        answer.Json.TryGetProperty("leaseExpiresInSeconds", out var seconds)
        && seconds.GetDecimal() > 0
        && answer.Json.TryGetProperty("notes", out var told)
        && told.GetArrayLength() == notes
        && answer.Json.EnumerateObject().GroupBy(m => m.Name, StringComparer.Ordinal).All(g => g.Count() == 1);

    [Fact]
    public async Task Found_2_7_a_refusal_that_wrote_has_the_same_type_and_headers_with_and_without_a_key()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PublishAsync("second", 1)).Is(201);
        object Old(string content) =>
            new
            {
                baseVersion = 1,
                content,
                run = "r1",
                token = desk.Held.Token,
            };
        var path = $"/artifacts/{desk.Artifact}/versions";
        Same(
            await desk.Bot.PostAsync(path, Old("third")),
            await desk.Bot.PostAsync(path, Old("fourth"), "k1"),
            await desk.Bot.PostAsync(path, Old("fourth"), "k1"),
            "version_conflict"
        );

        var other = await desk.Bot.HoldAsync(await desk.Mia.CreateAsync("other"));
        var target = new[] { new { target = "crm:a", mode = "exclusive" } };
        (await other.DoAsync("locks", new { targets = target })).Is(200);
        async Task<Answer> WaitAsync(string? key)
        {
            var waits = desk.Held.DoAsync("locks", new { targets = target, waitSeconds = 2 }, key);
            while (!waits.IsCompleted)
            {
                server.Pass(1);
                await Task.WhenAny(waits, Task.Delay(20));
            }
            return await waits;
        }
        var locked = Same(await WaitAsync(null), await WaitAsync("k2"), await WaitAsync("k2"), "target_locked");
        Assert.Equal("1", locked.Headers["Retry-After"]);
    }

    private static string Said(Answer answer) =>
        answer.Text[..answer.Text.IndexOf("\"leaseExpiresInSeconds\"", StringComparison.Ordinal)];

    private static Answer Same(Answer plain, Answer first, Answer repeated, string code)
    {
        foreach (var one in (Answer[])[plain, first, repeated])
            one.IsRefused(409, code);
        Assert.Equal("true", repeated.Headers["Idempotency-Replayed"]);
        string[] mayDiffer = ["Date", "Content-Length", "Idempotency-Replayed"];
        string Headers(Answer a) =>
            string.Join(
                "\n",
                a.Headers.Where(h => !mayDiffer.Contains(h.Key)).OrderBy(h => h.Key, StringComparer.Ordinal)
            );
        Assert.Equal(Headers(plain), Headers(first));
        Assert.Equal(Headers(plain), Headers(repeated));
        // Seconds are of now.
        Assert.Equal(Said(first), Said(repeated));
        return repeated;
    }
}
