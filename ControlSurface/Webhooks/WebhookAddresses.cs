using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Webhooks;

/// <summary>
/// The whole addresses of webhooks, which often carry a token: a secret of the workspace, protected. The journal
/// knows each by a name that says nothing, beside scheme and host. Safe from any thread.
/// </summary>
internal sealed class WebhookAddresses
{
    // A request that was decided a moment ago may not be in the picture yet that says which are used.
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);
    private readonly ISecrets _secrets;
    private readonly IDataProtector _protector;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Dictionary<string, KeptAddress> _known;

    internal WebhookAddresses(ISecrets secrets, IDataProtectionProvider protection, TimeProvider time)
    {
        _secrets = secrets;
        _time = time;
        _protector = protection.CreateProtector("webhook addresses");
        _known = Read(secrets.Read(SecretNames.WebhookAddresses));
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
            var id = "wa_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
            var known = _known;
            _secrets.Update(
                SecretNames.WebhookAddresses,
                before =>
                {
                    known = Read(before);
                    foreach (var old in known.Where(k => at - k.Value.At > Unused && !isUsed(k.Key)).ToList())
                        known.Remove(old.Key);
                    known[id] = new KeptAddress(url, at);
                    return _protector.Protect(
                        JsonSerializer.SerializeToUtf8Bytes(known, WebhookAddressesJson.Default.Addresses)
                    );
                }
            );
            _known = known;
            return id;
        }
    }

    private Dictionary<string, KeptAddress> Read(byte[]? kept)
    {
        try
        {
            return (
                    kept is null
                        ? null
                        : JsonSerializer.Deserialize(_protector.Unprotect(kept), WebhookAddressesJson.Default.Addresses)
                ) ?? new Dictionary<string, KeptAddress>(StringComparer.Ordinal);
        }
        catch (Exception lost) when (lost is CryptographicException or JsonException)
        {
            throw new DataFolderException(
                $"{_secrets.Where(SecretNames.WebhookAddresses)} cannot be read with the keys of {_secrets.Protection}: {lost.Message} Put the keys back that belong to it; "
                    + "or delete it, and set every webhook's address again (PUT /webhooks/{id}).",
                lost
            );
        }
    }
}

internal sealed record KeptAddress(string Url, DateTimeOffset At);

[JsonSerializable(typeof(Dictionary<string, KeptAddress>), TypeInfoPropertyName = "Addresses")]
internal sealed partial class WebhookAddressesJson : JsonSerializerContext;
