using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>One event for each type name, with every member set to something that could be lost on the way.</summary>
internal static class SampleEvents
{
    internal static readonly DateTimeOffset T0 = new(2026, 5, 4, 9, 30, 0, 7, TimeSpan.Zero);
    internal static readonly ItemId Item = new(1042);
    internal static readonly LeaseId Lease = new(77);
    internal static readonly PrincipalId Ann = new(4);
    internal static readonly Holder Holder = new(Ann, "Änn \"quick\" 李", PrincipalKind.Agent, "run-1");

    internal static readonly QueuePolicy Policy = new()
    {
        LeaseSeconds = 60,
        OnStale = OnStale.Requeue,
        OnDuplicate = OnDuplicate.Reopen,
        Approvals = [new ApprovalRule("legal", new ApprovalWhen("mail:", "send", "vip", "text/plain"), "manager", 2)],
        SelfApproval = SelfApproval.WithSecond,
        OnHumanEdit = OnHumanEdit.Acknowledge,
        MaxActive = 3,
        MaxActivePer = [new ActiveLimit("big", null, 1), new ActiveLimit(null, "repo:web", 2)],
        Backoff = new Backoff(5, 1.50m, 600),
    };

    internal static Principal Principal { get; } =
        new(Ann, "Ann", PrincipalKind.Agent, Roles.Agent | Roles.Viewer, ["crm"], PrincipalState.Paused)
        {
            Why = "leave",
        };

    internal static Handoff Handoff { get; } =
        new(Lease, Holder, Ann, new PrincipalId(5), "support", "yours", T0, T0.AddHours(4));

