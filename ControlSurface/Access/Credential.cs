using System.Runtime.InteropServices;
using ControlSurface.Core.Principals;

namespace ControlSurface.Access;

/// <summary>Whether a caller came with a key or with the session of a person who signed in.</summary>
public enum CredentialKind
{
    /// <summary>A key, of an agent or a person.</summary>
    Key,

    /// <summary>A session of a person who signed in on a page.</summary>
    Session,
}

/// <summary>What a caller was let in by. Whatever stays open for them rests on it, and ends with it.</summary>
/// <param name="Number">The number in <c>K-6</c> or <c>S-3</c>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Credential(CredentialKind Kind, int Number)
{
    /// <summary>The key of that number.</summary>
    public static Credential OfKey(int number) => new(CredentialKind.Key, number);

    /// <summary>The session of that number.</summary>
    public static Credential OfSession(int number) => new(CredentialKind.Session, number);
}

/// <summary>Why something that was open had to end.</summary>
public enum EndReason
{
    /// <summary>The person signed out, or somebody ended the session.</summary>
    SignedOut,

    /// <summary>The key was revoked, or the key that the session began with.</summary>
    KeyRevoked,

    /// <summary>The key or the session reached its end, or the session was not used for too long.</summary>
    Expired,

    /// <summary>The principal was paused: their sessions end, their keys go on reading.</summary>
    PrincipalPaused,

    /// <summary>The principal was ended.</summary>
    PrincipalEnded,

    /// <summary>Roles or queues of the principal, or queues of the key, are not what they were: connect again.</summary>
    RightsChanged,
}

/// <summary>What a credential is worth at one moment.</summary>
/// <param name="Over">Why it is worth nothing; null while it is good.</param>
/// <param name="Principal">Whose it is; null where it is not known at all.</param>
/// <param name="KeyQueues">Queues that the key is limited to beyond its principal's; null for no such limit.</param>
/// <param name="ExpiresAt">When it ends if nothing else happens; null for never.</param>
public sealed record CredentialStanding(
    EndReason? Over,
    Principal? Principal,
    IReadOnlyList<string>? KeyQueues = null,
    DateTimeOffset? ExpiresAt = null
);

/// <summary>Knows from memory what each credential is worth. Safe from any thread.</summary>
public interface ICredentials
{
    /// <summary>Raised after a change, once <see cref="StandingOf"/> tells it. From any thread; handlers must be quick.</summary>
    event EventHandler<AccessChangedEventArgs>? Changed;

    /// <summary>What the credential is worth now; one that was never given is over.</summary>
    CredentialStanding StandingOf(Credential credential);
}
