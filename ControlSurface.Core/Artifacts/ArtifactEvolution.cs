using System.Collections.Immutable;
using System.Diagnostics;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Artifacts;

/// <summary>The artifact after an event: copies what the event says, asks nothing, refuses nothing.</summary>
internal static class ArtifactEvolution
{
    /// <param name="artifact">The artifact before; null only for <c>artifact.created</c>.</param>
    internal static Artifact Evolve(Artifact? artifact, Recorded recorded)
    {
        var next = (OnArtifact)recorded.Event switch
        {
            ArtifactEvent.Created e => Create(e, recorded),
            ArtifactEvent e => Change(artifact!, e, recorded),
            ReviewEvent e => WithReview(artifact!, e, recorded),
            CommentEvent e => WithComment(artifact!, e, recorded),
            ApprovalEvent e => WithApproval(artifact!, e, recorded),
            _ => throw new UnreachableException(recorded.Event.Type),
        };
        return next with { UpdatedAt = recorded.At, Seq = recorded.Seq, Log = next.Log.Add(recorded) };
    }

    private static Artifact Create(ArtifactEvent.Created e, Recorded recorded) =>
        new()
        {
            Id = e.Artifact,
            Name = e.Name,
            Item = e.Item,
            Queue = e.Queue,
            Target = e.Target,
            ContentType = e.ContentType,
            CreatedBy = recorded.By,
            CreatedAt = recorded.At,
            UpdatedAt = recorded.At,
            Seq = recorded.Seq,
        };

