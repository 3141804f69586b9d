using System.Security.Cryptography;
using System.Text;
using ControlSurface.Access;
using ControlSurface.Api;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Hosting;

/// <summary>
/// Lets a sender of webhooks into the workspace that its address names once its signature checks with a key of that workspace: else it
/// is nobody, whether or not there is such a workspace, and opens none (API.md, <c>POST /hooks/{source}</c>).
/// </summary>
internal sealed class HookGate(Workspaces workspaces)
{
    private const string Root = "/api/v1/hooks/";
    private const string Signature = "X-Hub-Signature-256";
    private const string Scheme = "sha256=";

    // What is signed for a workspace that is not there is checked too, against this: it takes the same time.
    private static readonly byte[] NobodysKey = RandomNumberGenerator.GetBytes(48);

    internal static bool IsHook(string path) => path.StartsWith(Root, StringComparison.OrdinalIgnoreCase);

    /// <summary>The key of a sender that can set no header; null where it names none.</summary>
    internal static string? KeyIn(IFeatureCollection features, IHttpRequestFeature request) =>
        new QueryFeature(features).Query["secret"] is [{ Length: > 0 } named] ? named
        : request.Headers["X-Gitlab-Token"] is [{ Length: > 0 } token] ? token
        : null;

    /// <summary>Whether it is signed and names a workspace. The first one checks signatures itself.</summary>
    internal bool Concerns(WorkspaceGate.Asked asked) =>
        asked is { Wanted: not null, Differs: false, Key: null }
        && asked.Request.Headers.Authorization.Count == 0
        && asked.Wanted != workspaces.First.Name
        && HttpMethods.IsPost(asked.Request.Method)
        && IsHook(asked.Rest)
        && SignatureIn(asked.Request) is not null;

    /// <summary>The workspace with a key that the request is signed with; null for nobody. The body is kept for whoever reads it next.</summary>
    internal async Task<WorkspaceEntry?> FindReceiverAsync(WorkspaceGate.Asked asked)
    {
        if (!Concerns(asked) || await ReadAsync(asked.Request) is not { } body)
            return null;
        var signature = SignatureIn(asked.Request)!;
        var entry = workspaces.Find(asked.Wanted!);
        var isRight = false;
        foreach (var key in KeysOf(entry, asked.Rest[Root.Length..].TrimEnd('/')))
            isRight |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, body), signature);
        return isRight ? entry : null;
    }

    private static IReadOnlyList<byte[]> KeysOf(WorkspaceEntry? entry, string source)
    {
        if (entry is null)
            return [NobodysKey];
        var keys = entry
            .Hooks.Of(source)
            .Where(key => entry.Access.HasKey(KeyText.Hash(key)))
            .Select(key => Encoding.UTF8.GetBytes(key))
            .ToList();
        return keys.Count > 0 ? keys : [NobodysKey];
    }

    private static byte[]? SignatureIn(IHttpRequestFeature request)
    {
        if (
            request.Headers[Signature] is not [{ } text]
            || text.Length != Scheme.Length + 2 * HMACSHA256.HashSizeInBytes
            || !text.StartsWith(Scheme, StringComparison.Ordinal)
        )
            return null;
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        return
            Convert.FromHexString(text.AsSpan(Scheme.Length), signature, out _, out _)
            == System.Buffers.OperationStatus.Done
            ? signature
            : null;
    }

    // Null where it is larger than what is taken anyway, or did not come whole.
    private static async Task<byte[]?> ReadAsync(IHttpRequestFeature request)
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
