using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Webhooks;

/// <summary>
/// The whole addresses of webhooks, which often carry a token: protected, in <c>webhooks.addresses</c> of the data folder. The journal
/// knows each by a name that says nothing, beside scheme and host. Safe from any thread.
/// </summary>
internal sealed class WebhookAddresses
{
    // A request that was decided a moment ago may not be in the picture yet that says which are used.
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);
    private readonly string _file;
    private readonly IDataProtector _protector;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeptAddress> _known;

    internal WebhookAddresses(string file, IDataProtectionProvider protection, TimeProvider time)
    {
        _file = file;
        _time = time;
        _protector = protection.CreateProtector("webhook addresses");
        _known = Read();
    }

    /// <summary>The address under a name; null where it is not known any more.</summary>
    internal string? Find(string id)
    {
        lock (_lock)
            return _known.GetValueOrDefault(id)?.Url;
    }

    /// <summary>Writes an address down before anything is decided on it; one that is kept under a name keeps that.</summary>
    /// <param name="now">The name under which the webhook has its address now; null for none.</param>
    /// <param name="isUsed">Whether a name is still some webhook's; what is not is forgotten after an hour.</param>
    /// <returns>The name.</returns>
    internal string Keep(string url, string? now, Predicate<string> isUsed)
    {
        lock (_lock)
        {
            if (now is not null && _known.GetValueOrDefault(now)?.Url == url)
                return now;
            var at = _time.GetUtcNow();
            foreach (var old in _known.Where(k => at - k.Value.At > Unused && !isUsed(k.Key)).ToList())
                _known.Remove(old.Key);
            var id = "wa_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
            _known[id] = new KeptAddress(url, at);
            Write();
            return id;
        }
    }

    private Dictionary<string, KeptAddress> Read()
    {
        if (!File.Exists(_file))
            return new Dictionary<string, KeptAddress>(StringComparer.Ordinal);
        try
        {
            return JsonSerializer.Deserialize(
                    _protector.Unprotect(File.ReadAllBytes(_file)),
                    WebhookAddressesJson.Default.Addresses
                ) ?? new Dictionary<string, KeptAddress>(StringComparer.Ordinal);
        }
        catch (Exception lost) when (lost is CryptographicException or JsonException)
        {
            throw new DataFolderException(
                $"{_file} cannot be read with the keys of the folder protection: {lost.Message} Put the keys back that belong to it; "
                    + "or delete it, and set every webhook's address again (PUT /webhooks/{id}).",
                lost
            );
        }
    }

    private void Write() =>
        KeptFile.Replace(
            _file,
            _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(_known, WebhookAddressesJson.Default.Addresses))
        );
}

internal sealed record KeptAddress(string Url, DateTimeOffset At);

[JsonSerializable(typeof(Dictionary<string, KeptAddress>), TypeInfoPropertyName = "Addresses")]
internal sealed partial class WebhookAddressesJson : JsonSerializerContext;
