using System.Security.Cryptography;
using ControlSurface.Access;
using ControlSurface.Api;

namespace ControlSurface.Hosting;

/// <summary>
/// Lets a sender of webhooks into the workspace that its address names once its signature checks with a key of that workspace: else it
/// is nobody, whether or not there is such a workspace, and opens none (API.md, <c>POST /hooks/{source}</c>).
/// </summary>
internal sealed class HookGate(Workspaces workspaces)
{
    private const string Root = "/api/v1/hooks/";

    // What is signed for a workspace that is not there is checked too, against this: it takes the same time.
    private static readonly string NobodysKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    internal static bool IsHook(string path) => path.StartsWith(Root, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is signed and names another workspace than the first, which checks its signatures itself; or two.</summary>
    internal bool Concerns(WorkspaceGate.Asked asked) =>
        asked is { Wanted: not null, Key: null }
        && asked.Request.Headers.Authorization.Count == 0
        && (asked.Differs || asked.Wanted != workspaces.First.Name)
        && HttpMethods.IsPost(asked.Request.Method)
        && IsHook(asked.Rest)
        && HookSenders.SignatureIn(asked.Request.Headers) is not null;

    /// <summary>
    /// The workspace with a valid key that the request is signed with, and which it comes with from here on; null for nobody, whose
    /// signature is taken away: the first workspace, which answers nobody, must not check it with keys of its own.
    /// </summary>
    internal async Task<WorkspaceEntry?> FindReceiverAsync(WorkspaceGate.Asked asked)
    {
        if (!Concerns(asked))
            return null;
        var headers = asked.Request.Headers;
        var signature = HookSenders.SignatureIn(headers)!;
        var entry = asked.Differs ? null : workspaces.FindForStranger(asked.Wanted!, asked.From);
        var keys = entry?.Hooks.Of(asked.Rest[Root.Length..].TrimEnd('/')) ?? [];
        if (
            await HookSenders.SignerOfAsync(asked.Features, keys.Count > 0 ? keys : [NobodysKey], signature) is { } key
            && entry is not null
            && entry.Access.HasKey(KeyText.Hash(key))
        )
        {
            headers.Authorization = "Bearer " + key;
            return entry;
        }
        HookSenders.RemoveSignature(headers);
        return null;
    }
}
