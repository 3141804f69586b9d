using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ControlSurface.Core.Actions;

/// <summary>
/// The state words of an action (API.md, Actions). <see cref="Superseded"/> and <see cref="Conflicting"/> are never stored:
/// they are computed from a prepared action's version and target, so that they cannot be out of date.
/// </summary>
public enum ActionState
{
    /// <summary>Registered; it may begin once it is approved where its queue asks for that.</summary>
    Prepared,

    /// <summary>A permit is out: its holder is applying it, until <c>applyBy</c>.</summary>
    Applying,

    /// <summary>It happened outside; it never happens again under this id.</summary>
    Applied,

    /// <summary>It had no effect, and its item is settled, so that nobody begins it again.</summary>
    Failed,

    /// <summary>Prepared for a version that is no longer the current one.</summary>
    Superseded,

    /// <summary>Prepared, but its target is known to be at another version than it expects.</summary>
    Conflicting,

    /// <summary>Nobody knows whether it happened; somebody has to look and <c>verify</c>.</summary>
    Ambiguous,

    /// <summary>It will never begin.</summary>
    Withdrawn,
}

/// <summary>What was on a target before an action, or is there after it: a text, or where to find it.</summary>
/// <param name="Text">Up to 100,000 characters; null for none.</param>
/// <param name="Uri">An address, up to 4,000 characters; null for none. It is not fetched.</param>
/// <param name="Sha256">The SHA-256 of what lies there, 64 lower-case hexadecimal digits; null where it is not known.</param>
public sealed record TargetEvidence(string? Text, string? Uri, string? Sha256);

/// <summary>How an attempt was settled.</summary>
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

/// <summary>The call that settled an action.</summary>
public enum SettledBy
{
    /// <summary>Its holder reported that it was applied.</summary>
    Complete,

    /// <summary>Its holder reported that it had no effect.</summary>
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

/// <summary>One time that <c>begin</c> answered <c>go</c>: who holds the permit, until when, and how it was settled.</summary>
/// <param name="PermitHash">SHA-256 of the permit, 64 lower-case hexadecimal digits. Only its holder has the permit itself.</param>
/// <param name="By">The principal that began it.</param>
/// <param name="ByName">Their name, as it was then.</param>
/// <param name="Run">The run that began it; null for none. Only the same run may settle it.</param>
/// <param name="Lease">The lease under which it began; null for none.</param>
/// <param name="BegunAt">When it began.</param>
/// <param name="ApplyBy">When the permit runs out and the action becomes ambiguous. Downtime does not move it.</param>
/// <param name="Approvals">The approvals of which it spent one use each; empty where none were required.</param>
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
    /// <summary>The part of the permit's source that may be stored; the secret other part is not in the journal. Null where the permit cannot be given again.</summary>
    public string? PermitSeed { get; init; }

    /// <summary>How it was settled; null while it is outstanding.</summary>
    public AttemptFate? Fate { get; init; }

    /// <summary>Who settled it; null while it is outstanding.</summary>
    public PrincipalId? SettledBy { get; init; }
}

/// <summary>A side effect outside that must happen at most once (API.md, Actions).</summary>
public sealed record WorkAction
{
    /// <summary>The caller's own id for it, unique in the workspace.</summary>
    public required string Id { get; init; }

    /// <summary>What is done, in the caller's word: <c>send</c>, <c>merge</c>. Up to 100 characters.</summary>
    public required string Kind { get; init; }

    /// <summary>The target path on which it is done, in its canonical form.</summary>
    public required string Target { get; init; }

    /// <summary>The item that it belongs to; null for none.</summary>
    public ItemId? Item { get; init; }

    /// <summary>The queue of its item or artifact when it was prepared; null for none. Where it is now: <see cref="IActions.QueueOf(WorkAction)"/>.</summary>
    public string? Queue { get; init; }

    /// <summary>The artifact of which it applies a version; null for none.</summary>
    public ArtifactId? Artifact { get; init; }

    /// <summary>The version that it applies, from 1; null without an artifact.</summary>
    public int? Version { get; init; }

    /// <summary>The version that the target must have for it to begin; null where any will do.</summary>
    public string? ExpectedTargetVersion { get; init; }

    /// <summary>The hash of what is applied, <c>sha256:</c> and 64 hexadecimal digits; null where nobody named one and there is no version.</summary>
    public string? PayloadHash { get; init; }

    /// <summary>What was on the target before it, as its caller said; null where they did not.</summary>
    public TargetEvidence? Before { get; init; }

    /// <summary>
    /// What it does and for whom, as its caller claims: nothing checks it. Up to 500 characters; null where they did not say. It is part of
    /// what an approval covers.
    /// </summary>
    public string? Summary { get; init; }

    /// <summary>Seconds from <c>begin</c> to <c>applyBy</c>; 1 to the queue's longest life.</summary>
    public required int ApplySeconds { get; init; }

    /// <summary>SHA-256 over everything that defines the action, in hexadecimal. An approval covers the action with exactly this one.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The principal that prepared it.</summary>
    public required PrincipalId PreparedBy { get; init; }

    /// <summary>When it was prepared.</summary>
    public required DateTimeOffset PreparedAt { get; init; }

    /// <summary>When its last event happened.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Seq of its last event.</summary>
    public required long Seq { get; init; }

    /// <summary>The stored state: any but <see cref="ActionState.Superseded"/> and <see cref="ActionState.Conflicting"/>. The state now: <see cref="IActions.StateOf"/>.</summary>
    public ActionState Written { get; init; }

    /// <summary>Each time that it began, oldest first.</summary>
    public ImmutableList<Attempt> Attempts { get; init; } = [];

    /// <summary>What its holder reported with <c>complete</c>, a JSON value as text; null before, and where somebody verified it instead.</summary>
    public string? Receipt { get; init; }

    /// <summary>The target's version after it, as reported; null where nobody said.</summary>
    public string? ObservedTargetVersion { get; init; }

    /// <summary>What was on the target after it, as its holder said; null where they did not.</summary>
    public TargetEvidence? After { get; init; }

    /// <summary>When its application was reported; null before.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>It was applied, and the report came after <c>applyBy</c> or settled an ambiguous action.</summary>
    public bool Late { get; init; }

    /// <summary>Why it is ambiguous, had no effect or was withdrawn, or the note of whoever verified it; null for none of these.</summary>
    public string? Why { get; init; }

    /// <summary>The attempt that is not settled; null for none.</summary>
    public Attempt? Outstanding => Attempts.Count > 0 && Attempts[^1].Fate is null ? Attempts[^1] : null;

    /// <summary>Whether it is applying or ambiguous: its outcome is not known yet.</summary>
    public bool IsUnsettled => Written is ActionState.Applying or ActionState.Ambiguous;

    /// <summary>When its outstanding permit runs out; null where none is out.</summary>
    public DateTimeOffset? NextDueAt => Written == ActionState.Applying ? Outstanding!.ApplyBy : null;

    /// <summary>SHA-256 of a permit's UTF-8 bytes, 64 lower-case hexadecimal digits: what is stored of it.</summary>
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
        TargetEvidence? before,
        int applySeconds,
        string? summary
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
                    .. summary is null ? [] : new[] { summary },
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
