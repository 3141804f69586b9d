using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ControlSurface.Core.Actions;

/// <summary>
/// What an action is (API.md, Actions). <see cref="Superseded"/> and <see cref="Conflicting"/> are a prepared action whose
/// version or target has moved on: computed, so that they can never be out of date.
/// </summary>
public enum ActionState
{
    Prepared,
    Applying,
    Applied,
    Failed,
    Superseded,
    Conflicting,
    Ambiguous,
    Withdrawn,
}

/// <summary>What was there before or is there after: a text, or where to find it.</summary>
public sealed record Evidenced(string? Text, string? Uri, string? Sha256);

/// <summary>What became of an attempt.</summary>
public enum AttemptFate
{
    /// <summary>Its holder reported that it was done.</summary>
    Applied,

    /// <summary>Its holder reported that nothing happened outside.</summary>
    Failed,

    /// <summary>Somebody looked and saw that it was done.</summary>
    VerifiedApplied,

    /// <summary>Somebody looked and saw that it was not done.</summary>
    VerifiedNotApplied,
}

/// <summary>By which call an action was settled.</summary>
public enum SettledBy
{
    /// <summary>Its holder said that it was applied.</summary>
    Complete,

    /// <summary>Its holder said that it had no effect.</summary>
    Fail,

    /// <summary>Somebody looked in the real system.</summary>
    Verify,
}

/// <summary>What the holder of a permit knows of an action that failed.</summary>
public enum FailureEffect
{
    /// <summary>Nothing happened outside.</summary>
    None,

    /// <summary>Something may have happened: the action becomes ambiguous.</summary>
    Unknown,
}

/// <summary>One time that the action was let through: who holds the permit, until when, and what became of it.</summary>
/// <param name="PermitHash">SHA-256 of the permit, which itself is known to its holder alone.</param>
/// <param name="Approvals">Those that were spent for it.</param>
public sealed record Attempt(
    string PermitHash,
    PrincipalId By,
    string ByName,
    string? Run,
    LeaseId? Lease,
    DateTimeOffset BegunAt,
    DateTimeOffset ApplyBy,
    IReadOnlyList<ApprovalId> Approvals
)
{
    /// <summary>What the permit was made from; null where it cannot be given again.</summary>
    public string? PermitSeed { get; init; }

    /// <summary>What became of it; null while nobody has said.</summary>
    public AttemptFate? Fate { get; init; }
    public PrincipalId? SettledBy { get; init; }
}

/// <summary>Something that is to happen outside, at most once (API.md, Actions).</summary>
public sealed record WorkAction
{
    /// <summary>The caller's own id for it.</summary>
    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required string Target { get; init; }
    public ItemId? Item { get; init; }
    public string? Queue { get; init; }
    public ArtifactId? Artifact { get; init; }
    public int? Version { get; init; }
    public string? ExpectedTargetVersion { get; init; }
    public string? PayloadHash { get; init; }
    public Evidenced? Before { get; init; }

    /// <summary>How long the caller has from <c>begin</c> on; 1 to the queue's longest life.</summary>
    public required int ApplySeconds { get; init; }

    /// <summary>What it is, in one hash: another under the same id is refused.</summary>
    public required string Fingerprint { get; init; }
    public required PrincipalId PreparedBy { get; init; }
    public required DateTimeOffset PreparedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required long Seq { get; init; }

    /// <summary>Prepared, Applying, Applied, Failed, Ambiguous or Withdrawn: what was written down.</summary>
    public ActionState Written { get; init; }
    public ImmutableList<Attempt> Attempts { get; init; } = [];

    /// <summary>A JSON value as text.</summary>
    public string? Receipt { get; init; }
    public string? ObservedTargetVersion { get; init; }
    public Evidenced? After { get; init; }
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>It was settled after its time, or without the lease that it began under.</summary>
    public bool Late { get; init; }

    /// <summary>Why it is ambiguous, or had no effect, or was withdrawn.</summary>
    public string? Why { get; init; }

    /// <summary>The attempt that is not settled; null for none.</summary>
    public Attempt? Outstanding => Attempts.Count > 0 && Attempts[^1].Fate is null ? Attempts[^1] : null;

    /// <summary>Whether what happened outside is not known, or not over.</summary>
    public bool IsUnsettled => Written is ActionState.Applying or ActionState.Ambiguous;

    /// <summary>When a permit that is out runs out; null where none is.</summary>
    public DateTimeOffset? NextDueAt => Written == ActionState.Applying ? Outstanding!.ApplyBy : null;

    /// <summary>The hash under which a permit is remembered.</summary>
    public static string HashOf(string permit) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(permit)));

    internal static string FingerprintOf(
        string kind,
        string target,
        ItemId? item,
        ArtifactId? artifact,
        int? version,
        string? expected,
        string? payload,
        Evidenced? before,
        int applySeconds
    )
    {
        var text = new StringBuilder();
        foreach (
            var part in (string?[])
                [
                    kind,
                    target,
                    item?.Text,
                    artifact?.Text,
                    version?.ToString(CultureInfo.InvariantCulture),
                    expected,
                    payload,
                    before?.Text,
                    before?.Uri,
                    before?.Sha256,
                    applySeconds.ToString(CultureInfo.InvariantCulture),
                ]
        )
        {
            // With its length in front no part can pass for two.
            text.Append(part is null ? "-" : part.Length.ToString(CultureInfo.InvariantCulture) + ":" + part)
                .Append('\n');
        }
        return HashOf(text.ToString());
    }
}
