using System.Collections.Concurrent;
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
using Xunit.Abstractions;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// The laws of versions, decisions and actions (DESIGN.md 4, 5, 6, 7, 8, 10, 11, 13) on random days of 80 steps: two
/// agents, two reviewers, a manager and somebody of support on two items, checked after every event. A breach prints its
/// seed and the steps; SIMULATION_SEED=… plays one day more, SIMULATION_COUNT=… another number.
/// </summary>
public class ReviewLawTests(ITestOutputHelper output)
{
    private static readonly Lazy<Run> Days = new(PlayAll);

    [Fact]
    public void Law_00_No_request_throws() => Holds(0);

    [Fact]
    public void Law_04_A_valid_approval_is_for_the_current_version_and_nothing_begins_on_anything_else() => Holds(4);

    [Fact]
    public void Law_05_An_action_has_one_permit_out_is_applied_once_and_is_never_guessed() => Holds(5);

    [Fact]
    public void Law_06_No_content_is_lost_that_was_accepted_or_refused_for_a_collision() => Holds(6);

    [Fact]
    public void Law_07_One_collision_makes_one_conflict() => Holds(7);

    [Fact]
    public void Law_08_Replaying_gives_the_state_there_was() => Holds(8);

    [Fact]
    public void Law_10_A_takeover_loses_no_version_and_no_unsettled_action() => Holds(10);

    [Fact]
    public void Law_11_Nothing_waits_on_a_review_that_nobody_is_asked_for() => Holds(11);

    [Fact]
    public void Law_13_What_is_repeated_changes_nothing() => Holds(13);

    [Fact]
    public void The_days_reach_what_they_are_about()
    {
        var seen = Days.Value.Events;
        output.WriteLine(string.Join("\n", seen.OrderBy(s => s.Key).Select(s => $"{s.Value, 9} {s.Key}")));
        Assert.DoesNotContain(EventJson.Types.Where(IsOfThoseDays), t => seen.GetValueOrDefault(t) < RandomDays.Enough);
    }

    // docs/STATES.md is what a newcomer reads: it draws what happens on random days, and nothing that does not.
    [Fact]
    public void Approvals_actions_and_conflicts_go_the_ways_that_the_page_of_states_draws() =>
        StatesPage.Draws(Days.Value.Arrows, StatesPage.Approval, StatesPage.Action, StatesPage.Conflict);

    internal static bool IsOfThoseDays(string type) =>
        type.Split('.')[0]
            is "artifact"
                or "review"
                or "comment"
                or "decision"
                or "approval"
                or "action"
                or "conflict"
                or "target";