    internal static IReadOnlyList<Event> All { get; } =
    [
        Created(Item, "Fix\n<b>it</b>"),
        new ItemEvent.Edited(Item, "crm")
        {
            Fields = new ItemFields
            {
                Title = "Title",
                Body = "Body",
                Priority = 0,
                Labels = ["a"],
                Targets = ["repo:web/src"],
                DueAt = T0,
                DependsOn = [new ItemId(7)],
            },
            WaitsUntil = T0.AddDays(1),
            Changed = ["title", "dueAt"],
            MustAcknowledge = true,
            Why = "typo",
        },
        new ItemEvent.Requeued(Item, "stale"),
        new ItemEvent.BackedOff(Item, T0),
        new ItemEvent.BecameReady(Item),
        new ItemEvent.Parked(Item, "waits for the vendor", null),
        new ItemEvent.Parked(Item, "tomorrow", T0),
        new ItemEvent.Unparked(Item, null),
        new ItemEvent.Completed(Item, "{\"mail\":\"sent\"}"),
        new ItemEvent.Cancelled(Item, "twice"),
        new ItemEvent.Reopened(Item, "came back"),
        new ItemEvent.DependencyCompleted(Item, new ItemId(7)),
        new ItemEvent.AskedForAttention(Item, AttentionKind.StaleHold, "an hour"),
        new ItemEvent.AttentionEnded(Item, AttentionKind.DependencyParked),
        new ItemEvent.HandedOff(Item, Handoff),
        .. Enum.GetValues<HandoffEnd>().Select(how => new ItemEvent.HandoffEnded(Item, how, "busy")),
        new ItemEvent.Archived(Item),
        new ItemEvent.Restored(Item, SampleItems.Whole(Item)),
        Claimed(LeaseEvent.Grant.Claim),
        Claimed(LeaseEvent.Grant.Takeover),
        Claimed(LeaseEvent.Grant.Force),
        Claimed(LeaseEvent.Grant.Accept),
        Claimed(LeaseEvent.Grant.Claim) with
        {
            Terms = LeaseTerms.Of(Policy),
        },
        new LeaseEvent.Started(Item, Lease, T0),
        new LeaseEvent.Renewed(Item, Lease, T0, 2, null),
        new LeaseEvent.Renewed(Item, Lease, T0, 0, new Progress(T0, "3 of 5 \u0001", null)),
        new LeaseEvent.Acknowledged(Item, Lease, 431),
        new LeaseEvent.Suspended(Item, Lease, SuspendReasons.Blocked | SuspendReasons.PausedByPolicy, 4_200, T0, "n"),
        new LeaseEvent.Resumed(
            Item,
            Lease,
            LeaseState.Suspended,
            LeaseState.Claimed,
            SuspendReasons.WaitingOnHuman,
            null,
            99,
            ResumeCause.Queue
        ),
        new LeaseEvent.WentStale(Item, Lease, T0, T0.AddSeconds(5), null),
        new LeaseEvent.Revived(Item, Lease, T0, 1, new Progress(T0, null, "back")),
        new LeaseEvent.Ended(Item, Lease, EndedAs.Expired, false, true, null, null, null),
        .. Enum.GetValues<EndedAs>().Select(Ended),
        new CheckpointEvent.Recorded
        {
            Item = Item,
            Lease = Lease,
            Number = 3,
            Late = true,
            Summary = "half way",
            Evidence = [new Evidence("log", "https://example.org", new string('a', 64), "text", "sha256:00")],
            Artifacts = [new ArtifactRef("A-12", 4)],
            Validations = [new Validation("tests", ValidationOutcome.Failed, "two")],
            OpenQuestions = ["Which account?"],
            NextStep = "ask",
        },
        new NoteEvent.Added(Item, 1, "holder", NoteKind.Question, "why?", "Bob", PrincipalKind.Person),
        new NoteEvent.Acknowledged(Item, 1, "Ann", "because"),
        new QueueEvent.PolicySet("crm", Policy, ["leaseSeconds"]),
        new QueueEvent.Paused("crm", "incident"),
        new QueueEvent.Resumed("crm"),
        new WorkspaceEvent.Stopped(StopScope.Claims, "incident"),
        new WorkspaceEvent.LineStarted(),
        new WorkspaceEvent.Drained("upgrade"),
        new WebhookEvent.Set("crm", "https://crm.example/hook", ["lease.*"], ["crm"], 2),
        new WebhookEvent.Disabled("crm", "gone"),
        new WebhookEvent.Deleted("crm"),
        new WorkspaceEvent.Resumed(
            T0,
            T0.AddMinutes(1),
            [new WorkspaceEvent.Extension(Item, Lease, T0), new WorkspaceEvent.Extension(Item, null, T0)]
        ),
        new PrincipalEvent.Set(Principal),
        new PrincipalEvent.Left(Ann, T0.AddDays(1), "holiday"),
        new PrincipalEvent.CameBack(Ann),
        new PrincipalEvent.KeyIssued(Ann, "K-6", "laptop", ["crm"], T0.AddDays(30)),
        new PrincipalEvent.KeyRevoked(Ann, "K-6"),
        new PrincipalEvent.SessionBegan(Ann, "S-3", "key", "K-6"),
        new PrincipalEvent.SessionEnded(Ann, "S-3", "signed_out"),
        new RunEvent.Ended(Ann, "run-1", "failed", "crash"),
        new RunEvent.Reopened(Ann, "run-1", 2),
        .. OnArtifacts,
        .. OnActions,
        .. OnConflicts,
    ];

    private static ArtifactId Artifact => new(12);
    private static string Hash => ContentHash.Of("hello"u8);

