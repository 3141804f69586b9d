using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// The first answer, told again: all as it was, but <c>serverTime</c>, <c>expiresInSeconds</c> and
/// <c>leaseExpiresInSeconds</c>, which are of now (API.md, Refusals).
/// </summary>
internal static class Replays
{
    // Only what the server itself put there: a caller's own result may have members of the same names.
    private static readonly string[] Within = ["lease", "item", "results"];

    /// <summary>The first answer to a key, for a repeat of its request.</summary>
    internal static Answer AnswerOf(KeptAnswer first, DateTimeOffset now) =>
        Kept(first.Status, first.Body.Length == 0 ? first.Body : OfNow(first.Body, now), first.Location) with
        {
            IsReplay = true,
        };

    /// <summary>
    /// An answer from bytes that were kept. The first answer to a key and each repeat have the same type and headers: all of them
    /// follow from what is kept.
    /// </summary>
    internal static Answer Kept(int status, byte[] body, string? location)
    {
        if (body.Length == 0)
            return new Answer(status);
        var isRefused = status >= StatusCodes.Status400BadRequest;
        return new Answer(
            status,
            new AnswerBody.Bytes(body, isRefused ? "application/problem+json" : "application/json")
        )
        {
            Location = location,
            RetryAfter = isRefused ? ToHttp.RetryAfterOf(body) : null,
        };
    }

    /// <summary>
    /// The outcome, or a refusal in its place: a kept answer is for a caller who could make the request now and may see what is in it
    /// (DESIGN.md, 13).
    /// </summary>
    internal static async ValueTask<Outcome> PermittedAsync(ApiCall call, Outcome outcome, Command command)
    {
        if (outcome.Replayed is not { } first)
            return outcome;
        var refusal = call.Host.Engine.Picture.Read(at => at.MayMake(command, call.Caller));
        if (refusal is null && call.Scope.IsLimited)
        {
            // Archived items are read from disk. Other answers wait for the thread that the engine handed this outcome to.
            await Task.Yield();
            if (!IsSeen(first.Body, call.Scope, call.Host))
                refusal = call.Scope.Outside(queue: null);
        }
        return refusal is null ? outcome : outcome with { Replayed = null, Refusal = refusal };
    }

    /// <summary>The kept body with the members that are of the moment.</summary>
    internal static byte[] OfNow(byte[] body, DateTimeOffset now)
    {
        if (JsonNode.Parse(body) is not JsonObject first)
            return body;
        Refresh(first, now);
        using var stream = new MemoryStream(body.Length + 16);
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream, JsonBytes.Writing))
            first.WriteTo(writer);
        return stream.ToArray();
    }

    /// <summary>Whether all that a kept answer names is in queues of the scope: whoever narrowed a key since narrows what it hears.</summary>
    internal static bool IsSeen(byte[] body, Scope scope, ApiHost host)
    {
        if (body.Length == 0)
            return true;
        using var document = JsonDocument.Parse(body);
        return IsSeen(document.RootElement, scope, host);
    }

    private static bool IsSeen(JsonElement value, Scope scope, ApiHost host)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (
                        member.NameEquals("queue"u8) && member.Value.ValueKind == JsonValueKind.String
                            ? !scope.Sees(member.Value.GetString())
                            : !IsSeen(member.Value, scope, host)
                    )
                        return false;
                }
                return true;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    if (!IsSeen(element, scope, host))
                        return false;
                }
                return true;
            case JsonValueKind.String:
                return IsSeen(value.GetString()!, scope, host);
            default:
                return true;
        }
    }

    // Only what is an id as a whole: words that mention one were written by somebody who saw it.
    private static bool IsSeen(string text, Scope scope, ApiHost host)
    {
        if (text.Length is < 3 or > 12 || text[1] != '-')
            return true;
        if (ItemId.TryParse(text, out var item))
            return host.FindItem(item) is not { } view || scope.Sees(view.Item.Queue);
        if (LeaseId.TryParse(text, out var lease))
            return host.FindItemOf(lease) is not { } view || scope.Sees(view.Item.Queue);
        return host.Engine.Picture.Read(at =>
            ArtifactId.TryParse(text, out var a) ? at.FindArtifact(a) is not { } artifact || scope.Sees(artifact.Queue)
            : ConflictId.TryParse(text, out var c)
                ? at.FindConflict(c) is not { } conflict || scope.Sees(at.QueueOf(conflict))
            : !ReviewId.TryParse(text, out var r)
                || at.FindReviewed(r) is not { } reviewed
                || scope.Sees(reviewed.Queue)
        );
    }

    private static void Refresh(JsonObject value, DateTimeOffset now)
    {
        if (value.ContainsKey("serverTime"))
            value["serverTime"] = now.UtcDateTime.ToString(InstantConverter.Format, CultureInfo.InvariantCulture);
        if (value["expiresInSeconds"] is not null)
            value["expiresInSeconds"] = Left(value, now);
        if (value["leaseExpiresInSeconds"] is not null && value["lease"] is JsonObject lease)
            value["leaseExpiresInSeconds"] = Left(lease, now);
        foreach (var name in Within)
        {
            if (value[name] is JsonObject below)
                Refresh(below, now);
            else if (value[name] is JsonArray list)
                foreach (var element in list.OfType<JsonObject>())
                    Refresh(element, now);
        }
    }

    private static JsonNode? Left(JsonObject lease, DateTimeOffset now)
    {
        if ((string?)lease["state"] is "stale" or "ended")
            return 0;
        return InstantConverter.TryRead((string?)lease["expiresAt"], out var end)
            ? JsonValue.Create(LeaseBody.SecondsUntil(end, now))
            : null;
    }
}
