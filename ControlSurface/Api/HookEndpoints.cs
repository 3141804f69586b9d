using System.Text;
using System.Text.Json;
using ControlSurface.Api.Bodies;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Workspaces;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlSurface.Api;

/// <summary>
/// API.md, <c>POST /hooks/{source}</c>: an outside system says in its own words that something of it changed. Where in its words the
/// target and its version are, the address says (JSON pointers, RFC 6901); what follows is what follows from
/// <c>POST /targets/changes</c>.
/// </summary>
internal static class HookEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [HookOperation];

    private static ApiOperation HookOperation =>
        new()
        {
            Id = "hook",
            Method = "POST",
            Pattern = "/hooks/{source}",
            Verb = Verb.ReportChange,
            Tag = "Webhooks",
            Summary =
                "Takes what an outside system sends when something of it changed: JSON, or a form whose `payload` is JSON. Its target is "
                + "`source:` and what `target` leads to. What says nothing of interest is answered 200 with `ignored`.",
            TakesBytes = true,
            Query =
            [
                new("target", "string", "JSON pointer to what changed; `/target` where left out."),
                new("version", "string", "JSON pointer to its version now; `/version` where left out."),
                new("by", "string", "JSON pointer to who changed it; `/by` where left out."),
                new("note", "string", "JSON pointer to a sentence about it; `/note` where left out."),
                new(
                    "at",
                    "string",
                    "JSON pointer to when it changed, RFC 3339 or seconds since 1970; `/at` where left out. What is older than what is known is history."
                ),
                new(
                    "branch",
                    "string",
                    "Of a push: the only branch that counts; the repository's default branch where left out."
                ),
                new("secret", "string", "A key, for a sender that can neither set a header nor sign."),
            ],
            Replies =
            [
                new(201, ApiJson.Of<TargetBody>(), "Noted, with what follows from it."),
                new(
                    200,
                    ApiJson.Of<TargetBody>(),
                    "That was known already; or `{ignored}`, with why, where it says nothing of interest."
                ),
            ],
            Before = HookSenders.IdentifyAsync,
            Handle = TakeAsync,
        };

    private static async Task<Answer> TakeAsync(ApiCall call)
    {
        var bytes = await RequestBody.ReadBytesAsync(call, ApiCall.LimitBytes);
        if (bytes is null)
        {
            call.Faults.Add("body", "is too large", ToHttp.TooLarge(ApiCall.LimitBytes, call.Site));
            return await call.SendAsync(call.Malformed());
        }
        var json = JsonOf(call, bytes);
        if (Parse(call, json) is not { } body)
            return await call.SendAsync(call.Malformed());
        if (!call.Faults.Any && HookReading.WhyIgnored(call, body) is { } why)
            return await call.ReadAsync(c => Answer.Ok(new IgnoredBody(why), ApiJson.Of<IgnoredBody>()));
        var command = HookReading.Read(call, body);
        return await call.SendAsync(call.Faults.Any ? call.Malformed() : command, json);
    }

    // GitHub sends a form unless told otherwise; some senders begin their JSON with a byte order mark.
    private static byte[] JsonOf(ApiCall call, byte[] bytes)
    {
        if (
            call.Http.Request.ContentType?.StartsWith(
                "application/x-www-form-urlencoded",
                StringComparison.OrdinalIgnoreCase
            ) == true
            && Payload(bytes) is { } payload
        )
            bytes = Encoding.UTF8.GetBytes(payload);
        return bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }

    private static string? Payload(byte[] form)
    {
        foreach (var pair in new QueryStringEnumerable(Encoding.UTF8.GetString(form)))
        {
            if (pair.DecodeName().Span is "payload")
                return pair.DecodeValue().ToString();
        }
        return null;
    }

    private static JsonElement? Parse(ApiCall call, byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ApiJson.Of<JsonElement>());
        }
        catch (JsonException)
        {
            call.Faults.Add("body", "must be one JSON value, or a form whose payload is one");
            return null;
        }
    }
}
