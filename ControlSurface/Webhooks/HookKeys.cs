using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Webhooks;

/// <summary>
/// Keys whose text has to be known again, since outside systems sign with them and never send them (<c>keys add --hook SOURCE</c>):
/// protected, a secret of the workspace. What each may, and whether it still may, its hash says where the workspace keeps who may call.
/// </summary>
internal sealed class HookKeys(ISecrets secrets, IDataProtectionProvider protection)
{
    private const int MostOfASource = 10;
    private readonly IDataProtector _protector = protection.CreateProtector("hook keys");
    private readonly Lock _lock = new();
    private Dictionary<string, List<string>> _known = new(StringComparer.Ordinal);
    private long? _version;

    /// <summary>As the command line opens them, beside a server or without one.</summary>
    internal static HookKeys Open(string folder) => Open(Storages.HomeOf(Storages.PlaceOf(folder)).Secrets);

    internal static HookKeys Open(ISecrets secrets) => new(secrets, secrets.OpenProtection());

    /// <summary>The keys that a source may sign with, the newest first.</summary>
    internal IReadOnlyList<string> Of(string source)
    {
        lock (_lock)
        {
            Look();
            return _known.TryGetValue(source, out var keys) ? [.. keys] : [];
        }
    }

    /// <summary>Keeps one more; of each source the newest ten.</summary>
    internal void Keep(string source, string key)
    {
        lock (_lock)
        {
            secrets.Update(
                SecretNames.HookKeys,
                before =>
                {
                    _known = Read(before);
                    var keys = _known.TryGetValue(source, out var known) ? known : _known[source] = [];
                    keys.Insert(0, key);
                    if (keys.Count > MostOfASource)
                        keys.RemoveRange(MostOfASource, keys.Count - MostOfASource);
                    return _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(_known, HookKeysJson.Default.Keys));
                }
            );
        }
    }

    // Another process may have written it since; a request that comes after a moment finds it.
    private void Look()
    {
        var version = secrets.Version(SecretNames.HookKeys);
        if (version == _version)
            return;
        _known = Read(secrets.Read(SecretNames.HookKeys));
        _version = version;
    }

    private Dictionary<string, List<string>> Read(byte[]? kept)
    {
        try
        {
            return (
                    kept is null
                        ? null
                        : JsonSerializer.Deserialize(_protector.Unprotect(kept), HookKeysJson.Default.Keys)
                ) ?? new Dictionary<string, List<string>>(StringComparer.Ordinal);
        }
        catch (Exception lost) when (lost is CryptographicException or JsonException)
        {
            // The key that protects it is gone: no signature can be checked, and each source needs a new key.
            return new Dictionary<string, List<string>>(StringComparer.Ordinal);
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, List<string>>), TypeInfoPropertyName = "Keys")]
internal sealed partial class HookKeysJson : JsonSerializerContext;
