using System.Text.Json.Nodes;
using ControlSurface.Demo.Scenes;
using static System.FormattableString;

namespace ControlSurface.Demo;

/// <summary>
/// A simulated agent that drafts, asks for a review, and applies what was approved: once, though it asks three times. In
/// turn it revises after the approval, which falls; and loses an answer half-way, so that nobody knows what happened.
/// </summary>
internal sealed class DemoDrafter(DemoClient client, int place, DemoPace pace, ILogger log)
{
    private static readonly string[] Large = ["large"];
    private int _turn;

    public async Task WorkAsync(CancellationToken stopping)
    {
        await pace.BetweenAsync(1, 3 + (6 * place), stopping);
        while (true)
        {
            var number = place + (Drafts.Drafters * _turn++);
            await DraftAsync(number, stopping);
            await pace.BetweenAsync(10, 20, stopping);
        }
    }

    private async Task DraftAsync(int number, CancellationToken stopping)
    {
        var draft = Drafts.At(number);
        var run = Invariant($"d{number:x}");
        var item = (
            await client.SayAsync(
                "items",
                new
                {
                    queue = Drafts.Queue,
                    title = draft.Title,
                    targets = new[] { draft.Target },
                    labels = number % 5 == 3 ? Large : [],
                },
                stopping
            )
        ).Value;
        if (item is null)
            return;
        var id = Text(item, "id");
        var grant = (await client.SayAsync($"items/{id}/claim", new { run }, stopping)).Value;
        if (grant?["lease"] is not JsonObject lease)
            return;
        var (leaseId, token) = (Text(lease, "id"), lease["token"]!.GetValue<long>());
        await client.SayAsync($"leases/{leaseId}/start", new { run, token }, stopping);
        await pace.BetweenAsync(3, 6, stopping);
        var artifact = (
            await client.SayAsync(
                "artifacts",
                new
                {
                    name = draft.Name,
                    itemId = id,
                    target = draft.Target,
                    contentType = draft.ContentType,
                    content = draft.First,
                    run,
                    token,
                    sources = new[] { new { target = draft.Source.Target, version = draft.Source.Version } },
                },
                stopping
            )
        ).Value;
        if (artifact is null)
            return;
        var work = new Work(draft, run, token, leaseId, Text(artifact, "id"), Invariant($"{draft.Kind}-{number}"));
        await client.SayAsync(
            $"leases/{leaseId}/checkpoints",
            new
            {
                run,
                token,
                summary = "Drafted from the record as it is now.",
                artifacts = new[] { new { id = work.Artifact, version = 1 } },
                validations = new[] { new { name = "Tone and amounts", outcome = "passed" } },
                nextStep = "Apply it once it is approved.",
            },
            stopping
        );
        if (!await ReviewAsync(work, version: 1, stopping))
            return;
        // Every third time the agent thinks again after the approval: it falls, and a person has to look once more.
        if (
            number % 3 == 1
            && await ReviseAsync(work, stopping) is { } newer
            && !await ReviewAsync(work, newer, stopping)
        )
            return;
        await ApplyAsync(work, losesAnswer: number % 4 == 2, stopping);
    }

    /// <summary>Prepares the action, asks, and waits for the word. True once the version is approved.</summary>
    private async Task<bool> ReviewAsync(Work work, int version, CancellationToken stopping)
    {
        while (true)
        {
            await client.PrepareAsync(
                Invariant($"{work.Action}-v{version}"),
                new
                {
                    kind = work.Draft.Kind,
                    target = work.Draft.Target,
                    artifactId = work.Artifact,
                    version,
                    summary = work.Draft.Claim,
                    run = work.Run,
                    token = work.Token,
                },
                stopping
            );
            var asked = await client.SayAsync(
                $"artifacts/{work.Artifact}/versions/{version}/review",
                new { run = work.Run, token = work.Token },
                stopping
            );
            if (!asked.IsOk)
                return false;
            var outcome = await HearAsync(work, version, stopping);
            log.PersonDid(Drafts.Agent, outcome ?? "heard nothing", work.Artifact, "");
            if (outcome == "approved")
                return true;
            if (outcome is null || await ReviseAsync(work, stopping) is not { } newer)
                return false;
            version = newer;
        }
    }

    // Waits without polling; a newer version that somebody else made ends the wait too.
    private async Task<string?> HearAsync(Work work, int version, CancellationToken stopping)
    {
        var path = $"artifacts/{work.Artifact}/versions/{version}/outcome?waitSeconds=55";
        for (var waited = 0; waited < 20; waited++)
        {
            var heard = (await client.LookAsync(path, stopping)).Value;
            if (heard?["outcome"]?.GetValue<string>() is { } outcome and not "pending")
                return outcome;
        }
        return null;
    }

    private async Task<int?> ReviseAsync(Work work, CancellationToken stopping)
    {
        await pace.BetweenAsync(5, 10, stopping);
        var now = (await client.LookAsync($"artifacts/{work.Artifact}?fields=version", stopping)).Value;
        if (now is null)
            return null;
        var version = now["version"]!.GetValue<int>();
        var published = await client.SayAsync(
            $"artifacts/{work.Artifact}/versions",
            new
            {
                baseVersion = version,
                content = version % 2 == 1 ? work.Draft.Second : work.Draft.First,
                run = work.Run,
                token = work.Token,
                note = "Checked against the record again.",
            },
            stopping
        );
        return published.Value?["version"]?.GetValue<int>();
    }

    private async Task ApplyAsync(Work work, bool losesAnswer, CancellationToken stopping)
    {
        await pace.BetweenAsync(2, 5, stopping);
        var now = (await client.LookAsync($"artifacts/{work.Artifact}?fields=version", stopping)).Value;
        var action = Invariant($"{work.Action}-v{now?["version"]?.GetValue<int>() ?? 1}");
        var body = new { run = work.Run, token = work.Token };
        var begun = (await client.SayAsync($"actions/{action}/begin", body, stopping)).Value;
        if (begun?["permit"]?.GetValue<string>() is not { } permit)
            return;
        await pace.BetweenAsync(3, 6, stopping);
        if (losesAnswer)
        {
            await client.SayAsync(
                $"actions/{action}/fail",
                new
                {
                    permit,
                    run = work.Run,
                    why = "The connection broke after the request was sent.",
                    effect = "unknown",
                },
                stopping
            );
            return;
        }
        // Three times, as a client does that loses answers: it is applied once.
        for (var k = 0; k < 3; k++)
            await client.SayAsync(
                $"actions/{action}/complete",
                new
                {
                    permit,
                    run = work.Run,
                    receipt = new { reference = action },
                    observedTargetVersion = "sent",
                },
                stopping
            );
        await client.SayAsync($"leases/{work.Lease}/complete", new { run = work.Run, token = work.Token }, stopping);
    }

    private static string Text(JsonObject from, string member) => from[member]!.GetValue<string>();

    private sealed record Work(Draft Draft, string Run, long Token, string Lease, string Artifact, string Action);
}
