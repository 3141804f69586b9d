using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Applying;

/// <summary>What a call of <c>begin</c> is told; one word of API.md each.</summary>
/// <param name="Outcome">
/// <c>go</c>, <c>already_completed</c>, <c>in_progress</c>, <c>superseded</c>, <c>conflicting</c>, <c>not_approved</c> or
/// <c>ambiguous</c>.
/// </param>
/// <param name="Permit">With <c>go</c>, and to its caller alone.</param>
public sealed record BeginOutcome(
    string Outcome,
    WorkAction Action,
    string? Why,
    string? Permit,
    DateTimeOffset? ApplyBy,
    ConflictId? Conflict
);

/// <summary>Actions: at most one permit out, applied once, and never a guess (API.md, Actions; DESIGN.md, 5).</summary>
internal static class ActionRules
{
    private const int ApplySeconds = 300;

    internal static Decision Decide(IItemContext<ITargets> context, ActionCommand command)
    {
        if (command is ActionCommand.Prepare prepare)
            return Prepare(context, prepare);
        if (context.At.FindAction(command.Action) is not { } action)
            return OwnId.Check("actionId", command.Action) ?? new Refusal.NotFound("action", command.Action);
        if (ArtifactContext.OutsideOf(context, context.At.QueueOf(action)) is { } outside)
            return outside;
        return command switch
        {
            ActionCommand.Begin c => Begin(context, action, c),
            ActionCommand.Complete c => Complete(context, action, c),
            ActionCommand.Fail c => Fail(context, action, c),
            ActionCommand.Verify c => Verify(context, action, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };
    }

    private static Decision Prepare(IItemContext<ITargets> context, ActionCommand.Prepare c)
    {
        Artifact? artifact = null;
        if (c.Artifact is { } on && ArtifactContext.Find(context, on, out artifact) is { } noArtifact)
            return noArtifact;
        Item? item = null;
        if ((c.Item ?? artifact?.Item) is { } id)
        {
            if (context.Find(id, out item) is { } noItem)
                return noItem;
        }
        else if (ArtifactContext.OutsideOf(context, queue: null) is { } outside)
        {
            return outside;
        }
        var policy = context.At.PolicyOf(item?.Queue);
        var bounds = Shape(c, artifact, policy, out var target);
        if (bounds.Refusal is { } invalid)
            return invalid;
        int? version = artifact is null ? null : c.Version ?? artifact.Current.Number;
        var payload = c.PayloadHash ?? (version is { } n ? artifact!.Versions[n - 1].ContentHash : null);
        var apply = c.ApplySeconds ?? Math.Min(ApplySeconds, policy.MaxLifetimeSeconds);
        var fingerprint = WorkAction.FingerprintOf(
            c.Kind,
            target,
            item?.Id,
            artifact?.Id,
            version,
            c.ExpectedTargetVersion,
            payload,
            c.Before,
            apply
        );
        if (context.At.FindAction(c.Action) is { } known)
        {
            if (ArtifactContext.OutsideOf(context, context.At.QueueOf(known)) is { } elsewhere)
                return elsewhere;
            if (known.Fingerprint == fingerprint)
                return Decision.Unchanged(new ActionReply(ActionView.Of(context.At, known), IsNew: false));
            if (!IsNextOf(context.At, known, c.Kind, target, item?.Id, artifact, version))
                return new ActionRefusal.ActionIdReused(c.Action);
        }
        var events = new List<Event>();
        if (UnderLease.Check(context, item, c.Verb, c.Run, c.Token, null, events, out var lease, true) is { } under)
            return under;
        if (artifact is not null && version != artifact.Current.Number)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        events.Add(
            new ActionEvent.Prepared(
                c.Action,
                context.At.InMemory(item?.Id),
                item?.Queue ?? artifact?.Queue,
                c.Kind,
                target,
                artifact?.Id,
                version,
                c.ExpectedTargetVersion,
                payload,
                c.Before,
                apply,
                fingerprint,
                lease?.Id
            )
        );
        return Answer(context, action: null, events, isNew: context.At.FindAction(c.Action) is null);
    }

    // One action has one id: where its version was superseded before it began, the same action goes on with the new version. What
    // rests on the version, such as the payload and the expected state of the target, may differ.
    private static bool IsNextOf(
        ITargets at,
        WorkAction known,
        string kind,
        string target,
        ItemId? item,
        Artifact? artifact,
        int? version
    ) =>
        known.Written == ActionState.Prepared
        && known.Attempts.Count == 0
        && at.IsSuperseded(known)
        && known.Kind == kind
        && known.Target == target
        && known.Item == item
        && known.Artifact == artifact?.Id
        && version > known.Version;

    private static Decision Begin(IItemContext<ITargets> context, WorkAction action, ActionCommand.Begin c)
    {
        var item = action.Item is { } id ? context.At.FindItem(id) : null;
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        if (bounds.Refusal is { } invalid)
            return invalid;
        // What was done stays done for whoever asks, with a lease or without (FIELD.md, 8).
        if (action.Written == ActionState.Applied)
            return Told(context, action, "already_completed", "It was applied already; this is its first receipt.");
        var events = new List<Event>();
        if (UnderLease.Check(context, item, c.Verb, c.Run, c.Token, null, events, out var lease) is { } under)
            return under;
        if (context.At.Stopped is { } stop)
            return new Refusal.Paused("workspace", stop.By, stop.Why);
        if (action.Queue is { } queue && context.At.FindQueue(queue)?.Queue.Pause is { } pause)
            return new Refusal.Paused("queue", pause.By, pause.Why);
        if (LockRules.Guard(context, item, action.Queue, action.Target) is { } guarded)
            return guarded;
        switch (action.Written)
        {
            case ActionState.Applying:
                return Told(
                    context,
                    action,
                    "in_progress",
                    action.Outstanding!.By == context.Who.Id
                        ? $"You began it and have until {Clock(action.Outstanding.ApplyBy)}; reading the action with its run gives you its permit again."
                        : $"{action.Outstanding.ByName} began it and has until {Clock(action.Outstanding.ApplyBy)}."
                );
            case ActionState.Ambiguous:
                return Told(context, action, "ambiguous", $"{action.Why} Look in the real system, then verify.");
            case ActionState.Withdrawn:
                return Told(context, action, "superseded", $"It was withdrawn: {action.Why}");
        }
        if (context.At.IsSuperseded(action))
            return Told(
                context,
                action,
                "superseded",
                $"Version {action.Version} is no longer current; prepare an action for the current one."
            );
        if (Obstruction.Of(context.At, action, context.Now) is { } obstacle)
            return Conflicting(context, action, obstacle);
        var approvals = Approvals(context.At, action, out var why);
        if (why is not null)
            return Told(context, action, "not_approved", why);
        events.Add(
            new ActionEvent.Begun(
                action.Id,
                context.At.InMemory(action.Item),
                WorkAction.HashOf(c.Permit),
                context.Who.Name,
                c.Run,
                lease?.Id,
                context.Now.AddSeconds(action.ApplySeconds),
                [.. approvals.Select(a => a.Id)],
                c.PermitSeed
            )
        );
        if (approvals.Count > 0)
            events.Add(
                new ApprovalEvent.Spent(
                    action.Artifact!.Value,
                    context.At.InMemory(action.Item),
                    [.. approvals.Select(a => a.Id)],
                    action.Id
                )
            );
        var after = After(context, action, events);
        return Decision.Accepted(
            events,
            new BeginReply(new BeginOutcome("go", after, Why: null, c.Permit, after.NextDueAt, Conflict: null))
        );
    }

    private static Decision Conflicting(IItemContext<ITargets> context, WorkAction action, Obstruction obstacle)
    {
        var events = new List<Event>();
        var competing = new List<Competing>();
        if (action is { Artifact: { } of, Version: { } n } && context.At.FindArtifact(of) is { } artifact)
            competing.Add(ArtifactCollision.Of(artifact, artifact.Versions[n - 1], "to be applied"));
        var conflict = Collisions.Open(
            context.At,
            events,
            Collision(context.At, action, obstacle.Kind, obstacle.Why, competing)
        );
        var guidance = RunbookRules.GuidanceFor(context.At, obstacle.Kind, action.Queue, action.Target);
        var why = RunbookRules.Advised(obstacle.Why, guidance);
        return Decision.Accepted(
            events,
            new BeginReply(new BeginOutcome("conflicting", action, why, Permit: null, ApplyBy: null, conflict))
        );
    }

    /// <summary>The approvals that let the action through, which it spends; or why there are none that do.</summary>
    private static IReadOnlyList<Approval> Approvals(ITargets at, WorkAction action, out string? why)
    {
        why = null;
        var policy = at.PolicyOf(action.Queue);
        if (action is not { Artifact: { } id, Version: { } number } || at.FindArtifact(id) is not { } artifact)
        {
            if (action.Queue is not null && (policy.RequiredApprovals > 0 || policy.Approvals.Count > 0))
                why =
                    "no_artifact: this queue requires approvals, and the action names no version that could have one.";
            return [];
        }
        var version = artifact.Versions[number - 1];
        var rulesOfNone = ApprovalStanding.Weigh(at, artifact, [], [action]);
        if (rulesOfNone.Count == 0)
            return [];
        if (ApprovalStanding.Blocking(artifact, number) is { Count: > 0 } blocked)
        {
            why =
                $"{blocked[0].ByName} said {WireNames.Of(blocked[0].Decision).Replace('_', ' ')}: {blocked[0].Comment}";
            return [];
        }
        var holding = ApprovalStanding.Holding(artifact, version);
        List<Approval> covering = [.. holding.Where(a => Consequences.Covers(a, action))];
        var missing = ApprovalStanding.Weigh(at, artifact, covering, [action]).FirstOrDefault(r => !r.IsMet);
        if (missing is null)
            return holding;
        why =
            holding.Count > covering.Count
                ? $"Version {number} was approved before this action was prepared; ask for it to be approved again."
            : missing.State == "nobody_eligible"
                ? $"Version {number} needs {missing.Required} for {missing.Name}, and nobody is eligible to give it."
            : $"Version {number} has {missing.Given} of {missing.Required} for {missing.Name}.";
        return [];
    }

    private static Decision Complete(IItemContext<ITargets> context, WorkAction action, ActionCommand.Complete c)
    {
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.OptionalName("observedTargetVersion", c.ObservedTargetVersion);
        if (c.Receipt is { Length: > Bounds.BodyLength })
            bounds.Fault("receipt", "must be at most 100000 characters; keep what is longer and name it here");
        Evidenced(bounds, "after", c.After);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (Find(context, action, c.Permit, c.Run, out var attempt) is { } refusal)
            return refusal;
        if (attempt.Fate == AttemptFate.Applied)
            return Decision.Unchanged(new ActionReply(ActionView.Of(context.At, action), IsNew: false));
        if (attempt.Fate is { } fate)
            return fate is AttemptFate.VerifiedApplied or AttemptFate.VerifiedNotApplied
                ? new ActionRefusal.ActionSettled(attempt.SettledBy!.Value, WireNames.Of(fate))
                : new ActionRefusal.PermitInvalid("used");
        var events = new List<Event>();
        Apply(
            events,
            context,
            action,
            c.Receipt,
            c.ObservedTargetVersion,
            c.After,
            SettledBy.Complete,
            note: null,
            attempt
        );
        return Answer(context, action, events, isNew: false);
    }

    private static void Apply(
        List<Event> events,
        IItemContext<ITargets> context,
        WorkAction action,
        string? receipt,
        string? observed,
        Evidenced? after,
        SettledBy how,
        string? note,
        Attempt? attempt
    )
    {
        var late = action.Written == ActionState.Ambiguous || attempt?.ApplyBy <= context.Now;
        var item = context.At.InMemory(action.Item);
        events.Add(new ActionEvent.Applied(action.Id, item, receipt, observed, after, late, how, note));
        TargetRules.Release(events, context, action, observed);
        Overtake(events, context.At, action, "The action was settled: it was applied.");
    }

    private static Decision Fail(IItemContext<ITargets> context, WorkAction action, ActionCommand.Fail c)
    {
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        bounds.OneOf("effect", c.Effect);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (Find(context, action, c.Permit, c.Run, out var attempt) is { } refusal)
            return refusal;
        if (attempt.Fate is { } fate)
        {
            if (fate == AttemptFate.Failed && c.Effect == FailureEffect.None)
                return Decision.Unchanged(new ActionReply(ActionView.Of(context.At, action), IsNew: false));
            return fate is AttemptFate.VerifiedApplied or AttemptFate.VerifiedNotApplied
                ? new ActionRefusal.ActionSettled(attempt.SettledBy!.Value, WireNames.Of(fate))
                : new ActionRefusal.PermitInvalid("used");
        }
        var events = new List<Event>();
        if (c.Effect == FailureEffect.Unknown)
        {
            if (action.Written == ActionState.Ambiguous)
                return Decision.Unchanged(new ActionReply(ActionView.Of(context.At, action), IsNew: false));
            Doubt(events, context.At, action, $"{context.Who.Name} does not know whether it happened: {c.Why}");
        }
        else
        {
            Undo(events, context, action, attempt, SettledBy.Fail, c.Why);
        }
        return Answer(context, action, events, isNew: false);
    }

    private static Decision Verify(IItemContext<ITargets> context, WorkAction action, ActionCommand.Verify c)
    {
        var attempt = action.Outstanding;
        var holds =
            attempt?.By == context.Who.Id
            || (action.Item is { } id && context.At.FindItem(id)?.Lease?.Holder.Id == context.Who.Id);
        if (!holds && !context.Has(Verb.ResolveConflict))
            return new Refusal.Forbidden(
                "the holder, or " + Permissions.InWords(Permissions.MayAsk(Verb.ResolveConflict))
            );
        var bounds = new Bounds();
        bounds.Text("note", c.Note, Bounds.NoteLength);
        bounds.OptionalName("observedTargetVersion", c.ObservedTargetVersion);
        if (c.ContentHash is not null && !ContentHash.IsOne(c.ContentHash))
            bounds.Fault("contentHash", "must be sha256: and 64 lower-case hexadecimal digits");
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (action.Written != ActionState.Ambiguous)
        {
            var last = action.Attempts.Count > 0 ? action.Attempts[^1] : null;
            var same = last?.Fate == (c.Applied ? AttemptFate.VerifiedApplied : AttemptFate.VerifiedNotApplied);
            return same
                ? Decision.Unchanged(new ActionReply(ActionView.Of(context.At, action), IsNew: false))
                : new ActionRefusal.ActionSettled(
                    last?.SettledBy ?? last?.By ?? action.PreparedBy,
                    WireNames.Of(context.At.StateOf(action))
                );
        }
        var events = new List<Event>();
        Settle(events, context, action, c.Applied, c.ObservedTargetVersion, c.ContentHash, c.Note);
        return Answer(context, action, events, isNew: false);
    }

    /// <summary>What somebody saw of an ambiguous action settles it, whoever asked: here or from its conflict.</summary>
    internal static void Settle(
        List<Event> events,
        IItemContext<ITargets> context,
        WorkAction action,
        bool applied,
        string? observed,
        string? contentHash,
        string? note
    )
    {
        if (!applied)
        {
            Undo(events, context, action, action.Outstanding!, SettledBy.Verify, note);
            return;
        }
        Apply(
            events,
            context,
            action,
            receipt: null,
            observed,
            after: null,
            SettledBy.Verify,
            note,
            action.Outstanding
        );
        if (contentHash is null || action.PayloadHash is null || contentHash == action.PayloadHash)
            return;
        var competing = new List<Competing>();
        if (action is { Artifact: { } of, Version: { } n } && context.At.FindArtifact(of) is { } artifact)
            competing.Add(ArtifactCollision.Of(artifact, artifact.Versions[n - 1], "approved"));
        competing.Add(new Competing("seen", null, null, contentHash, context.Who.Id, context.Who.Name, context.Now));
        Collisions.Open(
            context.At,
            events,
            Collision(
                context.At,
                action,
                ConflictKind.VerificationMismatch,
                $"{context.Who.Name} saw another content on {action.Target} than the one that was approved.",
                competing
            )
        );
    }

    /// <summary>Nobody can say whether it happened: it is shown, and stays so until somebody has looked (DESIGN.md, 5).</summary>
    internal static void Doubt(List<Event> events, ITargets at, WorkAction action, string why)
    {
        events.Add(new ActionEvent.BecameAmbiguous(action.Id, at.InMemory(action.Item), why));
        var competing = new List<Competing>();
        if (action is { Artifact: { } of, Version: { } n } && at.FindArtifact(of) is { } artifact)
            competing.Add(ArtifactCollision.Of(artifact, artifact.Versions[n - 1], "being applied"));
        Collisions.Open(
            at,
            events,
            Collision(
                at,
                action,
                ConflictKind.LateResult,
                $"{action.Kind} on {action.Target} may or may not have happened. {why}",
                competing
            )
        );
    }

    private static void Undo(
        List<Event> events,
        IItemContext<ITargets> context,
        WorkAction action,
        Attempt attempt,
        SettledBy how,
        string? why
    )
    {
        var item = context.At.InMemory(action.Item);
        var isLast = action.Item is { } of && context.At.FindItem(of) is not { Settled: null };
        events.Add(new ActionEvent.HadNoEffect(action.Id, item, how, why, isLast));
        // What was approved and not used may be used: only while it is still what would be applied.
        if (
            attempt.Approvals.Count > 0
            && action.Artifact is { } id
            && context.At.FindArtifact(id) is { } artifact
            && artifact.Current.Number == action.Version
        )
        {
            List<ApprovalId> back =
            [
                .. artifact
                    .Approvals.Where(a =>
                        attempt.Approvals.Contains(a.Id) && a.State is (ApprovalState.Spent or ApprovalState.Valid)
                    )
                    .Select(a => a.Id),
            ];
            if (back.Count > 0)
                events.Add(new ApprovalEvent.Restored(id, item, back, action.Id));
        }
        TargetRules.Release(events, context, action, observed: null);
        Overtake(events, context.At, action, "The action was settled: it had no effect.");
    }

    private static void Overtake(List<Event> events, ITargets at, WorkAction action, string why) =>
        Collisions.Overtake(at, events, c => c.Kind == ConflictKind.LateResult && c.Action == action.Id, why);

    private static Refusal? Find(
        IItemContext<ITargets> context,
        WorkAction action,
        string permit,
        string? run,
        out Attempt attempt
    )
    {
        var hash = WorkAction.HashOf(permit);
        attempt = action.Attempts.FindLast(a => a.PermitHash == hash)!;
        if (attempt is null)
            return new ActionRefusal.PermitInvalid("unknown");
        if (attempt.By != context.Who.Id)
            return new ActionRefusal.PermitInvalid("not_yours");
        if (string.Equals(attempt.Run, run, StringComparison.Ordinal))
            return null;
        // The caller has the permit and is who it was given to: what is wrong is the run, so that is what is said.
        return run is null || attempt.Run is null
            ? new ActionRefusal.PermitInvalid("run", attempt.Run)
            : new ActionRefusal.PermitInvalid("not_yours");
    }

    private static ConflictEvent.Opened Collision(
        ITargets at,
        WorkAction action,
        ConflictKind kind,
        string what,
        IReadOnlyList<Competing> competing
    ) =>
        new(
            default,
            at.InMemory(action.Item),
            kind,
            action.Queue,
            action.Target,
            action.Artifact,
            action.Id,
            $"{WireNames.Of(kind)}|{action.Id}|{action.Attempts.Count}",
            action.Version,
            what,
            MergedHash: null,
            competing
        );

    private static Decision Told(IItemContext<ITargets> context, WorkAction action, string outcome, string why)
    {
        var conflict = context.At.OpenConflicts.FirstOrDefault(c => c.Action == action.Id)?.Id;
        return Decision.Unchanged(
            new BeginReply(new BeginOutcome(outcome, action, why, Permit: null, action.NextDueAt, conflict))
        );
    }

    private static Decision Answer(
        IItemContext<ITargets> context,
        WorkAction? action,
        IReadOnlyList<Event> events,
        bool isNew
    ) => Decision.Accepted(events, new ActionReply(ActionView.Of(context.At, After(context, action, events)), isNew));

    private static WorkAction After(IItemContext<ITargets> context, WorkAction? action, IReadOnlyList<Event> events)
    {
        var seq = context.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is ActionEvent)
                action = ActionEvolution.Evolve(action, new Recorded(seq, context.Now, context.Who.Id, happened));
        }
        return action!;
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
        Evidenced(bounds, "before", c.Before);
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

    private static void Evidenced(Bounds bounds, string member, Evidenced? what)
    {
        if (what is null)
            return;
        bounds.Text(member + ".text", what.Text, Bounds.BodyLength);
        bounds.Text(member + ".uri", what.Uri, Bounds.NoteLength);
        if (what.Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)))
            bounds.Fault(member + ".sha256", "must be 64 lower-case hexadecimal digits");
    }

    private static string Clock(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
