using System.Text.Json;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>
/// API.md, <c>POST /hooks/{source}</c>: an outside system says in its own words that something of it changed. Where in its words the
/// target and its version are, the address says (JSON pointers, RFC 6901); what follows is what follows from
/// <c>POST /targets/changes</c>.
/// </summary>
internal static class HookEndpoints
{
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        new()
        {
            Id = "hook",
            Method = "POST",
            Pattern = "/hooks/{source}",
            Verb = Verb.ReportChange,
            Tag = "Webhooks",
            Summary =
                "Takes what an outside system sends when something of it changed. Its target is `source:` and what `target` leads to.",
            TakesBytes = true,
            Query =
            [
                new("target", "string", "JSON pointer to what changed; `/target` where left out."),
                new("version", "string", "JSON pointer to its version now; `/version` where left out."),
                new("by", "string", "JSON pointer to who changed it; `/by` where left out."),
                new("note", "string", "JSON pointer to a sentence about it; `/note` where left out."),
            ],
            Replies =
            [
                new(201, ApiJson.Of<TargetBody>(), "Noted, with what follows from it."),
                new(200, ApiJson.Of<TargetBody>(), "That was known already."),
            ],
            Handle = TakeAsync,
        },
    ];

    private static async Task TakeAsync(ApiCall call)
    {
        var bytes = await call.ReadBytesAsync(ApiCall.LimitBytes);
        if (bytes is null)
        {
            call.Faults.Add("body", "is too large");
            call.EdgeProblem = ToHttp.TooLarge(ApiCall.LimitBytes, call.Site);
            await call.SendAsync(call.Malformed());
            return;
        }
        var command = Read(call, bytes);
        await call.SendAsync(call.Faults.Any ? call.Malformed() : command!, bytes);
    }

    private static TargetCommand.Report? Read(ApiCall call, byte[] bytes)
    {
        JsonElement body;
        try
        {
            body = JsonSerializer.Deserialize(bytes, ApiJson.Of<JsonElement>());
        }
        catch (JsonException)
        {
            call.Faults.Add("body", "must be one JSON value");
            return null;
        }
        var target = At(call, body, "target", isNeeded: true);
        var version = At(call, body, "version", isNeeded: true);
        var source = call.Route("source");
        return new TargetCommand.Report(
            $"{source}:{target}",
            version ?? "",
            At(call, body, "by", isNeeded: false) ?? source,
            At(call, body, "note", isNeeded: false),
            At: null,
            CausedBy: null
        );
    }

    private static string? At(ApiCall call, JsonElement body, string name, bool isNeeded)
    {
        var pointer = call.Query(name) ?? "/" + name;
        if (!pointer.StartsWith('/'))
        {
            call.Faults.Add(name, "must be a JSON pointer, such as /repository/full_name");
            return null;
        }
        var found = Follow(body, pointer);
        var text =
            found?.ValueKind == JsonValueKind.String ? found.Value.GetString()
            : found?.ValueKind == JsonValueKind.Number ? found.Value.GetRawText()
            : null;
        if (text is null && (isNeeded || call.Query(name) is not null))
            call.Faults.Add(name, $"leads to no string or number in what was sent: {pointer}");
        return text;
    }

    private static JsonElement? Follow(JsonElement at, string pointer)
    {
        foreach (var part in pointer[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member))
                at = member;
            else if (
                at.ValueKind == JsonValueKind.Array
                && int.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var k)
                && k >= 0
                && k < at.GetArrayLength()
            )
                at = at[k];
            else
                return null;
        }
        return at;
    }
}
