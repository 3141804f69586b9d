using System.Text.Json.Nodes;
using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>
/// A simulated reviewer: leaves what is new to whoever is looking, and decides on what has waited for a while. Now and then
/// she asks for changes, corrects a draft herself, or looks in the real system where an answer was lost.
/// </summary>
internal sealed class DemoReviewer(DemoClient client, DemoPace pace, Random random, TimeProvider time, ILogger log)
{
    private const int LeftToOthers = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public async Task WorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            await pace.BetweenAsync(12, 20, stopping);
            await DecideAsync(stopping);
            if (random.Next(3) == 0)
                await VerifyAsync(stopping);
        }
    }

    private async Task DecideAsync(CancellationToken stopping)
    {
        var open = (await client.LookAsync("reviews?state=open", stopping)).Value?["items"] as JsonArray ?? [];
        var waiting = open.OfType<JsonObject>()
            .Where(r => time.GetUtcNow() - Instant(r, "requestedAt") > Patience)
            .OrderBy(r => Instant(r, "requestedAt"))
            .ToList();
        if (open.Count <= LeftToOthers || waiting.Count == 0)
            return;
        var (artifact, version) = (Text(waiting[0], "artifactId"), waiting[0]["version"]!.GetValue<int>());
        var shown = (await client.LookAsync($"artifacts/{artifact}/versions/{version}/consequences", stopping)).Value;
        if (shown is null)
            return;
        var hash = Text(shown, "contentHash");
        object decision =
            random.Next(4) == 0
                ? new
                {
                    decision = "request_changes",
                    contentHash = hash,
                    comment = "Please check the amount and the dates against the record.",
                }
                : new
                {
                    decision = "approve",
                    contentHash = hash,
                    consequencesHash = Text(shown, "consequencesHash"),
                };
        var decided = await client.SayAsync($"artifacts/{artifact}/versions/{version}/decisions", decision, stopping);
        log.PersonDid(Drafts.Reviewer, "decided on", artifact, decided.Code);
    }

    // Whoever loses an answer leaves a doubt; somebody has to look.
    private async Task VerifyAsync(CancellationToken stopping)
    {
        var lost = (await client.LookAsync("actions?state=ambiguous", stopping)).Value?["items"] as JsonArray ?? [];
        if (lost.Count <= 1 || lost[0] is not JsonObject action)
            return;
        var verified = await client.SayAsync(
            $"actions/{Text(action, "id")}/verify",
            new { applied = random.Next(2) == 0, note = "Looked it up in the outbox." },
            stopping
        );
        log.PersonDid(Drafts.Reviewer, "verified", Text(action, "id"), verified.Code);
    }

    private static string Text(JsonObject from, string member) => from[member]!.GetValue<string>();

    private static DateTimeOffset Instant(JsonObject from, string member) => from[member]!.GetValue<DateTimeOffset>();
}
