using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Webhooks;
using ControlSurface.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Webhooks;

/// <summary>
/// The secrets that webhooks are signed with (Standard Webhooks 1.0.0): made from one that the workspace keeps, protected, so that
/// none is in the journal, and each rotation gives another.
/// </summary>
internal sealed class WebhookSecrets
{
    /// <summary>For so long after a rotation the secret before signs beside the new one.</summary>
    internal static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    private const string Prefix = "whsec_";
    private const int Length = 32;
    private readonly byte[] _root;

    internal WebhookSecrets(ISecrets secrets, IDataProtectionProvider protection)
    {
        var protector = protection.CreateProtector("webhook secrets");
        // Of two servers that make one at the same time, both use the first.
        var kept =
            secrets.Read(SecretNames.Webhooks)
            ?? secrets.Update(
                SecretNames.Webhooks,
                before => before is null ? protector.Protect(RandomNumberGenerator.GetBytes(Length)) : null
            )!;
        _root = Open(kept, protector, secrets);
    }

    private static byte[] Open(byte[] kept, IDataProtector protector, ISecrets secrets)
    {
        try
        {
            return protector.Unprotect(kept);
        }
        catch (CryptographicException lost)
        {
            throw new DataFolderException(
                $"{secrets.Where(SecretNames.Webhooks)} cannot be read with the keys of {secrets.Protection}: {lost.Message} Put the keys back that belong to it; "
                    + "or delete it, and give every webhook a new secret (PUT /webhooks/{id} with rotate).",
                lost
            );
        }
    }

    /// <summary>What whoever receives needs to check a signature.</summary>
    internal string Of(Webhook webhook) => Prefix + Convert.ToBase64String(KeyOf(webhook, webhook.Generation));

    /// <summary>The header <c>webhook-signature</c>: one signature, or two while the secret before is still good.</summary>
    /// <param name="id">The message's id; the same in each attempt.</param>
    /// <param name="timestamp">Seconds since 1970, of this attempt.</param>
    internal string Sign(Webhook webhook, string id, long timestamp, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var signed = new byte[Encoding.UTF8.GetByteCount(id) + 40 + body.Length];
        var head = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.");
        var length = Encoding.UTF8.GetBytes(head, signed);
        body.CopyTo(signed.AsSpan(length));
        var message = signed.AsSpan(0, length + body.Length);
        var newest = Signature(KeyOf(webhook, webhook.Generation), message);
        return webhook.Generation > 1 && webhook.RotatedAt is { } at && now < at + Overlap
            ? newest + " " + Signature(KeyOf(webhook, webhook.Generation - 1), message)
            : newest;
    }

    private static string Signature(byte[] key, ReadOnlySpan<byte> message) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, message));

    // From is the seq of the very event that made it: a webhook that is deleted and made again has another secret.
    private byte[] KeyOf(Webhook webhook, int generation) =>
        HMACSHA256.HashData(
            _root,
            Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{webhook.Id}\n{webhook.From}\n{generation}")
            )
        );
}
