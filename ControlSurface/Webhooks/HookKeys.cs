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
    private readonly Lock _asking = new();

    // Replaced as a whole and never changed; null until it was read.
    private volatile Dictionary<string, List<string>>? _known;
    private long? _version;

    /// <summary>As the command line opens them, beside a server or without one.</summary>
    internal static HookKeys Open(string folder) => Open(Storages.HomeOf(Storages.PlaceOf(folder)).Secrets);

    internal static HookKeys Open(ISecrets secrets) => new(secrets, secrets.OpenProtection());

    /// <summary>The keys that a source may sign with, the newest first.</summary>
    internal IReadOnlyList<string> Of(string source) => Known().TryGetValue(source, out var keys) ? [.. keys] : [];

    /// <summary>Keeps one more; of each source the newest ten.</summary>
    internal void Keep(string source, string key)
    {
        lock (_asking)
        {
            secrets.Update(
                SecretNames.HookKeys,
                before =>
                {
                    var all = Read(before);
                    var keys = all.TryGetValue(source, out var known) ? known : all[source] = [];
                    keys.Insert(0, key);
                    if (keys.Count > MostOfASource)
                        keys.RemoveRange(MostOfASource, keys.Count - MostOfASource);
                    _known = all;
                    return _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(all, HookKeysJson.Default.Keys));
                }
            );
        }
    }

    // Another process may have written it since; a request that comes after a moment finds it. One caller asks at a time, and the
    // others take what is known: a signature that nobody checked yet must not hold a thread while the database is slow.
    private Dictionary<string, List<string>> Known()
    {
        if (_known is not { } known)
            _asking.Enter();
        else if (!_asking.TryEnter())
            return known;
        try
        {
            var version = secrets.Version(SecretNames.HookKeys);
            if (_known is { } same && version == _version)
                return same;
            var read = Read(secrets.Read(SecretNames.HookKeys));
            _version = version;
            _known = read;
            return read;
        }
        finally
        {
            _asking.Exit();
        }
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
