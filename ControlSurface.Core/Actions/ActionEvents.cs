using System.Diagnostics;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Actions;

/// <summary>What can happen to an action.</summary>
/// <param name="Action">The caller's id for it.</param>
/// <param name="Item">The item that it belongs to while that is in memory; null for none.</param>
public abstract record ActionEvent(string Action, ItemId? Item) : Event, IItemEffect
{
    /// <summary>Of the events of an action only its begin leaves it being applied; a prepared one was not before.</summary>
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

    public override ItemId? ItemId => Item;

    public sealed record Prepared(
        string Action,
        ItemId? Item,
        string? Queue,
        string Kind,
        string Target,
        ArtifactId? Artifact,
        int? Version,
        string? ExpectedTargetVersion,
        string? PayloadHash,
        Evidenced? Before,
        int ApplySeconds,
        string Fingerprint,
        LeaseId? Lease
    ) : ActionEvent(Action, Item)
    {
        public override string Type => "action.prepared";
        public override LeaseId? UnderLease => Lease;
    }

    /// <summary>It goes with the small correction that was approved in its version's place.</summary>
    public sealed record Carried(string Action, ItemId? Item, int Version, string? PayloadHash, string Fingerprint)
        : ActionEvent(Action, Item)
    {
        public override string Type => "action.carried";
    }

    /// <summary>Let through: from here on nobody else is until this is settled.</summary>
    /// <param name="PermitSeed">
    /// What the permit was made from, together with a secret that is not in the journal; null in events of earlier versions.
    /// </param>
    public sealed record Begun(
        string Action,
        ItemId? Item,
        string PermitHash,
        string Name,
        string? Run,
        LeaseId? Lease,
        DateTimeOffset ApplyBy,
        IReadOnlyList<ApprovalId> Approvals,
        string? PermitSeed = null
    ) : ActionEvent(Action, Item)
    {
        public override string Type => "action.begun";
        public override LeaseId? UnderLease => Lease;
    }

    /// <param name="Receipt">A JSON value as text.</param>
    public sealed record Applied(
        string Action,
        ItemId? Item,
        string? Receipt,
        string? ObservedTargetVersion,
        Evidenced? After,
        bool Late,
        SettledBy How,
        string? Note
    ) : ActionEvent(Action, Item)
    {
        public override string Type => "action.applied";
    }

    /// <summary>It had no effect: prepared again, or failed for good where nothing will try it again.</summary>
    /// <param name="IsLast">Its item is completed or cancelled: nobody is left to begin it.</param>
    public sealed record HadNoEffect(string Action, ItemId? Item, SettledBy How, string? Why, bool IsLast)
        : ActionEvent(Action, Item)
    {
        public override string Type => "action.failed";
    }

    /// <summary>Nobody can say whether it happened; somebody has to look.</summary>
    public sealed record BecameAmbiguous(string Action, ItemId? Item, string Why) : ActionEvent(Action, Item)
    {
        public override string Type => "action.ambiguous";
    }

    public sealed record Withdrawn(string Action, ItemId? Item, string Why) : ActionEvent(Action, Item)
    {
        public override string Type => "action.withdrawn";
    }
}

/// <summary>What can be asked of actions (API.md, Actions).</summary>
public abstract record ActionCommand(string Action) : Command
{
    public sealed record Prepare(
        string Action,
        string Kind,
        string Target,
        ItemId? Item,
        ArtifactId? Artifact,
        int? Version,
        string? ExpectedTargetVersion,
        string? PayloadHash,
        Evidenced? Before,
        int? ApplySeconds,
        string? Run,
        long? Token
    ) : ActionCommand(Action)
    {
        public override Verb Verb => Verb.PrepareAction;

        internal override Refusal? Outside(IQueueGate gate) =>
            gate.KnowsAction(Action) ? gate.Action(Action)
            : Artifact is null
                ? Item is { } only ? gate.Item(only)
                    : gate.Queue(name: null)
            : gate.Artifact(Artifact.Value) ?? (Item is { } item ? gate.Item(item) : null);
    }

    /// <param name="Permit">Made by the edge, which alone may be random; handed out only if the action goes.</param>
    /// <param name="PermitSeed">What the edge can make the same permit from again; null for nothing.</param>
    public sealed record Begin(string Action, string? Run, long? Token, string Permit, string? PermitSeed = null)
        : ActionCommand(Action)
    {
        public override Verb Verb => Verb.BeginAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }

    /// <param name="Receipt">A JSON value as text.</param>
    public sealed record Complete(
        string Action,
        string Permit,
        string? Run,
        string? Receipt,
        string? ObservedTargetVersion,
        Evidenced? After
    ) : ActionCommand(Action)
    {
        public override Verb Verb => Verb.CompleteAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }

    /// <param name="Effect">Null for a word that is none: it is refused with the words that there are.</param>
    public sealed record Fail(string Action, string Permit, string? Run, string Why, FailureEffect? Effect)
        : ActionCommand(Action)
    {
        public override Verb Verb => Verb.FailAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }

    public sealed record Verify(
        string Action,
        bool Applied,
        string? ObservedTargetVersion,
        string? ContentHash,
        string? Note
    ) : ActionCommand(Action)
    {
        public override Verb Verb => Verb.VerifyAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }
}
