using System.Globalization;
using System.Text.Json;
using ControlSurface.Core.Principals;
using Server.Tests.Api;
using Xunit.Abstractions;

namespace Server.Tests.Field;

/// <summary>DESIGN.md 4 and 5 where calls meet in the same write.</summary>
[Collection(Alone.Name)]
public sealed class Decisions_actions_and_versions_that_race(ITestOutputHelper output)
{
    private const int Artifacts = 400;
    private const int Rounds = 25;
    private const int Batch = 40;

    [Fact]
    public async Task Approve_races_publish_10_000_times_and_no_valid_approval_ever_stands_beside_a_newer_version()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var mia = await server.AddAsync("Mia", Roles.Manager);
        var rae = await server.AddAsync("Rae", Roles.Reviewer);
        using var writer = await Wire.OpenAsync(server.Address, mia.Key);
        using var reviewer = await Wire.OpenAsync(server.Address, rae.Key);
        for (var k = 1; k <= Artifacts; k++)
            writer.Post("/artifacts", $$"""{"name":"draft {{k}}","contentType":"text/plain","content":"{{k}} v1"}""");
        for (var k = 1; k <= Artifacts; k++)
            Assert.Equal(201, (await writer.ReadAsync()).Status);
        var (random, approved, late) = (new Random(4), 0, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            for (var from = 1; from <= Artifacts; from += Batch)
            {
                var shown = new List<string>();
                for (var k = from; k < from + Batch; k++)
                    reviewer.Get($"/artifacts/A-{k}/versions/{round}/consequences?fields=contentHash,consequencesHash");
                for (var k = from; k < from + Batch; k++)
                    shown.Add((await reviewer.ReadAsync()).Body);
                // Both sides are sent without waiting, the versions ahead by a number that differs each time: a version's
                // content goes to disk before its write, so that neither side would win without it.
                var order = Enumerable.Range(from, Batch).OrderBy(_ => random.Next()).ToList();
                var ahead = random.Next(Batch);
                for (var k = 0; k < Batch + ahead; k++)
                {
                    if (k < Batch)
                        Publish(order[k]);
                    if (k >= ahead)
                        Approve(order[k - ahead]);
                }

                void Approve(int k)
                {
                    var seen = JsonElement.Parse(shown[k - from]);
                    reviewer.Post(
                        $"/artifacts/A-{k}/versions/{round}/decisions",
                        JsonSerializer.Serialize(
                            new
                            {
                                decision = "approve",
                                contentHash = seen.GetProperty("contentHash").GetString(),
                                consequencesHash = seen.GetProperty("consequencesHash").GetString(),
                            }
                        )
                    );
                }

                void Publish(int k) =>
                    writer.Post(
                        $"/artifacts/A-{k}/versions",
                        $$"""{"baseVersion":{{round}},"content":"{{k}} v{{round + 1}}"}"""
                    );

                for (var k = 0; k < Batch; k++)
                {
                    var (status, body) = await reviewer.ReadAsync();
                    if (status == 201)
                        approved++;
                    else
                        late += status == 409 && body.Contains("\"version_changed\"", StringComparison.Ordinal) ? 1 : 0;
                    Assert.Equal(201, (await writer.ReadAsync()).Status);
                }
            }
        }
        output.WriteLine(
            $"{Artifacts * Rounds} races: {approved} approvals came first, {late} heard that the version had changed"
        );
        Assert.Equal(Artifacts * Rounds, approved + late);
        Assert.True(approved > 100 && late > 100, $"{approved} approved, {late} late");
        CheckEverySeq(await mia.EventsAsync());
    }

    // At no seq may an approval be valid beside a newer version: it falls before that is there, in the same write.
    private static void CheckEverySeq(List<JsonElement> events)
    {
        var current = new Dictionary<string, int>();
        var valid = new Dictionary<string, (string Artifact, int Version)>();
        foreach (var happened in events)
        {
            var data = happened.GetProperty("data");
            switch (happened.GetProperty("type").GetString())
            {
                case "artifact.versionPublished":
                    var artifact = data.GetProperty("artifact").GetString()!;
                    current[artifact] = data.GetProperty("version").GetInt32();
                    Assert.DoesNotContain(valid, v => v.Value.Artifact == artifact);
                    break;
                case "approval.given":
                    var given = (data.GetProperty("artifact").GetString()!, data.GetProperty("version").GetInt32());
                    Assert.Equal(current[given.Item1], given.Item2);
                    valid[data.GetProperty("approval").GetString()!] = given;
                    break;
                case "approval.invalidated":
                    foreach (var id in data.GetProperty("approvals").EnumerateArray())
                        valid.Remove(id.GetString()!);
                    break;
            }
        }
    }

    [Fact]
    public async Task Begin_races_publish_and_nothing_ever_begins_on_what_is_not_current()
    {
        const int races = 400;
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var mia = await server.AddAsync("Mia", Roles.Manager);
        var rae = await server.AddAsync("Rae", Roles.Reviewer);
        using var writer = await Wire.OpenAsync(server.Address, mia.Key);
        using var beginner = await Wire.OpenAsync(server.Address, mia.Key);
        for (var k = 1; k <= races; k++)
        {
            var content = new
            {
                name = $"draft {k}",
                contentType = "text/plain",
                content = $"{k} v1",
            };
            (await mia.PostAsync("/artifacts", content)).Is(201);
            (
                await mia.PutAsync(
                    $"/actions/send-{k}",
                    new
                    {
                        kind = "send",
                        target = $"mail:{k}",
                        artifactId = $"A-{k}",
                    }
                )
            ).Is(201);
            var shown = (await rae.GetAsync($"/artifacts/A-{k}/versions/1/consequences")).Is(200);
            var approve = new
            {
                decision = "approve",
                contentHash = shown["contentHash"].GetString(),
                consequencesHash = shown["consequencesHash"].GetString(),
            };
            (await rae.PostAsync($"/artifacts/A-{k}/versions/1/decisions", approve)).Is(201);
        }
        var (random, went, superseded) = (new Random(6), 0, 0);
        foreach (var k in Enumerable.Range(1, races))
        {
            void Publish() => writer.Post($"/artifacts/A-{k}/versions", $$"""{"baseVersion":1,"content":"{{k}} v2"}""");
            void Begin() => beginner.Post($"/actions/send-{k}/begin", "{}");
            var first = random.Next(2) == 0;
            (first ? (Action)Begin : Publish)();
            (first ? (Action)Publish : Begin)();
        }
        for (var k = 1; k <= races; k++)
        {
            Assert.Equal(201, (await writer.ReadAsync()).Status);
            var outcome = JsonElement.Parse((await beginner.ReadAsync()).Body).GetProperty("outcome").GetString();
            went += outcome == "go" ? 1 : 0;
            superseded += outcome == "superseded" ? 1 : 0;
        }
        output.WriteLine($"{races} races: {went} began before, {superseded} were superseded");
        Assert.Equal(races, went + superseded);
        var current = new Dictionary<string, int>();
        foreach (var happened in await mia.EventsAsync())
        {
            var data = happened.GetProperty("data");
            if (happened.GetProperty("type").GetString() == "artifact.versionPublished")
                current[data.GetProperty("artifact").GetString()!] = data.GetProperty("version").GetInt32();
            if (happened.GetProperty("type").GetString() == "action.begun")
                Assert.Equal(1, current["A-" + data.GetProperty("action").GetString()![5..]]);
        }
    }

    [Fact]
    public async Task Of_64_callers_that_begin_at_once_one_is_let_through()
    {
        const int callers = 64;
        const int rounds = 50;
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var mia = await server.AddAsync("Mia", Roles.Manager);
        var wires = new List<Wire>();
        try
        {
            for (var k = 0; k < callers; k++)
                wires.Add(await Wire.OpenAsync(server.Address, (await server.AddAsync($"agent {k}", Roles.Agent)).Key));
            var told = new SortedDictionary<string, int>(StringComparer.Ordinal);
            for (var round = 1; round <= rounds; round++)
            {
                (await mia.PutAsync($"/actions/act-{round}", new { kind = "ping", target = $"host:{round}" })).Is(201);
                foreach (var wire in wires)
                    wire.Post($"/actions/act-{round}/begin", "{}");
                var went = 0;
                foreach (var wire in wires)
                {
                    var outcome = JsonElement.Parse((await wire.ReadAsync()).Body).GetProperty("outcome").GetString()!;
                    told[outcome] = told.GetValueOrDefault(outcome) + 1;
                    went += outcome == "go" ? 1 : 0;
                }
                Assert.Equal(1, went);
            }
            output.WriteLine(
                $"{rounds} rounds of {callers}: {string.Join(", ", told.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Value} {t.Key}")))}"
            );
            Assert.Equal(rounds, told["go"]);
            Assert.Equal(rounds * (callers - 1), told["in_progress"]);
        }
        finally
        {
            foreach (var wire in wires)
                wire.Dispose();
        }
    }
}
