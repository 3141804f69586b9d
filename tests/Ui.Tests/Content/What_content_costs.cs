using System.Text;
using ControlSurface.Content;
using ControlSurface.Core.Reviews;

namespace Ui.Tests.Content;

/// <summary>
/// Everything that reads a content has a budget: texts of the largest size that is taken, made to be dear, cost about what honest ones
/// cost. Processor time and memory are those of the thread that does the work.
/// </summary>
public class What_content_costs
{
    private const int Limit = 1024 * 1024;
    private const long MostBytes = 900L * 1024 * 1024;

    // Far above what each takes alone (most take less than a fifth), so that a busy machine fails nothing.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(6);

    private static string Fill(string unit) =>
        string.Concat(Enumerable.Repeat(unit, Limit / Encoding.UTF8.GetByteCount(unit)));

    private static string Lines(int count, Func<int, string> line)
    {
        var text = new StringBuilder();
        for (var k = 0; k < count && text.Length < Limit - 64; k++)
            text.Append(line(k)).Append('\n');
        return text.ToString();
    }

    private static readonly Dictionary<string, (string Old, string New)> Pairs = new()
    {
        ["one letter"] = (Fill("a"), Fill("a")[..^1] + "b"),
        ["short lines, all other"] = (Fill("a\nb\n"), Fill("b\nc\na\n")),
        ["empty lines"] = (Fill("\n"), Fill("\n\r\n")),
        ["words turned round"] = (
            Lines(900, k => string.Join(' ', Enumerable.Range(0, 290).Select(w => $"{(w * 7) % 97}"))),
            Lines(900, k => string.Join(' ', Enumerable.Range(0, 290).Select(w => $"{(w * 11) % 89}")))
        ),
        ["blocks of forty long lines"] = (
            Lines(400, k => k % 41 == 40 ? $"same {k}" : Fill($"w{k % 7} ")[..2_500]),
            Lines(400, k => k % 41 == 40 ? $"same {k}" : Fill($"v{k % 5} ")[..2_500])
        ),
        ["peeled line by line"] = (Lines(90_000, k => $"{k}"), Lines(90_000, k => $"{(k % 2 == 0 ? k : 90_000 - k)}")),
        ["the same lines backwards"] = (Lines(80_000, k => $"line {k}"), Lines(80_000, k => $"line {80_000 - k}")),
        ["hidden characters"] = (Fill("\u200B"), Fill("\u200B\u200C")),
        ["controls, each on a line"] = (Fill("\u0080\n"), Fill("\u0081\n")),
        ["marks on one letter"] = (Fill("e\u0301\u0323"), "e" + Fill("\u0301")),
        ["joiners"] = (Fill("م\u200C"), Fill("م\u200D\u200C")),
        ["tags"] = (Fill("🏴\U000E0067"), Fill("\U000E0067")),
        ["mixed words"] = (Fill("раypal "), Fill("раypal")),
        ["brackets"] = (Fill("["), Fill("[a](")),
        ["addresses"] = (Fill("http://a@"), Fill("a.b://x ")),
        ["definitions"] = (Fill("[a]: b\n"), Fill("[a][a]")),
    };

