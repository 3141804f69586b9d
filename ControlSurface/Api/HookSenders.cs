using System.Security.Cryptography;
using System.Text;
using ControlSurface.Webhooks;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Api;

/// <summary>
/// Finds the key of a sender that cannot set the header Authorization: in its address, or by the signature that it made with it
/// (GitHub's <c>X-Hub-Signature-256</c>). From there on the request is one with that key, with its rights, limits and end. The gate of
/// all workspaces reads keys and signatures by the same methods.
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

    /// <summary>The key that a sender that can set no <c>Authorization</c> names; null where it names none.</summary>
    internal static string? KeyIn(IQueryCollection query, IHeaderDictionary headers) =>
        query["secret"] is [{ Length: > 0 } named] ? named
        : headers["X-Gitlab-Token"] is [{ Length: > 0 } token] ? token
        : null;

    /// <summary>The signature of the body; null where there is none of the right form.</summary>
    internal static byte[]? SignatureIn(IHeaderDictionary headers)
    {
        if (
            headers[Signature] is not [{ } text]
            || text.Length != SignaturePrefix.Length + 2 * HMACSHA256.HashSizeInBytes
            || !text.StartsWith(SignaturePrefix, StringComparison.Ordinal)
        )
            return null;
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        return
            Convert.FromHexString(text.AsSpan(SignaturePrefix.Length), signature, out _, out _)
            == System.Buffers.OperationStatus.Done
            ? signature
            : null;
    }

    /// <summary>Takes the signature away: nothing that reads the request later checks it.</summary>
    internal static void RemoveSignature(IHeaderDictionary headers) => headers.Remove(Signature);

    /// <summary>The key with which the body was signed; null for none of them. All are tried, so that the time says nothing.</summary>
    internal static string? SignerOf(IReadOnlyList<string> keys, byte[] body, byte[] signature)
    {
        string? signer = null;
        foreach (var key in keys)
        {
            if (
                CryptographicOperations.FixedTimeEquals(
                    HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body),
                    signature
                )
            )
                signer ??= key;
        }
        return signer;
    }

    private static async Task<string?> KeyOfAsync(HttpContext http)
    {
        var request = http.Request;
        if (KeyIn(request.Query, request.Headers) is { } named)
            return named;
        return
            SignatureIn(request.Headers) is { } signature
            && request.RouteValues["source"] is string source
            && http.RequestServices.GetService<HookKeys>()?.Of(source) is { Count: > 0 } keys
            && await ReadAsync(http.Features.Get<IHttpRequestFeature>()!) is { } body
            ? SignerOf(keys, body, signature)
            : null;
    }

    /// <summary>
    /// The whole body, which is kept in memory for whoever reads it next; null where it is larger than what is taken anyway, or did not
    /// come whole.
    /// </summary>
    internal static async Task<byte[]?> ReadAsync(IHttpRequestFeature request)
    {
        if (request.Headers.ContentLength > ApiCall.LimitBytes)
            return null;
        var body = new MemoryStream();
        var part = new byte[16 * 1024];
        try
        {
            while (await request.Body.ReadAsync(part) is > 0 and var read)
            {
                if (body.Length + read > ApiCall.LimitBytes)
                    return null;
                body.Write(part, 0, read);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return null;
        }
        body.Position = 0;
        request.Body = body;
        return body.ToArray();
    }
}
