namespace ControlSurface.Api.Pipeline;

/// <summary>The header <c>Idempotency-Key</c> (API.md, Refusals).</summary>
internal static class IdempotencyKeys
{
    internal const string Header = "Idempotency-Key";
    private const int Longest = 128;

    /// <summary>Whether the request names a key.</summary>
    internal static bool IsNamed(ApiCall call) =>
        call.Line is { } line ? line.Key is not null : call.Http.Request.Headers.ContainsKey(Header);

    /// <summary>The key of the request: 1 to 128 printable ASCII characters. Null where there is none, or, with a fault, a malformed one.</summary>
    internal static string? Read(ApiCall call)
    {
        if (call.Line is { } line)
            return line.Key is not { } named ? null : Checked(call, "key", named);
        var header = call.Http.Request.Headers[Header];
        return header.Count == 0 ? null : Checked(call, Header, header.Count == 1 ? header[0] : null);
    }

    private static string? Checked(ApiCall call, string member, string? key)
    {
        if (key is { Length: > 0 and <= Longest } && key.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
            return key;
        call.Faults.Add(member, "must be 1 to 128 printable ASCII characters, once");
        return null;
    }
}
