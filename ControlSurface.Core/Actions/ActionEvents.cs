using System.Diagnostics;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Actions;

/// <summary>An event of one action (API.md, Actions).</summary>
/// <param name="Action">The action's id, which its caller chose.</param>
/// <param name="Item">The item that the action belongs to; null for none, and for an item that is archived.</param>
public abstract record ActionEvent(string Action, ItemId? Item) : Event, IItemEffect
{
    /// <summary>Keeps the item's list of actions that are being applied.</summary>
    Item IItemEffect.ApplyTo(Item item) =>
        this switch
        {
            Prepared or Carried => item,
            Begun => item with { Applying = item.Applying.Add(Action) },
            Applied or HadNoEffect or BecameAmbiguous or Withdrawn => item with
            {
                Applying = item.Applying.Remove(Action),
            },
            _ => throw new UnreachableException(GetType().Name),
        };

    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ActionEventDescriptions.Of(this, by, nameOf);

    /// <inheritdoc/>
    public override ItemId? ItemId => Item;

    /// <summary>The action was registered; or, once its version was superseded, registered again for a newer one.</summary>
    public sealed record Prepared(string Action, ItemId? Item) : ActionEvent(Action, Item)
    {
        /// <inheritdoc cref="WorkAction.Queue"/>
        public required string? Queue { get; init; }

        /// <inheritdoc cref="WorkAction.Kind"/>
        public required string Kind { get; init; }

        /// <inheritdoc cref="WorkAction.Target"/>
        public required string Target { get; init; }

        /// <inheritdoc cref="WorkAction.Artifact"/>
        public required ArtifactId? Artifact { get; init; }

        /// <inheritdoc cref="WorkAction.Version"/>
        public required int? Version { get; init; }

        /// <inheritdoc cref="WorkAction.ExpectedTargetVersion"/>
        public required string? ExpectedTargetVersion { get; init; }

        /// <inheritdoc cref="WorkAction.PayloadHash"/>
        public required string? PayloadHash { get; init; }

        /// <inheritdoc cref="WorkAction.Before"/>
        public required TargetEvidence? Before { get; init; }

        /// <inheritdoc cref="WorkAction.Summary"/>
        public string? Summary { get; init; }

        /// <inheritdoc cref="WorkAction.ApplySeconds"/>
        public required int ApplySeconds { get; init; }

        /// <inheritdoc cref="WorkAction.Fingerprint"/>
        public required string Fingerprint { get; init; }

        /// <summary>The lease under which it was prepared; null for none.</summary>
        public required LeaseId? Lease { get; init; }

        /// <inheritdoc/>
        public override string Type => "action.prepared";

        /// <inheritdoc/>
        public override LeaseId? UnderLease => Lease;
    }

    /// <summary>A reviewer corrected and approved the version in one write; the action now applies the corrected version.</summary>
    /// <param name="Version">The corrected version.</param>
    /// <param name="PayloadHash">The hash of what is applied now; null as in <see cref="WorkAction.PayloadHash"/>.</param>
    /// <param name="Fingerprint">The fingerprint with the new version and payload.</param>
    public sealed record Carried(string Action, ItemId? Item, int Version, string? PayloadHash, string Fingerprint)
        : ActionEvent(Action, Item)
    {
        /// <inheritdoc/>
        public override string Type => "action.carried";
    }

    /// <summary><c>begin</c> answered <c>go</c>: one caller has the permit, and no other gets one until this is settled.</summary>
    public sealed record Begun(string Action, ItemId? Item) : ActionEvent(Action, Item)
    {
        /// <inheritdoc cref="Attempt.PermitHash"/>
        public required string PermitHash { get; init; }

        /// <summary>The name of the principal that began it, as it was then.</summary>
        public required string Name { get; init; }

        /// <inheritdoc cref="Attempt.Run"/>
        public required string? Run { get; init; }

        /// <inheritdoc cref="Attempt.Lease"/>
        public required LeaseId? Lease { get; init; }

        /// <inheritdoc cref="Attempt.ApplyBy"/>
        public required DateTimeOffset ApplyBy { get; init; }

        /// <inheritdoc cref="Attempt.Approvals"/>
        public required IReadOnlyList<ApprovalId> Approvals { get; init; }

        /// <inheritdoc cref="Attempt.PermitSeed"/>
        public string? PermitSeed { get; init; }

        /// <inheritdoc/>
        public override string Type => "action.begun";

        /// <inheritdoc/>
        public override LeaseId? UnderLease => Lease;
    }

    /// <summary>The action was applied outside, as its holder reported or as somebody saw.</summary>
    /// <param name="Receipt">A JSON value as text; null where none was given.</param>
    /// <param name="ObservedTargetVersion">The target's version after it, as the caller saw it; null where they did not say.</param>
    /// <param name="After">What is on the target now; null where nobody said.</param>
    /// <param name="Late">The report came after <c>applyBy</c>, or settled an ambiguous action.</param>
    /// <param name="How">The call that settled it: <see cref="SettledBy.Complete"/> or <see cref="SettledBy.Verify"/>.</param>
    /// <param name="Note">The note of whoever verified it; null with <see cref="SettledBy.Complete"/>.</param>
    public sealed record Applied(
        string Action,
        ItemId? Item,
        string? Receipt,
        string? ObservedTargetVersion,
        TargetEvidence? After,
        bool Late,
        SettledBy How,
        string? Note
    ) : ActionEvent(Action, Item)
    {
        /// <inheritdoc/>
        public override string Type => "action.applied";
    }

    /// <summary>The action had no effect: it is prepared again, or has failed for good.</summary>
    /// <param name="How">The call that settled it: <see cref="SettledBy.Fail"/> or <see cref="SettledBy.Verify"/>.</param>
    /// <param name="Why">The caller's reason; null where somebody verified it without a note.</param>
    /// <param name="IsLast">True where the item is completed or cancelled, so that nobody can begin the action again: it has failed.</param>
    public sealed record HadNoEffect(string Action, ItemId? Item, SettledBy How, string? Why, bool IsLast)
        : ActionEvent(Action, Item)
    {
        /// <inheritdoc/>
        public override string Type => "action.failed";
    }

    /// <summary>Nobody knows whether the action happened outside. Somebody has to look and <c>verify</c>.</summary>
    /// <param name="Why">A sentence for people: what ended before the outcome was reported.</param>
    public sealed record BecameAmbiguous(string Action, ItemId? Item, string Why) : ActionEvent(Action, Item)
    {
        /// <inheritdoc/>
        public override string Type => "action.ambiguous";
    }

    /// <summary>The action will never begin.</summary>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Withdrawn(string Action, ItemId? Item, string Why) : ActionEvent(Action, Item)
    {
        /// <inheritdoc/>
        public override string Type => "action.withdrawn";
    }
}
