using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Applying;

/// <summary>Preparing an action: what would be applied, to which target, on which version (API.md, Actions).</summary>
internal static class PrepareRules
{
    /// <summary>How long a permit holds where neither the request nor the policy says so, in seconds.</summary>
    private const int DefaultApplySeconds = 300;

    private const int LongestSummary = 500;

    internal static Decision Prepare(IItemContext<ITargets> context, ActionCommand.Prepare c)
    {
        if (FindSubject(context, c, out var item, out var artifact) is { } hidden)
            return hidden;
        var policy = context.At.PolicyOf(item?.Queue);
        var bounds = Shape(c, artifact, policy, out var target);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var wanted = Wanted.From(c, target, item, artifact, policy);
        var known = context.At.FindAction(c.Action);
        if (known is not null && AnswerOfKnown(context, known, wanted) is { } answer)
            return answer;
        var events = new List<Event>();
        if (UnderLease.Check(context, item, c.Verb, c.Run, c.Token, null, events, out var lease, true) is { } under)
            return under;
        if (artifact is not null && wanted.Version != artifact.Current.Number)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        events.Add(
            new ActionEvent.Prepared(c.Action, context.At.InMemory(item?.Id))
            {
                Queue = item?.Queue ?? artifact?.Queue,
                Kind = c.Kind,
                Target = target,
                Artifact = artifact?.Id,
                Version = wanted.Version,
                ExpectedTargetVersion = c.ExpectedTargetVersion,
                PayloadHash = wanted.PayloadHash,
                Before = c.Before,
                Summary = c.Summary,
                ApplySeconds = wanted.ApplySeconds,
                Fingerprint = wanted.Fingerprint,
                Lease = lease?.Id,
            }
        );
        return ActionRules.Answer(context, action: null, events, isNew: known is null);
    }

    /// <summary>The item and the artifact that the request names, directly or through the artifact; or why they cannot be had.</summary>
    private static Refusal? FindSubject(
        IItemContext<ITargets> context,
        ActionCommand.Prepare c,
        out Item? item,
        out Artifact? artifact
    )
    {
        (item, artifact) = (null, null);
        if (c.Artifact is { } on && ArtifactContext.Find(context, on, out artifact) is { } noArtifact)
            return noArtifact;
        return (c.Item ?? artifact?.Item) is { } id ? context.Find(id, out item) : context.Outside(queue: null);
    }

    /// <summary>
    /// The answer to a second request for an action that exists: the first answer to the same request, a refusal to another one. Null
    /// where the request prepares the action again, for a newer version.
    /// </summary>
    private static Decision? AnswerOfKnown(IItemContext<ITargets> context, WorkAction known, Wanted wanted)
    {
        if (context.Outside(context.At.QueueOf(known)) is { } elsewhere)
            return elsewhere;
        if (known.Fingerprint == wanted.Fingerprint)
            return ActionRules.Unchanged(context, known);
        if (wanted.IsNextOf(context.At, known))
            return null;
        return new ActionRefusal.ActionIdReused(known.Id);
    }

    private static Bounds Shape(ActionCommand.Prepare c, Artifact? artifact, QueuePolicy policy, out string target)
    {
        var bounds = new Bounds();
        bounds.Id("actionId", c.Action);
        bounds.Name("kind", c.Kind, 100);
        if (TargetPath.Check(c.Target, out target) is { } wrong)
            bounds.Fault("target", wrong);
        bounds.OptionalId("run", c.Run);
        bounds.OptionalName("expectedTargetVersion", c.ExpectedTargetVersion);
        ActionRules.CheckEvidence(bounds, "before", c.Before);
        bounds.OptionalName("summary", c.Summary, LongestSummary);
        if (c.PayloadHash is not null && !ContentHash.IsOne(c.PayloadHash))
            bounds.Fault("payloadHash", "must be sha256: and 64 lower-case hexadecimal digits");
        if (c.ApplySeconds is { } seconds)
            bounds.Range("applySeconds", seconds, 1, policy.MaxLifetimeSeconds);
        if (c.Version is { } n && artifact is null)
            bounds.Fault("version", "is an artifact's: name artifactId too");
        else if (c.Version is { } version && artifact!.FindVersion(version) is null)
            bounds.Fault("version", $"must be a version that was, 1 to {artifact.Current.Number}");
        if (c.Item is { } item && artifact?.Item is { } other && item != other)
            bounds.Fault("itemId", $"is not the item of {artifact.Id}, which is {other}");
        return bounds;
    }

    /// <summary>What the request comes to once defaults are filled in from the artifact and the policy.</summary>
    private readonly record struct Wanted
    {
        private string Kind { get; init; }
        private string Target { get; init; }
        private ItemId? Item { get; init; }
        private ArtifactId? Artifact { get; init; }

        /// <summary>The artifact's version that would be applied; null where the action applies none.</summary>
        internal int? Version { get; private init; }

        internal string? PayloadHash { get; private init; }
        internal int ApplySeconds { get; private init; }
        internal string Fingerprint { get; private init; }

        internal static Wanted From(
            ActionCommand.Prepare c,
            string target,
            Item? item,
            Artifact? artifact,
            QueuePolicy policy
        )
        {
            int? version = artifact is null ? null : c.Version ?? artifact.Current.Number;
            var payload = c.PayloadHash ?? (version is { } n ? artifact!.Versions[n - 1].ContentHash : null);
            var apply = c.ApplySeconds ?? Math.Min(DefaultApplySeconds, policy.MaxLifetimeSeconds);
            return new Wanted
            {
                Kind = c.Kind,
                Target = target,
                Item = item?.Id,
                Artifact = artifact?.Id,
                Version = version,
                PayloadHash = payload,
                ApplySeconds = apply,
                Fingerprint = WorkAction.FingerprintOf(
                    c.Kind,
                    target,
                    item?.Id,
                    artifact?.Id,
                    version,
                    c.ExpectedTargetVersion,
                    payload,
                    c.Before,
                    apply,
                    c.Summary
                ),
            };
        }

        // One action has one id: where its version was superseded before it began, the same action goes on with the new version.
        // What rests on the version, such as the payload and the expected state of the target, may differ.
        internal bool IsNextOf(ITargets at, WorkAction known) =>
            known.Written == ActionState.Prepared
            && known.Attempts.Count == 0
            && at.IsSuperseded(known)
            && known.Kind == Kind
            && known.Target == Target
            && known.Item == Item
            && known.Artifact == Artifact
            && Version > known.Version;
    }
}
