using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Webhooks;

/// <summary>
/// Keys whose text has to be known again, since outside systems sign with them and never send them (<c>keys add --hook SOURCE</c>):
/// protected, in <c>hooks.keys</c> of the data folder. What each may, and whether it still may, its hash in <c>access.db</c> says.
/// </summary>
internal sealed class HookKeys(string file, IDataProtectionProvider protection)
{
    private const int MostOfASource = 10;
    private readonly IDataProtector _protector = protection.CreateProtector("hook keys");
    private readonly Lock _lock = new();
    private Dictionary<string, List<string>> _known = new(StringComparer.Ordinal);
    private (DateTime At, long Length) _seen;

    /// <summary>As the command line opens them, beside a server or without one.</summary>
    internal static HookKeys Open(string folder) =>
        new(
            DataFolder.HookKeyFileIn(folder),
            DataProtectionProvider.Create(
                new DirectoryInfo(DataFolder.ProtectionIn(folder)),
                builder => builder.SetApplicationName(DataFolder.ApplicationName)
            )
        );

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
            Look();
            var keys = _known.TryGetValue(source, out var known) ? known : _known[source] = [];
            keys.Insert(0, key);
            if (keys.Count > MostOfASource)
                keys.RemoveRange(MostOfASource, keys.Count - MostOfASource);
            KeptFile.Replace(
                file,
                _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(_known, HookKeysJson.Default.Keys))
            );
        }
    }

    // Another process may have written it since; a request that comes at once finds it.
    private void Look()
    {
        var there = new FileInfo(file);
        if (!there.Exists || (there.LastWriteTimeUtc, there.Length) == _seen)
            return;
        try
        {
            var text = _protector.Unprotect(File.ReadAllBytes(file));
            _known =
                JsonSerializer.Deserialize(text, HookKeysJson.Default.Keys)
                ?? new Dictionary<string, List<string>>(StringComparer.Ordinal);
        }
        catch (Exception lost) when (lost is CryptographicException or JsonException)
        {
            // The key that protects it is gone: no signature can be checked, and each source needs a new key.
            _known = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        }
        _seen = (there.LastWriteTimeUtc, there.Length);
    }
}

[JsonSerializable(typeof(Dictionary<string, List<string>>), TypeInfoPropertyName = "Keys")]
internal sealed partial class HookKeysJson : JsonSerializerContext;
