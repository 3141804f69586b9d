using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Approvals;

/// <summary>Decisions on versions, what they cover, and how they fall (API.md, Reviews and approvals).</summary>
internal static class ApprovalRules
{
    internal static Decision Decide(Asking asking, ApprovalCommand command) =>
        command switch
        {
            ApprovalCommand.Decide c => Decide(asking, c),
            ApprovalCommand.Revoke c => Revoke(asking, c),
            ApprovalCommand.Lift c => Lift(asking, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Decide(Asking asking, ApprovalCommand.Decide c)
    {
        if (ArtifactRules.Find(asking, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (asking.Who.Kind == PrincipalKind.Agent && !asking.At.PolicyOf(artifact.Queue).AgentsMayApprove)
            return new Refusal.Forbidden("a person: agents may not approve here (agentsMayApprove)");
        if (artifact.FindVersion(c.Version) is not { } version)
            return new Refusal.NotFound("version", $"{c.Artifact} {c.Version}");
        var bounds = Shape(c);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (version.Number != artifact.Current.Number || version.ContentHash != c.ContentHash)
            return new Refusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        return c.Decision == ReviewDecision.Approve
            ? Approve(asking, artifact, version, c)
            : Say(asking, artifact, version, c);
    }

    private static Decision Approve(Asking asking, Artifact artifact, ArtifactVersion version, ApprovalCommand.Decide c)
    {
        var at = asking.At;
        var shown = ApprovalStanding.ActionsToShow(at, artifact, version.Number);
        var holding = ApprovalStanding.Holding(artifact, version);
        var blocking = ApprovalStanding.Blocking(artifact, version.Number);
        var rulesNow = ApprovalStanding.Weigh(at, artifact, holding, shown);
        bool Covers(Approval a) => shown.All(action => Consequences.Covers(a, action));
        // The same word again changes nothing, and neither does one more when enough are given (API.md, Settled details).
        var saidSo = holding.Any(a => a.By == asking.Who.Id && Covers(a));
        var isEnough = holding.Count > 0 && blocking.Count == 0 && rulesNow.All(r => r.IsMet) && holding.All(Covers);
        if (c.Edited is null && (isEnough || (saidSo && blocking.All(v => v.By != asking.Who.Id))))
            return Decision.Unchanged(Reply(asking, artifact, [], isNew: false));
        var hash = Consequences.HashOf(at, artifact, version, shown, rulesNow, asking.Now);
        if (c.ConsequencesHash != hash)
            return new Refusal.ConsequencesChanged(hash);
        var events = new List<Event>();
        var approved = artifact;
        var covered = shown.Select(a => new Cover(a.Id, a.Fingerprint)).ToList();
        if (c.Edited is { } edited && edited.Hash != version.ContentHash)
        {
            var kind = VersionKind.Edit;
            ArtifactRules.Version(events, asking, artifact, edited, version.Number, c.Comment, null, kind, null, null);
            covered = Carry(events, at, shown, version, artifact.Current.Number + 1, edited.Hash);
            approved = ArtifactRules.After(asking, artifact, artifact.Id, events);
        }
        // Whoever is away is nobody to wait for: what says nobody_eligible can be overridden.
        var there = Eligible.Of(at, approved).Where(who => at.FindAbsence(who.Id) is null).ToList();
        if (c.Override is not null && there.Count > 0)
            return Refusal.InvalidRequest.Of(
                "override",
                $"is for versions that nobody may decide on; {Some(there.Select(p => p.Name))} may"
            );
        if (c.Override is null && Eligible.IsBarred(at, approved, asking.Who.Id))
            return new Refusal.SelfApproval([
                .. Eligible.Of(at, artifact).Where(p => p.Id != asking.Who.Id).Select(p => p.Id),
            ]);
        if (at.PolicyOf(artifact.Queue).BlockOnComments && Open(artifact) is { Count: > 0 } open)
            return new Refusal.CommentsOpen(open);
        Comments(events, asking, artifact, approved.Current.Number, c.Comments);
        Give(events, asking, approved, covered, hash, c);
        return Decision.Accepted(events, Reply(asking, artifact, events, isNew: true));
    }

    private static string Some(IEnumerable<string> names)
    {
        List<string> all = [.. names];
        return string.Join(", ", all.Take(5)) + (all.Count > 5 ? $" and {all.Count - 5} more" : "");
    }

    private static void Give(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        IReadOnlyList<Cover> covered,
        string hash,
        ApprovalCommand.Decide c
    )
    {
        var policy = asking.At.PolicyOf(artifact.Queue);
        var version = artifact.Current;
        var holding = ApprovalStanding.Holding(artifact, version);
        var own = holding.FirstOrDefault(a => a.By == asking.Who.Id);
        var given = new ApprovalEvent.Given(
            artifact.Id,
            asking.At.InMemory(artifact.Item),
            own?.Id ?? new ApprovalId(asking.At.LastApproval + 1),
            version.Number,
            version.ContentHash,
            hash,
            covered,
            // An approval that joins others has as many uses left as they have: they are spent together.
            holding.Count > 0
                ? holding.Min(a => a.Uses)
                : policy.ApprovalUses,
            asking.Who.Name,
            c.Comment,
            policy.ApprovalTtlSeconds is { } ttl ? asking.Now.AddSeconds(ttl) : null,
            c.Override,
            c.Confirmed,
            Completes: false
        );
        var after = ArtifactRules.After(asking, artifact, artifact.Id, [given]);
        var shown = ApprovalStanding.ActionsToShow(asking.At, artifact, version.Number);
        var isEnough =
            ApprovalStanding.Weigh(asking.At, after, ApprovalStanding.Holding(after, version), shown).All(r => r.IsMet)
            && ApprovalStanding.Blocking(after, version.Number).Count == 0;
        events.Add(given with { Completes = isEnough });
        if (isEnough)
            Completed(events, asking, artifact, c.Comment);
    }

    // A question is a thread beside the comments: there it is answered, and goes with the artifact to later versions.
    private static CommentId? Question(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        int version,
        string? comment
    )
    {
        if (string.IsNullOrWhiteSpace(comment))
            return null;
        var id = new CommentId(asking.At.LastComment + 1 + events.Count(e => e is CommentEvent.Added));
        var asked = new NewComment(comment, Anchor: null, Suggestion: null, Blocks: false);
        events.Add(ReviewRules.Added(asking, artifact, id, version, asked) with { IsQuestion = true });
        return id;
    }

    // A person's later word stands alone: what they approved before it lets nothing through any more.
    private static void TakeBack(List<Event> events, Asking asking, Artifact artifact, ArtifactVersion version)
    {
        foreach (var own in ApprovalStanding.Holding(artifact, version).Where(a => a.By == asking.Who.Id))
            events.Add(
                new ApprovalEvent.Revoked(
                    artifact.Id,
                    asking.At.InMemory(artifact.Item),
                    own.Id,
                    $"{asking.Who.Name} requested changes after it"
                )
            );
    }

    // What the holder is woken with: the comment, or else the comments on passages, as far as a note holds them.
    private static string? Said(ApprovalCommand.Decide c)
    {
        if (!string.IsNullOrWhiteSpace(c.Comment) || c.Comments.Count == 0)
            return c.Comment;
        var said = string.Join("\n", c.Comments.Select(comment => comment.Body));
        return said.Length <= Bounds.NoteLength ? said
            : char.IsHighSurrogate(said[Bounds.NoteLength - 2]) ? said[..(Bounds.NoteLength - 2)] + "…"
            : said[..(Bounds.NoteLength - 1)] + "…";
    }

    private static Decision Say(Asking asking, Artifact artifact, ArtifactVersion version, ApprovalCommand.Decide c)
    {
        var last = artifact.Verdicts.LastOrDefault(v => v.Version == version.Number && v.By == asking.Who.Id);
        if (last is not null && last.Decision == c.Decision && last.Comment == c.Comment && c.Comments.Count == 0)
            return Decision.Unchanged(Reply(asking, artifact, [], isNew: false));
        var events = new List<Event>();
        Comments(events, asking, artifact, version.Number, c.Comments);
        var question =
            c.Decision == ReviewDecision.Ask ? Question(events, asking, artifact, version.Number, c.Comment) : null;
        if (c.Decision == ReviewDecision.RequestChanges)
            TakeBack(events, asking, artifact, version);
        events.Add(
            new ApprovalEvent.Decided(
                artifact.Id,
                asking.At.InMemory(artifact.Item),
                version.Number,
                version.ContentHash,
                c.Decision!.Value,
                asking.Who.Name,
                c.Comment
            )
        );
        if (c.Decision == ReviewDecision.Reject)
            Fall(events, asking, artifact, version: null, target: null, $"{asking.Who.Name} rejected it");
        if (c.Decision == ReviewDecision.Ask)
            Wake(events, asking, artifact, "question", Said(c), question);
        else
            End(events, asking, artifact, c.Decision!.Value, Said(c));
        return Decision.Accepted(events, Reply(asking, artifact, events, isNew: true));
    }

    /// <summary>
    /// All approvals of the artifact fall at once; an action that they covered and that has not begun shows as a
    /// conflict, because somebody counts on it (DESIGN.md, 4; API.md, <c>approval_outdated</c>).
    /// </summary>
    internal static void Fall(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        int? version,
        string? target,
        string why
    )
    {
        List<Approval> falling = [.. artifact.Approvals.Where(a => a.State == ApprovalState.Valid)];
        if (falling.Count == 0)
            return;
        var wasEnough = ApprovalStanding.Unspent(asking.At, artifact).Count > 0;
        var item = asking.At.InMemory(artifact.Item);
        events.Add(
            new ApprovalEvent.Invalidated(artifact.Id, item, [.. falling.Select(a => a.Id)], version, target, why)
        );
        if (!wasEnough)
            return;
        foreach (var action in ApprovalStanding.ActionsToShow(asking.At, artifact, falling[0].Version))
        {
            if (!falling.All(a => Consequences.Covers(a, action)))
                continue;
            var approved = artifact.Versions[falling[0].Version - 1];
            Collisions.Open(
                asking.At,
                events,
                ArtifactRules.Conflict(
                    asking,
                    artifact,
                    ConflictKind.ApprovalOutdated,
                    $"{artifact.Id}|{approved.Number}|{action.Id}",
                    approved.Number,
                    $"{action.Kind} on {action.Target} was approved with version {approved.Number} and had not begun when {why}.",
                    merged: null,
                    [ArtifactRules.Of(artifact, approved, "approved")],
                    action.Id
                )
            );
        }
    }

    /// <summary>What an open review comes to: it is decided, and its holder is woken with the comment.</summary>
    internal static void End(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        ReviewDecision outcome,
        string? comment
    )
    {
        if (artifact.OpenReview is { } review)
            events.Add(new ReviewEvent.Decided(artifact.Id, asking.At.InMemory(artifact.Item), review.Id, outcome));
        Wake(events, asking, artifact, "note", comment);
    }

    /// <summary>Ends the wait of the lease that asked for the review.</summary>
    internal static void Wake(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        string kind,
        string? comment,
        CommentId? question = null
    )
    {
        if (
            artifact.Item is not { } id
            || asking.At.FindItem(id) is not { Lease: { State: LeaseState.Suspended } lease } item
            || !lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview)
            || (artifact.OpenReview?.Lease is { } asked && asked != lease.Id)
        )
            return;
        events.Add(
            SuspendRules.Resume(
                lease,
                lease.Reasons & ~SuspendReasons.WaitingOnReview,
                LeaseState.Claimed,
                "decision",
                asking.Now
            )
        );
        if (!string.IsNullOrWhiteSpace(comment))
            events.Add(
                new NoteEvent.Added(
                    id,
                    item.Notes.Count + 1,
                    "holder",
                    kind,
                    comment,
                    asking.Who.Name,
                    asking.Who.Kind,
                    question is null ? null : artifact.Id,
                    question
                )
            );
    }

    private static Decision Revoke(Asking asking, ApprovalCommand.Revoke c)
    {
        if (ArtifactRules.Find(asking, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (artifact.Approvals.Find(a => a.Id == c.Approval) is not { } approval)
            return new Refusal.NotFound("approval", c.Approval.Text);
        if (approval.By != asking.Who.Id && !asking.Has(Verb.OverrideReview))
            return new Refusal.Forbidden("the approver or a manager");
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (approval.State != ApprovalState.Valid)
            return Decision.Unchanged(Reply(asking, artifact, [], isNew: false));
        Event[] events = [new ApprovalEvent.Revoked(artifact.Id, asking.At.InMemory(artifact.Item), c.Approval, c.Why)];
        return Decision.Accepted(events, Reply(asking, artifact, events, isNew: false));
    }

    private static Decision Lift(Asking asking, ApprovalCommand.Lift c)
    {
        if (ArtifactRules.Find(asking, c.Artifact, out var artifact) is { } refusal)
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
            return Decision.Unchanged(Reply(asking, artifact, [], isNew: false));
        if (version.Number != artifact.Current.Number)
            return new Refusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (!ApprovalStanding.Blocking(artifact, c.Version).Contains(verdict))
            bounds.Fault("decisionId", "does not block the version");
        else if (CanComeBack(asking.At, artifact, verdict.By))
            bounds.Fault("decisionId", $"is {verdict.ByName}'s, who can still decide: ask {verdict.ByName}");
        if (bounds.Refusal is { } no)
            return no;
        var lifted = new ApprovalEvent.BlockLifted(
            artifact.Id,
            asking.At.InMemory(artifact.Item),
            c.Version,
            c.Decision,
            verdict.ByName,
            asking.Who.Name,
            c.Why,
            Completes: false
        );
        var after = ArtifactRules.After(asking, artifact, artifact.Id, [lifted]);
        var completes = ApprovalStanding.Unspent(asking.At, after).Count > 0;
        var events = new List<Event> { lifted with { Completes = completes } };
        if (completes)
            Completed(events, asking, artifact, c.Why);
        return Decision.Accepted(events, Reply(asking, artifact, events, isNew: false));
    }

    /// <summary>Whether whoever blocked may still say another word: somebody paused can, somebody ended cannot.</summary>
    public static bool CanComeBack(Workspace at, Artifact artifact, PrincipalId by) =>
        at.FindPrincipal(by) is { } who && Eligible.MayDecide(at, artifact, who with { State = StateToDecide(who) });

    private static PrincipalState StateToDecide(Principal who) =>
        who.State == PrincipalState.Paused ? PrincipalState.Active : who.State;

    /// <summary>The unspent approvals of somebody who ends: nobody is there any more to stand by them.</summary>
    internal static void RevokeAllOf(List<Event> events, Workspace at, PrincipalId who, string why)
    {
        foreach (var artifact in at.Artifacts)
        {
            foreach (var approval in artifact.Approvals)
            {
                if (approval.By == who && approval.State == ApprovalState.Valid)
                    events.Add(new ApprovalEvent.Revoked(artifact.Id, at.InMemory(artifact.Item), approval.Id, why));
            }
        }
    }

    // Enough approvals: the review ends, the holder is woken, and what an earlier approval left behind is no longer open.
    private static void Completed(List<Event> events, Asking asking, Artifact artifact, string? comment)
    {
        End(events, asking, artifact, ReviewDecision.Approve, comment);
        var version = artifact.Current.Number;
        Collisions.Overtake(
            asking.At,
            events,
            c => c.Kind == ConflictKind.ApprovalOutdated && c.Artifact == artifact.Id && c.Base <= version,
            $"Version {version} is approved."
        );
    }

    // A prepared action goes with the small correction that is approved in its place, and is covered as it is then.
    private static List<Cover> Carry(
        List<Event> events,
        Workspace at,
        IReadOnlyList<WorkAction> shown,
        ArtifactVersion from,
        int to,
        string hash
    )
    {
        var covers = new List<Cover>();
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
                action.ApplySeconds
            );
            events.Add(new ActionEvent.Carried(action.Id, at.InMemory(action.Item), to, payload, fingerprint));
            covers.Add(new Cover(action.Id, fingerprint));
        }
        return covers;
    }

    private static List<CommentId> Open(Artifact artifact) =>
        [.. artifact.Comments.Where(c => c is { Blocks: true, ResolvedAs: null }).Select(c => c.Id)];

    private static void Comments(
        List<Event> events,
        Asking asking,
        Artifact artifact,
        int version,
        IReadOnlyList<NewComment> comments
    )
    {
        var next = asking.At.LastComment;
        foreach (var comment in comments)
            events.Add(ReviewRules.Added(asking, artifact, new CommentId(++next), version, comment));
    }

    private static Bounds Shape(ApprovalCommand.Decide c)
    {
        var bounds = new Bounds();
        bounds.OneOf("decision", c.Decision);
        if (!ContentHash.IsOne(c.ContentHash))
            bounds.Fault("contentHash", "must be the hash of the content that was read");
        if (c.Decision == ReviewDecision.Approve && !ContentHash.IsOne(c.ConsequencesHash))
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

    private static Reply Reply(Asking asking, Artifact artifact, IReadOnlyList<Event> events, bool isNew)
    {
        var after = ArtifactRules.After(asking, artifact, artifact.Id, events);
        return new Reply.ForVerdict(
            after.Verdicts.Count > 0 ? after.Verdicts[^1] : null,
            ArtifactView.Of(asking.At, after),
            isNew
        );
    }
}
