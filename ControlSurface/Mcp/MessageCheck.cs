using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlSurface.Api;

namespace ControlSurface.Mcp;

/// <summary>
/// Looks at a message of a client before the protocol's library does, which answers "internal error" to what is only badly
/// written: half of a surrogate pair, or arguments that are no object. The caller hears what is wrong and where.
/// </summary>
internal static class MessageCheck
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int InvalidParams = -32602;

    /// <summary>Reads the body, and answers the request itself where it is badly written: then the result is false.</summary>
    internal static async Task<bool> PassAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
            return true;
        using var read = new MemoryStream();
        var buffer = new byte[16_384];
        int count;
        while ((count = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            read.Write(buffer, 0, count);
            if (read.Length <= ArtifactEndpoints.BodyLimit)
                continue;
            await ApiSetup.RefuseTooLargeAsync(http, ArtifactEndpoints.BodyLimit);
            return false;
        }
        var body = read.ToArray();
        if (FaultOf(body, out var id) is not var (code, message))
        {
            http.Request.Body = new MemoryStream(body, writable: false);
            return true;
        }
        await RefuseAsync(http, id, code, message);
        return false;
    }

    private static (int Code, string Message)? FaultOf(byte[] body, out JsonNode? id)
    {
        id = null;
        JsonElement message;
        try
        {
            message = JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return (ParseError, "The body is not one JSON value in UTF-8, or is nested too deeply.");
        }
        if (message.ValueKind != JsonValueKind.Object)
            return (InvalidRequest, "The body must be one JSON-RPC message, an object.");
        if (!BodyReader.IsText(message))
            return (InvalidParams, "A string holds half of a surrogate pair: send whole characters.");
        if (
            message.TryGetProperty("id", out var named)
            && named.ValueKind is JsonValueKind.Number or JsonValueKind.String
        )
            id = JsonNode.Parse(named.GetRawText());
        if (!message.TryGetProperty("method", out var method) || method.ValueKind != JsonValueKind.String)
            return null;
        if (!message.TryGetProperty("params", out var parameters) || parameters.ValueKind == JsonValueKind.Null)
            return null;
        if (parameters.ValueKind != JsonValueKind.Object)
            return (InvalidParams, "params must be an object.");
        if (method.GetString() != "tools/call")
            return null;
        if (!parameters.TryGetProperty("name", out var tool) || tool.ValueKind != JsonValueKind.String)
            return (InvalidParams, "params.name must be the name of a tool; tools/list says which there are.");
        return
            parameters.TryGetProperty("arguments", out var arguments)
            && arguments.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)
            ? (InvalidParams, "params.arguments must be an object of the tool's arguments.")
            : null;
    }

    private static async Task RefuseAsync(HttpContext http, JsonNode? id, int code, string message)
    {
        var answer = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id,
            ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
        };
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(
            Encoding.UTF8.GetBytes(answer.ToJsonString(ApiJson.Strict)),
            http.RequestAborted
        );
    }
}
