using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using ControlSurface.Storage.Sqlite;

namespace Benchmarks;

/// <summary>
/// What the server does for a manager's three pages before anything is drawn: Queues with many queues, "Where it waits" over 90 days,
/// and "Since you were here" over a week of many events.
/// </summary>
internal static class FiguresBenchmark
{
    private const int Rounds = 21;
    private const int Queues = 200;
    private const int WorksADay = 200; // before the last week
    private const int EventsOfAWork = 14;
    private static readonly PrincipalId Agent = new(1);
    private static readonly PrincipalId Manager = new(2);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    internal static int Run(string[] args)
    {
        var inWeek = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var now = TimeProvider.System.GetUtcNow();
        var path = Path.Combine(Path.GetTempPath(), "figures-" + Path.GetRandomFileName());
        using (var folder = DataFolder.Open(path))
        using (var journal = SqliteStorage.Open(folder.Path).Journal)
        {
            // Twice 90 days: the page shows the period before beside the one that is asked for.
            Fill(journal, now - TimeSpan.FromDays(180), now - Week, 173 * WorksADay);
            Fill(journal, now - Week, now, inWeek / EventsOfAWork);
            using var file = new ProjectionFile(DataFolder.ProjectionFileIn(folder.Path));
            using var writer = ProjectionWriter.Open(file, 1, journal);
            foreach (var some in journal.ReadAfter(0).Chunk(5_000))
                writer.Write(some, []);
            for (var hour = now - TimeSpan.FromDays(10); hour < now; hour += TimeSpan.FromHours(1))
                writer.Write([], LevelsAt(hour, writer.Seq));
            var (board, you) = BoardOfMany();
            var written = new Written(file, writer.Seq);
            Say(
                $"figures: {writer.Seq:N0} events of 180 days in {Queues} queues, {inWeek:N0} of them in the last week"
            );

            List<string> names = [.. board.Queues.Select(queue => queue.Name)];
            var past = QueuesPast.Of(written, names, now, TimeZoneInfo.Utc);
            var drawn = QueuesView.From(board, you, now, past).Rows;
            Say($"figures: {drawn.Count} rows of Queues, {drawn.Count(row => row.Trend is not null)} with a line");
            Time("figures: Queues, as it is opened", () => Opened(now));
            Time(
                "figures: Queues, drawn again with what was before known",
                () => QueuesView.From(board, you, now, past)
            );
            foreach (var range in ChartRange.All)
                Time(
                    $"figures: Where it waits, {range.Name}",
                    () => WaitsView.Of(written, board, you, range, queue: null, cause: null, TimeZoneInfo.Utc, now)
                );
            var known = new KnownEvents();
            Time(
                "figures: Since you were here, a week, as it is opened",
                () => SinceView.Of(written, journal, new KnownEvents(), board, you, now - Week, now)
            );
            Time(
                "figures: Since you were here, a week, drawn again",
                () => SinceView.Of(written, journal, known, board, you, now - Week, now)
            );

            QueuesView Opened(DateTimeOffset at) =>
                QueuesView.From(board, you, at, QueuesPast.Of(written, names, at, TimeZoneInfo.Utc));
        }
        Directory.Delete(path, recursive: true);
        return 0;
    }

    private static string QueueOf(int k) => string.Create(CultureInfo.InvariantCulture, $"queue-{k % Queues:000}");

    // Each item waits for an answer, at a pause, for a lock, for a review, and once its attempts are used up; an hour and a half in all.
    private static void Fill(SqliteJournal journal, DateTimeOffset from, DateTimeOffset to, int works)
    {
        var step = (to - from) / works;
        var batch = new List<Recorded>(8_192);
        var seq = journal.LastSeq;
        for (var k = 1; k <= works; k++)
        {
            var at = from + step * k;
            var number = (int)(seq / EventsOfAWork) + batch.Count / EventsOfAWork + 1;
            batch.AddRange(Work(number, at, seq + batch.Count + 1));
            if (batch.Count < 8_000 && k < works)
                continue;
            journal.Append(new JournalBatch(seq, [.. batch], [], []));
            seq += batch.Count;
            batch.Clear();
        }
    }

