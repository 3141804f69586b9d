using System.Text.Json.Nodes;
using ControlSurface.Demo.Scenes;
using static System.FormattableString;

namespace ControlSurface.Demo;

/// <summary>
/// One agent and two people on the same pages, in each way in which that collides, in turn: two edits that go together, two
/// that contradict each other, a source that changed, something that was done by hand, a write after a takeover, one action
/// under two names, and something else found outside than was meant. Kept to a few open collisions: the oldest is settled.
/// </summary>
internal sealed class DemoClash(DemoClient agent, DemoClient editor, DemoClient support, DemoPace pace, ILogger log)
{
    private const int MostOpen = 9;
    private int _turn;

    public async Task WorkAsync(CancellationToken stopping)
    {
        await pace.BetweenAsync(2, 5, stopping);
        while (true)
        {
            var number = _turn++;
            if (await BeginAsync(number, stopping) is { } work)
                await CollideAsync(number, work, stopping);
            await SettleAsync(stopping);
            await pace.BetweenAsync(12, 20, stopping);
        }
    }

    private Task CollideAsync(int number, Work work, CancellationToken stopping) =>
        (number % 7) switch
        {
            0 => EditsAsync(work, Clashes.Text(number, days: 60), stopping),
            1 => ChangesAsync(work, Clashes.Rules(number), "The rules were changed on Monday.", stopping),
            2 => OutlivesAsync(work, stopping),
            3 => EditsAsync(work, Clashes.Text(number, refund: "3 working days"), stopping),
            4 => ChangesAsync(work, work.Target, "Answered by phone and put right by hand.", stopping),
            5 => DoublesAsync(work, stopping),
            _ => DiffersAsync(work, stopping),
        };

    private async Task<Work?> BeginAsync(int number, CancellationToken stopping)
    {
        var run = Invariant($"b{number + 0x41:x}");
        var target = Clashes.Target(number);
        var item = await SayAsync(
            agent,
            "items",
            new
            {
                queue = Clashes.Queue,
                title = $"Bring {Clashes.Name(number)} up to date",
                targets = new[] { target },
            },
            stopping
        );
        if (item is null)
            return null;
        var id = Text(item, "id");
        // A short lease where the story is about outliving it.
        var claim = number % 7 == 2 ? (object)new { run, leaseSeconds = 8 } : new { run };
        if ((await SayAsync(agent, $"items/{id}/claim", claim, stopping))?["lease"] is not JsonObject lease)
            return null;
        var (leaseId, token) = (Text(lease, "id"), lease["token"]!.GetValue<long>());
        await SayAsync(agent, $"leases/{leaseId}/start", new { run, token }, stopping);
        var artifact = await SayAsync(
            agent,
            "artifacts",
            new
            {
                name = Clashes.Name(number),
                itemId = id,
                target,
                contentType = "text/plain",
                content = Clashes.Text(number),
                run,
                token,
                sources = new[] { new { target = Clashes.Rules(number), version = "1" } },
            },
            stopping
        );
        return artifact is null ? null : new Work(id, run, token, leaseId, Text(artifact, "id"), target, number);
    }

    // The person saves first; the agent still has the version before in hand.
    private async Task EditsAsync(Work work, string proposed, CancellationToken stopping)
    {
        var edited = Clashes.Text(work.Number, keep: "Keep the proof of posting. ", refund: "5 working days");
        await SayAsync(
            editor,
            $"artifacts/{work.Artifact}/versions",
            new
            {
                baseVersion = 1,
                content = edited,
                note = "Proof of posting, and what the bank told us.",
            },
            stopping
        );
        await pace.BetweenAsync(3, 6, stopping);
        await PublishAsync(work, proposed, stopping);
        await ReleaseAsync(work, stopping);
    }

    private async Task ChangesAsync(Work work, string target, string note, CancellationToken stopping)
    {
        await pace.BetweenAsync(3, 6, stopping);
        await SayAsync(
            editor,
            "targets/changes",
            new
            {
                target,
                version = "2",
                note,
            },
            stopping
        );
    }

