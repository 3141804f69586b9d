using System.Globalization;
using ControlSurface.Core.Principals;
using ControlSurface.Live;
using Microsoft.Extensions.Time.Testing;

namespace Server.Tests.LongLife;

/// <summary>Days of people who come, edit, go and are not heard of any more, on a board that remembers three topics of each.</summary>
public sealed class PresenceLifeTests
{
    private const int Most = 3;

    [Fact]
    public void Who_is_said_to_be_there_is_there_and_nobody_else_with_the_smallest_of_memories()
    {
        var first = int.TryParse(
            Environment.GetEnvironmentVariable("SIMULATION_SEED"),
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : 1;
        for (var seed = first; seed < first + 50; seed++)
            new Life(seed).Live();
    }

    [Fact]
    public void Somebody_who_is_everywhere_is_known_to_be_where_they_were_last_and_costs_the_others_nothing()
    {
        var board = new PresenceBoard(new FakeTimeProvider(), Most);
        var editor = Person(1);
        board.Say(editor, "artifact:A-1", "editing");
        var everywhere = Person(2);
        var told = new List<string>();
        board.Changed += (_, change) => told.Add(change.Topic);
        for (var k = 1; k <= 10_000; k++)
            board.Say(everywhere, $"artifact:A-{k}", "viewing");
        Assert.Equal(editor.Id, Assert.Single(board.On("artifact:A-1")).Who);
        Assert.Equal(editor.Id, board.EditorOf(new ArtifactId(1)));
        Assert.Empty(board.On("artifact:A-9997"));
        Assert.Equal(everywhere.Id, Assert.Single(board.On("artifact:A-9998")).Who);
        // Each that was left is told of too, or an open page would go on showing them.
        Assert.Equal(10_000 + 9_997, told.Count);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public void A_wall_clock_that_is_set_neither_keeps_an_editor_nor_sends_them_away(int minutes)
    {
        var clock = new SetClock();
        var board = new PresenceBoard(clock);
        var editor = Person(1);
        board.Say(editor, "artifact:A-1", "editing");

        clock.Set(TimeSpan.FromMinutes(minutes));
        board.ForgetWhoIsGone();

        Assert.Equal(editor.Id, board.EditorOf(new ArtifactId(1)));
        clock.Steady.Advance(PresenceBoard.Lasts - TimeSpan.FromMilliseconds(1));
        Assert.Equal(editor.Id, board.EditorOf(new ArtifactId(1)));
        clock.Steady.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(board.EditorOf(new ArtifactId(1)));
    }

    /// <summary>A clock whose wall clock alone can be set.</summary>
    private sealed class SetClock : TimeProvider
    {
        private TimeSpan _by;

        internal FakeTimeProvider Steady { get; } = new();

        public override long TimestampFrequency => Steady.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Steady.GetUtcNow() + _by;

        public override long GetTimestamp() => Steady.GetTimestamp();

        internal void Set(TimeSpan by) => _by = by;
    }

    private static Principal Person(int number) =>
        new(
            new PrincipalId(number),
            "P" + number,
            PrincipalKind.Person,
            Roles.Reviewer,
            Queues: null,
            PrincipalState.Active
        );

    private sealed class Life(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly FakeTimeProvider _clock = new();
        private readonly Principal[] _people = [Person(1), Person(2), Person(3)];
        private readonly string[] _topics = [.. Enumerable.Range(1, 6).Select(k => "item:T-" + k)];

        // What was said, the newest last: a plain list, looked through from its beginning each time.
        private readonly List<(PrincipalId Who, string Topic, string Mode, DateTimeOffset At)> _said = [];

        internal void Live()
        {
            var board = new PresenceBoard(_clock, Most);
            var shown = new Dictionary<string, string>(StringComparer.Ordinal);
            board.Changed += (_, change) => shown[change.Topic] = Text(board, change.Topic);
            for (var step = 0; step < 500; step++)
            {
                switch (_random.Next(8))
                {
                    case 0:
                        _clock.Advance(TimeSpan.FromSeconds(_random.Next(1, 50)));
                        break;
                    case 1:
                        board.ForgetWhoIsGone();
                        // Who is forgotten holds no place any more; who only went silent does until then.
                        _said.RemoveAll(s => s.At + PresenceBoard.Lasts <= _clock.GetUtcNow());
                        foreach (var topic in _topics)
                            Assert.Equal(shown.GetValueOrDefault(topic, ""), Text(board, topic));
                        break;
                    default:
                        Say(board);
                        break;
                }
                foreach (var topic in _topics)
                {
                    var (expected, is_) = (Expected(topic), Text(board, topic));
                    Assert.True(
                        expected == is_,
                        $"SIMULATION_SEED={seed}, step {step}, {topic}: {is_}, not {expected}"
                    );
                }
            }
        }

        private void Say(PresenceBoard board)
        {
            var who = _people[_random.Next(_people.Length)];
            var topic = _topics[_random.Next(_topics.Length)];
            string[] modes = ["viewing", "editing", "away"];
            var mode = modes[_random.Next(modes.Length)];
            board.Say(who, topic, mode);
            _said.RemoveAll(s => s.Who == who.Id && s.Topic == topic);
            if (mode == "away")
                return;
            var theirs = _said.FindAll(s => s.Who == who.Id);
            if (theirs.Count >= Most)
                _said.Remove(theirs[0]);
            _said.Add((who.Id, topic, mode, _clock.GetUtcNow()));
        }

        private string Expected(string topic)
        {
            var now = _clock.GetUtcNow();
            return string.Join(
                ' ',
                _said
                    .Where(s => s.Topic == topic && s.At + PresenceBoard.Lasts > now)
                    .Select(s => s.Who + s.Mode)
                    .Order(StringComparer.Ordinal)
            );
        }

        private static string Text(PresenceBoard board, string topic) =>
            string.Join(' ', board.On(topic).Select(p => p.Who + p.Mode).Order(StringComparer.Ordinal));
    }
}