    private static IReadOnlyList<Event> OnArtifacts =>
        [
            new ArtifactEvent.Created(Artifact, Item, "crm", "Reply", "mail:ann", "text/plain"),
            new ArtifactEvent.VersionPublished(Artifact, null)
            {
                Version = 2,
                ContentHash = Hash,
                Length = 5,
                Name = "Ann",
                ByKind = PrincipalKind.Agent,
                Run = "run-1",
                Lease = Lease,
                Note = "note",
                Base = 1,
                Sources = [new Source("crm:ann", "7")],
                Kind = VersionKind.Suggestion,
                ChangedLines = 3,
                UsesPermit = true,
            },
            new ArtifactEvent.SourcesRecorded(Artifact, Item, 2, [new Source("crm:ann", "8")]),
            new ArtifactEvent.PermitGiven(Artifact, Item, 2, Ann),
            new ReviewEvent.Requested(Artifact, Item, new ReviewId(5))
            {
                Version = 2,
                Reviewers = [new Reviewer(Ann, null), new Reviewer(null, "manager")],
                Name = "Ann",
                Note = "please",
                DueAt = T0,
                Lease = Lease,
            },
            new ReviewEvent.Superseded(Artifact, Item, new ReviewId(5), new ReviewId(6)),
            new ReviewEvent.Taken(Artifact, Item, new ReviewId(5)),
            new ReviewEvent.Reassigned(Artifact, Item, new ReviewId(5), [new Reviewer(null, "reviewer")], "away"),
            new ReviewEvent.Reminded(Artifact, Item, new ReviewId(5)),
            new ReviewEvent.Withdrawn(Artifact, Item, new ReviewId(5), "not yet"),
            new ReviewEvent.Overdue(Artifact, Item, new ReviewId(5)),
            new ReviewEvent.Decided(Artifact, Item, new ReviewId(5), ReviewDecision.Reject),
            new CommentEvent.Added(Artifact, Item, new CommentId(3))
            {
                Version = 2,
                Name = "Ann",
                ByKind = PrincipalKind.Person,
                Body = "why?",
                Anchor = new Anchor("hello", 0, 5),
                Suggestion = "good day",
                Blocks = true,
            },
            new CommentEvent.Replied(Artifact, Item, new CommentId(3), "Ann", "because"),
            new CommentEvent.Resolved(Artifact, Item, new CommentId(3), CommentResolution.Resolved),
            new CommentEvent.Resolved(Artifact, Item, new CommentId(3), CommentResolution.Accepted),
            new ApprovalEvent.Decided(Artifact, Item, 2, Hash, ReviewDecision.Ask, "Ann", "which?"),
            new ApprovalEvent.Given(Artifact, Item)
            {
                Approval = new ApprovalId(8),
                Version = 2,
                ContentHash = Hash,
                ConsequencesHash = Hash,
                Covers = [new CoveredAction("send-1", "f")],
                Uses = 2,
                Name = "Ann",
                Comment = "fine",
                ExpiresAt = T0,
                Override = "nobody else",
                Confirmed = "the rest",
                Completes = true,
            },
            new ApprovalEvent.BlockLifted(Artifact, Item, 2, 7, "Lea", "Mona", "she left the team", Completes: true),
            new ApprovalEvent.Invalidated(Artifact, Item, [new ApprovalId(8)], 3, "crm:ann", "changed"),
            new ApprovalEvent.Spent(Artifact, Item, [new ApprovalId(8)], "send-1"),
            new ApprovalEvent.Restored(Artifact, Item, [new ApprovalId(8)], "send-1"),
            new ApprovalEvent.Revoked(Artifact, Item, new ApprovalId(8), "mistaken"),
            new ApprovalEvent.Expired(Artifact, Item, [new ApprovalId(8)]),
        ];

    private static IReadOnlyList<Event> OnActions =>
        [
            new ActionEvent.Prepared("send-1", Item)
            {
                Queue = "crm",
                Kind = "send",
                Target = "mail:ann",
                Artifact = Artifact,
                Version = 2,
                ExpectedTargetVersion = "7",
                PayloadHash = Hash,
                Before = new TargetEvidence("before", "https://example.org", new string('a', 64)),
                ApplySeconds = 60,
                Fingerprint = "f",
                Lease = Lease,
            },
            new ActionEvent.Carried("send-1", Item, 3, Hash, "g"),
            new ActionEvent.Begun("send-1", Item)
            {
                PermitHash = "p",
                Name = "Ann",
                Run = "run-1",
                Lease = Lease,
                ApplyBy = T0,
                Approvals = [new ApprovalId(8)],
            },
            new ActionEvent.Applied(
                "send-1",
                null,
                "{\"id\":7}",
                "8",
                new TargetEvidence(null, null, null),
                Late: true,
                SettledBy.Verify,
                "saw it"
            ),
            new ActionEvent.HadNoEffect("send-1", Item, SettledBy.Fail, "refused", IsLast: true),
            new ActionEvent.BecameAmbiguous("send-1", Item, "lost"),
            new ActionEvent.Withdrawn("send-1", Item, "cancelled"),
        ];

