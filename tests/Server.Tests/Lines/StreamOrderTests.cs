using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlSurface.Core.Vocabulary;
using Server.Tests.Field;
using Xunit.Abstractions;
using static Server.Tests.Lines.LineSocket;

namespace Server.Tests.Lines;

/// <summary>
/// Two streams and single requests, mixed anyhow: what the journal holds is what it would hold had each been sent by itself, in the order in
/// which it was decided. <c>LINES_SEED</c> plays another day.
/// </summary>
public sealed class Streams_beside_single_requests(ITestOutputHelper output)
{
    private const int Steps = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Leave_the_journal_that_single_requests_leave(int play)
    {
        var seed =
            (
                int.TryParse(
                    Environment.GetEnvironmentVariable("LINES_SEED"),
                    CultureInfo.InvariantCulture,
                    out var own
                )
                    ? own
                    : 20_300_131
            ) + play;
        output.WriteLine($"LINES_SEED={seed - play}, play {play}");
        await using var mixed = await LiveServer.OpenAsync();
        await using var plain = await LiveServer.OpenAsync();
        var (ann, bob, cy) = await PeopleAsync(mixed);
        var (ann2, bob2, cy2) = await PeopleAsync(plain);
        var from = await ann.SeqAsync();
        Assert.Equal(from, await ann2.SeqAsync());

        var answers = await Task.WhenAll(
            StreamAsync(mixed, ann, "a", new Random(seed)),
            StreamAsync(mixed, bob, "b", new Random(seed * 7)),
            SinglyAsync(cy, "c", new Random(seed * 11))
        );
        var all = answers.SelectMany(a => a).ToDictionary(a => a.Step.Mark, StringComparer.Ordinal);
        var events = await ann.EventsAsync(from);
        var order = events.Select(MarkOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        Assert.True(order.Count > Steps / 2, $"only {order.Count} changed anything");

        // Each sender's own order is kept.
        foreach (var who in (string[])["a", "b", "c"])
        {
            var numbers = order
                .Where(m => m.StartsWith(who, StringComparison.Ordinal))
                .Select(m => all[m].Step.Number)
                .ToList();
            Assert.Equal(numbers.Order(), numbers);
        }
        // What wrote something did so at the place of its event: sent by itself there, it does the same and is answered the same.
        foreach (var mark in order)
        {
            var (step, status, body) = all[mark];
            var caller = mark[0] switch
            {
                'a' => ann2,
                'b' => bob2,
                _ => cy2,
            };
            var alone = await caller.SendAsync(new HttpMethod(step.Method), step.Path, step.Body, step.Key);
            Assert.Equal((mark, status), (mark, (int)alone.Status));
            Assert.Equal(body, alone.Text);
        }
        Assert.Equal(events.Select(e => e.GetRawText()), (await ann2.EventsAsync(from)).Select(e => e.GetRawText()));
    }

    private static async Task<(TestCaller Ann, TestCaller Bob, TestCaller Cy)> PeopleAsync(LiveServer server)
    {
        var ann = await server.AddAsync("Ann", Roles.Manager);
        (await ann.PutAsync("/queues/crm", new { })).Is(201);
        var people = (ann, await server.AddAsync("bob", Roles.Agent), await server.AddAsync("cy", Roles.Support));
        for (var k = 0; k < 8; k++)
            await ann.CreateAsync("Item " + k.ToString(CultureInfo.InvariantCulture));
        return people;
    }

    /// <summary>One command, whose mark is in the event that it writes.</summary>
    private sealed record Step(int Number, string Mark, string Method, string Path, object? Body, string? Key);

    private sealed record Answered(Step Step, int Status, string Body);

    private static Step Draw(string who, int number, Random random)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{who}-{number}-");
        var item = "W-" + random.Next(1, 14).ToString(CultureInfo.InvariantCulture);
        var key = random.Next(3) == 0 ? "k" + mark : null;
        return random.Next(7) switch
        {
            0 => new Step(number, mark, "POST", "/items", new { queue = "crm", title = mark }, key),
            1 => new Step(
                number,
                mark,
                "POST",
                $"/items/{item}/notes",
                new
                {
                    text = mark,
                    to = "everyone",
                    kind = "note",
                },
                key
            ),
            2 => new Step(number, mark, "POST", $"/items/{item}/claim", new { run = mark }, key),
            3 => new Step(number, mark, "POST", "/queues/crm/claims", new { run = mark }, key),
            4 => new Step(number, mark, "POST", $"/items/{item}/park", new { why = mark }, key),
            5 => new Step(
                number,
                mark,
                "POST",
                $"/items/{item}/takeover",
                new
                {
                    run = mark,
                    why = mark,
                    force = true,
                },
                key
            ),
            _ => new Step(number, mark, "POST", $"/items/{item}/cancel", new { why = mark }, key),
        };
    }

    private static async Task<List<Answered>> StreamAsync(
        LiveServer server,
        TestCaller caller,
        string who,
        Random random
    )
    {
        await using var lines = await OpenAsync(server, caller.Key);
        var steps = Enumerable.Range(0, Steps).Select(k => Draw(who, k, random)).ToList();
        var answered = new List<Answered>();
        var reading = Task.Run(async () =>
        {
            for (var k = 0; k < Steps; k++)
            {
                var next = (await lines.NextAsync())!;
                var body = next.Body.ValueKind == JsonValueKind.Null ? "" : next.Body.GetRawText();
                answered.Add(new Answered(steps[next.Json.GetProperty("id").GetInt32()], next.Status, body));
            }
        });
        for (var k = 0; k < Steps; )
        {
            var text = "";
            for (var many = random.Next(1, 30); many > 0 && k < Steps; many--, k++)
                text += Line(k, steps[k].Method, steps[k].Path, steps[k].Body, steps[k].Key) + "\n";
            // Cut anywhere: a line may come in two parts.
            var cut = random.Next(1, text.Length);
            await lines.ChunkAsync(text[..cut]);
            await lines.ChunkAsync(text[cut..]);
        }
        await reading;
        return answered;
    }

    private static async Task<List<Answered>> SinglyAsync(TestCaller caller, string who, Random random)
    {
        var answered = new List<Answered>();
        for (var k = 0; k < Steps / 3; k++)
        {
            var step = Draw(who, k, random);
            var answer = await caller.SendAsync(new HttpMethod(step.Method), step.Path, step.Body, step.Key);
            answered.Add(new Answered(step, (int)answer.Status, answer.Text));
        }
        return answered;
    }

    // The mark of the command that wrote the event; null for what follows from one.
    private static string? MarkOf(JsonElement happened)
    {
        var text = JsonNode.Parse(happened.GetProperty("data").GetRawText())!.ToJsonString();
        var at = text.IndexOfAny(['a', 'b', 'c']);
        for (; at >= 0 && at < text.Length; at++)
        {
            if (text[at] is not ('a' or 'b' or 'c') || at + 1 >= text.Length || text[at + 1] != '-')
                continue;
            var end = at + 2;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            if (end > at + 2 && end < text.Length && text[end] == '-' && text[at - 1] == '"')
                return text[at..(end + 1)];
        }
        return null;
    }
}
