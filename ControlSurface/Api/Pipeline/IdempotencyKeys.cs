namespace ControlSurface.Api.Pipeline;

/// <summary>The header <c>Idempotency-Key</c> (API.md, Refusals).</summary>
internal static class IdempotencyKeys
{
    private const string Header = "Idempotency-Key";
    private const int Longest = 128;

    /// <summary>The key of the request: 1 to 128 printable ASCII characters. Null where there is none, or, with a fault, a malformed one.</summary>
    internal static string? Read(ApiCall call)
    {
        var header = call.Http.Request.Headers[Header];
        if (header.Count == 0)
            return null;
        if (
            header.Count == 1
            && header[0] is { Length: > 0 and <= Longest } key
            && key.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0
        )
            return key;
        call.Faults.Add(Header, "must be 1 to 128 printable ASCII characters, once");
        return null;
    }
}
