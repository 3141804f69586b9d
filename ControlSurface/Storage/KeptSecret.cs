using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Storage;

/// <summary>Random bytes that are kept in the data folder, protected, for this server alone.</summary>
internal static class KeptSecret
{
    /// <summary>
    /// The secret; a new one where there is none, or where it cannot be read with the keys of the folder any more. For secrets
    /// whose loss costs a convenience and no data.
    /// </summary>
    internal static byte[] Open(string file, IDataProtector protector, int length)
    {
        if (Read(file, protector) is { } kept && kept.Length == length)
            return kept;
        var secret = RandomNumberGenerator.GetBytes(length);
        KeptFile.Replace(file, protector.Protect(secret));
        return secret;
    }

    private static byte[]? Read(string file, IDataProtector protector)
    {
        try
        {
            return File.Exists(file) ? protector.Unprotect(File.ReadAllBytes(file)) : null;
        }
        catch (CryptographicException)
        {
            // Kept with keys that are gone: the caller gets a new secret.
            return null;
        }
    }
}
