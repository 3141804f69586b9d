using System.Collections.Concurrent;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;
using Xunit.Abstractions;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// The laws of locks (DESIGN.md 1, 8, 9, 10, 11, 12) on crowded random days of 80 steps: six items at work at once on eleven
/// targets above, below and beside each other, checked after every command. A breach prints its seed and the steps;
/// SIMULATION_SEED=… plays one day more, SIMULATION_COUNT=… another number.
/// </summary>
public class LockLawTests(ITestOutputHelper output)
{
    private static readonly Lazy<Run> Days = new(PlayAll);

    [Fact]
    public void Law_00_No_request_throws() => Holds(0);

    [Fact]
    public void Law_01_No_two_items_have_locks_that_conflict() => Holds(1);

    [Fact]
    public void Law_08_Replaying_gives_the_locks_there_were() => Holds(8);

    [Fact]
    public void Law_09_Whoever_waits_is_served_at_once_and_nobody_is_passed_over() => Holds(9);

    [Fact]
    public void Law_10_A_takeover_and_a_handoff_lose_no_lock() => Holds(10);

    [Fact]
    public void Law_11_Nothing_is_locked_by_nobody_and_nobody_waits_for_themselves() => Holds(11);

    [Fact]
    public void Law_12_The_tree_is_what_the_items_say() => Holds(12);