    private static IReadOnlyList<Event> OnConflicts =>
        [
            new ConflictEvent.Opened(new ConflictId(9), Item)
            {
                Kind = ConflictKind.OverlappingEdit,
                Queue = "crm",
                Target = "mail:ann",
                Artifact = Artifact,
                Action = "send-1",
                Key = "key",
                Base = 1,
                What = "Two wrote.",
                MergedHash = Hash,
                Competing = [new Competing("current", Artifact, 2, Hash, Ann, "Ann", T0)],
            },
            new ConflictEvent.Joined(
                new ConflictId(9),
                Item,
                new Competing("proposed", Artifact, null, Hash, Ann, "Ann", T0),
                null
            ),
            new ConflictEvent.Taken(new ConflictId(9), Item),
            new ConflictEvent.Resolved(new ConflictId(9), Item, ConflictResolution.Merge, "both"),
            new ConflictEvent.Resolved(new ConflictId(9), Item, ConflictResolution.Dismiss, null),
            new ConflictEvent.Overtaken(new ConflictId(9), Item, "gone"),
            new LockEvent.Acquired(
                Item,
                Lease,
                [new RequestedLock("repo:web/a", LockMode.Exclusive), new RequestedLock("repo:web/b", LockMode.Shared)],
                Wait: 812,
                WaitedMs: 4_100,
                ["repo:web"]
            ),
            new LockEvent.Released(Item, Lease, ["repo:web/a"], LockEnd.Unlocked),
            new LockEvent.Waited(
                Item,
                Lease,
                [new RequestedLock("repo:web/a", LockMode.Exclusive)],
                T0.AddSeconds(20),
                ["repo:web"]
            ),
            new LockEvent.GaveUp(Item, Lease, Wait: 812, LockEnd.Timeout, WaitedMs: 20_000, ["repo:web"]),
            new InboxEvent.WasRead(Ann, ["review:R-5", "stale:L-77"]),
            new BulkEvent.Started(
                new BulkId(2),
                BulkDo.Label,
                new BulkArgs(["a"], ["b"], 3, "dismiss", "U-4", "support"),
                ["W-1", "W-2"],
                "tidy",
                "Ann",
                ["crm"]
            ),
            new BulkEvent.Advanced(
                new BulkId(2),
                [new BulkResult("W-1", "not_found", "There is none.")],
                IsLast: false
            ),
            new BulkEvent.Advanced(new BulkId(2), [new BulkResult("W-2", null, null)], IsLast: true),
            new BulkEvent.Stopped(new BulkId(2)),
            new ViewEvent.Saved(Ann, "stale", "Stale refunds", "now", "queue:refunds state:stale", Shared: true, "Ann"),
            new ViewEvent.Deleted(Ann, "stale", "Stale refunds"),
            new RunbookEvent.WasSet(
                "RB-0a1b2c3d",
                "Lock the page first.",
                PatternChange.NarrowerLock,
                PatternState.Absorbed
            ),
            new InboxEvent.WasSet(Ann, [InboxKind.ApprovalFell, InboxKind.Stale]),
            new HoldEvent.Began(new HoldId(2), "repo:web", LockMode.Shared, "Mara", T0.AddHours(1), "release day"),
            new HoldEvent.Ended(new HoldId(2), "repo:web", HoldEnd.Expired),
            new TargetEvent.Changed("crm:ann", "8", "the vendor", "note", T0, "send-1", Counts: true, IsHeld: true),
            new TargetEvent.Released("crm:ann", "8", IsOwn: true),
        ];

    internal static ItemEvent.Created Created(ItemId item, string title) =>
        new(item, "crm", "EXT-1", [new ItemId(7)], T0)
        {
            Fields = new ItemFields
            {
                Title = title,
                Body = "Body",
                Labels = ["a", "b"],
                Targets = ["repo:web"],
                NotBefore = T0,
                DependsOn = [new ItemId(7)],
            },
        };

