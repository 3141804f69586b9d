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
/// Laws 3 and 13 on the real engine: short random days with several callers at once, repeated keys, a journal that
/// refuses or whose fate is unknown, and power failures. SIMULATION_SEED and SIMULATION_COUNT as for the other laws.
/// </summary>
public class EngineLawTests(ITestOutputHelper output)
{
    private static readonly InMemoryJournal Morning = MakeMorning();

    [Fact]
    public async Task Law_03_and_13_What_was_acknowledged_is_on_disk_and_a_repeated_key_changes_nothing()
    {
        var seeds = RandomDays.Seeds();
        long acknowledged = 0;
        // A day waits for its engine's threads most of the time, so several are played side by side.
        await Parallel.ForEachAsync(
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (one, _) =>
            {
                var day = new Day((int)one, Morning.Crash());
                try
                {
                    await day.PlayAsync(steps: 12);
                }
                catch (Exception broken) when (broken is not OutOfMemoryException)
                {
                    Assert.Fail($"SIMULATION_SEED={one} breaks law 3 or 13: {broken.Message}\n{day.Story}");
                }
                Interlocked.Add(ref acknowledged, day.Acknowledged);
            }
        );
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{seeds.Count} days, {acknowledged} acknowledged")
        );
        Assert.True(acknowledged > seeds.Count, "the days are empty");
    }

    private static InMemoryJournal MakeMorning()
    {
        var story = Story.Given(new PolicyChange { LeaseSeconds = 30, OnStale = OnStale.Requeue });
        for (var k = 0; k < 3; k++)
            story.AnItem();
        var journal = new InMemoryJournal { LastUpAt = People.T0 };
        journal.Append(new JournalBatch(0, story.Journal, [], []));
        return journal;
    }

    private sealed class Day
    {
        private readonly Random _random;
        private readonly HandClock _clock = new(People.T0);
        private readonly List<(Principal Who, Command Command, string Key, byte[] Body)> _done = [];
        private readonly System.Text.StringBuilder _story = new();
        private InMemoryJournal _journal;
        private TestHouse _house;
        private long _highest;
        private int _keys;

        internal Day(int seed, InMemoryJournal journal)
        {
            _random = new Random(seed);
            _journal = journal;
            _house = TestHouse.Reopen(journal, _clock);
        }

        internal int Acknowledged { get; private set; }

        internal string Story => _story.ToString();

        internal async Task PlayAsync(int steps)
        {
            for (var k = 0; k < steps; k++)
                await StepAsync(_random.Next(12));
            var digest = _house.PictureDigest();
            await _house.DisposeAsync();
            Assert.Equal(digest, Digest.Of(Core.Engine.Engine.Recover(_journal.Crash()).ToState()));
            Assert.True(_journal.LastSeq >= _highest, "something that was acknowledged is gone");
        }

        private async Task StepAsync(int what)
        {
            switch (what)
            {
                case 0:
                    await RepeatAsync();
                    break;
                case 1:
                    await FullDiskAsync();
                    break;
                case 2:
                    await UnknownAsync(written: _random.Next(2) == 0);
                    break;
                case 3:
                    await CrashAsync("in between");
                    break;
                case 4:
                    var seconds = _random.Next(1, 40);
                    Tell($"{seconds} s pass");
                    _clock.Pass(TimeSpan.FromSeconds(seconds));
                    await _house.SettleAsync();
                    break;
                default:
                    await TogetherAsync(_random.Next(1, 5));
                    break;
            }
            Assert.Equal(_journal.LastSeq, _house.Engine.Picture.Seq);
        }

        private void Tell(string what) => _story.AppendLine(what);

        private (Principal, Command) Something()
        {
            var who = _random.Next(2) == 0 ? People.Ann : People.Bob;
            var item = _house.Engine.Picture.Read(at => at.Items().ElementAt(_random.Next(at.ItemCount)));
            Command command = _random.Next(6) switch
            {
                0 => new ItemCommand.Create("crm", "Do it " + _keys.ToString(CultureInfo.InvariantCulture)),
                1 => new ClaimCommand.Next("crm", null, null, []),
                2 => new ClaimCommand.One(item.Id, null, null),
                3 when item.LastLease is { } l => new LeaseCommand.Complete(
                    l.Id,
                    null,
                    l.Token,
                    null,
                    LeaveOpen: false
                ),
                4 when item.LastLease is { } l => new LeaseCommand.Release(
                    l.Id,
                    null,
                    l.Token,
                    null,
                    ReleaseOutcome.GivenBack,
                    null
                ),
                5 when item.LastLease is { } l => new LeaseCommand.Renew(l.Id, null, l.Token, null),
                _ => new ClaimCommand.TakeOver(item.Id, null, "it is stale", Force: false),
            };
            return (who, command);
        }

        private async Task TogetherAsync(int callers)
        {
            var sent = new List<(Principal Who, Command Command, string Key, Task<Outcome> Answer)>();
            for (var k = 0; k < callers; k++)
            {
                var (who, command) = Something();
                var key = "k" + (++_keys).ToString(CultureInfo.InvariantCulture);
                Tell($"{who.Name} sends {command} as {key}");
                sent.Add((who, command, key, _house.SendAsync(who, command, key)));
            }
            foreach (var (who, command, key, answer) in sent)
            {
                var outcome = await answer;
                // Whatever it says, it rests on what is on disk and can be read.
                Assert.True(outcome.Seq <= _journal.LastSeq, $"{key} was answered before it was on disk");
                if (!outcome.Wrote)
                    continue;
                Acknowledged++;
                _highest = Math.Max(_highest, outcome.Seq);
                _done.Add((who, command, key, outcome.Rendered!.Body));
            }
        }

        private async Task RepeatAsync()
        {
            if (_done.Count == 0)
                return;
            var (who, command, key, body) = _done[_random.Next(_done.Count)];
            Tell($"{who.Name} repeats {key}");
            await _house.SettleAsync();
            var seq = _journal.LastSeq;
            using var feed = _house.Engine.Feed.Subscribe(8);
            var again = await _house.SendAsync(who, command, key);
            Assert.True(again.Replayed is not null, $"{key} was carried out again: {again.Reply} {again.Refusal}");
            Assert.Equal(body, again.Replayed!.Body);
            Assert.Equal(seq, _journal.LastSeq);
            Assert.False(feed.Batches.TryRead(out _), "a repetition was published");
        }

        private async Task FullDiskAsync()
        {
            Tell("the disk is full");
            await _house.SettleAsync();
            var before = _house.PictureDigest();
            _journal.IsFull = true;
            var sent = Enumerable
                .Range(0, 3)
                .Select(_ => Something())
                .Select(s => _house.SendAsync(s.Item1, s.Item2))
                .ToList();
            foreach (var outcome in await Task.WhenAll(sent))
                Assert.False(outcome.Wrote, "something was acknowledged that could not be written");
            Assert.Equal(before, _house.PictureDigest());
            _journal.IsFull = false;
            _clock.Pass(TimeSpan.FromSeconds(1));
            TestHouse.Until(() => _house.Engine.IsWritable, "room on the disk");
            await _house.SettleAsync();
        }

        private async Task UnknownAsync(bool written)
        {
            Tell($"a flush fails, written: {written}");
            await _house.SettleAsync();
            _journal.OutcomeUnknownAt = _journal.Appends + 1;
            _journal.UnknownIsWritten = written;
            var key = "u" + (++_keys).ToString(CultureInfo.InvariantCulture);
            var create = new ItemCommand.Create("crm", key);
            Assert.IsType<Refusal.OutcomeUnknown>((await _house.SendAsync(People.Sam, create, key)).Refusal);
            await CrashAsync("after it");
            var again = await _house.SendAsync(People.Sam, create, key);
            Assert.True(written ? again.Replayed is not null : again.Wrote, $"{key}: {again}");
            Assert.Equal(1, _house.Engine.Picture.Read(at => at.Items().Count(i => i.Title == key)));
        }

        private async Task CrashAsync(string when)
        {
            Tell("the power fails " + when);
            var left = _journal.Crash();
            await _house.DisposeAsync();
            Assert.True(left.LastSeq >= _highest, "something that was acknowledged is gone");
            _journal = left;
            _house = TestHouse.Reopen(left, _clock);
            Assert.Equal(Digest.Of(Core.Engine.Engine.Recover(left).ToState()), _house.PictureDigest());
        }
    }
}
