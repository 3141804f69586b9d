using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Storage;

/// <summary>Random bytes that a workspace keeps, protected, for its servers alone.</summary>
internal static class KeptSecret
{
    /// <summary>
    /// The secret; a new one where there is none, or where it cannot be read with the workspace's keys any more. For secrets
    /// whose loss costs a convenience and no data.
    /// </summary>
    internal static byte[] Open(ISecrets secrets, string name, IDataProtector protector, int length)
    {
        if (Read(secrets.Read(name), protector, length) is { } kept)
            return kept;
        // Of two servers that make one at the same time, both use the first.
        var made = secrets.Update(
            name,
            before =>
                Read(before, protector, length) is null
                    ? protector.Protect(RandomNumberGenerator.GetBytes(length))
                    : null
        );
        return protector.Unprotect(made!);
    }

    private static byte[]? Read(byte[]? kept, IDataProtector protector, int length)
    {
        try
        {
            return kept is not null && protector.Unprotect(kept) is var secret && secret.Length == length
                ? secret
                : null;
        }
        catch (CryptographicException)
        {
            // Kept with keys that are gone: the caller gets a new secret.
            return null;
        }
    }
}
