using System.Globalization;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Resolving;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>A day of two agents, two reviewers, a manager and somebody of support on two items.</summary>
internal sealed class ReviewDay(ulong seed) : RandomDay(seed)
{
    private static readonly Principal[] Deciders = [People.Rita, People.Mona, People.Adam];
    private static readonly Principal Leaver = People.Rita with { Id = new PrincipalId(90), Name = "Lea" };
    private static readonly Principal[] Agents = [People.Ann, People.Bob];
    private readonly Dictionary<string, string> _receipts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Principal By, string Permit)> _permits = new(StringComparer.Ordinal);
    private int _permit;

    protected override void Open()
    {
        foreach (var who in People.All)
            Send(Caller.System, new PrincipalCommand.Sync(who));
        Send(Caller.System, new PrincipalCommand.Sync(Leaver));
        var policy = new PolicyChange
        {
            RequiredApprovals = Random.Next(3) == 0 ? 2 : 1,
            ApprovalUses = 1 + Random.Next(2),
            ApprovalTtlSeconds = Random.Next(2) == 0 ? 100 : null,
            SelfApproval = (SelfApproval)Random.Next(3),
            OnHumanEdit = (OnHumanEdit)Random.Next(3),
            OnSourceChange = (OnSourceChange)Random.Next(2),
            MergeClean = (MergeClean)Random.Next(2),
            ReviewDueSeconds = Random.Next(2) == 0 ? 200 : null,
        };
        Send(People.Mona.AsCaller(), new QueueCommand.Set("crm", policy, null));
        for (var k = 0; k < 2; k++)
        {
            Send(People.Sam.AsCaller(), new ItemCommand.Create("crm", "Answer"));
            Send(Agents[k].AsCaller(), new ClaimCommand.One(new ItemId(k + 1), null, null));
            Create(Agents[k], new ItemId(k + 1));
        }
    }

    protected override void Step()
    {
        var artifact = Pick(At.Artifacts)!;
        // Mostly whoever holds the work: what others try is refused soon, and reaches little.
        var holder = At.FindItem(artifact.Item!.Value)!.Lease?.Holder.Id;
        var agent = Array.Find(Agents, a => a.Id == holder && Random.Next(6) > 0) ?? Pick(Agents);
        var decider = Pick(Deciders);
        switch (Random.Next(25))
        {
            case 0 or 1:
                Publish(agent, artifact, artifact.Current.Number - Random.Next(2));
                break;
            case 3:
                Publish(People.Rita, artifact, artifact.Current.Number);
                break;
            case 4:
                Send(decider.AsCaller(), new ArtifactCommand.Permit(artifact.Id, artifact.Current.Number, null));
                break;
            case 5 or 6:
                Send(
                    agent.AsCaller(),
                    new ReviewCommand.Request(
                        artifact.Id,
                        artifact.Current.Number,
                        null,
                        TokenOf(artifact.Item!.Value, agent),
                        null,
                        [],
                        null
                    )
                );
                break;
            case 2 or 7 or 8 or 9:
                Approve(decider, artifact);
                break;
            case 10:
                Say(decider, artifact);
                break;
            case 11 or 12:
                Prepare(agent, artifact);
                break;
            case 13 or 14 or 15:
                Begin(agent);
                break;
            case 16 or 17:
                Settle();
                break;
            case 18:
                Verify();
                break;
            case 19:
                Lease(agent, artifact.Item!.Value);
                break;
            case 20:
                Review(decider, artifact);
                break;
            case 21:
                Conflict(decider);
                break;
            case 22:
                Target();
                break;
            case 23:
                Leave(artifact);
                break;
            default:
                Pass();
                break;
        }
    }

    private void Create(Principal by, ItemId item)
    {
        var content = Content();
        Send(
            by.AsCaller(),
            new ArtifactCommand.Create(
                "Reply",
                item,
                $"mail:{item.Number}",
                "text/plain",
                new Proposed(content, 5),
                [new Source("crm:ann", "1")],
                null,
                TokenOf(item, by)
            )
        );
    }

    private void Publish(Principal by, Artifact artifact, int onto)
    {
        var content = Random.Next(5) == 0 ? artifact.Current.ContentHash : Content();
        var merge =
            onto == artifact.Current.Number
                ? null
                : new MergeOffer(artifact.Current.ContentHash, Random.Next(2) == 0 ? Content() : null, 5)
                {
                    Others = MergeOffer.OthersOn(At, artifact, Math.Max(1, onto), content),
                    JointHash = Random.Next(2) == 0 ? Content() : null,
                };
        long? token = by.Kind == PrincipalKind.Agent ? TokenOf(artifact.Item!.Value, by) : null;
        IReadOnlyList<Source>? sources =
            Random.Next(6) == 0 ? [new Source("crm:ann", Random.Next(3).ToString(CultureInfo.InvariantCulture))] : null;
        var acknowledges = Random.Next(3) == 0 ? artifact.Current.Number : (long?)null;
        Send(
            by.AsCaller(),
            new ArtifactCommand.Publish
            {
                Artifact = artifact.Id,
                BaseVersion = Math.Max(1, onto),
                Content = new Proposed(content, 5, Random.Next(30), merge),
                Token = token,
                Sources = sources,
                Acknowledges = acknowledges,
            }
        );
    }

    private void Approve(Principal by, Artifact artifact)
    {
        var version = Random.Next(6) == 0 ? Math.Max(1, artifact.Current.Number - 1) : artifact.Current.Number;
        var seen = artifact.FindVersion(version)!;
        var hash = Consequences.Of(At, artifact, seen, by.Id, Now).Hash;
        var edited = Random.Next(8) == 0 ? new Proposed(Content(), 5, Random.Next(40)) : null;
        Send(
            by.AsCaller(),
            new ApprovalCommand.Decide
            {
                Artifact = artifact.Id,
                Version = version,
                Decision = ReviewDecision.Approve,
                ContentHash = seen.ContentHash,
                ConsequencesHash = hash,
                Edited = edited,
            }
        );
    }

    private void Say(Principal by, Artifact artifact)
    {
        ReviewDecision[] words = [ReviewDecision.RequestChanges, ReviewDecision.Reject, ReviewDecision.Ask];
        Send(
            by.AsCaller(),
            new ApprovalCommand.Decide
            {
                Artifact = artifact.Id,
                Version = artifact.Current.Number,
                Decision = Pick(words),
                ContentHash = artifact.Current.ContentHash,
                Comment = "because",
                Comments =
                    Random.Next(4) == 0 ? [new NewComment("why?", new Anchor("q", 0, 1), "s", Blocks: true)] : [],
            }
        );
    }

    // Somebody decides, goes for good, and a manager lifts what they left standing.
    private void Leave(Artifact artifact)
    {
        var standing = ApprovalStanding.Of(At, artifact);
        if (standing.Liftable is [var decision, ..] && standing.Version == artifact.Current.Number)
            Send(
                People.Mona.AsCaller(),
                new ApprovalCommand.Lift(artifact.Id, standing.Version, decision, "she has left")
            );
        else if (standing.BlockedBy.Any(v => v.By == Leaver.Id) || Random.Next(10) == 0)
            Send(Caller.System, new PrincipalCommand.Sync(Leaver with { State = PrincipalState.Ended, Why = "left" }));
        else if (Random.Next(3) == 0)
            Approve(Leaver, artifact);
        else
            Say(Leaver, artifact);
    }

    private void Prepare(Principal by, Artifact artifact) =>
        Send(
            by.AsCaller(),
            new ActionCommand.Prepare("act-" + Random.Next(5).ToString(CultureInfo.InvariantCulture))
            {
                Kind = "send",
                Target = artifact.Target!,
                Artifact = artifact.Id,
                ExpectedTargetVersion =
                    Random.Next(3) == 0 ? Random.Next(3).ToString(CultureInfo.InvariantCulture) : null,
                ApplySeconds = 60 + Random.Next(600),
                Token = TokenOf(artifact.Item!.Value, by),
            }
        );

    private void Begin(Principal by)
    {
        // What could go, if there is something; now and then something that cannot.
        var ready = At.Actions.Where(a =>
            a.Written == ActionState.Prepared
            && At.FindArtifact(a.Artifact!.Value)!.Current.Number == a.Version
            && ApprovalStanding.Of(At, At.FindArtifact(a.Artifact!.Value)!).State == StandingState.Valid
        );
        if (((Random.Next(4) > 0 ? Pick(ready) : null) ?? Pick(At.Actions)) is not { } action)
            return;
        if (At.FindItem(action.Item!.Value)!.Lease?.Holder.Id is { } holder && Random.Next(4) > 0)
            by = Array.Find(Agents, a => a.Id == holder) ?? by;
        var permit = "permit-" + (++_permit).ToString(CultureInfo.InvariantCulture);
        var before = At.FindArtifact(action.Artifact!.Value)!;
        var standing = ApprovalStanding.Of(At, before);
        var decision = Send(
            by.AsCaller(),
            new ActionCommand.Begin(action.Id, null, TokenOf(action.Item!.Value, by), permit)
        );
        if (decision.Reply is not BeginReply { Begun: { Outcome: BeginResult.Go } go })
            return;
        _permits[action.Id] = (by, permit);
        if (before.Current.Number != action.Version)
            Broken(4, $"{action.Id} began on version {action.Version}, and {before.Current.Number} is current");
        if (standing.State != StandingState.Valid)
            Broken(4, $"{action.Id} began though the approvals were {standing.State}");
        if (
            !standing.Approvals.Any(a =>
                a.Covers.Any(c => c.Action == action.Id && c.Fingerprint == action.Fingerprint)
            )
        )
            Broken(4, $"{action.Id} began though nobody had been shown it");
        if (action.IsUnsettled || action.Written == ActionState.Applied)
            Broken(5, $"{action.Id} began while it was {action.Written}");
        if (go.Action.Attempts.Count(a => a.Fate is null) != 1)
            Broken(5, $"{action.Id} has more than one permit out");
    }

    private void Settle()
    {
        if (Pick(At.Actions) is not { } action || !_permits.TryGetValue(action.Id, out var held))
            return;
        var (by, permit) = Random.Next(8) == 0 ? (Pick(Agents), held.Permit) : held;
        var observed = Random.Next(3) == 0 ? Random.Next(3).ToString(CultureInfo.InvariantCulture) : null;
        var receipt = Random.Next(100).ToString(CultureInfo.InvariantCulture);
        Send(
            by.AsCaller(),
            Random.Next(3) switch
            {
                0 => new ActionCommand.Complete(action.Id, permit, null, receipt, observed, null),
                1 => new ActionCommand.Fail(action.Id, permit, null, "no", FailureEffect.None),
                _ => new ActionCommand.Fail(action.Id, permit, null, "lost", FailureEffect.Unknown),
            }
        );
    }

    private void Verify()
    {
        if (Pick(At.Actions) is { } action)
            Send(
                People.Sam.AsCaller(),
                new ActionCommand.Verify(
                    action.Id,
                    Random.Next(2) == 0,
                    null,
                    Random.Next(2) == 0 ? Content() : null,
                    null
                )
            );
    }

    private void Lease(Principal by, ItemId id)
    {
        var item = At.FindItem(id)!;
        if (item.Lease is not { } lease)
        {
            Send(by.AsCaller(), new ClaimCommand.One(id, null, null));
            return;
        }
        switch (Random.Next(6))
        {
            case 0:
                var taken = Send(by.AsCaller(), new ClaimCommand.TakeOver(id, null, "stale", Force: false));
                CheckHandover(taken, id);
                break;
            case 1:
                Send(
                    lease.Holder.Id == by.Id ? by.AsCaller() : People.Sam.AsCaller(),
                    new LeaseCommand.Resume(lease.Id, null, lease.Token, null, WithdrawReview: Random.Next(2) == 0)
                );
                break;
            case 2:
                Send(
                    new Caller(lease.Holder.Id),
                    new LeaseCommand.Release(lease.Id, null, lease.Token, null, ReleaseOutcome.GivenBack, null)
                );
                break;
            case 3:
                Send(
                    new Caller(lease.Holder.Id),
                    new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: Random.Next(8) == 0)
                );
                break;
            case 4 when Random.Next(6) == 0:
                Send(People.Sam.AsCaller(), new ItemCommand.Cancel(id, "not needed"));
                break;
            default:
                Send(
                    new Caller(lease.Holder.Id),
                    new LeaseCommand.Renew(
                        lease.Id,
                        null,
                        lease.Token,
                        new ProgressNote(Random.Next().ToString(CultureInfo.InvariantCulture), null)
                    )
                );
                break;
        }
    }

    private void CheckHandover(Decision taken, ItemId id)
    {
        if (taken.Reply is not GrantReply { Handover: { } handover })
            return;
        var missing = At.ActionsOf(id).Where(a => a.IsUnsettled && !handover.Actions.Any(v => v.Action.Id == a.Id));
        if (missing.Any())
            Broken(10, $"the handover does not say what became of {missing.First().Id}");
        if (handover.Artifacts.Count != At.ArtifactsOf(id).Count())
            Broken(10, "the handover leaves out an artifact");
    }

    private void Review(Principal by, Artifact artifact)
    {
        if (artifact.Reviews.IsEmpty)
            return;
        var review = artifact.Reviews[^1].Id;
        Send(
            by.AsCaller(),
            Random.Next(7) switch
            {
                0 => new ReviewCommand.Take(review),
                1 => new ReviewCommand.Reassign(review, [Pick(Deciders).Id.Text], "away"),
                2 => new ReviewCommand.Remind(review),
                3 => new ReviewCommand.Withdraw(review, "not yet"),
                4 => new ReviewCommand.AddComment(
                    artifact.Id,
                    artifact.Current.Number,
                    "hm",
                    new Anchor("q", 0, 1),
                    "s",
                    Blocks: false
                ),
                5 when !artifact.Comments.IsEmpty => new ReviewCommand.Reply(
                    artifact.Id,
                    1,
                    artifact.Comments[0].Id,
                    "so"
                ),
                _ when !artifact.Comments.IsEmpty && Random.Next(2) == 0 => new ReviewCommand.Accept(
                    artifact.Id,
                    1,
                    artifact.Comments[^1].Id,
                    new Proposed(Content(), 5, 1),
                    artifact.Current.ContentHash
                ),
                _ when !artifact.Comments.IsEmpty => new ReviewCommand.Resolve(artifact.Id, 1, artifact.Comments[0].Id),
                _ => new ReviewCommand.Take(review),
            }
        );
        if (!artifact.Approvals.IsEmpty && Random.Next(4) == 0)
            Send(by.AsCaller(), new ApprovalCommand.Revoke(artifact.Id, artifact.Approvals[^1].Id, "mistaken"));
    }

    private void Conflict(Principal by)
    {
        if (Pick(At.OpenConflicts) is not { } conflict)
            return;
        var options = ConflictView.Of(At, conflict).Options;
        Send(
            by.AsCaller(),
            Random.Next(3) == 0 ? new ConflictCommand.Take(conflict.Id)
                : new ConflictCommand.Resolve(conflict.Id, Pick(options), At.Seq, null, null, "settled")
                    is { Resolution: ConflictResolution.Merge } merge
                    ? merge with
                    {
                        Content = new Proposed(Content(), 5),
                    }
                : new ConflictCommand.Resolve(conflict.Id, Pick(options), At.Seq, null, null, "settled")
                    is { Resolution: ConflictResolution.TakeProposed } take
                    ? take with
                    {
                        K = Random.Next(conflict.Competing.Count),
                    }
                : new ConflictCommand.Resolve(conflict.Id, Pick(options), At.Seq, null, null, "settled")
        );
    }

    private void Target() =>
        Send(
            (Random.Next(2) == 0 ? People.Sam : People.Ann).AsCaller(),
            new TargetCommand.Report(
                Random.Next(2) == 0 ? "crm:ann" : "mail:1",
                Random.Next(6).ToString(CultureInfo.InvariantCulture),
                null,
                null,
                Random.Next(4) == 0 ? Now.AddSeconds(-500) : null,
                null
            )
        );

    private void Pass()
    {
        Now = Now.AddSeconds(1 + Random.Next(Random.Next(3) == 0 ? 900 : 100));
        LetHappenWhatIsDue();
    }

    protected override void OnDecided(Command command, Decision decision) => CheckContent(command, decision);

    protected override void OnHappened(Event happened)
    {
        if (ReviewLawTests.IsOfThoseDays(happened.Type))
            CheckEvent(happened);
    }

    protected override void OnCarriedOut() => CheckState();

    // The same once more, as a caller repeats what it got no answer to.
    private new Decision Send(Caller by, Command command)
    {
        var decision = base.Send(by, command);
        CheckRepeat(command, by, decision);
        return decision;
    }

    private void CheckEvent(Event happened)
    {
        foreach (var artifact in At.Artifacts)
        {
            foreach (var approval in artifact.Approvals)
            {
                if (
                    approval.State == ApprovalState.Valid
                    && (
                        approval.Version != artifact.Current.Number
                        || approval.ContentHash != artifact.Current.ContentHash
                    )
                )
                    Broken(
                        4,
                        $"{approval.Id} is valid and version {artifact.Current.Number} is there ({happened.Type})"
                    );
            }
        }
        if (happened is ActionEvent.Applied applied)
        {
            if (_receipts.ContainsKey(applied.Action))
                Broken(5, $"{applied.Action} was applied twice");
            _receipts[applied.Action] = applied.Receipt ?? "";
        }
    }

    private void CheckState()
    {
        foreach (var action in At.Actions)
        {
            if (action.Attempts.Count(a => a.Fate is null) > 1)
                Broken(5, $"{action.Id} has two permits out");
            if (_receipts.TryGetValue(action.Id, out var receipt) && (action.Receipt ?? "") != receipt)
                Broken(5, $"{action.Id} has another receipt than its first");
            if (_receipts.ContainsKey(action.Id) && action.Written != ActionState.Applied)
                Broken(5, $"{action.Id} was applied and is {action.Written}");
        }
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var conflict in At.OpenConflicts)
        {
            if (!keys.Add(conflict.Key))
                Broken(7, $"{conflict.Key} is open twice");
            if (conflict.Competing.GroupBy(c => (c.Label, c.Version, c.ContentHash)).Any(g => g.Count() > 1))
                Broken(7, $"{conflict.Id} names one content twice");
        }
        foreach (var item in At.Items())
        {
            if (item.OpenConflicts != At.ConflictsOf(item.Id).Count())
                Broken(11, $"{item.Id} counts {item.OpenConflicts} conflicts");
            if (
                item.Lease is { State: LeaseState.Suspended } lease
                && lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview)
                && !At.ArtifactsOf(item.Id).Any(a => a.OpenReview?.Lease == lease.Id)
            )
                Broken(11, $"{item.Id} waits on a review that is not open");
            var applying = At.ActionsOf(item.Id).Where(a => a.Written == ActionState.Applying).Select(a => a.Id);
            if (!item.Applying.Order(StringComparer.Ordinal).SequenceEqual(applying.Order(StringComparer.Ordinal)))
                Broken(11, $"{item.Id} says that {string.Join(' ', item.Applying)} are being applied");
        }
    }

    private void CheckContent(Command command, Decision decision)
    {
        if (command is not ArtifactCommand.Publish publish)
            return;
        var hash = publish.Content.Hash;
        var isKept =
            decision.Refusal?.KeptAs == hash
            || decision.Events.Any(e =>
                e is ArtifactEvent.VersionPublished v && (v.ContentHash == hash || v.Kind == VersionKind.Merge)
            )
            || At.FindArtifact(publish.Artifact)!.Current.ContentHash == hash;
        var isCollision =
            decision.Refusal
            is null
                or ArtifactRefusal.VersionConflict
                or ArtifactRefusal.HumanEditHold
                or LeaseRefusal.Fenced
                or LeaseRefusal.LeaseEnded
                or LeaseRefusal.LeaseStale;
        if (isCollision && !isKept)
            Broken(6, $"{hash} was sent, and is kept nowhere ({decision.Refusal?.Code ?? "accepted"})");
        if (
            decision.Refusal is ArtifactRefusal.VersionConflict or LeaseRefusal.Fenced or LeaseRefusal.LeaseEnded
            && decision.Refusal.Conflict is null
        )
            Broken(7, $"{decision.Refusal.Code} names no conflict");
    }

    private void CheckRepeat(Command command, Caller by, Decision first)
    {
        if (first.Refusal is not null && first.Events.Count == 0)
            return;
        if (
            command
            is not (
                ArtifactCommand.Publish
                or ArtifactCommand.Permit
                or ReviewCommand.Request
                or ReviewCommand.Take
                or ReviewCommand.Reassign
                or ReviewCommand.Withdraw
                or ApprovalCommand.Decide { Edited: null, Comments.Count: 0 }
                or ApprovalCommand.Revoke
                or ActionCommand
                or ConflictCommand
                or TargetCommand
            )
        )
            return;
        var again = At.Decide(command, by, Now);
        // The same report of an older change is history once more, and nothing else.
        if (again.Events.Any(e => e is not TargetEvent.Changed { Counts: false }))
            Broken(13, $"sent again, {command.GetType().Name} gave {again.Events[0].Type}");
    }

    private string Content() => ReviewAsks.HashOf(Random.Next(1_000_000).ToString(CultureInfo.InvariantCulture));

    private long? TokenOf(ItemId id, Principal by)
    {
        var item = At.FindItem(id)!;
        if (item.Lease is { } lease && lease.Holder.Id == by.Id)
            return lease.Token;
        return item.Past.FindLast(l => l.Holder.Id == by.Id)?.Token ?? item.LastLease?.Token;
    }

    private T? Pick<T>(IEnumerable<T> all)
    {
        var list = all.ToList();
        return list.Count == 0 ? default : list[Random.Next(list.Count)];
    }

    private T Pick<T>(T[] all) => all[Random.Next(all.Length)];
}
