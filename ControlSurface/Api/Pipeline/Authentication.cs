using ControlSurface.Access;
using ControlSurface.Live;

namespace ControlSurface.Api.Pipeline;

/// <summary>The first step: who calls. The API looks at no cookie (API.md, Who calls).</summary>
internal static class Authentication
{
    /// <summary>The call with its caller; null where the key is missing or good for nothing.</summary>
    internal static async ValueTask<ApiCall?> IdentifyAsync(ApiCall call, LiveCaller? signedIn)
    {
        if (signedIn is not null)
        {
            return call with { Caller = signedIn.ToCaller(), Credential = signedIn.Credential, IsInProcess = true };
        }
        if (Bearer(call.Http.Request) is not { } key || await call.Host.Keys.VerifyAsync(key) is not { } verified)
            return null;
        return call with
        {
            Caller = new Caller(verified.Principal.Id, verified.Queues),
            Credential = Credential.OfKey(verified.KeyId),
        };
    }

    /// <summary>The key of the Authorization header; null where the header is missing, repeated or of another scheme.</summary>
    internal static string? Bearer(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { Length: > 7 and < 512 } value)
            return null;
        return value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;
    }
}
