using System.Text.Json;
using ControlSurface.Core.Artifacts;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>A draft that an agent holds, with the people who decide on it: what most tests of approvals start from.</summary>
internal sealed record Desk(
    LiveServer Server,
    TestCaller Mia,
    TestCaller Bot,
    TestCaller Rae,
    TestCaller Ron,
    Held Held,
    string Artifact
)
{
    internal static async Task<Desk> OpenAsync(
        LiveServer server,
        object? policy = null,
        string content = "Dear Ann,\nwe refund 42 EUR.\nRegards\n"
    )
    {
        var (mia, bot, _, _) = await server.StaffAsync(policy);
        return await OnAsync(server, mia, bot, content);
    }

    /// <summary>The same where the staff is there already.</summary>
    internal static async Task<Desk> OnAsync(
        LiveServer server,
        TestCaller mia,
        TestCaller bot,
        string content = "Dear Ann,\nwe refund 42 EUR.\nRegards\n"
    )
    {
        var rae = await server.AddAsync("Rae", Roles.Reviewer);
        var ron = await server.AddAsync("Ron", Roles.Reviewer);
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        var made = await bot.PostAsync(
            "/artifacts",
            new
            {
                name = "Reply to ticket 88213",
                itemId = held.Item,
                target = "mail:ann",
                contentType = "text/plain",
                content,
                sources = new[] { new { target = "crm:ann", version = "1" } },
                run = held.Run,
                token = held.Token,
            }
        );
        return new Desk(server, mia, bot, rae, ron, held, made.Is(201)["id"].GetString()!);
    }

    internal static string HashOf(string content) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(content));

    internal Task<Answer> PublishAsync(string content, int baseVersion, Held? under = null) =>
        (under ?? Held).Holder.PostAsync(
            $"/artifacts/{Artifact}/versions",
            new
            {
                baseVersion,
                content,
                run = (under ?? Held).Run,
                token = (under ?? Held).Token,
            }
        );

    internal Task<Answer> PrepareAsync(string id = "send-1", string? expected = null, int? version = null) =>
        Bot.PutAsync(
            $"/actions/{id}",
            new
            {
                kind = "send_reply",
                target = "mail:ann",
                artifactId = Artifact,
                version,
                expectedTargetVersion = expected,
                run = Held.Run,
                token = Held.Token,
            }
        );

    internal Task<Answer> AskAsync(params string[] reviewers) =>
        Bot.PostAsync(
            $"/artifacts/{Artifact}/versions/{1}/review",
            new
            {
                run = Held.Run,
                token = Held.Token,
                reviewers,
            }
        );

    /// <summary>Reads what approving would do and approves that.</summary>
    internal async Task<Answer> ApproveAsync(TestCaller by, int version = 1, string? comment = null)
    {
        var shown = (await by.GetAsync($"/artifacts/{Artifact}/versions/{version}/consequences")).Is(200);
        return await DecideAsync(
            by,
            version,
            new
            {
                decision = "approve",
                contentHash = shown["contentHash"].GetString(),
                consequencesHash = shown["consequencesHash"].GetString(),
                comment,
            }
        );
    }

    internal Task<Answer> DecideAsync(TestCaller by, int version, object decision) =>
        by.PostAsync($"/artifacts/{Artifact}/versions/{version}/decisions", decision);

    internal Task<Answer> BeginAsync(string id = "send-1", TestCaller? by = null, string? idempotencyKey = null) =>
        (by ?? Bot).PostAsync($"/actions/{id}/begin", new { run = Held.Run, token = Held.Token }, idempotencyKey);

    internal Task<Answer> CompleteAsync(string permit, string id = "send-1", string? idempotencyKey = null) =>
        Bot.PostAsync(
            $"/actions/{id}/complete",
            new
            {
                permit,
                run = Held.Run,
                receipt = new { messageId = 7 },
            },
            idempotencyKey
        );

    internal async Task<string> ApprovalAsync() =>
        (await Mia.GetAsync($"/artifacts/{Artifact}/approvals")).Is(200)["state"].GetString()!;

    internal async Task<string> ActionAsync(string id = "send-1") =>
        (await Mia.GetAsync($"/actions/{id}")).Is(200)["state"].GetString()!;

    internal async Task<JsonElement> ArtifactAsync() => (await Mia.GetAsync($"/artifacts/{Artifact}")).Is(200).Json;

    internal async Task<List<JsonElement>> ConflictsAsync() =>
        [.. (await Mia.GetAsync("/conflicts")).Is(200)["items"].EnumerateArray()];
}