    private static LeaseEvent.Claimed Claimed(LeaseEvent.Grant how) =>
        new(Item, Lease, Holder, how, T0, 300, "mine now");

    private static LeaseEvent.Ended Ended(EndedAs how) =>
        new(Item, Lease, how, true, false, "note", ReleaseOutcome.Failed, "[1]");
}

internal static class SampleItems
{
    /// <summary>An item in which no member has its default.</summary>
    internal static Item Whole(ItemId id)
    {
        var at = SampleEvents.T0;
        var by = SampleEvents.Ann;
        var claimed = new LeaseEvent.Claimed(
            id,
            SampleEvents.Lease,
            SampleEvents.Holder,
            LeaseEvent.Grant.Claim,
            at,
            300,
            null
        );
        return new Item
        {
            Id = id,
            Queue = "crm",
            Fields = new ItemFields
            {
                Title = "Title",
                Body = "Body",
                Priority = 2,
                Labels = ["a"],
                Targets = ["repo:web"],
                NotBefore = at,
                DueAt = at,
                DependsOn = [new ItemId(7)],
            },
            ExternalId = "EXT-" + id.Text,
            OpenDependencies = [new ItemId(7)],
            CreatedBy = by,
            CreatedAt = at,
            UpdatedAt = at.AddSeconds(1),
            Seq = 12,
            ReadyAt = at,
            ReadySeq = 11,
            Lease = Lease(SampleEvents.Lease, id),
            Past = [Lease(new LeaseId(70), id)],
            Handoff = SampleEvents.Handoff,
            Parked = new Parking("why", by, at, at),
            WaitsUntil = at,
            WaitsFor = WaitCause.Backoff,
            Settled = new Settlement(true, by, at, "why", "1"),
            Attempts = 1,
            Lapses = 2,
            Applying = ["send-1"],
            OpenConflicts = 3,
            Attention = [AttentionKind.Overdue],
            Checkpoints =
            [
                new Checkpoint
                {
                    Number = 1,
                    Lease = SampleEvents.Lease,
                    By = SampleEvents.Holder,
                    At = at,
                    Seq = 12,
                    Late = true,
                    Summary = "s",
                    Evidence = [],
                    Artifacts = [],
                    Validations = [],
                    OpenQuestions = ["q"],
                    NextStep = "next",
                },
            ],
            Notes =
            [
                new Note
                {
                    Number = 1,
                    By = by,
                    Name = "Ann",
                    ByKind = PrincipalKind.Agent,
                    To = "everyone",
                    Kind = NoteKind.Note,
                    Text = "text",
                    At = at,
                    Seq = 12,
                    Acknowledged = [new NoteAcknowledgement(by, "Ann", at, "ok")],
                },
            ],
            Log =
            [
                new Recorded(10, at, by, SampleEvents.Created(id, "Title")),
                new Recorded(11, at, PrincipalId.System, claimed),
            ],
            StaleAttentionAt = at,
            RequeueAt = at,
        };
    }

    private static Lease Lease(LeaseId lease, ItemId item) =>
        new()
        {
            Id = lease,
            Item = item,
            Queue = "crm",
            Holder = SampleEvents.Holder,
            Token = 412,
            State = LeaseState.Suspended,
            Reasons = SuspendReasons.WaitingOnReview,
            Before = LeaseState.Active,
            ClaimedAt = SampleEvents.T0,
            StartBy = SampleEvents.T0,
            StartedAt = SampleEvents.T0,
            ExpiresAt = SampleEvents.T0,
            LeaseSeconds = 300,
            Renewals = 4,
            QuietRenewals = 1,
            LastProgress = new Progress(SampleEvents.T0, "step", "note"),
            SuspendedAt = SampleEvents.T0,
            RemainingMs = 5,
            SuspendedMs = 6,
            StaleAt = SampleEvents.T0,
            MustAcknowledge = new PendingChange(9, ["title"]),
            HasCheckpoint = true,
            EndedAs = EndedAs.TakenOver,
            EndedBy = SampleEvents.Ann,
            EndedAt = SampleEvents.T0,
            Result = "null",
            Policy = LeaseTerms.Of(SampleEvents.Policy),
        };
}