    private static IEnumerable<Recorded> Work(int k, DateTimeOffset at, long first)
    {
        var (item, lease, review, artifact) = (new ItemId(k), new LeaseId(k), new ReviewId(k), new ArtifactId(k));
        Event[] happened =
        [
            new ItemEvent.Created(item, QueueOf(k), ExternalId: null, OpenDependencies: [], WaitsUntil: null)
            {
                Fields = new ItemFields
                {
                    Title = "Refund " + k.ToString(CultureInfo.InvariantCulture),
                    Body = "",
                    Labels = [],
                },
            },
            new LeaseEvent.Claimed(
                item,
                lease,
                new Holder(Agent, "agent", PrincipalKind.Agent, Run: null),
                LeaseEvent.Grant.Claim,
                at.AddMinutes(2),
                300,
                null
            ),
            new LeaseEvent.Suspended(item, lease, SuspendReasons.WaitingOnHuman, 1, null, null),
            Resumed(item, lease, ResumeCause.Answer),
            new LeaseEvent.Suspended(item, lease, SuspendReasons.PausedByPolicy, 1, null, null),
            Resumed(item, lease, ResumeCause.Queue),
            new LockEvent.Waited(item, lease, [new RequestedLock("crm:1", LockMode.Exclusive)], at, []),
            new LockEvent.GaveUp(item, lease, Wait: first + 6, LockEnd.Timeout, 420_000, []),
            new ReviewEvent.Requested(artifact, item, review)
            {
                Version = 1,
                Reviewers = [new Reviewer(Principal: null, k % 3 == 0 ? "manager" : "reviewer")],
                Name = "agent",
                Note = null,
                DueAt = null,
                Lease = lease,
            },
            new ReviewEvent.Decided(artifact, item, review, ReviewDecision.Approve),
            new ItemEvent.Parked(item, "five attempts", Until: null, AttemptsUsedUp: true),
            new ItemEvent.Unparked(item, "once more"),
            k % 20 == 0
                ? new LeaseEvent.WentStale(item, lease, at, null, null)
                : new LeaseEvent.Ended(item, lease, EndedAs.Completed, false, false, null, null, null),
            k % 20 == 0 ? new ItemEvent.Cancelled(item, "nobody came") : new ItemEvent.Completed(item, null),
        ];
        return happened.Select((one, place) => new Recorded(first + place, at.AddMinutes(place * 7), Manager, one));
    }

    private static LeaseEvent.Resumed Resumed(ItemId item, LeaseId lease, ResumeCause because) =>
        new(item, lease, LeaseState.Active, LeaseState.Active, SuspendReasons.None, null, 1, because);

    private static List<Level> LevelsAt(DateTimeOffset hour, long seq) =>
        [
            .. Enumerable
                .Range(0, Queues)
                .SelectMany(k =>
                    ((Measure[])[.. Enum.GetValues<Measure>().Where(one => one >= Measure.Queued)]).Select(
                        measure => new Level(QueueOf(k), hour, seq, measure, (k + hour.Hour) % 50)
                    )
                ),
        ];

    // 200 queues with 50 items each, of which 10 are in work.
    private static (Board Board, Viewer You) BoardOfMany()
    {
        var engine = World.Start(new NullJournal());
        for (var k = 0; k < Queues; k++)
            Must(engine, new QueueCommand.Set(QueueOf(k), new PolicyChange(), null), Manager);
        for (var k = 0; k < Queues * 50; k++)
        {
            var made = (ItemReply)Must(engine, new ItemCommand.Create(QueueOf(k), "Refund"), Agent)!;
            if (k / Queues < 10)
                Must(engine, new ClaimCommand.One(made.Item.Item.Id, Run: null, LeaseSeconds: null), Agent);
        }
        var board = engine.Picture.Read(at => Board.Of(at));
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return (board, Viewer.On(board, Manager));
    }

    private static Reply? Must(Engine engine, Command command, PrincipalId by)
    {
        var outcome = engine.SendAsync(new Request(command, new Caller(by))).GetAwaiter().GetResult();
        return outcome.Refusal is { } refusal ? throw new InvalidOperationException(refusal.ToString()) : outcome.Reply;
    }

    // Processor time beside it: on a machine that others use, what passes on the clock is theirs too.
    private static void Time(string what, Func<object> run)
    {
        var times = new List<double>();
        var before = Environment.CpuUsage.TotalTime;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            GC.KeepAlive(run());
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        var used = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Rounds;
        Say(
            $"{what}: first {times[0]:F1} ms, p50 {times.Order().ElementAt(Rounds / 2):F1} ms, least {times.Min():F1} ms; processor {used:F1} ms"
        );
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>What is written down in the file, without the thread that follows the engine.</summary>
    private sealed class Written(ProjectionFile file, long seq) : IProjections
    {
        private readonly Figures _figures = new(file, 1);
        private readonly Happenings _happenings = new(file, 1);
        private readonly WaitsReader _waits = new(file, 1);

        public long Seq => seq;

        public Task<FoundPage> SearchAsync(SearchQuery query, CancellationToken abandoned) =>
            throw new NotSupportedException();

        public IReadOnlyList<Figure> FiguresOf(string queue, DateTimeOffset from, bool byDay) =>
            _figures.Of(queue, from, byDay);

        public IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from) =>
            _figures.LevelsBefore(queue, from);

        public IReadOnlyList<TermUse> TermsOf(string queue, DateTimeOffset since, int most) =>
            _figures.Terms(queue, since, most);

        public IReadOnlyList<TimeSpan> ReviewWaitsOf(string queue, DateTimeOffset since, int most) =>
            _figures.ReviewWaits(queue, since, most);

        public IReadOnlyList<Happened> HappenedSince(
            DateTimeOffset since,
            DateTimeOffset? until,
            IReadOnlyList<string>? queues,
            int most
        ) => _happenings.Since(since, until, queues, most);

        public Waits WaitsSince(
            DateTimeOffset from,
            DateTimeOffset? before,
            bool byDay,
            IReadOnlyList<string>? queues
        ) => _waits.Read(from, before, byDay, queues);

        public IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) => [];

        public IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) =>
            _figures.LevelsAt(queues, at);

        public IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) =>
            _figures.QueuedByHour(queues, from);
    }
}
