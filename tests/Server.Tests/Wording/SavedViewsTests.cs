using ControlSurface.Core.Views;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Wording;

namespace Server.Tests.Wording;

/// <summary>Saved views as addresses and as conditions in words.</summary>
public sealed class SavedViewsTests
{
    private static SavedView View(string page, string query, bool isShared = false, int by = 1) =>
        new()
        {
            Id = "mine",
            Name = "Mine",
            Page = page,
            Query = query,
            Shared = isShared,
            By = new PrincipalId(by),
            ByName = "Ann",
            At = DateTimeOffset.UnixEpoch,
            Seq = 1,
        };

    [Theory]
    [InlineData("now", "", "./", "/")]
    [InlineData("now", "queue:crm", "./?q=queue%3Acrm", "/?q=queue%3Acrm")]
    [InlineData("desk", "", "desk", "/desk")]
    [InlineData(
        "conflicts",
        "age:>1h & \"a\"",
        "conflicts?q=age%3A%3E1h%20%26%20%22a%22",
        "/conflicts?q=age%3A%3E1h%20%26%20%22a%22"
    )]
    public void A_view_leads_to_its_page_with_its_words(string page, string query, string link, string path)
    {
        Assert.Equal(link, SavedViews.Address(View(page, query)));
        Assert.Equal(path, SavedViews.PathAndQuery(View(page, query)));
    }

    [Theory]
    [InlineData("My stale work", "my-stale-work")]
    [InlineData("  -- A&B -- ", "a-b")]
    [InlineData("Größe 日本", "größe-日本")]
    [InlineData("!!!", "view")]
    public void An_id_is_the_letters_and_digits_of_the_name(string name, string id) =>
        Assert.Equal(id, SavedViews.IdOf(name));

    [Fact]
    public void The_id_of_a_long_name_is_cut_and_ends_in_no_hyphen()
    {
        var id = SavedViews.IdOf(new string('a', 79) + " " + new string('b', 50));
        Assert.Equal(new string('a', 79), id);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("crm", "queue:crm")]
    [InlineData("two words", "queue:\"two words\"")]
    public void A_condition_is_in_quotes_where_it_has_to_be(string? value, string? term) =>
        Assert.Equal(term, SavedViews.Term("queue", value));

    [Theory]
    [InlineData("", "state:stale,handed_off")]
    [InlineData("queue:crm", "state:stale,handed_off queue:crm")]
    [InlineData("state:active", "state:active")]
    public void A_page_shows_its_own_states_where_the_words_name_none(string query, string shown) =>
        Assert.Equal(shown, SavedViews.InStates(query, "stale,handed_off"));

    [Fact]
    public void A_reader_deletes_their_own_view_and_a_shared_one_only_where_they_may_share()
    {
        var (own, shared) = (View("now", "queue:crm"), View("desk", "queue:crm", isShared: true, by: 2));
        SavedView[] views = [own, shared];
        var you = new PrincipalId(1);
        Assert.Same(own, SavedViews.Find(views, "now", "queue:crm", you, mayShare: false));
        Assert.Null(SavedViews.Find(views, "desk", "queue:crm", you, mayShare: false));
        Assert.Same(shared, SavedViews.Find(views, "desk", "queue:crm", you, mayShare: true));
        Assert.Null(SavedViews.Find(views, "now", "queue:other", you, mayShare: true));
    }
}
