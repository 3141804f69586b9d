using System.Diagnostics;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Reviews;

/// <summary>Asking for reviews, and what is said about versions (API.md, Reviews and approvals).</summary>
internal static class ReviewRules
{
    internal static Decision Decide(Asking asking, ReviewCommand command) =>
        command switch
        {
            ReviewCommand.Request c => Request(asking, c),
            ReviewCommand.Take c => OnOpen(asking, c.Review, (artifact, review) => Take(asking, artifact, review)),
            ReviewCommand.Reassign c => Reassign(asking, c),
            ReviewCommand.Remind c => OnOpen(
                asking,
                c.Review,
                (artifact, review) =>
                    Changes(asking, artifact, new ReviewEvent.Reminded(artifact.Id, Item(asking, artifact), review.Id))
            ),
            ReviewCommand.Withdraw c => Withdraw(asking, c),
            ReviewCommand.AddComment c => AddComment(asking, c),
            ReviewCommand.Reply c => Answer(asking, c),
            ReviewCommand.Resolve c => Resolve(asking, c),
            ReviewCommand.Accept c => Accept(asking, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Request(Asking asking, ReviewCommand.Request c)
    {
        if (ArtifactRules.Find(asking, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (artifact.FindVersion(c.Version) is null)
            return new Refusal.NotFound("version", $"{c.Artifact} {c.Version}");
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.Text("note", c.Note, Bounds.NoteLength);
        if (c.DueSeconds is { } seconds)
            bounds.Range("dueSeconds", seconds, 1, 30 * 86_400);
        var reviewers = Named(bounds, asking, "reviewers", c.Reviewers);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var item = artifact.Item is { } id ? asking.At.FindItem(id) : null;
        var events = new List<Event>();
        var under = UnderLease.Check(
            asking,
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
            return new Refusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (artifact.OpenReview is { } open)
            return Ask(asking, artifact, open, reviewers, c.Reviewers.Count > 0);
        var policy = asking.At.PolicyOf(artifact.Queue);
        var due = c.DueSeconds ?? policy.ReviewDueSeconds;
        events.Add(
            new ReviewEvent.Requested(
                artifact.Id,
                Item(asking, artifact),
                new ReviewId(asking.At.LastReview + 1),
                c.Version,
                reviewers,
                asking.Who.Name,
                c.Note,
                due is { } wait ? asking.Now.AddSeconds(wait) : null,
                lease?.Id
            )
        );
        if (lease is { IsLive: true } && !lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview))
            events.Add(Suspend(asking, lease));
        return Decision.Accepted(events, Reply(asking, artifact, events, isNew: true));
    }

    /// <summary>The current version is put to those who were asked last, or to whoever may decide; no lease waits for it.</summary>
    internal static ReviewEvent.Requested AskAgain(Asking asking, Artifact artifact, string? note)
    {
        var due = asking.At.PolicyOf(artifact.Queue).ReviewDueSeconds;
        return new ReviewEvent.Requested(
            artifact.Id,
            Item(asking, artifact),
            new ReviewId(asking.At.LastReview + 1),
            artifact.Current.Number,
            artifact.Reviews.Count > 0 ? artifact.Reviews[^1].Reviewers : Reviewer.WhoeverMayDecide,
            asking.Who.Name,
            note,
            due is { } wait ? asking.Now.AddSeconds(wait) : null,
            Lease: null
        );
    }

    // The clock of whoever waits for others stands, for the longest suspension at most: nothing waits for ever.
    private static LeaseEvent.Suspended Suspend(Asking asking, Lease lease)
    {
        var end = lease.State == LeaseState.Claimed ? lease.FirstTerm(asking.Now) : lease.ExpiresAt ?? asking.Now;
        return new LeaseEvent.Suspended(
            lease.Item,
            lease.Id,
            lease.Reasons | SuspendReasons.WaitingOnReview,
            (long)(end - asking.Now).TotalMilliseconds,
            asking.Now.AddSeconds(lease.Policy.MaxSuspendSeconds),
            Note: null
        );
    }

    // One open review for one artifact: whoever is asked besides joins it.
    private static Decision Ask(
        Asking asking,
        Artifact artifact,
        Review open,
        IReadOnlyList<Reviewer> reviewers,
        bool areNamed
    )
    {
        List<Reviewer> joined = [.. open.Reviewers, .. reviewers.Except(open.Reviewers)];
        return areNamed && joined.Count > open.Reviewers.Count
            ? Changes(
                asking,
                artifact,
                new ReviewEvent.Reassigned(artifact.Id, Item(asking, artifact), open.Id, joined, Why: null)
            )
            : Decision.Unchanged(Reply(asking, artifact, [], isNew: false));
    }

    private static Decision Take(Asking asking, Artifact artifact, Review review)
    {
        if (asking.Who.Kind == PrincipalKind.Agent && !asking.At.PolicyOf(artifact.Queue).AgentsMayApprove)
            return new Refusal.Forbidden("a person: agents may not approve here (agentsMayApprove)");
        return review.TakenBy == asking.Who.Id
            ? Decision.Unchanged(Reply(asking, artifact, [], isNew: false))
            : Changes(asking, artifact, new ReviewEvent.Taken(artifact.Id, Item(asking, artifact), review.Id));
    }

    private static Decision Reassign(Asking asking, ReviewCommand.Reassign c)
    {
        if (Find(asking, c.Review, out var artifact, out var review) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (c.To.Count == 0)
            bounds.Fault("to", "must name at least one principal or role");
        var to = Named(bounds, asking, "to", c.To);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (review.State != ReviewState.Open)
            return new Refusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        return to.SequenceEqual(review.Reviewers)
            ? Decision.Unchanged(Reply(asking, artifact, [], isNew: false))
            : Changes(
                asking,
                artifact,
                new ReviewEvent.Reassigned(artifact.Id, Item(asking, artifact), review.Id, to, c.Why)
            );
    }

    private static Decision Withdraw(Asking asking, ReviewCommand.Withdraw c)
    {
        if (Find(asking, c.Review, out var artifact, out var review) is { } refusal)
            return refusal;
        if (review.RequestedBy != asking.Who.Id && !asking.Has(Verb.ReassignReview))
            return new Refusal.Forbidden("whoever asked for the review, or a manager");
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (review.State != ReviewState.Open)
            return Decision.Unchanged(Reply(asking, artifact, [], isNew: false));
        var events = new List<Event>
        {
            new ReviewEvent.Withdrawn(artifact.Id, Item(asking, artifact), review.Id, c.Why),
        };
        ApprovalRules.Wake(events, asking, artifact, "note", comment: null);
        return Decision.Accepted(events, Reply(asking, artifact, events, isNew: false));
    }

    private static Decision AddComment(Asking asking, ReviewCommand.AddComment c)
    {
        if (FindVersion(asking, c.Artifact, c.Version, out var artifact) is { } refusal)
            return refusal;
        var comment = new NewComment(c.Body, c.Anchor, c.Suggestion, c.Blocks);
        var bounds = new Bounds();
        Shape(bounds, "", comment);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var id = new CommentId(asking.At.LastComment + 1);
        return Commented(asking, artifact, id, Added(asking, artifact, id, c.Version, comment), isNew: true);
    }

    private static Decision Answer(Asking asking, ReviewCommand.Reply c)
    {
        if (FindComment(asking, c.Artifact, c.Version, c.Comment, out var artifact, out _) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("body", c.Body, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var replied = new CommentEvent.Replied(artifact.Id, Item(asking, artifact), c.Comment, asking.Who.Name, c.Body);
        return Commented(asking, artifact, c.Comment, replied, isNew: true);
    }

    private static Decision Resolve(Asking asking, ReviewCommand.Resolve c)
    {
        if (FindComment(asking, c.Artifact, c.Version, c.Comment, out var artifact, out var comment) is { } refusal)
            return refusal;
        // What blocks is not to be waved away by whom it is meant for.
        if (comment.Blocks && comment.By != asking.Who.Id && !asking.Has(Verb.Decide))
            return new Refusal.Forbidden("whoever made the comment, or who may decide");
        return comment.ResolvedAs is not null
            ? Decision.Unchanged(new Reply.ForComment(comment, artifact.Id, IsNew: false))
            : Commented(
                asking,
                artifact,
                c.Comment,
                new CommentEvent.Resolved(artifact.Id, Item(asking, artifact), c.Comment, "resolved"),
                isNew: false
            );
    }

    private static Decision Accept(Asking asking, ReviewCommand.Accept c)
    {
        if (FindComment(asking, c.Artifact, c.Version, c.Comment, out var artifact, out var comment) is { } refusal)
            return refusal;
        if (comment.Suggestion is null || comment.Anchor is null)
            return Refusal.InvalidRequest.Of("comment", "suggests nothing that could be accepted");
        var item = artifact.Item is { } id ? asking.At.FindItem(id) : null;
        var events = new List<Event>();
        if (UnderLease.Check(asking, item, c.Verb, null, null, null, events, out _) is { } under)
            return under;
        if (comment.ResolvedAs is not null)
            return Decision.Unchanged(ArtifactRules.Reply(asking, artifact, artifact.Id, [], isNew: false));
        if (c.OnHash != artifact.Current.ContentHash)
            return new Refusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (c.IsAmbiguous)
            return Refusal.InvalidRequest.Of(
                "comment",
                "its quoted text stands in the current version more than once, and nothing tells which was meant; make the change in a version of your own"
            );
        if (c.Content is not { } content)
            return Refusal.InvalidRequest.Of("comment", "its quoted text no longer stands in the current version");
        if (ArtifactRules.Held(asking, artifact, acknowledges: null, editing: null) is { } held)
            return held;
        events.Add(new CommentEvent.Resolved(artifact.Id, Item(asking, artifact), c.Comment, "accepted"));
        if (content.Hash != artifact.Current.ContentHash)
            ArtifactRules.Version(
                events,
                asking,
                artifact,
                content,
                artifact.Current.Number,
                $"Accepted the suggestion of {comment.Name}",
                sources: null,
                VersionKind.Suggestion,
                run: null,
                lease: null
            );
        return Decision.Accepted(events, ArtifactRules.Reply(asking, artifact, artifact.Id, events, isNew: true));
    }

    internal static CommentEvent.Added Added(
        Asking asking,
        Artifact artifact,
        CommentId id,
        int version,
        NewComment comment
    ) =>
        new(
            artifact.Id,
            Item(asking, artifact),
            id,
            version,
            asking.Who.Name,
            asking.Who.Kind,
            comment.Body,
            comment.Anchor,
            comment.Suggestion,
            comment.Blocks
        );

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

    private static Decision Commented(Asking asking, Artifact artifact, CommentId id, CommentEvent happened, bool isNew)
    {
        var after = ArtifactRules.After(asking, artifact, artifact.Id, [happened]);
        return Decision.Accepted(
            happened,
            new Reply.ForComment(after.Comments.Find(c => c.Id == id)!, artifact.Id, isNew)
        );
    }

    private static Decision OnOpen(Asking asking, ReviewId id, Func<Artifact, Review, Decision> rule)
    {
        if (Find(asking, id, out var artifact, out var review) is { } refusal)
            return refusal;
        return review.State == ReviewState.Open
            ? rule(artifact, review)
            : new Refusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
    }

    private static Refusal? Find(Asking asking, ReviewId id, out Artifact artifact, out Review review)
    {
        (artifact, review) = (asking.At.FindReviewed(id)!, null!);
        if (artifact is null)
            return new Refusal.NotFound("review", id.Text);
        review = artifact.Reviews.Find(r => r.Id == id)!;
        return ArtifactRules.OutsideOf(asking, artifact.Queue);
    }

    private static Refusal? FindVersion(Asking asking, ArtifactId id, int version, out Artifact artifact) =>
        ArtifactRules.Find(asking, id, out artifact)
        ?? (artifact.FindVersion(version) is null ? new Refusal.NotFound("version", $"{id} {version}") : null);

    private static Refusal? FindComment(
        Asking asking,
        ArtifactId id,
        int version,
        CommentId named,
        out Artifact artifact,
        out Comment comment
    )
    {
        comment = null!;
        if (FindVersion(asking, id, version, out artifact) is { } refusal)
            return refusal;
        comment = artifact.Comments.Find(c => c.Id == named)!;
        return comment is null ? new Refusal.NotFound("comment", named.Text) : null;
    }

    private static IReadOnlyList<Reviewer> Named(
        Bounds bounds,
        Asking asking,
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
            if (PrincipalId.TryParse(name, out var id) && asking.At.FindPrincipal(id) is not null)
                reviewers.Add(new Reviewer(id, Role: null));
            else if (name is "viewer" or "agent" or "reviewer" or "support" or "manager" or "admin")
                reviewers.Add(new Reviewer(Principal: null, name));
            else
                bounds.Fault(member, "must be ids of principals or names of roles");
        }
        return [.. reviewers.Distinct()];
    }

    private static Decision Changes(Asking asking, Artifact artifact, Event happened) =>
        Decision.Accepted(happened, Reply(asking, artifact, [happened], isNew: false));

    private static ItemId? Item(Asking asking, Artifact artifact) => asking.At.InMemory(artifact.Item);

    private static Reply Reply(Asking asking, Artifact artifact, IReadOnlyList<Event> events, bool isNew)
    {
        var after = ArtifactRules.After(asking, artifact, artifact.Id, events);
        return new Reply.ForReview(ReviewView.Of(asking.At, after, after.Reviews[^1]), isNew);
    }
}

/// <summary>A review as outsiders see it.</summary>
/// <param name="Eligible">Who of those who are asked may decide now and is not away.</param>
/// <param name="Attention"><c>ok</c>, <c>overdue</c> or <c>nobody_eligible</c>.</param>
/// <param name="BackAt">Where nobody is eligible only because they are away: when the first of them is back. Else null.</param>
public sealed record ReviewView(
    Review Review,
    ArtifactId Artifact,
    string Name,
    ItemId? Item,
    string? Queue,
    IReadOnlyList<PrincipalId> Eligible,
    string Attention,
    DateTimeOffset? BackAt
)
{
    public static ReviewView Of(Workspace at, Artifact artifact, Review review)
    {
        if (review.State != ReviewState.Open)
            return View(artifact, review, [], "ok", backAt: null);
        var may = Approvals
            .Eligible.Of(at, artifact)
            .Where(who => review.Reviewers.Any(r => r.Asks(who)))
            .Select(who => who.Id)
            .ToList();
        IReadOnlyList<PrincipalId> there = [.. may.Where(who => at.FindAbsence(who) is null)];
        var attention =
            there.Count == 0 ? "nobody_eligible"
            : review.IsOverdue ? "overdue"
            : "ok";
        var backAt = there.Count == 0 ? may.Min(who => at.FindAbsence(who)?.Until) : null;
        return View(artifact, review, there, attention, backAt);
    }

    private static ReviewView View(
        Artifact artifact,
        Review review,
        IReadOnlyList<PrincipalId> eligible,
        string attention,
        DateTimeOffset? backAt
    ) => new(review, artifact.Id, artifact.Name, artifact.Item, artifact.Queue, eligible, attention, backAt);
}
