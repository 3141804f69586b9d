using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Actions;

namespace ControlSurface.Api;

/// <summary>
/// Permits of actions: each is made from a seed, which is in the journal, and a secret of the server, which is not. So its holder
/// can be given it again after a crash, and nobody can make it from the journal (API.md, Settled since, One action, one id).
/// </summary>
/// <param name="secret">32 random bytes that are kept with the data.</param>
internal sealed class ActionPermits(byte[] secret)
{
    /// <summary>Length of the secret, in bytes.</summary>
    internal const int SecretLength = 32;

    /// <summary>A new permit with its seed: 256 bits each, so that neither can be guessed.</summary>
    internal (string Permit, string Seed) Make()
    {
        var seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (From(seed), seed);
    }

    /// <summary>The permit of the attempt; null where it was made with another secret, or by an earlier version.</summary>
    internal string? Again(Attempt attempt) =>
        attempt.PermitSeed is { } seed && From(seed) is var permit && WorkAction.HashOf(permit) == attempt.PermitHash
            ? permit
            : null;

    private string From(string seed) =>
        "permit_" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(seed)));
}
