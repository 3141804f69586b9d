using System.Diagnostics;
using System.Globalization;
using ControlSurface.Content;

namespace Benchmarks;

/// <summary>How long it takes to compare, to merge, and to look through texts of 1,000, 10,000 and 50,000 lines.</summary>
internal static class DiffBenchmark
{
    private const int Rounds = 7;

    internal static int Run(string[] args)
    {
        var sizes =
            args.Length > 0 ? [int.Parse(args[0], CultureInfo.InvariantCulture)] : new[] { 1_000, 10_000, 50_000 };
        foreach (var lines in sizes)
        {
            var old = Text(lines, k => Sentence(k));
            var edited = Text(lines, k => k % 20 == 0 ? Sentence(k) + " at once" : Sentence(k));
            var rewritten = Text(lines, k => Sentence(k + lines));
            var reversed = Text(lines, k => Sentence(lines - k));
            var alike = Text(lines, k => string.Create(CultureInfo.InvariantCulture, $"{k * 104_729L % 11}"));
            var alikeToo = Text(lines, k => string.Create(CultureInfo.InvariantCulture, $"{k * 7_919L % 13}"));
            Time(lines, "diff, one line in 20 changed", () => TextDiff.Of(old, edited, DiffOptions.Exact));
            Time(lines, "diff, every line another", () => TextDiff.Of(old, rewritten, DiffOptions.Exact));
            Time(lines, "diff, all in reverse order", () => TextDiff.Of(old, reversed, DiffOptions.Exact));
            Time(lines, "diff, of eleven lines over and over", () => TextDiff.Of(alike, alikeToo, DiffOptions.Exact));
            var mine = Text(lines, k => k % 20 == 7 ? Sentence(k) + " for me" : Sentence(k));
            Time(lines, "merge, clean, one line in 20 on each side", () => ThreeWay.Merge(old, mine, edited));
            Time(lines, "merge, every line another on both sides", () => ThreeWay.Merge(old, rewritten, reversed));
            Time(lines, "hidden characters, ASCII", () => HiddenText.Of(old));
            var umlauts = old.Replace('u', 'ü');
            Time(lines, "hidden characters, letters of Europe", () => HiddenText.Of(umlauts));
            var diff = TextDiff.Of(old, edited, DiffOptions.Exact);
            var all = Enumerable.Range(0, diff.Pairs.Count).ToHashSet();
            Time(lines, "rows, everything unfolded", () => DiffRows.Of(diff, DiffLayout.Side, all, 100));
        }
        return 0;
    }

    private static string Text(int lines, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, lines).Select(k => line(k) + "\n"));

    private static string Sentence(int k) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Step {k} of the plan moves part {k * 31 % 97} to place {k * 17 % 89}."
        );

    private static void Time(int lines, string what, Func<object> run)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            GC.KeepAlive(run());
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"diff: {lines, 6:N0} lines, {what}: {times[Rounds / 2]:F1} ms (best {times[0]:F1}, worst {times[^1]:F1})"
            )
        );
    }
}