    // The agent is away for longer than its lease; somebody takes over; then it writes.
    private async Task OutlivesAsync(Work work, CancellationToken stopping)
    {
        await pace.BetweenAsync(10, 12, stopping);
        var taken = await SayAsync(
            support,
            $"items/{work.Item}/takeover",
            new { why = "Nobody has been heard of for a while." },
            stopping
        );
        if (taken?["lease"] is not JsonObject lease)
            return;
        await PublishAsync(work, Clashes.Text(work.Number, days: 45), stopping);
        await pace.BetweenAsync(2, 4, stopping);
        await SayAsync(
            support,
            $"leases/{Text(lease, "id")}/release",
            new { token = lease["token"]!.GetValue<long>(), note = "Back to the queue." },
            stopping
        );
    }

    private async Task DoublesAsync(Work work, CancellationToken stopping)
    {
        if (await ApplyAsync(work, "first", stopping) is { } permit)
            await SayAsync(
                agent,
                $"actions/{Action(work, "first")}/complete",
                new
                {
                    permit,
                    run = work.Run,
                    receipt = new { page = work.Target },
                },
                stopping
            );
        await pace.BetweenAsync(2, 4, stopping);
        await ApplyAsync(work, "again", stopping);
        await ReleaseAsync(work, stopping);
    }

    private async Task DiffersAsync(Work work, CancellationToken stopping)
    {
        if (await ApplyAsync(work, "first", stopping) is not { } permit)
            return;
        await SayAsync(
            agent,
            $"actions/{Action(work, "first")}/fail",
            new
            {
                permit,
                run = work.Run,
                why = "The connection broke after the request was sent.",
                effect = "unknown",
            },
            stopping
        );
        await pace.BetweenAsync(3, 6, stopping);
        await SayAsync(
            editor,
            $"actions/{Action(work, "first")}/verify",
            new
            {
                applied = true,
                contentHash = "sha256:" + new string('7', 64),
                note = "The page is there, with another text.",
            },
            stopping
        );
        await ReleaseAsync(work, stopping);
    }

    private async Task<string?> ApplyAsync(Work work, string name, CancellationToken stopping)
    {
        await agent.PrepareAsync(
            Action(work, name),
            new
            {
                kind = "publish_page",
                target = work.Target,
                itemId = work.Item,
                artifactId = work.Artifact,
                version = 1,
                run = work.Run,
                token = work.Token,
            },
            stopping
        );
        var begun = await SayAsync(
            agent,
            $"actions/{Action(work, name)}/begin",
            new { run = work.Run, token = work.Token },
            stopping
        );
        return begun?["permit"]?.GetValue<string>();
    }

    private Task PublishAsync(Work work, string content, CancellationToken stopping) =>
        SayAsync(
            agent,
            $"artifacts/{work.Artifact}/versions",
            new
            {
                baseVersion = 1,
                content,
                run = work.Run,
                token = work.Token,
            },
            stopping
        );

    private Task ReleaseAsync(Work work, CancellationToken stopping) =>
        SayAsync(agent, $"leases/{work.Lease}/release", new { run = work.Run, token = work.Token }, stopping);

    // Visitors settle what they like; what nobody settles does not pile up.
    private async Task SettleAsync(CancellationToken stopping)
    {
        var open = (await editor.LookAsync($"conflicts?state=open&queue={Clashes.Queue}", stopping)).Value;
        if (open?["items"] is not JsonArray { Count: > MostOpen } conflicts || conflicts[0] is not JsonObject oldest)
            return;
        var settled = await editor.SayAsync(
            $"conflicts/{Text(oldest, "id")}/resolve",
            new
            {
                resolution = Text((JsonObject)oldest["safestNextStep"]!, "code"),
                seenSeq = oldest["seq"]!.GetValue<long>(),
                note = "Nobody objected for a while: the safest step.",
            },
            stopping
        );
        log.PersonDid(Clashes.Editor, "settled", Text(oldest, "id"), settled.Code);
    }

    private static string Action(Work work, string name) => Invariant($"publish-{work.Number}-{name}");

    private static async Task<JsonObject?> SayAsync(
        DemoClient who,
        string path,
        object body,
        CancellationToken stopping
    ) => (await who.SayAsync(path, body, stopping)).Value;

    private static string Text(JsonObject from, string member) => from[member]!.GetValue<string>();

    private sealed record Work(
        string Item,
        string Run,
        long Token,
        string Lease,
        string Artifact,
        string Target,
        int Number
    );
}
