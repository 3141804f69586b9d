using System.Security.Cryptography;
using System.Text;
using ControlSurface.Access;
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

    // Most of what is sent is smaller, and waits for nobody.
    private const int SmallBytes = 64 * 1024;

    // A sender of much that is slower keeps others of its network waiting, or of its proxy.
    private static readonly TimeSpan BodyWithin = TimeSpan.FromSeconds(20);

    // At most 64 MiB, and what the buffers that grow take besides.
    private static readonly UnprovedBodies Unproved = new(mostOfOne: 16, mostOfAll: 64);

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
    private static string? SignerOf(IReadOnlyList<string> keys, ReadOnlySpan<byte> body, byte[] signature)
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
            ? await SignerOfAsync(http.Features, keys, signature)
            : null;
    }

    /// <summary>
    /// The key with which the body of the request was signed; null for none of them, and for a body that is larger than what is taken
    /// anyway or does not come whole. It is kept in memory for whoever reads it next.
    /// </summary>
    internal static async Task<string?> SignerOfAsync(
        IFeatureCollection features,
        IReadOnlyList<string> keys,
        byte[] signature
    )
    {
        var request = features.Get<IHttpRequestFeature>()!;
        if (request.Headers.ContentLength > ApiCall.LimitBytes)
            return null;
        var gone = features.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? CancellationToken.None;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(gone);
        patience.CancelAfter(BodyWithin);
        var body = new MemoryStream();
        var part = new byte[16 * 1024];
        IDisposable? place = null;
        try
        {
            while (await request.Body.ReadAsync(part, patience.Token) is > 0 and var read)
            {
                if (body.Length + read > ApiCall.LimitBytes)
                    return null;
                if (place is null && body.Length + read > SmallBytes)
                {
                    patience.CancelAfter(Timeout.InfiniteTimeSpan);
                    place = await Unproved.EnterAsync(features.Get<IHttpConnectionFeature>()?.RemoteIpAddress, gone);
                    patience.CancelAfter(BodyWithin);
                }
                body.Write(part, 0, read);
            }
            body.Position = 0;
            request.Body = body;
            return SignerOf(keys, body.GetBuffer().AsSpan(0, (int)body.Length), signature);
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException)
        {
            return null;
        }
        finally
        {
            place?.Dispose();
        }
    }
}
