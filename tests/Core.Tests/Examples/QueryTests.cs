using ControlSurface.Core.Views;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>The words that a list is narrowed to (API.md, Runbook, lists, journal, live).</summary>
public sealed class A_query_in_words
{
    private static Query Read(string text, QuerySubject subject = QuerySubject.Items)
    {
        var query = Query.Read(subject, text, out var fault);
        Assert.Null(fault);
        return query!;
    }

    [Theory]
    [InlineData("", "state", "stale", "state:stale")]
    [InlineData(
        "refund state:queued \"two words\"",
        "state",
        "stale,leased",
        "refund \"two words\" state:stale,leased"
    )]
    [InlineData("state:queued -state:stale age:>1h", "state", "", "-state:stale age:>1h")]
    [InlineData("x", "label", "very important", "x label:\"very important\"")]
    public void One_name_of_a_text_takes_other_values_and_the_rest_stays_as_it_is_written(
        string text,
        string name,
        string values,
        string expected
    ) => Assert.Equal(expected, Query.Replace(text, name, values.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Has_names_values_signs_quotes_and_what_is_left_out()
    {
        var terms = Read(
            "queue:refunds state:stale,handed_off age:>1.5h -label:\"very urgent\" \"he said: no\" late"
        ).Terms;
        Assert.Equal(["queue", "state", "age", "label", "", ""], terms.Select(term => term.Name));
        Assert.Equal(["stale", "handed_off"], terms[1].Values);
        Assert.Equal(('>', 5_400), (terms[2].Sign, terms[2].Number));
        Assert.Equal((true, "very urgent"), (terms[3].IsNot, terms[3].Values[0]));
        Assert.Equal(["he said: no", "late"], terms.Skip(4).Select(term => term.Values[0]));
    }

    [Theory]
    [InlineData("colour:red", "colour: is nothing that this list knows; it knows age, attention, label")]
    [InlineData("http://x.example", "put them in quotes: \"http://x.example\"")]
    [InlineData("state:lost", "state:lost is not understood; state: takes completed, cancelled")]
    [InlineData("age:1h", "age:1h is not understood; age: takes < or > and a time")]
    [InlineData("age:>soon", "age:>soon is not understood")]
    [InlineData("age:>1e9h", "age:>1e9h is not understood")]
    [InlineData("priority:high", "priority: takes a number")]
    [InlineData("queue:", "queue: is not understood; queue: takes names of queues")]
    [InlineData("queue:,", "queue:, is not understood")]
    public void Is_refused_with_what_there_is_where_it_is_not_known(string text, string says)
    {
        Assert.Null(Query.Read(QuerySubject.Items, text, out var fault));
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_conflicts_knows_other_names_than_of_items()
    {
        Assert.NotNull(Query.Read(QuerySubject.Conflicts, "kind:overlapping_edit item:W-1", out _));
        Assert.Null(Query.Read(QuerySubject.Conflicts, "owner:me", out _));
        Assert.Null(Query.Read(QuerySubject.Items, "kind:overlapping_edit", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("-")]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("\"never closed")]
    [InlineData(":")]
    [InlineData("-\"a b\" - c")]
    public void Of_odd_signs_is_read_as_words_and_never_fails(string text) => Assert.NotNull(Read(text));

    [Fact]
    public void Is_bounded_in_length_and_in_words()
    {
        Assert.Null(Query.Read(QuerySubject.Items, new string('a', 501), out var tooLong));
        Assert.Contains("500", tooLong, StringComparison.Ordinal);
        Assert.Null(Query.Read(QuerySubject.Items, string.Join(' ', Enumerable.Repeat("a", 31)), out var tooMany));
        Assert.Contains("30", tooMany, StringComparison.Ordinal);
    }

    // Whatever is typed is understood or refused with a sentence; nothing throws, and what is understood has only known names.
    [Fact]
    public void Of_any_text_is_read_or_refused()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] bits = ["queue", ":", "\"", "-", " ", "state", ">", "<", "age", "1h", ",", "é", "\n", "stale", "x"];
        for (var k = 0; k < 20_000; k++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => bits[random.Next(bits.Length)]));
            var query = Query.Read(QuerySubject.Items, text, out var fault);
            Assert.True((query is null) == (fault is { Length: > 0 }), $"seed {seed}: {text}");
            Assert.True(
                query is null
                    || query.Terms.All(t => t.Name.Length == 0 || QueryFields.Of(QuerySubject.Items).Contains(t.Name)),
                $"seed {seed}: {text}"
            );
        }
    }
}
