using ControlSurface.Core.Principals;

namespace ControlSurface.Access;

/// <summary>What a key that checks is good for.</summary>
/// <param name="Principal">Never one that has ended.</param>
/// <param name="KeyId">Its number: <c>K-6</c>.</param>
/// <param name="KeyQueues">Queues that the key is limited to; null for no limit beyond the principal's own.</param>
public sealed record VerifiedKey(Principal Principal, int KeyId, IReadOnlyList<string>? KeyQueues)
{
    /// <summary>The caller that the engine knows.</summary>
    public Caller Caller { get; } = new(Principal.Id, KeyQueues);
}

/// <summary>Who issues a key over the API or on a page.</summary>
/// <param name="Credential">What they came with; null where that is not known.</param>
public sealed record KeyIssuer(PrincipalId Who, Credential? Credential);

/// <summary>A key that was just made. Its text is nowhere else.</summary>
public sealed record IssuedKey(int Id, string Text);

/// <summary>A key as it may be shown.</summary>
/// <param name="Begins">Its first characters.</param>
/// <param name="Ends">Its last four.</param>
public sealed record KeyView(
    int Id,
    PrincipalId Principal,
    string Name,
    string Begins,
    string Ends,
    IReadOnlyList<string>? Queues,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt
);

/// <summary>What a sign-in link would do.</summary>
/// <param name="Principal">Whom it signs in; null where whoever uses it becomes the first admin.</param>
public sealed record SignInLink(Principal? Principal);

/// <summary>Who is concerned by a change: their record, or their keys.</summary>
public sealed class AccessChangedEventArgs(IReadOnlyList<Principal> changed) : EventArgs
{
    /// <summary>As they are now. Their open connections and pages have to be looked at again.</summary>
    public IReadOnlyList<Principal> Changed { get; } = changed;
}

/// <summary>What was asked of the access store cannot be done. The message is a sentence for whoever asked.</summary>
public sealed class AccessRefusedException : Exception
{
    /// <inheritdoc/>
    public AccessRefusedException() { }

    /// <inheritdoc/>
    public AccessRefusedException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public AccessRefusedException(string message, Exception inner)
        : base(message, inner) { }
}
