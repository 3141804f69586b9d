using System.Globalization;
using System.Text.Json.Nodes;
using ControlSurface.Api.Bodies;

namespace ControlSurface.Api;

/// <summary>
/// The first answer, told again: all as it was, but <c>serverTime</c>, <c>expiresInSeconds</c> and
/// <c>leaseExpiresInSeconds</c>, which are of now (API.md, Refusals).
/// </summary>
internal static class Replays
{
    // Only what the server itself put there: a caller's own result may have members of the same names.
    private static readonly string[] Within = ["lease", "item", "results"];

    internal static byte[] OfNow(byte[] body, DateTimeOffset now)
    {
        if (JsonNode.Parse(body) is not JsonObject first)
            return body;
        Refresh(first, now);
        using var stream = new MemoryStream(body.Length + 16);
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream, ApiJson.Writing))
            first.WriteTo(writer);
        return stream.ToArray();
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