    private static Artifact Change(Artifact artifact, ArtifactEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case ArtifactEvent.VersionPublished e:
                var version = new ArtifactVersion
                {
                    Number = e.Version,
                    ContentHash = e.ContentHash,
                    Length = e.Length,
                    By = recorded.By,
                    ByName = e.Name,
                    ByKind = e.ByKind,
                    Run = e.Run,
                    Lease = e.Lease,
                    At = recorded.At,
                    Seq = recorded.Seq,
                    Note = e.Note,
                    Base = e.Base,
                    Sources = e.Sources,
                    Kind = e.Kind,
                    ChangedLines = e.ChangedLines,
                };
                return artifact with { Versions = artifact.Versions.Add(version), Permit = null };
            case ArtifactEvent.SourcesRecorded e:
                var same = artifact.Versions[e.Version - 1];
                return artifact with
                {
                    Versions = artifact.Versions.SetItem(e.Version - 1, same with { Sources = e.Sources }),
                };
            case ArtifactEvent.PermitGiven e:
                return artifact with { Permit = new EditPermit(e.Version, e.Principal, recorded.By, recorded.At) };
            case ArtifactEvent.Created:
                throw new UnreachableException("made a new artifact above");
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    private static Artifact WithReview(Artifact artifact, ReviewEvent happened, Recorded recorded)
    {
        if (happened is ReviewEvent.Requested r)
        {
            var review = new Review
            {
                Id = r.Review,
                Version = r.Version,
                State = ReviewState.Open,
                Reviewers = r.Reviewers,
                RequestedBy = r.AskedBy ?? recorded.By,
                RequestedByName = r.Name,
                RequestedAt = recorded.At,
                Note = r.Note,
                DueAt = r.DueAt,
                Lease = r.Lease,
            };
            return artifact with { Reviews = artifact.Reviews.Add(review) };
        }
        var place = artifact.Reviews.FindIndex(x => x.Id == happened.Review);
        var was = artifact.Reviews[place];
        var now = happened switch
        {
            ReviewEvent.Superseded e => was with
            {
                State = ReviewState.Superseded,
                SupersededBy = e.By,
                EndedAt = recorded.At,
            },
            ReviewEvent.Taken => was with { TakenBy = recorded.By },
            ReviewEvent.Reassigned e => was with { Reviewers = e.To, TakenBy = null },
            ReviewEvent.Reminded => was with { Reminders = was.Reminders + 1 },
            ReviewEvent.Withdrawn => was with { State = ReviewState.Withdrawn, EndedAt = recorded.At },
            ReviewEvent.Overdue => was with { IsOverdue = true },
            ReviewEvent.Decided e => was with
            {
                State = ReviewState.Decided,
                Outcome = e.Outcome,
                EndedAt = recorded.At,
            },
            ReviewEvent.Requested => throw new UnreachableException("added a review above"),
            _ => throw new UnreachableException(happened.GetType().Name),
        };
        return artifact with { Reviews = artifact.Reviews.SetItem(place, now) };
    }

    private static Artifact WithComment(Artifact artifact, CommentEvent happened, Recorded recorded)
    {
        if (happened is CommentEvent.Added a)
        {
            var comment = new Comment
            {
                Id = a.Comment,
                Version = a.Version,
                By = recorded.By,
                Name = a.Name,
                ByKind = a.ByKind,
                At = recorded.At,
                Body = a.Body,
                Anchor = a.Anchor,
                Suggestion = a.Suggestion,
                Blocks = a.Blocks,
                IsQuestion = a.IsQuestion,
            };
            return artifact with { Comments = artifact.Comments.Add(comment) };
        }
        var place = artifact.Comments.FindIndex(x => x.Id == happened.Comment);
        var was = artifact.Comments[place];
        var now = happened switch
        {
            CommentEvent.Replied e => was with
            {
                Replies = was.Replies.Add(new CommentReply(recorded.By, e.Name, recorded.At, e.Body)),
            },
            CommentEvent.Resolved e => was with
            {
                ResolvedAs = e.How,
                ResolvedBy = recorded.By,
                ResolvedAt = recorded.At,
            },
            CommentEvent.Added => throw new UnreachableException("added a comment above"),
            _ => throw new UnreachableException(happened.GetType().Name),
        };
        return artifact with { Comments = artifact.Comments.SetItem(place, now) };
    }

    private static Artifact WithApproval(Artifact artifact, ApprovalEvent happened, Recorded recorded) =>
        happened switch
        {
            ApprovalEvent.Decided e => artifact with
            {
                Verdicts = artifact.Verdicts.Add(
                    new Verdict
                    {
                        Seq = recorded.Seq,
                        Version = e.Version,
                        ContentHash = e.ContentHash,
                        By = recorded.By,
                        ByName = e.Name,
                        At = recorded.At,
                        Decision = e.Decision,
                        Comment = e.Comment,
                        Approval = null,
                    }
                ),
            },
            ApprovalEvent.Given e => Give(artifact, e, recorded),
            ApprovalEvent.BlockLifted e => artifact with
            {
                Verdicts =
                [
                    .. artifact.Verdicts.Select(v =>
                        v.Seq == e.Decision ? v with { Lifted = new(recorded.By, e.Name, recorded.At, e.Why) } : v
                    ),
                ],
                LastApproved = e.Completes ? e.Version : artifact.LastApproved,
            },
            ApprovalEvent.Invalidated e => Each(
                artifact,
                e.Approvals,
                a =>
                    a with
                    {
                        State = ApprovalState.Invalidated,
                        Fell = new Invalidation(e.Version, e.Target, recorded.By, recorded.At, e.Why),
                    }
            ),
            ApprovalEvent.Spent e => Each(
                artifact,
                e.Approvals,
                a => a with { Uses = a.Uses - 1, State = a.Uses > 1 ? a.State : ApprovalState.Spent }
            ),
            ApprovalEvent.Restored e => Each(
                artifact,
                e.Approvals,
                a =>
                    a with
                    {
                        Uses = a.Uses + 1,
                        State = a.State == ApprovalState.Spent ? ApprovalState.Valid : a.State,
                    }
            ),
            ApprovalEvent.Revoked e => Each(
                artifact,
                [e.Approval],
                a =>
                    a with
                    {
                        State = ApprovalState.Revoked,
                        Fell = new Invalidation(Version: null, Target: null, recorded.By, recorded.At, e.Why),
                    }
            ),
            ApprovalEvent.Expired e => Each(artifact, e.Approvals, a => a with { State = ApprovalState.Expired }),
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static Artifact Give(Artifact artifact, ApprovalEvent.Given e, Recorded recorded)
    {
        var approval = new Approval
        {
            Id = e.Approval,
            Version = e.Version,
            ContentHash = e.ContentHash,
            By = recorded.By,
            ByName = e.Name,
            At = recorded.At,
            ConsequencesHash = e.ConsequencesHash,
            Covers = e.Covers,
            Uses = e.Uses,
            State = ApprovalState.Valid,
            Comment = e.Comment,
            ExpiresAt = e.ExpiresAt,
            Override = e.Override,
            Confirmed = e.Confirmed,
        };
        // Given again by the same person for a longer list of actions, it is still one approval, under the same id.
        var place = artifact.Approvals.FindIndex(a => a.Id == e.Approval);
        var verdict = new Verdict
        {
            Seq = recorded.Seq,
            Version = e.Version,
            ContentHash = e.ContentHash,
            By = recorded.By,
            ByName = e.Name,
            At = recorded.At,
            Decision = ReviewDecision.Approve,
            Comment = e.Comment,
            Approval = e.Approval,
        };
        return artifact with
        {
            Approvals = place < 0 ? artifact.Approvals.Add(approval) : artifact.Approvals.SetItem(place, approval),
            Verdicts = artifact.Verdicts.Add(verdict),
            LastApproved = e.Completes ? e.Version : artifact.LastApproved,
        };
    }

    private static Artifact Each(Artifact artifact, IReadOnlyList<ApprovalId> ids, Func<Approval, Approval> change) =>
        artifact with
        {
            Approvals = [.. artifact.Approvals.Select(a => ids.Contains(a.Id) ? change(a) : a)],
        };
}
