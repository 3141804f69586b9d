using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;

namespace ControlSurface.Api;

/// <summary>A key that was found good: whose it is, and the queues that it is limited to beyond its principal's own.</summary>
/// <param name="Queues">Null for no limit of the key's own.</param>
/// <param name="KeyId">The number in <c>K-6</c>: what is opened with the key rests on it.</param>
internal sealed record VerifiedKey(Principal Principal, IReadOnlyList<string>? Queues, int KeyId = 0);

/// <summary>Knows keys. Called for every request, so it answers from memory and never holds a thread.</summary>
internal interface IKeyVerifier
{
    /// <summary>Whose key it is; null where it is nobody's, or no longer anybody's.</summary>
    VerifiedKey? Verify(string key);

    /// <summary>The same, once the workspace knows the principal as well: only the first call of a new key waits, for one write.</summary>
    ValueTask<VerifiedKey?> VerifyAsync(string key) => ValueTask.FromResult(Verify(key));
}

/// <summary>A key as it may be shown.</summary>
internal sealed record KeyRecord(
    int Id,
    PrincipalId Owner,
    string Name,
    IReadOnlyList<string>? Queues,
    string Begins,
    string Ends,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt
);

/// <summary>Who may call, and with what: kept outside the journal, changed by what the engine decides.</summary>
internal interface IAccess
{
    /// <summary>Keys, oldest first, revoked ones too.</summary>
    /// <param name="of">Only this principal's; null for everybody's.</param>
    IReadOnlyList<KeyRecord> Keys(PrincipalId? of);

    /// <summary>Live sessions of people who signed in, oldest first.</summary>
    IReadOnlyList<SessionView> Sessions(PrincipalId of);

    /// <summary>
    /// Asks the engine whether the command may be, writes it where keys are kept, and then says it to the journal: who has
    /// no say changes nothing, and what the journal says is so.
    /// </summary>
    /// <param name="credential">What the caller came with; null where that is not known.</param>
    /// <returns>What became of it, with the text of a key that was made.</returns>
    Task<(Outcome Outcome, string? Key)> ApplyAsync(Request request, Credential? credential);
}
