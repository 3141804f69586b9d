using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Publishing;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;

namespace ControlSurface.Core.Deciding;

/// <summary>Decides calls on decisions and approvals (API.md, Reviews and approvals).</summary>
internal static class ApprovalRules
{
    internal static Decision Decide(IItemContext<ILocks> context, ApprovalCommand command) =>
        command switch
        {
            ApprovalCommand.Decide c => Decide(context, c),
            ApprovalCommand.Revoke c => Revoke(context, c),
            ApprovalCommand.Lift c => Lift(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Decide(IItemContext<ILocks> context, ApprovalCommand.Decide c)
    {
        if (ArtifactContext.Find(context, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (context.Who.Kind == PrincipalKind.Agent && !context.At.PolicyOf(artifact.Queue).AgentsMayApprove)
            return new Refusal.Forbidden("a person: agents may not approve here (agentsMayApprove)");
        if (artifact.FindVersion(c.Version) is not { } version)
            return new Refusal.NotFound("version", $"{c.Artifact} {c.Version}");
        var bounds = Shape(c);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (version.Number != artifact.Current.Number || version.ContentHash != c.ContentHash)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        return c.Decision == ReviewDecision.Approve
            ? Approve(context, artifact, version, c)
            : DecideOtherwise(context, artifact, version, c);
    }

    private static Decision Approve(
        IItemContext<ILocks> context,
        Artifact artifact,
        ArtifactVersion version,
        ApprovalCommand.Decide c
    )
    {
        var at = context.At;
        var shown = ApprovalStanding.ActionsToShow(at, artifact, version.Number);
        var holding = ApprovalStanding.Holding(artifact, version);
        var blocking = ApprovalStanding.Blocking(artifact, version.Number);
        var rulesNow = ApprovalStanding.Weigh(at, artifact, holding, shown);
        bool Covers(Approval a) => shown.All(action => Consequences.Covers(a, action));
        // The same approval again changes nothing, and neither does one more when enough are given (API.md, Settled details).
        var saidSo = holding.Any(a => a.By == context.Who.Id && Covers(a));
        var isEnough = holding.Count > 0 && blocking.Count == 0 && rulesNow.All(r => r.IsMet) && holding.All(Covers);
        var overrides = c.Override is not null && !holding.Any(a => a.By == context.Who.Id && a.Override is not null);
        var saysMore = overrides || blocking.Any(v => v.By == context.Who.Id);
        if (c.Edited is null && (isEnough || (saidSo && !saysMore)))
            return Decision.Unchanged(Reply(context, artifact, [], isNew: false));
        var hash = Consequences.HashOf(at, artifact, version, shown, rulesNow, context.Now);
        if (c.ConsequencesHash != hash)
            return new ApprovalRefusal.ConsequencesChanged(hash);
        var events = new List<Event>();
        var approved = artifact;
        var covered = shown.Select(a => new CoveredAction(a.Id, a.Fingerprint)).ToList();
        if (c.Edited is { } edited && edited.Hash != version.ContentHash)
        {
            var kind = VersionKind.Edit;
            ArtifactRules.AddVersion(
                events,
                context,
                artifact,
                edited,
                version.Number,
                c.Comment,
                null,
                kind,
                null,
                null
            );
            covered = CarryActions(events, at, shown, version, artifact.Current.Number + 1, edited.Hash);
            approved = ArtifactContext.After(context, artifact, artifact.Id, events);
        }
        if (c.Override is not null && CheckOverride(at, approved, shown) is { } needless)
            return needless;
        if (c.Override is null && Eligible.IsBarred(at, approved, context.Who.Id))
            return new ApprovalRefusal.SelfApproval([
                .. Eligible.Of(at, artifact).Where(p => p.Id != context.Who.Id).Select(p => p.Id),
            ]);
        if (at.PolicyOf(artifact.Queue).BlockOnComments && OpenBlockingComments(artifact) is { Count: > 0 } open)
            return new ApprovalRefusal.CommentsOpen(open);
        AddComments(events, context, artifact, approved.Current.Number, c.Comments);
        Give(events, context, approved, covered, hash, c);
        return Decision.Accepted(events, Reply(context, artifact, events, isNew: true));
    }

    // An override is for a version that no present approver may decide on, or whose rules are met but for those that no approver can meet:
    // a rule that somebody can still meet is never overridden.
    private static Refusal? CheckOverride(IActions at, Artifact artifact, IReadOnlyList<WorkAction> shown)
    {
        var there = Eligible.Of(at, artifact).Where(who => at.FindAbsence(who.Id) is null).ToList();
        var rules = ApprovalStanding.Weigh(at, artifact, ApprovalStanding.Holding(artifact, artifact.Current), shown);
        var isOnlyBlockedByNobody =
            rules.Any(r => r.State == RuleState.NobodyEligible)
            && rules.All(r => r.IsMet || r.State == RuleState.NobodyEligible);
        return there.Count == 0 || isOnlyBlockedByNobody
            ? null
            : Refusal.InvalidRequest.Of(
                "override",
                $"is for versions that nobody may decide on; {Some(there.Select(p => p.Name))} may"
            );
    }

    private static string Some(IEnumerable<string> names)
    {
        List<string> all = [.. names];
        return string.Join(", ", all.Take(5)) + (all.Count > 5 ? $" and {all.Count - 5} more" : "");
    }

    private static void Give(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        IReadOnlyList<CoveredAction> covered,
        string hash,
        ApprovalCommand.Decide c
    )
    {
        var policy = context.At.PolicyOf(artifact.Queue);
        var version = artifact.Current;
        var holding = ApprovalStanding.Holding(artifact, version);
        var own = holding.FirstOrDefault(a => a.By == context.Who.Id);
        var given = new ApprovalEvent.Given(artifact.Id, context.At.InMemory(artifact.Item))
        {
            Approval = own?.Id ?? new ApprovalId(context.At.LastApproval + 1),
            Version = version.Number,
            ContentHash = version.ContentHash,
            ConsequencesHash = hash,
            Covers = covered,
            // An approval that joins others has as many uses left as they have: they are spent together.
            Uses = holding.Count > 0 ? holding.Min(a => a.Uses) : policy.ApprovalUses,
            Name = context.Who.Name,
            Comment = c.Comment,
            ExpiresAt = policy.ApprovalTtlSeconds is { } ttl ? context.Now.AddSeconds(ttl) : null,
            Override = c.Override,
            Confirmed = c.Confirmed,
            Completes = false,
        };
        var after = ArtifactContext.After(context, artifact, artifact.Id, [given]);
        var shown = ApprovalStanding.ActionsToShow(context.At, artifact, version.Number);
        var isEnough =
            ApprovalStanding.Weigh(context.At, after, ApprovalStanding.Holding(after, version), shown).All(r => r.IsMet)
            && ApprovalStanding.Blocking(after, version.Number).Count == 0;
        events.Add(given with { Completes = isEnough });
        if (isEnough)
            CompleteReview(events, context, artifact, c.Comment);
    }

    // A question is a thread beside the comments: there it is answered, and goes with the artifact to later versions.
    private static CommentId? AddQuestion(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        int version,
        string? comment
    )
    {
        if (string.IsNullOrWhiteSpace(comment))
            return null;
        var id = new CommentId(context.At.LastComment + 1 + events.Count(e => e is CommentEvent.Added));
        var asked = new NewComment(comment, Anchor: null, Suggestion: null, Blocks: false);
        events.Add(ReviewRules.Added(context, artifact, id, version, asked) with { IsQuestion = true });
        return id;
    }

    // A request for changes revokes the same person's earlier approval.
    private static void RevokeOwnApprovals(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        ArtifactVersion version
    )
    {
        foreach (var own in ApprovalStanding.Holding(artifact, version).Where(a => a.By == context.Who.Id))
            events.Add(
                new ApprovalEvent.Revoked(
                    artifact.Id,
                    context.At.InMemory(artifact.Item),
                    own.Id,
                    $"{context.Who.Name} requested changes after it"
                )
            );
    }

    // The text of the note to the holder: the comment, or else the comments on passages, cut to the length of a note.
    private static string? NoteToHolder(ApprovalCommand.Decide c)
    {
        if (!string.IsNullOrWhiteSpace(c.Comment) || c.Comments.Count == 0)
            return c.Comment;
        var said = string.Join("\n", c.Comments.Select(comment => comment.Body));
        return said.Length <= Bounds.NoteLength ? said : ShownText.Cut(said, Bounds.NoteLength - 1) + "…";
    }

    private static Decision DecideOtherwise(
        IItemContext<ILocks> context,
        Artifact artifact,
        ArtifactVersion version,
        ApprovalCommand.Decide c
    )
    {
        var last = artifact.Verdicts.LastOrDefault(v => v.Version == version.Number && v.By == context.Who.Id);
        if (last is not null && last.Decision == c.Decision && last.Comment == c.Comment && c.Comments.Count == 0)
            return Decision.Unchanged(Reply(context, artifact, [], isNew: false));
        var events = new List<Event>();
        AddComments(events, context, artifact, version.Number, c.Comments);
        var question =
            c.Decision == ReviewDecision.Ask ? AddQuestion(events, context, artifact, version.Number, c.Comment) : null;
        if (c.Decision == ReviewDecision.RequestChanges)
            RevokeOwnApprovals(events, context, artifact, version);
        events.Add(
            new ApprovalEvent.Decided(
                artifact.Id,
                context.At.InMemory(artifact.Item),
                version.Number,
                version.ContentHash,
                c.Decision!.Value,
                context.Who.Name,
                c.Comment
            )
        );
        if (c.Decision == ReviewDecision.Reject)
            Invalidations.Invalidate(
                events,
                context,
                artifact,
                version: null,
                target: null,
                $"{context.Who.Name} rejected it"
            );
        if (c.Decision == ReviewDecision.Ask)
            Invalidations.ResumeLease(events, context, artifact, NoteToHolder(c), asks: true, question);
        else
            Invalidations.EndReview(events, context, artifact, c.Decision!.Value, NoteToHolder(c));
        return Decision.Accepted(events, Reply(context, artifact, events, isNew: true));
    }

    private static Decision Revoke(IItemContext<ILocks> context, ApprovalCommand.Revoke c)
    {
        if (ArtifactContext.Find(context, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (artifact.Approvals.Find(a => a.Id == c.Approval) is not { } approval)
            return new Refusal.NotFound("approval", c.Approval.Text);
        if (approval.By != context.Who.Id && !context.Has(Verb.OverrideReview))
            return new Refusal.Forbidden("the approver or a manager");
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (approval.State != ApprovalState.Valid)
            return Decision.Unchanged(Reply(context, artifact, [], isNew: false));
        Event[] events =
        [
            new ApprovalEvent.Revoked(artifact.Id, context.At.InMemory(artifact.Item), c.Approval, c.Why),
        ];
        return Decision.Accepted(events, Reply(context, artifact, events, isNew: false));
    }

    private static Decision Lift(IItemContext<ILocks> context, ApprovalCommand.Lift c)
    {
        if (ArtifactContext.Find(context, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (artifact.FindVersion(c.Version) is not { } version)
            return new Refusal.NotFound("version", $"{c.Artifact} {c.Version}");
        if (artifact.Verdicts.Find(v => v.Seq == c.Decision && v.Version == c.Version) is not { } verdict)
            return new Refusal.NotFound("decision", $"on version {c.Version} of {c.Artifact}");
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (verdict.Lifted is not null)
            return Decision.Unchanged(Reply(context, artifact, [], isNew: false));
        if (version.Number != artifact.Current.Number)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (!ApprovalStanding.Blocking(artifact, c.Version).Contains(verdict))
            bounds.Fault("decisionId", "does not block the version");
        else if (Eligible.CanComeBack(context.At, artifact, verdict.By))
            bounds.Fault("decisionId", $"is {verdict.ByName}'s, who can still decide: ask {verdict.ByName}");
        if (bounds.Refusal is { } no)
            return no;
        var lifted = new ApprovalEvent.BlockLifted(
            artifact.Id,
            context.At.InMemory(artifact.Item),
            c.Version,
            c.Decision,
            verdict.ByName,
            context.Who.Name,
            c.Why,
            Completes: false
        );
        var after = ArtifactContext.After(context, artifact, artifact.Id, [lifted]);
        var completes = ApprovalStanding.Unspent(context.At, after).Count > 0;
        var events = new List<Event> { lifted with { Completes = completes } };
        if (completes)
            CompleteReview(events, context, artifact, c.Why);
        return Decision.Accepted(events, Reply(context, artifact, events, isNew: false));
    }

    /// <summary>The events that revoke the valid approvals of a principal who is ended.</summary>
    internal static IEnumerable<ApprovalEvent.Revoked> RevocationsOf(IArtifacts at, PrincipalId who, string why)
    {
        foreach (var artifact in at.Artifacts)
        {
            foreach (var approval in artifact.Approvals)
            {
                if (approval.By == who && approval.State == ApprovalState.Valid)
                    yield return new ApprovalEvent.Revoked(artifact.Id, at.InMemory(artifact.Item), approval.Id, why);
            }
        }
    }

    // Enough approvals: the review ends, the lease resumes, and conflicts about an earlier approval are overtaken.
    private static void CompleteReview(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        string? comment
    )
    {
        Invalidations.EndReview(events, context, artifact, ReviewDecision.Approve, comment);
        var version = artifact.Current.Number;
        Collisions.Overtake(
            context.At,
            events,
            c => c.Kind == ConflictKind.ApprovalOutdated && c.Artifact == artifact.Id && c.Base <= version,
            $"Version {version} is approved."
        );
    }

    // A prepared action goes on with the corrected version, and the approval covers it with its new fingerprint.
    private static List<CoveredAction> CarryActions(
        List<Event> events,
        ILocks at,
        IReadOnlyList<WorkAction> shown,
        ArtifactVersion from,
        int to,
        string hash
    )
    {
        var covers = new List<CoveredAction>();
        foreach (var action in shown)
        {
            var payload = action.PayloadHash == from.ContentHash ? hash : action.PayloadHash;
            var fingerprint = WorkAction.FingerprintOf(
                action.Kind,
                action.Target,
                action.Item,
                action.Artifact,
                to,
                action.ExpectedTargetVersion,
                payload,
                action.Before,
                action.ApplySeconds,
                action.Summary
            );
            events.Add(new ActionEvent.Carried(action.Id, at.InMemory(action.Item), to, payload, fingerprint));
            covers.Add(new CoveredAction(action.Id, fingerprint));
        }
        return covers;
    }

    private static List<CommentId> OpenBlockingComments(Artifact artifact) =>
        [.. artifact.Comments.Where(c => c is { Blocks: true, ResolvedAs: null }).Select(c => c.Id)];

    private static void AddComments(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        int version,
        IReadOnlyList<NewComment> comments
    )
    {
        var next = context.At.LastComment;
        foreach (var comment in comments)
            events.Add(ReviewRules.Added(context, artifact, new CommentId(++next), version, comment));
    }

    private static Bounds Shape(ApprovalCommand.Decide c)
    {
        var bounds = new Bounds();
        bounds.OneOf("decision", c.Decision);
        if (!ContentHash.IsOne(c.ContentHash))
            bounds.Fault("contentHash", "must be the hash of the content that was read");
        // Opaque to callers: whatever is not the hash of now is answered as changed.
        if (c.Decision == ReviewDecision.Approve && string.IsNullOrWhiteSpace(c.ConsequencesHash))
            bounds.Fault("consequencesHash", "must be what was shown of the consequences, to approve");
        if (c.Decision != ReviewDecision.Approve && c.Edited is not null)
            bounds.Fault("edited", "only takes effect with the decision approve");
        if (c.Decision != ReviewDecision.Approve && c.Override is not null)
            bounds.Fault("override", "only takes effect with the decision approve");
        bounds.Text("comment", c.Comment, Bounds.NoteLength);
        // The author needs one of the two to go on from.
        if (
            c.Decision is ReviewDecision.RequestChanges or ReviewDecision.Reject or ReviewDecision.Ask
            && string.IsNullOrWhiteSpace(c.Comment)
            && c.Comments.Count == 0
        )
            bounds.Fault("comment", "must say why, or comments must");
        bounds.Text("override.why", c.Override, Bounds.NoteLength, required: c.Override is not null);
        bounds.Text("confirmed", c.Confirmed, Bounds.NoteLength);
        bounds.Count("comments", c.Comments.Count, 1_000);
        foreach (var comment in c.Comments)
            ReviewRules.Shape(bounds, "comments.", comment);
        return bounds;
    }

    private static Reply Reply(IItemContext<ILocks> context, Artifact artifact, IReadOnlyList<Event> events, bool isNew)
    {
        var after = ArtifactContext.After(context, artifact, artifact.Id, events);
        return new VerdictReply(
            after.Verdicts.Count > 0 ? after.Verdicts[^1] : null,
            ArtifactView.Of(context.At, after),
            isNew
        );
    }
}
