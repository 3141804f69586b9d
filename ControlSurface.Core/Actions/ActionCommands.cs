namespace ControlSurface.Core.Actions;

/// <summary>A call on one action (API.md, Actions).</summary>
/// <param name="Action">The action's id, which its caller chooses; without <c>/</c>, <c>%</c> and control characters.</param>
public abstract record ActionCommand(string Action) : Command
{
    /// <summary>
    /// Registers an action before it is applied. The same again changes nothing; other content under a known id is refused as
    /// <see cref="ActionRefusal.ActionIdReused"/>, unless the known one never began and its version was superseded.
    /// </summary>
    public sealed record Prepare(string Action) : ActionCommand(Action)
    {
        /// <inheritdoc cref="WorkAction.Kind"/>
        public required string Kind { get; init; }

        /// <inheritdoc cref="WorkAction.Target"/>
        public required string Target { get; init; }

        /// <summary>The item that it belongs to; null for the artifact's item, or none.</summary>
        public ItemId? Item { get; init; }

        /// <inheritdoc cref="WorkAction.Artifact"/>
        public ArtifactId? Artifact { get; init; }

        /// <summary>The version that it applies; null for the artifact's current one.</summary>
        public int? Version { get; init; }

        /// <inheritdoc cref="WorkAction.ExpectedTargetVersion"/>
        public string? ExpectedTargetVersion { get; init; }

        /// <summary>The hash of what is applied, <c>sha256:</c> and 64 hexadecimal digits; null for the version's content.</summary>
        public string? PayloadHash { get; init; }

        /// <inheritdoc cref="WorkAction.Before"/>
        public TargetEvidence? Before { get; init; }

        /// <inheritdoc cref="WorkAction.Summary"/>
        public string? Summary { get; init; }

        /// <summary>Seconds from <c>begin</c> to <c>applyBy</c>, 1 to the queue's longest life; null for 300, or that life where it is shorter.</summary>
        public int? ApplySeconds { get; init; }

        /// <summary>The caller's run; null for none.</summary>
        public string? Run { get; init; }

        /// <summary>The fencing token of the caller's lease on the item; null for none.</summary>
        public long? Token { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.PrepareAction;

        internal override Refusal? Outside(IQueueGate gate) =>
            gate.KnowsAction(Action) ? gate.Action(Action)
            : Artifact is null
                ? Item is { } only ? gate.Item(only)
                    : gate.Queue(name: null)
            : gate.Artifact(Artifact.Value) ?? (Item is { } item ? gate.Item(item) : null);
    }

    /// <summary>Asks for leave to apply the action now (<see cref="Applying.BeginOutcome"/>).</summary>
    /// <param name="Run">The caller's run; null for none.</param>
    /// <param name="Token">The fencing token of the caller's lease on the item; null for none.</param>
    /// <param name="Permit">The permit to hand out if the answer is <c>go</c>. The edge makes it: Core has no randomness.</param>
    /// <param name="PermitSeed">What the edge can make the same permit from again; null where it cannot.</param>
    public sealed record Begin(string Action, string? Run, long? Token, string Permit, string? PermitSeed = null)
        : ActionCommand(Action)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.BeginAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }

    /// <summary>Reports that the action was applied. Accepted after <c>applyBy</c> and without a live lease too.</summary>
    /// <param name="Permit">The permit that <c>begin</c> gave.</param>
    /// <param name="Run">The run that the permit was given to; null for none.</param>
    /// <param name="Receipt">A JSON value as text, up to 100,000 characters; null for none.</param>
    /// <param name="ObservedTargetVersion">The target's version after it, as the caller saw it; null where they do not know.</param>
    /// <param name="After">What is on the target now; null where the caller does not say.</param>
    public sealed record Complete(
        string Action,
        string Permit,
        string? Run,
        string? Receipt,
        string? ObservedTargetVersion,
        TargetEvidence? After
    ) : ActionCommand(Action)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.CompleteAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }

    /// <summary>Reports that the action was not applied, or that the caller does not know.</summary>
    /// <param name="Permit">The permit that <c>begin</c> gave.</param>
    /// <param name="Run">The run that the permit was given to; null for none.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    /// <param name="Effect">What the caller knows; null where the request had another word, which is refused with the valid ones.</param>
    public sealed record Fail(string Action, string Permit, string? Run, string Why, FailureEffect? Effect)
        : ActionCommand(Action)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.FailAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }

    /// <summary>Settles an ambiguous action by what somebody saw in the real system. The holder, support and reviewers may.</summary>
    /// <param name="Applied">Whether it was applied.</param>
    /// <param name="ObservedTargetVersion">The target's version, as they saw it; null where they do not say.</param>
    /// <param name="ContentHash">The hash of what they saw; another than the payload's opens <c>verification_mismatch</c>. Null where they do not say.</param>
    /// <param name="Note">Up to 4,000 characters; null for none.</param>
    public sealed record Verify(
        string Action,
        bool Applied,
        string? ObservedTargetVersion,
        string? ContentHash,
        string? Note
    ) : ActionCommand(Action)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.VerifyAction;

        internal override Refusal? Outside(IQueueGate gate) => gate.Action(Action);
    }
}
