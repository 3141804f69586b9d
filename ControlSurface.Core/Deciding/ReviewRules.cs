using System.Diagnostics;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Publishing;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;

namespace ControlSurface.Core.Deciding;

/// <summary>Decides calls on reviews and comments (API.md, Reviews and approvals).</summary>
internal static class ReviewRules
{
    internal static Decision Decide(IItemContext<ILocks> context, ReviewCommand command) =>
        command switch
        {
            ReviewCommand.Request c => Request(context, c),
            ReviewCommand.Take c => OnOpen(context, c.Review, (artifact, review) => Take(context, artifact, review)),
            ReviewCommand.Reassign c => Reassign(context, c),
            ReviewCommand.Remind c => OnOpen(
                context,
                c.Review,
                (artifact, review) =>
                    Changes(
                        context,
                        artifact,
                        new ReviewEvent.Reminded(artifact.Id, Item(context, artifact), review.Id)
                    )
            ),
            ReviewCommand.Withdraw c => Withdraw(context, c),
            ReviewCommand.AddComment c => AddComment(context, c),
            ReviewCommand.Reply c => Answer(context, c),
            ReviewCommand.Resolve c => Resolve(context, c),
            ReviewCommand.Accept c => Accept(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Request(IItemContext<ILocks> context, ReviewCommand.Request c)
    {
        if (ArtifactContext.Find(context, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (artifact.FindVersion(c.Version) is null)
            return new Refusal.NotFound("version", $"{c.Artifact} {c.Version}");
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.Text("note", c.Note, Bounds.NoteLength);
        if (c.DueSeconds is { } seconds)
            bounds.Range("dueSeconds", seconds, 1, 30 * 86_400);
        var reviewers = Named(bounds, context, "reviewers", c.Reviewers);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var item = artifact.Item is { } id ? context.At.FindItem(id) : null;
        var events = new List<Event>();
        var under = UnderLease.Check(
            context,
            item,
            c.Verb,
            c.Run,
            c.Token,
            acknowledges: null,
            events,
            out var lease,
            goesOnInReview: true
        );
        if (under is not null)
            return under;
        if (c.Version != artifact.Current.Number)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (artifact.OpenReview is { } open)
            return JoinOpenReview(context, artifact, open, reviewers, c.Reviewers.Count > 0);
        var policy = context.At.PolicyOf(artifact.Queue);
        var due = c.DueSeconds ?? policy.ReviewDueSeconds;
        events.Add(
            new ReviewEvent.Requested(artifact.Id, Item(context, artifact), new ReviewId(context.At.LastReview + 1))
            {
                Version = c.Version,
                Reviewers = reviewers,
                Name = context.Who.Name,
                Note = c.Note,
                DueAt = due is { } wait ? context.Now.AddSeconds(wait) : null,
                Lease = lease?.Id,
            }
        );
        if (lease is { IsLive: true } && !lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview))
            events.Add(Suspend(context, lease));
        return Decision.Accepted(events, Reply(context, artifact, events, isNew: true));
    }

    /// <summary>Asks the reviewers of the last review, or all who may decide, about the current version. No lease waits for it.</summary>
    internal static ReviewEvent.Requested AskAgain(IItemContext<ILocks> context, Artifact artifact, string? note)
    {
        var due = context.At.PolicyOf(artifact.Queue).ReviewDueSeconds;
        return new ReviewEvent.Requested(artifact.Id, Item(context, artifact), new ReviewId(context.At.LastReview + 1))
        {
            Version = artifact.Current.Number,
            Reviewers = artifact.Reviews.Count > 0 ? artifact.Reviews[^1].Reviewers : Reviewer.WhoeverMayDecide,
            Name = context.Who.Name,
            Note = note,
            DueAt = due is { } wait ? context.Now.AddSeconds(wait) : null,
            Lease = null,
        };
    }

    // A lease that waits for a review is suspended, for the longest suspension at most: nothing waits for ever.
    private static LeaseEvent.Suspended Suspend(IItemContext<ILocks> context, Lease lease)
    {
        var end = lease.State == LeaseState.Claimed ? lease.FirstTerm(context.Now) : lease.ExpiresAt ?? context.Now;
        return new LeaseEvent.Suspended(
            lease.Item,
            lease.Id,
            lease.Reasons | SuspendReasons.WaitingOnReview,
            (long)(end - context.Now).TotalMilliseconds,
            context.Now.AddSeconds(lease.Policy.MaxSuspendSeconds),
            Note: null
        );
    }

    // An artifact has one open review; a second request adds its reviewers to it.
    private static Decision JoinOpenReview(
        IItemContext<ILocks> context,
        Artifact artifact,
        Review open,
        IReadOnlyList<Reviewer> reviewers,
        bool areNamed
    )
    {
        List<Reviewer> joined = [.. open.Reviewers, .. reviewers.Except(open.Reviewers)];
        return areNamed && joined.Count > open.Reviewers.Count
            ? Changes(
                context,
                artifact,
                new ReviewEvent.Reassigned(artifact.Id, Item(context, artifact), open.Id, joined, Why: null)
            )
            : Decision.Unchanged(Reply(context, artifact, [], isNew: false));
    }

    private static Decision Take(IItemContext<ILocks> context, Artifact artifact, Review review)
    {
        if (context.Who.Kind == PrincipalKind.Agent && !context.At.PolicyOf(artifact.Queue).AgentsMayApprove)
            return new Refusal.Forbidden("a person: agents may not approve here (agentsMayApprove)");
        return review.TakenBy == context.Who.Id
            ? Decision.Unchanged(Reply(context, artifact, [], isNew: false))
            : Changes(context, artifact, new ReviewEvent.Taken(artifact.Id, Item(context, artifact), review.Id));
    }

    private static Decision Reassign(IItemContext<ILocks> context, ReviewCommand.Reassign c)
    {
        if (Find(context, c.Review, out var artifact, out var review) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (c.To.Count == 0)
            bounds.Fault("to", "must name at least one principal or role");
        var to = Named(bounds, context, "to", c.To);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (review.State != ReviewState.Open)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        return to.SequenceEqual(review.Reviewers)
            ? Decision.Unchanged(Reply(context, artifact, [], isNew: false))
            : Changes(
                context,
                artifact,
                new ReviewEvent.Reassigned(artifact.Id, Item(context, artifact), review.Id, to, c.Why)
            );
    }

    private static Decision Withdraw(IItemContext<ILocks> context, ReviewCommand.Withdraw c)
    {
        if (Find(context, c.Review, out var artifact, out var review) is { } refusal)
            return refusal;
        if (review.RequestedBy != context.Who.Id && !context.Has(Verb.ReassignReview))
            return new Refusal.Forbidden("whoever asked for the review, or a manager");
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (review.State != ReviewState.Open)
            return Decision.Unchanged(Reply(context, artifact, [], isNew: false));
        var events = new List<Event>
        {
            new ReviewEvent.Withdrawn(artifact.Id, Item(context, artifact), review.Id, c.Why),
        };
        Invalidations.ResumeLease(events, context, artifact, comment: null);
        return Decision.Accepted(events, Reply(context, artifact, events, isNew: false));
    }

    private static Decision AddComment(IItemContext<ILocks> context, ReviewCommand.AddComment c)
    {
        if (FindVersion(context, c.Artifact, c.Version, out var artifact) is { } refusal)
            return refusal;
        var comment = new NewComment(c.Body, c.Anchor, c.Suggestion, c.Blocks);
        var bounds = new Bounds();
        Shape(bounds, "", comment);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var id = new CommentId(context.At.LastComment + 1);
        return Commented(context, artifact, id, Added(context, artifact, id, c.Version, comment), isNew: true);
    }

    private static Decision Answer(IItemContext<ILocks> context, ReviewCommand.Reply c)
    {
        if (FindComment(context, c.Artifact, c.Version, c.Comment, out var artifact, out _) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("body", c.Body, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var replied = new CommentEvent.Replied(
            artifact.Id,
            Item(context, artifact),
            c.Comment,
            context.Who.Name,
            c.Body
        );
        return Commented(context, artifact, c.Comment, replied, isNew: true);
    }

    private static Decision Resolve(IItemContext<ILocks> context, ReviewCommand.Resolve c)
    {
        if (FindComment(context, c.Artifact, c.Version, c.Comment, out var artifact, out var comment) is { } refusal)
            return refusal;
        // The author must not resolve a comment that blocks their own version.
        if (comment.Blocks && comment.By != context.Who.Id && !context.Has(Verb.Decide))
            return new Refusal.Forbidden("whoever made the comment, or who may decide");
        return comment.ResolvedAs is not null
            ? Decision.Unchanged(new CommentedReply(comment, artifact.Id, IsNew: false))
            : Commented(
                context,
                artifact,
                c.Comment,
                new CommentEvent.Resolved(artifact.Id, Item(context, artifact), c.Comment, CommentResolution.Resolved),
                isNew: false
            );
    }

    private static Decision Accept(IItemContext<ILocks> context, ReviewCommand.Accept c)
    {
        if (FindComment(context, c.Artifact, c.Version, c.Comment, out var artifact, out var comment) is { } refusal)
            return refusal;
        if (comment.Suggestion is null || comment.Anchor is null)
            return Refusal.InvalidRequest.Of("comment", "suggests nothing that could be accepted");
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var item = artifact.Item is { } id ? context.At.FindItem(id) : null;
        var events = new List<Event>();
        var under = UnderLease.Check(
            context,
            item,
            c.Verb,
            c.Run,
            c.Token,
            c.Acknowledges,
            events,
            out var lease,
            goesOnInReview: true
        );
        if (under is not null)
            return under;
        if (comment.ResolvedAs is not null)
            return Decision.Unchanged(ArtifactRules.Reply(context, artifact, artifact.Id, [], isNew: false));
        if (LockRules.Guard(context, item, artifact.Queue, artifact.Target) is { } guarded)
            return guarded;
        if (c.OnHash != artifact.Current.ContentHash)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (c.IsAmbiguous)
            return Refusal.InvalidRequest.Of(
                "comment",
                "its quoted text stands in the current version more than once, and nothing tells which was meant; make the change in a version of your own"
            );
        if (c.Content is not { } content)
            return Refusal.InvalidRequest.Of("comment", "its quoted text no longer stands in the current version");
        if (ArtifactRules.HeldByPerson(context, artifact, c.Acknowledges, editing: null) is { } held)
            return held;
        events.Add(
            new CommentEvent.Resolved(artifact.Id, Item(context, artifact), c.Comment, CommentResolution.Accepted)
        );
        if (content.Hash != artifact.Current.ContentHash)
            ArtifactRules.AddVersion(
                events,
                context,
                artifact,
                content,
                artifact.Current.Number,
                $"Accepted the suggestion of {comment.Name}",
                sources: null,
                VersionKind.Suggestion,
                c.Run,
                lease?.Id
            );
        return Decision.Accepted(events, ArtifactRules.Reply(context, artifact, artifact.Id, events, isNew: true));
    }

    internal static CommentEvent.Added Added(
        IItemContext<ILocks> context,
        Artifact artifact,
        CommentId id,
        int version,
        NewComment comment
    ) =>
        new(artifact.Id, Item(context, artifact), id)
        {
            Version = version,
            Name = context.Who.Name,
            ByKind = context.Who.Kind,
            Body = comment.Body,
            Anchor = comment.Anchor,
            Suggestion = comment.Suggestion,
            Blocks = comment.Blocks,
        };

    internal static void Shape(Bounds bounds, string at, NewComment comment)
    {
        bounds.Text(at + "body", comment.Body, Bounds.NoteLength, required: true);
        bounds.Text(at + "suggestion", comment.Suggestion, Bounds.BodyLength);
        if (comment.Suggestion is not null && comment.Anchor is null)
            bounds.Fault(at + "suggestion", "needs an anchor: the text that it is to take the place of");
        if (comment.Anchor is not { } anchor)
            return;
        bounds.Text(at + "anchor.quote", anchor.Quote, Bounds.NoteLength, required: true);
        bounds.Range(at + "anchor.start", anchor.Start, 0, int.MaxValue);
        bounds.Range(at + "anchor.end", anchor.End, anchor.Start, int.MaxValue);
    }

    private static Decision Commented(
        IItemContext<ILocks> context,
        Artifact artifact,
        CommentId id,
        CommentEvent happened,
        bool isNew
    )
    {
        var after = ArtifactContext.After(context, artifact, artifact.Id, [happened]);
        return Decision.Accepted(
            happened,
            new CommentedReply(after.Comments.Find(c => c.Id == id)!, artifact.Id, isNew)
        );
    }

    private static Decision OnOpen(IItemContext<ILocks> context, ReviewId id, Func<Artifact, Review, Decision> rule)
    {
        if (Find(context, id, out var artifact, out var review) is { } refusal)
            return refusal;
        return review.State == ReviewState.Open
            ? rule(artifact, review)
            : new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
    }

    private static Refusal? Find(IItemContext<ILocks> context, ReviewId id, out Artifact artifact, out Review review)
    {
        (artifact, review) = (context.At.FindReviewed(id)!, null!);
        if (artifact is null)
            return new Refusal.NotFound("review", id.Text);
        review = artifact.Reviews.Find(r => r.Id == id)!;
        return context.Outside(artifact.Queue);
    }

    private static Refusal? FindVersion(
        IItemContext<ILocks> context,
        ArtifactId id,
        int version,
        out Artifact artifact
    ) =>
        ArtifactContext.Find(context, id, out artifact)
        ?? (artifact.FindVersion(version) is null ? new Refusal.NotFound("version", $"{id} {version}") : null);

    private static Refusal? FindComment(
        IItemContext<ILocks> context,
        ArtifactId id,
        int version,
        CommentId named,
        out Artifact artifact,
        out Comment comment
    )
    {
        comment = null!;
        if (FindVersion(context, id, version, out artifact) is { } refusal)
            return refusal;
        comment = artifact.Comments.Find(c => c.Id == named)!;
        return comment is null ? new Refusal.NotFound("comment", named.Text) : null;
    }

    private static IReadOnlyList<Reviewer> Named(
        Bounds bounds,
        IItemContext<ILocks> context,
        string member,
        IReadOnlyList<string> names
    )
    {
        if (names.Count == 0)
            return Reviewer.WhoeverMayDecide;
        bounds.Count(member, names.Count, 50);
        var reviewers = new List<Reviewer>();
        foreach (var name in names)
        {
            if (PrincipalId.TryParse(name, out var id) && context.At.FindPrincipal(id) is not null)
                reviewers.Add(new Reviewer(id, Role: null));
            else if (name is "viewer" or "agent" or "reviewer" or "support" or "manager" or "admin")
                reviewers.Add(new Reviewer(Principal: null, name));
            else
                bounds.Fault(member, "must be ids of principals or names of roles");
        }
        return [.. reviewers.Distinct()];
    }

    private static Decision Changes(IItemContext<ILocks> context, Artifact artifact, Event happened) =>
        Decision.Accepted(happened, Reply(context, artifact, [happened], isNew: false));

    private static ItemId? Item(IItemContext<ILocks> context, Artifact artifact) => context.At.InMemory(artifact.Item);

    private static Reply Reply(IItemContext<ILocks> context, Artifact artifact, IReadOnlyList<Event> events, bool isNew)
    {
        var after = ArtifactContext.After(context, artifact, artifact.Id, events);
        return new ReviewReply(ReviewView.Of(context.At, after, after.Reviews[^1]), isNew);
    }
}