    [Fact]
    public void The_days_reach_what_they_are_about()
    {
        var seen = Days.Value.Events;
        output.WriteLine(string.Join("\n", seen.OrderBy(s => s.Key).Select(s => $"{s.Value, 9} {s.Key}")));
        string[] wanted =
        [
            "lock.acquired after a wait",
            "lock.gaveUp deadlock",
            "lock.gaveUp timeout",
            "lock.gaveUp released",
            "lock.released unlocked",
            "lock.released completed",
            "lock.released taken_over_stale",
            "lock.released handoff_declined",
            "hold.ended expired",
            "hold.ended released",
        ];
        Assert.DoesNotContain(wanted, w => seen.GetValueOrDefault(w) < RandomDays.Enough);
    }

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
        Parallel.ForEach(
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            one =>
            {
                var day = new LockDay(one);
                day.Play();
                foreach (var breach in day.Breaches)
                    first.AddOrUpdate(breach.Law, breach, (_, known) => known.Seed <= one ? known : breach);
                foreach (var kind in day.Journal.Select(r => KindOf(r.Event)).CountBy(k => k))
                    events.AddOrUpdate(kind.Key, kind.Value, (_, known) => known + kind.Value);
            }
        );
        return new Run(seeds.Count, first, events);
    }

    private static string KindOf(Event happened) =>
        happened switch
        {
            LockEvent.Acquired { Wait: not null } => "lock.acquired after a wait",
            LockEvent.GaveUp e => "lock.gaveUp " + WireNames.Of(e.Because),
            LockEvent.Released e => "lock.released " + WireNames.Of(e.Because),
            HoldEvent.Ended e => "hold.ended " + WireNames.Of(e.Because),
            _ => happened.Type,
        };

    internal sealed record Breach(int Law, int Seed, string What, string Story);

    private sealed record Run(
        int Count,
        IReadOnlyDictionary<int, Breach> First,
        IReadOnlyDictionary<string, long> Events
    );

    /// <summary>One day: random commands on a workspace, decided and evolved as the engine does.</summary>
    private sealed class LockDay(int seed)
    {
        private const int AtWork = 6;
        private static readonly Principal[] Workers = [People.Ann, People.Bob, People.Sam];

        private static readonly string[] Targets =
        [
            "repo:a",
            "repo:a/b",
            "repo:a/b/c",
            "repo:a/b/c#x",
            "repo:a/b/c#y",
            "repo:a/d",
            "repo:ab",
            "repo:e",
            "repo:e/f",
            "repo:g",
            "crm:a",
        ];

        private readonly Random _random = new(seed);
        private readonly List<string> _story = [];
        private readonly Workspace _at = new();
        private readonly Ledger _ledger = new();
        private DateTimeOffset _now = People.T0;

        internal List<Recorded> Journal { get; } = [];
        internal List<Breach> Breaches { get; } = [];

        internal void Play()
        {
            foreach (var who in People.All)
                Send(new PrincipalCommand.Sync(who), Caller.System);
            var policy = new PolicyChange
            {
                LeaseSeconds = 120,
                OnStale = seed % 2 == 0 ? OnStale.Hold : OnStale.Requeue,
            };
            Send(new QueueCommand.Set("crm", policy, null), People.Mona.AsCaller());
            try
            {
                for (var step = 0; step < 80; step++)
                {
                    Fill();
                    Act(_random.Next(100));
                    LockLaw.Check(_at, _ledger, _now, Broken);
                }
                var again = new Workspace();
                foreach (var recorded in Journal)
                    again.Evolve(recorded with { Event = Reread(recorded.Event) });
                var restored = Workspace.From(StateJson.Read(StateJson.Write(_at.ToState())));
                foreach (var other in new[] { again, restored })
                {
                    if (!Digest.Of(other.ToState()).AsSpan().SequenceEqual(Digest.Of(_at.ToState())))
                        Broken(8, "the journal or the snapshot tells another state");
                    LockLaw.Check(other, _ledger, _now, Broken);
                }
            }
            catch (Exception crash)
            {
                Broken(0, crash.ToString());
            }
        }

        private static Event Reread(Event happened)
        {
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            EventJson.Write(bytes, happened);
            return EventJson.Read(happened.Type, bytes.WrittenSpan);
        }

        // There is always work for six, so that somebody is always in somebody's way.
        private void Fill()
        {
            for (var k = _at.Items().Count(i => i.Lease is not null || i.Handoff is not null); k < AtWork; k++)
            {
                Send(new ItemCommand.Create("crm", "Do it"), People.Sam.AsCaller());
                Send(new ClaimCommand.Next("crm", null, null, []), One(Workers).AsCaller());
            }
        }

        private void Act(int dice)
        {
            var held = _at.Items().Where(i => i.Lease is not null).ToList();
            if (held.Count == 0)
                return;
            var item = One(held);
            var lease = item.Lease!;
            var holder = new Caller(lease.Holder.Id);
            switch (dice)
            {
                case < 55:
                    var asks = Enumerable
                        .Range(0, 1 + _random.Next(3))
                        .Select(_ => One(Targets))
                        .Distinct()
                        .Select(t => new RequestedLock(t, _random.Next(3) == 0 ? LockMode.Shared : LockMode.Exclusive))
                        .ToList();
                    var (wait, overStale) = (_random.Next(4) == 0 ? 0 : _random.Next(5, 56), _random.Next(4) == 0);
                    Send(new LockCommand.Acquire(lease.Id, null, lease.Token, asks, wait, overStale), holder);
                    break;
                case < 68:
                    var target = item.Locks.Count > 0 ? One(item.Locks).Target : One(Targets);
                    Send(new LockCommand.Unlock(lease.Id, null, lease.Token, [target]), holder);
                    break;
                case < 73:
                    Send(new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false), holder);
                    break;
                case < 76:
                    Send(
                        new LeaseCommand.Release(lease.Id, null, lease.Token, null, ReleaseOutcome.GivenBack, null),
                        holder
                    );
                    break;
                case < 79:
                    Send(new ClaimCommand.TakeOver(item.Id, null, "urgent", Force: true), People.Sam.AsCaller());
                    break;
                case < 82:
                    Send(new LeaseCommand.HandOff(lease.Id, null, lease.Token, null, "support", "yours"), holder);
                    break;
                case < 85:
                    if (_at.Items().FirstOrDefault(i => i.Handoff is not null) is { } offered)
                        Send(
                            _random.Next(2) == 0
                                ? new ClaimCommand.Accept(offered.Id, null)
                                : new ClaimCommand.Decline(offered.Id, "no time"),
                            People.Sam.AsCaller()
                        );
                    break;
                case < 87:
                    Send(new ItemCommand.Cancel(item.Id, "not needed"), People.Sam.AsCaller());
                    break;
                case < 89:
                    var mode = _random.Next(2) == 0 ? LockMode.Shared : LockMode.Exclusive;
                    var until = _now.AddSeconds(_random.Next(1, 60));
                    Send(new HoldCommand.Begin(One(Targets), mode, until, "release day"), People.Sam.AsCaller());
                    break;
                case < 91:
                    if (_at.Holds.FirstOrDefault() is { } hold)
                        Send(new HoldCommand.End(hold.Id), People.Mona.AsCaller());
                    break;
                case < 94:
                    var news = new ProgressNote("n" + dice.ToString(CultureInfo.InvariantCulture), null);
                    Send(new LeaseCommand.Renew(lease.Id, null, lease.Token, news), holder);
                    break;
                default:
                    PassTo(_now.AddSeconds(_random.Next(1, 40)));
                    break;
            }
        }

        private void PassTo(DateTimeOffset then)
        {
            while (_at.NextDueAt is { } due && due <= then)
            {
                _now = due > _now ? due : _now;
                Happens(_at.DecideDue(_now)!, PrincipalId.System);
            }
            _now = then;
            _story.Add(string.Create(CultureInfo.InvariantCulture, $"{(then - People.T0).TotalSeconds} s"));
        }

        private void Send(Command command, Caller by)
        {
            while (_at.DecideDue(_now) is { } due)
                Happens(due, PrincipalId.System);
            var decision = _at.Decide(command, by, _now);
            var what = command is LockCommand.Acquire a
                ? $"{a.Lease} locks {string.Join(", ", a.Targets.Select(t => $"{t.Target} {t.Mode}"))} wait {a.WaitSeconds} overStale {a.OverStale}"
                : command.ToString();
            _story.Add($"{by.Id} {what}: {decision.Refusal?.Code ?? "yes"}");
            Happens(decision.Events, by.Id);
        }

        private void Happens(IReadOnlyList<Event> events, PrincipalId by)
        {
            foreach (var happened in events)
            {
                var recorded = new Recorded(_at.Seq + 1, _now, by, happened);
                Journal.Add(recorded);
                _ledger.Read(recorded, Broken);
                Stage.GuardedBy(_at, recorded, Broken);
                _at.Evolve(recorded);
            }
        }

        private void Broken(int law, string what)
        {
            if (!Breaches.Exists(b => b.Law == law))
                Breaches.Add(new Breach(law, seed, what, string.Join('\n', _story)));
        }

        private T One<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];
    }
}
