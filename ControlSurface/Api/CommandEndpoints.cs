using ControlSurface.Api.Lines;

namespace ControlSurface.Api;

/// <summary>API.md, Settled since, Many commands: a stream of them on one connection.</summary>
internal static class CommandEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [SendCommandsOperation];

    private static ApiOperation SendCommandsOperation =>
        new()
        {
            Id = "sendCommands",
            Method = "POST",
            Pattern = "/commands",
            Verb = Verb.Read,
            Tag = "Commands",
            Summary =
                "Many calls on one connection: each line of the body is one, `{id, method, path, key?, body?}`, decided in its turn as the request that "
                + "it stands for, with a `key` as its `Idempotency-Key`. Each is answered on a line `{id, status, body}`, and `headers` where it has "
                + "any, as soon as it is on disk: answers may come in another order than lines. At most 1,000 are under way: read while you "
                + "write. What waits, uploads or streams is answered 400 on its line.",
            TakesLines = true,
            Replies = [new(200, null, "One line of JSON for each line, as it is decided.")],
            Codes = ["unsupported_media_type", "rate_limited", "unavailable"],
            Handle = call => call.ReadAsync(CommandStream.Open),
        };
}
