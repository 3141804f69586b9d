using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using Xunit.Abstractions;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// Lives of nine days in which every window of memory is three: recent keys, events between snapshots, and settled items leave memory
/// at once. What was promised for seven days holds for seven days, whatever came between and however often the server
/// started again. One life for each hundred days of the other laws; SIMULATION_SEED as for them.
/// </summary>
public class LongLifeTests(ITestOutputHelper output)
{
    private static readonly EngineOptions Small = new()
    {
        RecentKeys = 3,
        SnapshotEvery = 3,
        ArchiveAfter = TimeSpan.FromSeconds(1),
        MaxBatch = 3,
    };

    [Fact]
    public async Task Law_13_What_was_answered_is_answered_so_for_seven_days_with_the_smallest_of_memories()
    {
        var lives = Math.Max(5, RandomDays.Count / 100);
        var seeds = RandomDays.Seeds().Take(lives).ToList();
        var (repeats, late) = (0, 0);
        foreach (var seed in seeds)
        {
            var life = new Life((int)seed);
            try
            {
                await life.LiveAsync();
            }
            catch (Exception broken) when (broken is not OutOfMemoryException)
            {
                Assert.Fail($"SIMULATION_SEED={seed} breaks law 13: {broken}");
            }
            repeats += life.Repeats;
            late += life.Late;
        }
        output.WriteLine($"{seeds.Count} lives, {repeats} repeated requests, {late} late calls about archived work");
        Assert.True(
            repeats > 10 * seeds.Count && late > 3 * seeds.Count,
            "the lives are not about what they are to be"
        );
    }

    private sealed class Life(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly HandClock _clock = new(People.T0);
        private readonly List<(string Key, Command Command, DateTimeOffset At, byte[] Body)> _answered = [];
        private readonly List<(Lease Lease, string ExternalId)> _done = [];
        private TestHouse _house = null!; // Set by LiveAsync before anything is done.
        private int _keys;

        internal int Repeats { get; private set; }
        internal int Late { get; private set; }

        internal async Task LiveAsync()
        {
            _house = await TestHouse.OpenAsync(options: Small, clock: _clock);
            while (_clock.GetUtcNow() < People.T0.AddDays(9))
            {
                switch (_random.Next(8))
                {
                    case 0:
                        _clock.Pass(TimeSpan.FromMinutes(_random.Next(1, 900)));
                        await _house.SettleAsync();
                        break;
                    case 1:
                        await StartAgainAsync();
                        break;
                    case 2 or 3:
                        await RepeatAsync();
                        break;
                    case 4:
                        await ComeLateAsync();
                        break;
                    default:
                        await WorkAsync();
                        break;
                }
                _clock.Pass(TimeSpan.FromMinutes(_random.Next(1, 240)));
            }
            await _house.DisposeAsync();
        }

        private async Task StartAgainAsync()
        {
            var left = _house.Journal.Crash();
            await _house.DisposeAsync();
            _house = TestHouse.Reopen(left, _clock, Small);
        }

        private async Task WorkAsync()
        {
            var number = (++_keys).ToString(CultureInfo.InvariantCulture);
            var external = "X-" + number;
            var created = await AnswerAsync(
                People.Sam,
                "c" + number,
                new ItemCommand.Create("crm", "Do it") { ExternalId = external }
            );
            var item = ((ItemReply)created.Reply!).Item.Item.Id;
            var lease = await _house.ClaimAsync(People.Ann, item);
            await AnswerAsync(
                People.Ann,
                "d" + number,
                new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false)
            );
            _done.Add((lease, external));
        }

        private async Task<Outcome> AnswerAsync(Principal who, string key, Command command)
        {
            var outcome = await _house.SendAsync(who, command, key);
            Assert.True(outcome.Wrote, $"{key}: {outcome.Refusal}");
            _answered.Add((key, command, outcome.Now, outcome.Rendered!.Body));
            return outcome;
        }

        private async Task RepeatAsync()
        {
            var now = _house.Engine.Now;
            var known = _answered.Where(a => now - a.At <= TimeSpan.FromDays(7)).ToList();
            if (known.Count == 0)
                return;
            var (key, command, _, body) = known[_random.Next(known.Count)];
            var seq = _house.Engine.Picture.Seq;
            var who = command is LeaseCommand ? People.Ann : People.Sam;
            var again = await _house.SendAsync(who, command, key);
            Assert.True(again.Replayed is not null, $"{key} was carried out again: {again.Reply} {again.Refusal}");
            Assert.Equal(body, again.Replayed!.Body);
            Assert.DoesNotContain(
                _house.Journal.Events.Skip((int)seq),
                e => e.Event is ItemEvent.Created or LeaseEvent.Claimed
            );
            Repeats++;
        }

        // Long after the work was settled and left memory: how it ended is still said, and nothing is made twice.
        private async Task ComeLateAsync()
        {
            if (_done.Count == 0)
                return;
            var (lease, external) = _done[_random.Next(_done.Count)];
            var renew = new LeaseCommand.Renew(lease.Id, null, lease.Token, null);
            var refused = Assert.IsType<LeaseRefusal.LeaseEnded>((await _house.SendAsync(People.Ann, renew)).Refusal);
            Assert.Equal(EndedAs.Completed, refused.EndedAs);
            var same = await _house.SendAsync(
                People.Sam,
                new ItemCommand.Create("crm", "Do it") { ExternalId = external }
            );
            Assert.Equal(lease.Item, Assert.IsType<ItemReply>(same.Reply).Item.Item.Id);
            Late++;
        }
    }
}
