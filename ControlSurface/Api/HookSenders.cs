using System.Security.Cryptography;
using System.Text;
using ControlSurface.Webhooks;

namespace ControlSurface.Api;

/// <summary>
/// Finds the key of a sender that cannot set the header Authorization: in its address, or by the signature that it made with it
/// (GitHub's <c>X-Hub-Signature-256</c>). From there on the request is one with that key, with its rights, limits and end.
/// </summary>
internal static class HookSenders
{
    private const string Signature = "X-Hub-Signature-256";
    private const string SignaturePrefix = "sha256=";
    private const string DeliveryId = "X-GitHub-Delivery";
    private const string IdempotencyKey = "Idempotency-Key";

    /// <summary>Puts the key that was found into the request, and the id of the delivery as its idempotency key.</summary>
    internal static async Task IdentifyAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        if (headers.Authorization.Count == 0 && await KeyOfAsync(http) is { } key)
            headers.Authorization = "Bearer " + key;
        // The same delivery again is the same request again.
        if (!headers.ContainsKey(IdempotencyKey) && headers[DeliveryId] is [{ Length: > 0 and < 100 } id])
            headers[IdempotencyKey] = "delivery " + id;
    }

    private static async Task<string?> KeyOfAsync(HttpContext http)
    {
        if (http.Request.Query["secret"] is [{ Length: > 0 } named])
            return named;
        if (http.Request.Headers["X-Gitlab-Token"] is [{ Length: > 0 } token])
            return token;
        if (
            http.Request.Headers[Signature] is not [{ } text]
            || !text.StartsWith(SignaturePrefix, StringComparison.Ordinal)
            || http.Request.RouteValues["source"] is not string source
            || http.RequestServices.GetService<HookKeys>()?.Of(source) is not { Count: > 0 } keys
        )
            return null;
        byte[] signature;
        try
        {
            signature = Convert.FromHexString(text.AsSpan(SignaturePrefix.Length));
        }
        catch (FormatException)
        {
            return null;
        }
        if (await ReadAsync(http.Request) is not { } body)
            return null;
        return keys.FirstOrDefault(key =>
            CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body), signature)
        );
    }

    // Kept for whoever reads it next; null where it is larger than what is taken anyway.
    private static async Task<byte[]?> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > ApiCall.LimitBytes)
            return null;
        request.EnableBuffering(bufferThreshold: ApiCall.LimitBytes, bufferLimit: ApiCall.LimitBytes + 1);
        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        }
        catch (IOException)
        {
            return null;
        }
        request.Body.Position = 0;
        return body.ToArray();
    }
}
