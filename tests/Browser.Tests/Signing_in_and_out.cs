using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// People come in and go out by the forms that a browser posts, which are all that the product has: a key, a one-time link, Sign
/// out; and the two that do not post, the first queue's name and the board at a past event.
/// </summary>
public sealed class Signing_in_and_out(Street street) : Story(street)
{
    public static TheoryData<Roles> Everybody =>
        [Roles.Viewer, Roles.Agent, Roles.Reviewer, Roles.Support, Roles.Manager, Roles.Admin];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Found_3_1_a_key_that_is_typed_lets_in_and_sign_out_lets_nobody_back(bool isPhone)
    {
        var (agent, lease, artifact) = await AskedAsync();
        var (name, key) = Person("Rita Voss", Roles.Reviewer);
        var rita = await AnybodyAsync(isPhone ? Window.Phone : Window.Desktop);

        await rita.Page.GotoAsync($"/artifacts/{artifact}");
        await TypeKeyAsync(rita, key);
        // Where they were going, not the front page.
        await Expect(rita.Page).ToHaveURLAsync(new Regex($"/artifacts/{artifact}"));
        await rita.IsLiveAsync();
        // A phone has the field behind the button, where the way to it is another story's.
        if (!isPhone)
            await rita.Page.Locator("#decision-comment").FillAsync("Checked against the tariff.");
        if (isPhone)
            await rita.Page.Locator("[data-do='decide']").ClickAsync();
        await rita.Page.Locator("[data-do='approve']:visible").First.ClickAsync();
        await Expect(rita.Page.Locator("[data-notice=approved]")).ToContainTextAsync("You approved v1");

        await SignOutAsync(rita, isPhone);
        await rita.Page.GoBackAsync();
        await rita.Page.GoBackAsync();
        await Expect(rita.Page.Locator("[data-notice], .diff, .nav .me")).ToHaveCountAsync(0);
        await rita.Page.GotoAsync($"/artifacts/{artifact}");
        await Expect(rita.Page).ToHaveURLAsync(new Regex("/login"));
        Assert.Empty(Premises.Access.Sessions(Premises.Access.Find(name)!.Id));
        await agent.StartAsync(lease);
    }

    [Fact]
    public async Task The_palette_leads_out_too()
    {
        var rita = await PersonAsync("Rita Voss", Roles.Reviewer);
        var page = rita.Page;
        await rita.OpensAsync("/review");
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("sign out");
        await page.Locator("#palette-list [role=option][data-href=signout]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/login$"));
    }

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task Every_role_of_a_person_signs_in_with_a_key(Roles role)
    {
        var (_, key) = Person("Somebody", role);
        var somebody = await AnybodyAsync();

        await somebody.Page.GotoAsync("/login");
        await TypeKeyAsync(somebody, $" {key} ");

        await somebody.IsLiveAsync();
        await Expect(somebody.Page.Locator(".nav .me .role")).ToContainTextAsync(role.ToString().ToLowerInvariant());
    }

    [Fact]
    public async Task Found_3_1_the_forms_work_behind_a_proxy_that_ends_TLS()
    {
        await using var proxy = TlsProxy.Open(Premises.Server.Address);
        var (name, key) = Person("Tess Ito", Roles.Support);
        var tess = await AnybodyAsync(at: proxy.Address);

        await tess.Page.GotoAsync("/queues");
        await TypeKeyAsync(tess, key);
        await Expect(tess.Page).ToHaveURLAsync(new Regex("^https://.*/queues$"));
        await tess.IsLiveAsync();
        await SignOutAsync(tess, isPhone: false);
        await tess.UsesAsync(Premises.Access.MakeSignInLink(Premises.Access.Find(name)!.Id));
        // Gone before the proxy is: what a page says without its server is not asked here.
        await tess.Page.GotoAsync("about:blank");
    }

    [Fact]
    public async Task Found_6_16_a_one_time_link_lands_where_the_reader_was_going()
    {
        var (_, _, artifact) = await AskedAsync();
        var (name, _) = Person("Lena Fox", Roles.Reviewer);
        var lena = await AnybodyAsync();

        await lena.Page.GotoAsync($"/artifacts/{artifact}?v=1");
        await Expect(lena.Page).ToHaveURLAsync(new Regex("/login"));
        await lena.UsesAsync(Premises.Access.MakeSignInLink(Premises.Access.Find(name)!.Id));

        await Expect(lena.Page).ToHaveURLAsync(new Regex($"/artifacts/{artifact}\\?v=1$"));
    }

    [Theory]
    [InlineData("another tab")]
    [InlineData("people sign-out")]
    [InlineData("the key is revoked")]
    [InlineData("paused")]
    public async Task Found_4_3_a_page_whose_session_ends_elsewhere_says_so(string how)
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88213");
        var (name, key) = Person("Noor Haan", Roles.Support);
        var id = Premises.Access.Find(name)!.Id;
        var noor = await AnybodyAsync();
        await noor.Page.GotoAsync($"/items/{item}");
        await TypeKeyAsync(noor, key);
        await noor.IsLiveAsync();
        await Expect(noor.Page.GetByText("Reply to ticket 88213").First).ToBeVisibleAsync();

        switch (how)
        {
            case "another tab":
                var other = await noor.Page.Context.NewPageAsync();
                await other.GotoAsync("/signout");
                await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
                break;
            case "people sign-out":
                Premises.Access.EndSessions(id, by: null);
                break;
            case "the key is revoked":
                Premises.Access.RevokeKey(Premises.Access.Keys(id)[0].Id);
                break;
            default:
                Premises.Access.SetState(id, PrincipalState.Paused, "lunch");
                break;
        }

        await Expect(noor.Page.Locator(".note[role='alert']")).ToContainTextAsync("You were signed out");
        await Expect(noor.Page.GetByText("Reply to ticket 88213")).ToHaveCountAsync(0);
        if (how is "another tab" or "people sign-out")
        {
            // And leads back.
            await TypeKeyAsync(noor, key);
            await Expect(noor.Page).ToHaveURLAsync(new Regex($"/items/{item}$"));
        }
    }

    [Fact]
    public async Task A_form_of_another_tab_that_is_out_of_date_leads_to_the_way_in()
    {
        var (_, key) = Person("Omar Diaz", Roles.Support);
        var omar = await AnybodyAsync();
        await omar.Page.GotoAsync("/login");
        var other = await omar.Page.Context.NewPageAsync();
        await other.GotoAsync("/login");
        await TypeKeyAsync(omar, key);
        await omar.IsLiveAsync();

        // The second form was drawn for nobody, and is posted by somebody who is signed in by now.
        await other.GetByLabel("Key of a person").FillAsync(key);
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(other.Locator("body")).ToHaveAttributeAsync("data-connection", "live");
        await other.GotoAsync("/signout");
        await omar.Page.GotoAsync("/signout");
        await omar.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(omar.Page).ToHaveURLAsync(new Regex("/login$"));

        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(other).ToHaveURLAsync(new Regex("/login$"));
    }

    [Fact]
    public async Task The_form_that_shows_the_board_at_an_event_works()
    {
        await QueueAsync();
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support);
        await mara.OpensAsync("/history");

        await mara.Page.GetByLabel("or after event").FillAsync("1");
        await mara.Page.GetByRole(AriaRole.Button, new() { Name = "Show the board after that" }).ClickAsync();

        await Expect(mara.Page).ToHaveURLAsync(new Regex(@"/history\?at=1$"));
        await mara.IsLiveAsync();
    }

    private (string Name, string Key) Person(string called, Roles roles)
    {
        var name = Street.Fresh(called);
        var id = Premises.Access.AddPrincipal(name, PrincipalKind.Person, roles, queues: null).Id;
        return (name, Premises.Access.AddKey(id, name).Text);
    }

    private async Task<(Agent Agent, Lease Lease, string Artifact)> AskedAsync()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Reply to ticket 88190"));
        return (agent, lease, await agent.AskAsync(lease, "reply", "we credit one day.", Street.Fresh("send")));
    }

    internal static async Task TypeKeyAsync(Visitor visitor, string key)
    {
        await visitor.Page.GetByLabel("Key of a person").FillAsync(key);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await visitor.Page.WaitForURLAsync(url => !url.Contains("/login", StringComparison.Ordinal));
    }

    internal static async Task SignOutAsync(Visitor visitor, bool isPhone)
    {
        if (isPhone)
            await visitor.OpensAsync("/more");
        await visitor.Page.Locator("a[href='signout']:visible").First.ClickAsync();
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/login$"));
    }
}