    public static TheoryData<string> Names => [.. Pairs.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Found_1_9_comparing_two_texts_has_a_bound(string name)
    {
        var (old, @new) = Pairs[name];
        var compared = Within(() => Comparison.Of(old, @new, DiffOptions.Exact));
        Assert.Equal(TextLine.Split(@new).Count, compared.Diff.Pairs.Count(pair => pair.NewNumber is not null));
    }

    [Theory, MemberData(nameof(Names))]
    public void Found_1_9_merging_three_texts_has_a_bound(string name)
    {
        var (old, @new) = Pairs[name];
        var merge = Within(() => ThreeWay.Merge(old, @new, old + "end\n"));
        if (merge.IsClean)
            Assert.EndsWith("end\n", merge.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void Found_1_9_finding_quotes_has_a_bound(string name)
    {
        var (old, @new) = Pairs[name];
        Within(() =>
        {
            var map = QuoteMap.Of(old, @new);
            var found = 0;
            for (var k = 0; k < 10; k++)
            {
                var quote = old.Substring(k * 37, 4_000);
                found += map.Find(new Anchor(quote, (k * 37) + 1, (k * 37) + 4_001)).Length;
                found += map.Find(new Anchor(quote, k * 37, (k * 37) + 4_000)).Length;
            }
            return found;
        });
    }

    [Theory]
    [InlineData("a table with a wide head")]
    [InlineData("a table in a quote")]
    [InlineData("emphasis")]
    [InlineData("lists in lists")]
    [InlineData("quotes in quotes")]
    [InlineData("links")]
    [InlineData("code spans")]
    [InlineData("many small parts")]
    public void Found_1_8_laying_out_Markdown_has_a_bound(string name)
    {
        const int Size = MarkdownTree.MaxCharacters;
        string Of(string unit) => string.Concat(Enumerable.Repeat(unit, Size / unit.Length));
        var text = name switch
        {
            "a table with a wide head" => Of("|a").Substring(0, 4_800)
                + "|\n"
                + Of("|-").Substring(0, 4_800)
                + "|\n"
                + string.Concat(Enumerable.Repeat("|b|\n", 2_400)),
            "a table in a quote" => "> "
                + Of("|a").Substring(0, 4_800)
                + "|\n> "
                + Of("|-").Substring(0, 4_800)
                + "|\n"
                + string.Concat(Enumerable.Repeat("> |b|\n", 2_400)),
            "emphasis" => Of("*a **b "),
            "lists in lists" => string.Concat(Enumerable.Range(0, 400).Select(k => new string(' ', k % 200) + "- a\n")),
            "quotes in quotes" => Of("> "),
            "links" => Of("[a"),
            "code spans" => string.Concat(Enumerable.Range(1, 430).Select(k => new string('`', k))),
            _ => Of("*a* "),
        };
        var layout = Within(() => ContentLayout.Of(ContentShape.Of("text/markdown", Encoding.UTF8.GetBytes(text))));
        // What is too much has its source, and the reader is told.
        Assert.True(layout.Tree is not null || layout.Source == text);
    }

    [Theory]
    [InlineData(127, "1,")]
    [InlineData(120, "{},")]
    [InlineData(1, "{\"a\":1,\"a\":2},")]
    public void Found_1_9_laying_out_JSON_has_a_bound(int depth, string unit)
    {
        var inside = string.Concat(Enumerable.Repeat(unit, (Limit - (2 * depth)) / unit.Length));
        var text = new string('[', depth) + inside.TrimEnd(',') + new string(']', depth);
        var layout = Within(() => ContentLayout.Of(ContentShape.Of("application/json", Encoding.UTF8.GetBytes(text))));
        Assert.Equal(layout.Json!.Text is null, layout.Json.Why is not null);
        Assert.True((layout.Json.Text?.Length ?? 0) <= JsonLayout.MaxCharacters + 2_000);
    }

    [Fact]
    public void Found_1_8_of_a_text_with_too_many_lines_the_first_are_shown_and_the_reader_is_told()
    {
        var text = Fill("a\n");
        var layout = Within(() => ContentLayout.Of(ContentShape.Of("text/plain", Encoding.UTF8.GetBytes(text))));
        Assert.Equal(ContentBudget.MaxLines, ContentBudget.LinesOf(layout.Source));
        Assert.StartsWith("It has 524,288 lines, too many", ContentBudget.Why(text), StringComparison.Ordinal);
        Assert.Null(ContentBudget.Why("a\nb"));
    }

    [Fact]
    public async Task Found_1_9_two_comparisons_are_made_at_a_time_and_each_pair_once()
    {
        using var comparisons = new Comparisons();
        var (running, most) = (0, 0);
        var gate = new Lock();
        async Task Work()
        {
            await ContentWork.RunAsync(() =>
            {
                lock (gate)
                    most = Math.Max(most, ++running);
                var made = TextDiff.Of(
                    Pairs["words turned round"].Old,
                    Pairs["words turned round"].New,
                    DiffOptions.Exact
                );
                lock (gate)
                    running--;
                return made;
            });
        }
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Work()));
        Assert.InRange(most, 1, ContentWork.AtOnce);
        var (old, @new) = ("a\nb\n", "a\nc\n");
        var all = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => comparisons.GetAsync("1", old, "2", @new, DiffOptions.Exact))
        );
        Assert.All(all, one => Assert.Same(all[0], one));
    }

    private static T Within<T>(Func<T> work)
    {
        var (made, failed) = (default(T), (Exception?)null);
        var (bytes, spent) = (0L, TimeSpan.Zero);
        var thread = new Thread(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = ThreadTime();
            try
            {
                made = work();
            }
            catch (Exception wrong)
            {
                failed = wrong;
            }
            spent = ThreadTime() - watch;
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        thread.Start();
        thread.Join();
        Assert.Null(failed);
        Assert.True(bytes <= MostBytes, $"{bytes / 1024 / 1024} MiB");
        Assert.True(spent <= Most, $"{spent.TotalSeconds:N1} s of processor time");
        if (Environment.GetEnvironmentVariable("COSTS") is { Length: > 0 } file)
            File.AppendAllText(file, $"{spent.TotalSeconds:N2} s {bytes / 1024 / 1024} MiB\n");
        return made!;
    }

    // Processor time of this thread: user and system ticks, of which Linux has a hundred a second.
    private static TimeSpan ThreadTime()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks =
            long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture)
            + long.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / 100.0);
    }
}