    private void Holds(int law)
    {
        var run = Days.Value;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Count} days"));
        if (run.First.TryGetValue(law, out var breach))
            Assert.Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Law {law} is broken: {breach.What}\n{breach.Story}\nSIMULATION_SEED={breach.Seed} plays that day again."
                )
            );
    }

    private static Run PlayAll()
    {
        var seeds = RandomDays.Seeds();
        var first = new ConcurrentDictionary<int, Breach>();
        var events = new ConcurrentDictionary<string, long>();
        var arrows = new HashSet<Arrow>();
        Parallel.ForEach(
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            one =>
            {
                var day = new ReviewDay(one);
                day.Play();
                foreach (var breach in day.Breaches)
                    first.AddOrUpdate(breach.Law, breach, (_, known) => known.Seed <= one ? known : breach);
                foreach (var type in day.Journal.CountBy(r => r.Event.Type))
                    events.AddOrUpdate(type.Key, type.Value, (_, known) => known + type.Value);
                var shown = StatesPage.ShownBy(day.Journal);
                lock (arrows)
                    arrows.UnionWith(shown);
            }
        );
        return new Run(seeds.Count, first, events, arrows);
    }

    internal sealed record Breach(int Law, int Seed, string What, string Story);

    private sealed record Run(
        int Count,
        IReadOnlyDictionary<int, Breach> First,
        IReadOnlyDictionary<string, long> Events,
        IReadOnlySet<Arrow> Arrows
    );

    /// <summary>One day: random commands on a workspace, decided and evolved as the engine does.</summary>
    private sealed class ReviewDay(int seed)
    {
        private static readonly Principal[] Deciders = [People.Rita, People.Mona, People.Adam];
        private static readonly Principal Leaver = People.Rita with { Id = new PrincipalId(90), Name = "Lea" };
        private static readonly Principal[] Agents = [People.Ann, People.Bob];
        private readonly Random _random = new(seed);
        private readonly List<string> _story = [];
        private readonly Dictionary<string, string> _receipts = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (Principal By, string Permit)> _permits = new(StringComparer.Ordinal);
        private DateTimeOffset _now = People.T0;
        private int _permit;
        private Workspace _at = new();

        internal List<Recorded> Journal { get; } = [];
        internal List<Breach> Breaches { get; } = [];

        internal void Play()
        {
            try
            {
                Open();
                for (var k = 0; k < 80; k++)
                    Step();
                var again = new Workspace();
                foreach (var recorded in Journal)
                    again.Evolve(recorded);
                if (!Digest.Of(again.ToState()).AsSpan().SequenceEqual(Digest.Of(_at.ToState())))
                    Broken(8, "replaying the journal gives another state");
                var state = StateJson.Read(StateJson.Write(_at.ToState()));
                if (!Digest.Of(Workspace.From(state).ToState()).AsSpan().SequenceEqual(Digest.Of(_at.ToState())))
                    Broken(8, "a snapshot gives another state");
            }
            catch (Exception crash)
            {
                Broken(0, crash.ToString());
            }
        }

        private void Open()
        {
            foreach (var who in People.All)
                Send(Caller.System, new PrincipalCommand.Sync(who));
            Send(Caller.System, new PrincipalCommand.Sync(Leaver));
            var policy = new PolicyChange
            {
                RequiredApprovals = _random.Next(3) == 0 ? 2 : 1,
                ApprovalUses = 1 + _random.Next(2),
                ApprovalTtlSeconds = _random.Next(2) == 0 ? 100 : null,
                SelfApproval = (SelfApproval)_random.Next(3),
                OnHumanEdit = (OnHumanEdit)_random.Next(3),
                OnSourceChange = (OnSourceChange)_random.Next(2),
                MergeClean = (MergeClean)_random.Next(2),
                ReviewDueSeconds = _random.Next(2) == 0 ? 200 : null,
            };
            Send(People.Mona.AsCaller(), new QueueCommand.Set("crm", policy, null));
            for (var k = 0; k < 2; k++)
            {
                Send(People.Sam.AsCaller(), new ItemCommand.Create("crm", "Answer"));
                Send(Agents[k].AsCaller(), new ClaimCommand.One(new ItemId(k + 1), null, null));
                Create(Agents[k], new ItemId(k + 1));
            }
        }

        private void Step()
        {
            var artifact = Pick(_at.Artifacts)!;
            // Mostly whoever holds the work: what others try is refused soon, and reaches little.
            var holder = _at.FindItem(artifact.Item!.Value)!.Lease?.Holder.Id;
            var agent = Array.Find(Agents, a => a.Id == holder && _random.Next(6) > 0) ?? Pick(Agents);
            var decider = Pick(Deciders);
            switch (_random.Next(25))
            {
                case 0 or 1:
                    Publish(agent, artifact, artifact.Current.Number - _random.Next(2));
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
            var content = _random.Next(5) == 0 ? artifact.Current.ContentHash : Content();
            var merge =
                onto == artifact.Current.Number
                    ? null
                    : new MergeOffer(artifact.Current.ContentHash, _random.Next(2) == 0 ? Content() : null, 5)
                    {
                        Others = MergeOffer.OthersOn(_at, artifact, Math.Max(1, onto), content),
                        JointHash = _random.Next(2) == 0 ? Content() : null,
                    };
            long? token = by.Kind == PrincipalKind.Agent ? TokenOf(artifact.Item!.Value, by) : null;
            IReadOnlyList<Source>? sources =
                _random.Next(6) == 0
                    ? [new Source("crm:ann", _random.Next(3).ToString(CultureInfo.InvariantCulture))]
                    : null;
            var acknowledges = _random.Next(3) == 0 ? artifact.Current.Number : (long?)null;
            Send(
                by.AsCaller(),
                new ArtifactCommand.Publish
                {
                    Artifact = artifact.Id,
                    BaseVersion = Math.Max(1, onto),
                    Content = new Proposed(content, 5, _random.Next(30), merge),
                    Token = token,
                    Sources = sources,
                    Acknowledges = acknowledges,
                }
            );
        }

        private void Approve(Principal by, Artifact artifact)
        {
            var version = _random.Next(6) == 0 ? Math.Max(1, artifact.Current.Number - 1) : artifact.Current.Number;
            var seen = artifact.FindVersion(version)!;
            var hash = Consequences.Of(_at, artifact, seen, by.Id, _now).Hash;
            var edited = _random.Next(8) == 0 ? new Proposed(Content(), 5, _random.Next(40)) : null;
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
                        _random.Next(4) == 0 ? [new NewComment("why?", new Anchor("q", 0, 1), "s", Blocks: true)] : [],
                }
            );
        }

        // Somebody decides, goes for good, and a manager lifts what they left standing.
        private void Leave(Artifact artifact)
        {
            var standing = ApprovalStanding.Of(_at, artifact);
            if (standing.Liftable is [var decision, ..] && standing.Version == artifact.Current.Number)
                Send(
                    People.Mona.AsCaller(),
                    new ApprovalCommand.Lift(artifact.Id, standing.Version, decision, "she has left")
                );
            else if (standing.BlockedBy.Any(v => v.By == Leaver.Id) || _random.Next(10) == 0)
                Send(
                    Caller.System,
                    new PrincipalCommand.Sync(Leaver with { State = PrincipalState.Ended, Why = "left" })
                );
            else if (_random.Next(3) == 0)
                Approve(Leaver, artifact);
            else
                Say(Leaver, artifact);
        }

        private void Prepare(Principal by, Artifact artifact) =>
            Send(
                by.AsCaller(),
                new ActionCommand.Prepare("act-" + _random.Next(5).ToString(CultureInfo.InvariantCulture))
                {
                    Kind = "send",
                    Target = artifact.Target!,
                    Artifact = artifact.Id,
                    ExpectedTargetVersion =
                        _random.Next(3) == 0 ? _random.Next(3).ToString(CultureInfo.InvariantCulture) : null,
                    ApplySeconds = 60 + _random.Next(600),
                    Token = TokenOf(artifact.Item!.Value, by),
                }
            );

        private void Begin(Principal by)
        {
            // What could go, if there is something; now and then something that cannot.
            var ready = _at.Actions.Where(a =>
                a.Written == ActionState.Prepared
                && _at.FindArtifact(a.Artifact!.Value)!.Current.Number == a.Version
                && ApprovalStanding.Of(_at, _at.FindArtifact(a.Artifact!.Value)!).State == StandingState.Valid
            );
            if (((_random.Next(4) > 0 ? Pick(ready) : null) ?? Pick(_at.Actions)) is not { } action)
                return;
            if (_at.FindItem(action.Item!.Value)!.Lease?.Holder.Id is { } holder && _random.Next(4) > 0)
                by = Array.Find(Agents, a => a.Id == holder) ?? by;
            var permit = "permit-" + (++_permit).ToString(CultureInfo.InvariantCulture);
            var before = _at.FindArtifact(action.Artifact!.Value)!;
            var standing = ApprovalStanding.Of(_at, before);
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
            if (Pick(_at.Actions) is not { } action || !_permits.TryGetValue(action.Id, out var held))
                return;
            var (by, permit) = _random.Next(8) == 0 ? (Pick(Agents), held.Permit) : held;
            var observed = _random.Next(3) == 0 ? _random.Next(3).ToString(CultureInfo.InvariantCulture) : null;
            var receipt = _random.Next(100).ToString(CultureInfo.InvariantCulture);
            Send(
                by.AsCaller(),
                _random.Next(3) switch
                {
                    0 => new ActionCommand.Complete(action.Id, permit, null, receipt, observed, null),
                    1 => new ActionCommand.Fail(action.Id, permit, null, "no", FailureEffect.None),
                    _ => new ActionCommand.Fail(action.Id, permit, null, "lost", FailureEffect.Unknown),
                }
            );
        }

        private void Verify()
        {
            if (Pick(_at.Actions) is { } action)
                Send(
                    People.Sam.AsCaller(),
                    new ActionCommand.Verify(
                        action.Id,
                        _random.Next(2) == 0,
                        null,
                        _random.Next(2) == 0 ? Content() : null,
                        null
                    )
                );
        }

        private void Lease(Principal by, ItemId id)
        {
            var item = _at.FindItem(id)!;
            if (item.Lease is not { } lease)
            {
                Send(by.AsCaller(), new ClaimCommand.One(id, null, null));
                return;
            }
            switch (_random.Next(6))
            {
                case 0:
                    var taken = Send(by.AsCaller(), new ClaimCommand.TakeOver(id, null, "stale", Force: false));
                    CheckHandover(taken, id);
                    break;
                case 1:
                    Send(
                        lease.Holder.Id == by.Id ? by.AsCaller() : People.Sam.AsCaller(),
                        new LeaseCommand.Resume(lease.Id, null, lease.Token, null, WithdrawReview: _random.Next(2) == 0)
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
                        new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: _random.Next(8) == 0)
                    );
                    break;
                case 4 when _random.Next(6) == 0:
                    Send(People.Sam.AsCaller(), new ItemCommand.Cancel(id, "not needed"));
                    break;
                default:
                    Send(
                        new Caller(lease.Holder.Id),
                        new LeaseCommand.Renew(
                            lease.Id,
                            null,
                            lease.Token,
                            new ProgressNote(_random.Next().ToString(CultureInfo.InvariantCulture), null)
                        )
                    );
                    break;
            }
        }

        private void CheckHandover(Decision taken, ItemId id)
        {
            if (taken.Reply is not GrantReply { Handover: { } handover })
                return;
            var missing = _at.ActionsOf(id)
                .Where(a => a.IsUnsettled && !handover.Actions.Any(v => v.Action.Id == a.Id));
            if (missing.Any())
                Broken(10, $"the handover does not say what became of {missing.First().Id}");
            if (handover.Artifacts.Count != _at.ArtifactsOf(id).Count())
                Broken(10, "the handover leaves out an artifact");
        }

        private void Review(Principal by, Artifact artifact)
        {
            if (artifact.Reviews.IsEmpty)
                return;
            var review = artifact.Reviews[^1].Id;
            Send(
                by.AsCaller(),
                _random.Next(7) switch
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
                    _ when !artifact.Comments.IsEmpty && _random.Next(2) == 0 => new ReviewCommand.Accept(
                        artifact.Id,
                        1,
                        artifact.Comments[^1].Id,
                        new Proposed(Content(), 5, 1),
                        artifact.Current.ContentHash
                    ),
                    _ when !artifact.Comments.IsEmpty => new ReviewCommand.Resolve(
                        artifact.Id,
                        1,
                        artifact.Comments[0].Id
                    ),
                    _ => new ReviewCommand.Take(review),
                }
            );
            if (!artifact.Approvals.IsEmpty && _random.Next(4) == 0)
                Send(by.AsCaller(), new ApprovalCommand.Revoke(artifact.Id, artifact.Approvals[^1].Id, "mistaken"));
        }

        private void Conflict(Principal by)
        {
            if (Pick(_at.OpenConflicts) is not { } conflict)
                return;
            var options = ConflictView.Of(_at, conflict).Options;
            Send(
                by.AsCaller(),
                _random.Next(3) == 0 ? new ConflictCommand.Take(conflict.Id)
                    : new ConflictCommand.Resolve(conflict.Id, Pick(options), _at.Seq, null, null, "settled")
                        is { Resolution: ConflictResolution.Merge } merge
                        ? merge with
                        {
                            Content = new Proposed(Content(), 5),
                        }
                    : new ConflictCommand.Resolve(conflict.Id, Pick(options), _at.Seq, null, null, "settled")
                        is { Resolution: ConflictResolution.TakeProposed } take
                        ? take with
                        {
                            K = _random.Next(conflict.Competing.Count),
                        }
                    : new ConflictCommand.Resolve(conflict.Id, Pick(options), _at.Seq, null, null, "settled")
            );
        }

        private void Target() =>
            Send(
                (_random.Next(2) == 0 ? People.Sam : People.Ann).AsCaller(),
                new TargetCommand.Report(
                    _random.Next(2) == 0 ? "crm:ann" : "mail:1",
                    _random.Next(6).ToString(CultureInfo.InvariantCulture),
                    null,
                    null,
                    _random.Next(4) == 0 ? _now.AddSeconds(-500) : null,
                    null
                )
            );

        private void Pass()
        {
            _now = _now.AddSeconds(1 + _random.Next(_random.Next(3) == 0 ? 900 : 100));
            Due();
        }

        private void Due()
        {
            while (_at.DecideDue(_now) is { } due)
                Happen(due, PrincipalId.System);
        }

        private Decision Send(Caller by, Command command)
        {
            _story.Add($"{_now:HH:mm:ss} {by.Id} {command}");
            Due();
            var decision = _at.Decide(command, by, _now);
            CheckContent(command, decision);
            Happen(decision.Events, by.Id);
            CheckRepeat(command, by, decision);
            return decision;
        }

        private void Happen(IReadOnlyList<Event> events, PrincipalId by)
        {
            foreach (var happened in events)
            {
                var recorded = new Recorded(_at.Seq + 1, _now, by, happened);
                Journal.Add(recorded);
                Stage.GuardedBy(_at, recorded, Broken);
                _at.Evolve(recorded);
                if (ReviewLawTests.IsOfThoseDays(happened.Type))
                    CheckEvent(happened);
            }
            CheckState();
        }

        private void CheckEvent(Event happened)
        {
            foreach (var artifact in _at.Artifacts)
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
            foreach (var action in _at.Actions)
            {
                if (action.Attempts.Count(a => a.Fate is null) > 1)
                    Broken(5, $"{action.Id} has two permits out");
                if (_receipts.TryGetValue(action.Id, out var receipt) && (action.Receipt ?? "") != receipt)
                    Broken(5, $"{action.Id} has another receipt than its first");
                if (_receipts.ContainsKey(action.Id) && action.Written != ActionState.Applied)
                    Broken(5, $"{action.Id} was applied and is {action.Written}");
            }
            var keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var conflict in _at.OpenConflicts)
            {
                if (!keys.Add(conflict.Key))
                    Broken(7, $"{conflict.Key} is open twice");
                if (conflict.Competing.GroupBy(c => (c.Label, c.Version, c.ContentHash)).Any(g => g.Count() > 1))
                    Broken(7, $"{conflict.Id} names one content twice");
            }
            foreach (var item in _at.Items())
            {
                if (item.OpenConflicts != _at.ConflictsOf(item.Id).Count())
                    Broken(11, $"{item.Id} counts {item.OpenConflicts} conflicts");
                if (
                    item.Lease is { State: LeaseState.Suspended } lease
                    && lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview)
                    && !_at.ArtifactsOf(item.Id).Any(a => a.OpenReview?.Lease == lease.Id)
                )
                    Broken(11, $"{item.Id} waits on a review that is not open");
                var applying = _at.ActionsOf(item.Id).Where(a => a.Written == ActionState.Applying).Select(a => a.Id);
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
                || _at.FindArtifact(publish.Artifact)!.Current.ContentHash == hash;
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
            var again = _at.Decide(command, by, _now);
            // The same report of an older change is history once more, and nothing else.
            if (again.Events.Any(e => e is not TargetEvent.Changed { Counts: false }))
                Broken(13, $"sent again, {command.GetType().Name} gave {again.Events[0].Type}");
        }

        private string Content() => ReviewAsks.HashOf(_random.Next(1_000_000).ToString(CultureInfo.InvariantCulture));

        private long? TokenOf(ItemId id, Principal by)
        {
            var item = _at.FindItem(id)!;
            if (item.Lease is { } lease && lease.Holder.Id == by.Id)
                return lease.Token;
            return item.Past.FindLast(l => l.Holder.Id == by.Id)?.Token ?? item.LastLease?.Token;
        }

        private T? Pick<T>(IEnumerable<T> all)
        {
            var list = all.ToList();
            return list.Count == 0 ? default : list[_random.Next(list.Count)];
        }

        private T Pick<T>(T[] all) => all[_random.Next(all.Length)];

        private void Broken(int law, string what)
        {
            if (!Breaches.Exists(b => b.Law == law))
                Breaches.Add(new Breach(law, seed, what, string.Join('\n', _story)));
        }
    }
}