/// <summary>The first person of a new house, and a server that comes back after the session ended.</summary>
public sealed class The_first_person_of_all(Street street) : Story(street)
{
    private Premises? _own;

    internal override Premises Premises => _own!;

    public override async Task InitializeAsync() => _own = await Premises.OpenAsync();

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await _own!.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Found_4_8_a_first_admin_comes_in_by_a_button_and_makes_the_first_queue(bool isPhone)
    {
        var link = await Premises.Server.FirstLinkAsync();
        var first = await AnybodyAsync(isPhone ? Window.Phone : Window.Desktop);
        var preview = await AnybodyAsync();
        await preview.Page.GotoAsync(link);
        await preview.Page.ReloadAsync();

        await first.UsesAsync(link);
        await first.Page.GetByLabel("Name of the queue").FillAsync("replies");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Make the queue" }).ClickAsync();
        await Expect(first.Page.Locator(".first-run .done").First).ToContainTextAsync("replies");

        // The button of the preview is still there, and does nothing any more.
        await preview.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in as the first admin" }).ClickAsync();
        await Expect(preview.Page.Locator(".note[role='alert']")).ToContainTextAsync("does not let you in");
        Premises.Access.LookForChanges();
        var admin = Assert.Single(Premises.Access.Principals);

        await Signing_in_and_out.SignOutAsync(first, isPhone);
        await Signing_in_and_out.TypeKeyAsync(first, Premises.Access.AddKey(admin.Id, "own").Text);
        await first.IsLiveAsync();
        await Signing_in_and_out.SignOutAsync(first, isPhone);
    }

    [Fact]
    public async Task Found_4_3_a_page_that_comes_back_after_its_session_ended_goes_to_the_way_in()
    {
        var uma = await PersonAsync("Uma Reyes", Roles.Support);
        await uma.OpensAsync("/desk");
        uma.IsOffline = true;

        await Premises.Server.KillAsync();
        Premises.Access.EndSessions(Premises.Access.Find("Uma Reyes")!.Id, by: null);
        await Premises.Server.StartAgainAsync();

        await Expect(uma.Page).ToHaveURLAsync(new Regex(@"/login\?.*returnUrl=%2Fdesk"), new() { Timeout = 40_000 });
    }
}
