using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Approvals;

/// <summary>An event of an artifact's decisions and approvals.</summary>
/// <param name="Item">Its item while that is in memory; null for none.</param>
public abstract record ApprovalEvent(ArtifactId Artifact, ItemId? Item) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ApprovalEventDescriptions.Of(this, by, nameOf);

    /// <summary>Somebody decided without approving: they asked for changes, rejected, or asked a question.</summary>
    /// <param name="Version">The version that was decided on.</param>
    /// <param name="ContentHash">The hash of its content.</param>
    /// <param name="Decision">Any but <see cref="ReviewDecision.Approve"/>.</param>
    /// <param name="Name">The name of who decided, as it was then.</param>
    /// <param name="Comment">Up to 4,000 characters; null where only comments on passages came with it.</param>
    public sealed record Decided(
        ArtifactId Artifact,
        ItemId? Item,
        int Version,
        string ContentHash,
        ReviewDecision Decision,
        string Name,
        string? Comment
    ) : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "decision.given";
    }

    /// <summary>Somebody approved a version. Given again by the same person, it replaces their earlier one under the same id.</summary>
    public sealed record Given(ArtifactId Artifact, ItemId? Item) : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc cref="Approvals.Approval.Id"/>
        public required ApprovalId Approval { get; init; }

        /// <inheritdoc cref="Approvals.Approval.Version"/>
        public required int Version { get; init; }

        /// <inheritdoc cref="Approvals.Approval.ContentHash"/>
        public required string ContentHash { get; init; }

        /// <inheritdoc cref="Approvals.Approval.ConsequencesHash"/>
        public required string ConsequencesHash { get; init; }

        /// <inheritdoc cref="Approvals.Approval.Covers"/>
        public required IReadOnlyList<CoveredAction> Covers { get; init; }

        /// <inheritdoc cref="Approvals.Approval.Uses"/>
        public required int Uses { get; init; }

        /// <inheritdoc cref="Approvals.Approval.ByName"/>
        public required string Name { get; init; }

        /// <inheritdoc cref="Approvals.Approval.Comment"/>
        public required string? Comment { get; init; }

        /// <inheritdoc cref="Approvals.Approval.ExpiresAt"/>
        public required DateTimeOffset? ExpiresAt { get; init; }

        /// <inheritdoc cref="Approvals.Approval.Override"/>
        public required string? Override { get; init; }

        /// <inheritdoc cref="Approvals.Approval.Confirmed"/>
        public required string? Confirmed { get; init; }

        /// <summary>With this approval the version has all that its queue requires.</summary>
        public required bool Completes { get; init; }

        /// <inheritdoc/>
        public override string Type => "approval.given";
    }

    /// <summary>A manager lifted the block of somebody who can no longer decide.</summary>
    /// <param name="Version">The version that was blocked.</param>
    /// <param name="Decision">Seq of the decision that blocked it.</param>
    /// <param name="Of">The name of whoever blocked it.</param>
    /// <param name="Name">The name of the manager.</param>
    /// <param name="Why">The manager's reason.</param>
    /// <param name="Completes">Without the block the version has all the approvals that its queue requires.</param>
    public sealed record BlockLifted(
        ArtifactId Artifact,
        ItemId? Item,
        int Version,
        long Decision,
        string Of,
        string Name,
        string Why,
        bool Completes
    ) : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "decision.lifted";
    }

    /// <summary>Approvals no longer hold. Written together with the event that caused it.</summary>
    /// <param name="Approvals">Those that were valid until now.</param>
    /// <param name="Version">The newer version that ended them; null where none did.</param>
    /// <param name="Target">The source or target that changed; null where none did.</param>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Invalidated(
        ArtifactId Artifact,
        ItemId? Item,
        IReadOnlyList<ApprovalId> Approvals,
        int? Version,
        string? Target,
        string Why
    ) : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "approval.invalidated";
    }

    /// <summary>An action began and took one use of each approval of its version.</summary>
    /// <param name="Approvals">All valid approvals of the version; they are spent together.</param>
    public sealed record Spent(ArtifactId Artifact, ItemId? Item, IReadOnlyList<ApprovalId> Approvals, string Action)
        : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "approval.spent";
    }

    /// <summary>The action had no effect and the version is still current, so that each approval gets its use back.</summary>
    /// <param name="Approvals">Those that the action had spent.</param>
    public sealed record Restored(ArtifactId Artifact, ItemId? Item, IReadOnlyList<ApprovalId> Approvals, string Action)
        : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "approval.restored";
    }

    /// <summary>An approval was taken back: by its approver, by a manager, or because its approver was ended or asked for changes later.</summary>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Revoked(ArtifactId Artifact, ItemId? Item, ApprovalId Approval, string Why)
        : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "approval.revoked";
    }

    /// <summary>The time of approvals was over before an action began on them.</summary>
    /// <param name="Approvals">Those that expired.</param>
    public sealed record Expired(ArtifactId Artifact, ItemId? Item, IReadOnlyList<ApprovalId> Approvals)
        : ApprovalEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "approval.expired";
    }
}
