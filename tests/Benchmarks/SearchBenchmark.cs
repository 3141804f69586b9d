using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using ControlSurface.Storage.Sqlite;

namespace Benchmarks;

/// <summary>How fast the projections follow, how soon a page of what was found is there, and a queue's figures over 90 days.</summary>
internal static class SearchBenchmark
{
    private const int Rounds = 21;
    private const int Queues = 10;
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 9, 30, 0, TimeSpan.Zero);
    private static readonly string[] Things = ["order", "invoice", "parcel", "voucher", "subscription", "account"];
    private static readonly string[] Verbs = ["refund", "answer", "correct", "cancel", "renew", "check"];

    internal static int Run(string[] args)
    {
        var items = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var path = Path.Combine(Path.GetTempPath(), "search-" + Path.GetRandomFileName());
        using (var folder = DataFolder.Open(path))
        using (var journal = SqliteStorage.Open(folder.Path).Journal)
        {
            Fill(journal, items);
            using var file = new ProjectionFile(DataFolder.ProjectionFileIn(folder.Path));
            using var writer = ProjectionWriter.Open(file, 1, journal);
            var watch = Stopwatch.StartNew();
            foreach (var some in journal.ReadAfter(0).Chunk(5_000))
                writer.Write(some, []);
            var bytes = new FileInfo(DataFolder.ProjectionFileIn(folder.Path)).Length;
            Say(
                $"search: {writer.Seq:N0} events of {items:N0} items written down in {watch.Elapsed.TotalSeconds:F0} s, {writer.Seq / watch.Elapsed.TotalSeconds:N0} a second; {bytes / 1024 / 1024:N0} MiB"
            );
            var index = new SearchIndex(file, 1);
            Find("one item by its id", new SearchQuery("W-" + items / 2, [], null, null, 50));
            Find(
                "a number that one title has",
                new SearchQuery((items / 2).ToString("D7", CultureInfo.InvariantCulture), [], null, null, 50)
            );
            Find("two words, one item in 36", new SearchQuery("refund parcel", [], null, null, 50));
            Find("the beginning of a word, one item in 6", new SearchQuery("subscr", [], null, null, 50));
            Find("a word that all have", new SearchQuery("customer", [], null, null, 50));
            Find(
                "a word that all have, in two queues of ten",
                new SearchQuery("customer", [], ["queue-1", "queue-2"], null, 50)
            );
            Find("a word that none has", new SearchQuery("unheard", [], null, null, 50));
            var figures = new Figures(file, 1);
            var rows = figures.Of("queue-1", Now.AddDays(-90), byDay: false).Count;
            Time(
                $"figures: a queue over 90 days by the day ({rows:N0} rows by the hour)",
                () => figures.Of("queue-1", Now.AddDays(-90), byDay: true)
            );
            Time(
                "figures: a queue over 7 days by the hour",
                () => figures.Of("queue-1", Now.AddDays(-7), byDay: false)
            );
            Time(
                "figures: what a week of leases says of a policy",
                () => figures.Terms("queue-1", Now.AddDays(-7), 20_000)
            );

            void Find(string what, SearchQuery query)
            {
                var total = index.Find(query).Total;
                Time($"search: {what} ({total:N0} found)", () => index.Find(query));
            }
        }
        Directory.Delete(path, recursive: true);
        return 0;
    }

    // Each item is created, claimed, started, and completed or gone stale, evenly over 90 days.
    private static void Fill(SqliteJournal journal, int items)
    {
        var step = TimeSpan.FromDays(90) / items;
        var by = new PrincipalId(4);
        var batch = new List<Recorded>(8_192);
        long seq = 0;
        for (var k = 1; k <= items; k++)
        {
            var at = Now.AddDays(-90) + step * k;
            var (item, lease) = (new ItemId(k), new LeaseId(k));
            Add(
                new ItemEvent.Created(
                    item,
                    "queue-" + (k % Queues).ToString(CultureInfo.InvariantCulture),
                    ExternalId: null,
                    OpenDependencies: [],
                    WaitsUntil: null
                )
                {
                    Fields = new ItemFields
                    {
                        Title = string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Verbs[k % 6]} {Things[k / 6 % 6]} {k:D7} of a customer"
                        ),
                        Body = "They wrote on Monday and ask for an answer before the end of the week.",
                        Labels = ["money"],
                    },
                }
            );
            Add(
                new LeaseEvent.Claimed(
                    item,
                    lease,
                    new Holder(by, "agent", PrincipalKind.Agent, Run: null),
                    LeaseEvent.Grant.Claim,
                    at.AddMinutes(2),
                    300,
                    null
                )
            );
            Add(new LeaseEvent.Started(item, lease, at.AddMinutes(5)));
            Add(
                k % 20 == 0
                    ? new LeaseEvent.WentStale(item, lease, at.AddMinutes(5), null, null)
                    : new LeaseEvent.Ended(item, lease, EndedAs.Completed, false, false, null, null, null)
            );
            if (k % 20 != 0)
                Add(new ItemEvent.Completed(item, null));
            if (batch.Count >= 8_000 || k == items)
            {
                journal.Append(new JournalBatch(batch[0].Seq - 1, [.. batch], [], []));
                batch.Clear();
            }

            void Add(Event happened) => batch.Add(new Recorded(++seq, at, by, happened));
        }
    }

    private static void Time(string what, Func<object> run)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            GC.KeepAlive(run());
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        Say($"{what}: p50 {times[Rounds / 2]:F1} ms, worst {times[^1]:F1} ms");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
