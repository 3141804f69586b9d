using System.Globalization;
using System.Text;

namespace Benchmarks;

/// <summary>The table of <c>peers/run.sh</c> in Markdown, as it stands in docs/BENCHMARKS.md: a row for each peer and number of callers, medians of the rounds.</summary>
internal static class PeersTable
{
    /// <summary>The rows that others are divided by; <c>peers/bullmq.mjs</c> writes the second.</summary>
    internal const string Postgres = "PostgreSQL, a queue by hand";
    internal const string BullMq = "BullMQ on Redis";

    internal static string From(IEnumerable<PeerFigure> figures)
    {
        var rows = figures.GroupBy(one => (one.Name, one.Callers)).ToList();
        var rates = rows.ToDictionary(row => row.Key, row => Median(row, one => one.CallRate));
        var table = new StringBuilder(
            "| what | callers | cycles/s | durable calls/s (each round) | ÷ BullMQ | ÷ PostgreSQL | p50, p99 of a call, ms | processor a call, server + generator, µs |\n"
        ).Append("|---|---|---|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            var hasCycles = row.First().Cycles > 0;
            var cycles = hasCycles ? Say($"{Median(row, one => one.CycleRate):N0}") : "–";
            var each = string.Join(", ", row.Select(one => Say($"{one.CallRate:N0}")));
            string Ratio(string peer) =>
                hasCycles && rates.TryGetValue((peer, row.Key.Callers), out var other)
                    ? Say($"{rates[row.Key] / other:F2}")
                    : "–";
            table.Append(
                Say(
                    $"| {row.Key.Name} | {row.Key.Callers} | {cycles} | {rates[row.Key]:N0} ({each}) | {Ratio(BullMq)} | {Ratio(Postgres)} | {Median(row, one => one.P50):F2}, {Median(row, one => one.P99):F1} | {Processor(row)} |\n"
                )
            );
        }
        return table.ToString();
    }

    private static string Processor(IEnumerable<PeerFigure> row)
    {
        var server = Median(row, one => one.ServerMicrosecondsPerCall);
        return server > 0 ? Say($"{server:N0} + {Median(row, one => one.GeneratorMicrosecondsPerCall):N0}") : "–";
    }

    private static double Median(IEnumerable<PeerFigure> row, Func<PeerFigure, double> value)
    {
        var sorted = row.Select(value).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Say(FormattableString what) => FormattableString.Invariant(what);
}
