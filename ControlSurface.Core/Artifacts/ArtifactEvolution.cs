using System.Collections.Immutable;
using System.Diagnostics;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Artifacts;

/// <summary>What an artifact is after an event: copies what the event says, asks nothing, refuses nothing.</summary>
internal static class ArtifactEvolution
{
    /// <param name="artifact">The artifact before; null only for <c>artifact.created</c>.</param>
    internal static Artifact Evolve(Artifact? artifact, Recorded recorded)
    {
        var next = recorded.Event switch
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
                var version = new ArtifactVersion(
                    e.Version,
                    e.ContentHash,
                    e.Length,
                    recorded.By,
                    e.Name,
                    e.ByKind,
                    e.Run,
                    e.Lease,
                    recorded.At,
                    recorded.Seq,
                    e.Note,
                    e.Base,
                    e.Sources,
                    e.Kind,
                    e.ChangedLines
                );
                return artifact with { Versions = artifact.Versions.Add(version), Permit = null };
            case ArtifactEvent.SourcesRecorded e:
                var same = artifact.Versions[e.Version - 1];
                return artifact with
                {
                    Versions = artifact.Versions.SetItem(e.Version - 1, same with { Sources = e.Sources }),
                };
            case ArtifactEvent.PermitGiven e:
                return artifact with { Permit = new EditPermit(e.Version, e.Principal, recorded.By, recorded.At) };
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    private static Artifact WithReview(Artifact artifact, ReviewEvent happened, Recorded recorded)
    {
        if (happened is ReviewEvent.Requested r)
        {
            var review = new Review(
                r.Review,
                r.Version,
                ReviewState.Open,
                r.Reviewers,
                recorded.By,
                r.Name,
                recorded.At,
                r.Note,
                r.DueAt,
                r.Lease
            );
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
            _ => throw new UnreachableException(happened.GetType().Name),
        };
        return artifact with { Reviews = artifact.Reviews.SetItem(place, now) };
    }

    private static Artifact WithComment(Artifact artifact, CommentEvent happened, Recorded recorded)
    {
        if (happened is CommentEvent.Added a)
        {
            var comment = new Comment(
                a.Comment,
                a.Version,
                recorded.By,
                a.Name,
                a.ByKind,
                recorded.At,
                a.Body,
                a.Anchor,
                a.Suggestion,
                a.Blocks
            )
            {
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
                    new Verdict(
                        recorded.Seq,
                        e.Version,
                        e.ContentHash,
                        recorded.By,
                        e.Name,
                        recorded.At,
                        e.Decision,
                        e.Comment,
                        Approval: null
                    )
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
                        Fell = new Fall(e.Version, e.Target, recorded.By, recorded.At, e.Why),
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
                        Fell = new Fall(Version: null, Target: null, recorded.By, recorded.At, e.Why),
                    }
            ),
            ApprovalEvent.Expired e => Each(artifact, e.Approvals, a => a with { State = ApprovalState.Expired }),
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static Artifact Give(Artifact artifact, ApprovalEvent.Given e, Recorded recorded)
    {
        var approval = new Approval(
            e.Approval,
            e.Version,
            e.ContentHash,
            recorded.By,
            e.Name,
            recorded.At,
            e.ConsequencesHash,
            e.Covers,
            e.Uses,
            ApprovalState.Valid,
            e.Comment,
            e.ExpiresAt,
            e.Override,
            e.Confirmed
        );
        // Given again by the same person for a longer list of actions: still their one word, under the same id.
        var place = artifact.Approvals.FindIndex(a => a.Id == e.Approval);
        var verdict = new Verdict(
            recorded.Seq,
            e.Version,
            e.ContentHash,
            recorded.By,
            e.Name,
            recorded.At,
            ReviewDecision.Approve,
            e.Comment,
            e.Approval
        );
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
