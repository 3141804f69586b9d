using System.Reflection;
using ControlSurface.Components;
using ControlSurface.Core.Principals;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>WCAG 2.2 AA as far as axe can tell, on every page, in both themes, at a desk and on a phone.</summary>
[Collection(nameof(AcrossTheStreet))]
public sealed class Open_to_everyone(Street street) : Story(street)
{
    private Premises? _own;

    // On a server of its own: axe looks at every node of a page, and a page that others filled tells it nothing more.
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

    // Only what is wrong is described in full: axe spends most of its time describing what is right.
    private static readonly AxeRunOptions Wcag = new()
    {
        ResultTypes = [ResultType.Violations],
        RunOnly = new RunOnlyOptions
        {
            Type = "tag",
            Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        },
    };

    private static readonly AxeRunOptions Colours = new()
    {
        ResultTypes = [ResultType.Violations],
        RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast", "link-in-text-block"] },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Axe_finds_nothing_that_keeps_anybody_out(bool isPhone)
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(
            queue,
            "Refund order 5518: item arrived damaged",
            "The parcel was wet.",
            "pay:order/5518"
        );
        var owned = await agent.ClaimAsync(item);
        await agent.StartAsync(owned);
        await agent.PostAsync(
            $"leases/{owned.Id}/locks",
            new
            {
                owned.Run,
                owned.Token,
                targets = new[] { new { target = "pay:order/5518", mode = "exclusive" } },
            }
        );
        var given = await agent.ItemAsync(queue, "Customer asks for a call back");
        var lease = await agent.ClaimAsync(given);
        await agent.PostAsync(
            $"leases/{lease.Id}/handoff",
            new
            {
                lease.Run,
                lease.Token,
                to = new { role = "support" },
                note = "Wants to talk to a person.",
            }
        );
        var asked = await agent.ItemAsync(queue, "Reply to ticket 88190");
        var under = await agent.ClaimAsync(asked);
        await agent.StartAsync(under);
        var artifact = await agent.AskAsync(
            under,
            "Reply to ticket 88190",
            "Dear Mr Haverkamp,\none day\n",
            $"send:{asked}"
        );
        await agent.PublishAsync(under, artifact, 1, "Dear Mr Haverkamp,\nthree days\u200b\n", "business rule");
        var window = isPhone ? Window.Phone : Window.Desktop;
        var anybody = await AnybodyAsync(window);
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support, window);

        foreach (var path in isPhone ? ["/login"] : BeforeSignIn)
        {
            await anybody.Page.GotoAsync(path);
            await IsOpenAsync(anybody, path);
        }
        // One line for each page of the product, by its route: a page that is added has to be added here.
        var addresses = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["/"] = ["/"],
            ["/desk"] = ["/desk"],
            ["/desk/{Id}"] = [$"/desk/{given}"],
            ["/items/{Id}"] = [$"/items/{item}", $"/items/{asked}"],
            ["/items/new"] = ["/items/new"],
            ["/items/{Id}/edit"] = [$"/items/{item}/edit"],
            ["/review"] = ["/review", "/review?show=decided"],
            ["/artifacts/{Id}"] = [$"/artifacts/{artifact}", $"/artifacts/{artifact}?v=1"],
            ["/conflicts"] = ["/conflicts"],
            ["/conflicts/{Id}"] = ["/conflicts/C-9999"],
            ["/queues"] = ["/queues"],
            ["/queues/{Name}"] = [$"/queues/{queue}", $"/queues/{queue}?range=7d"],
            ["/waits"] = ["/waits", "/waits?range=90d"],
            ["/locks"] = ["/locks"],
            ["/search"] = ["/search?q=ticket"],
            ["/bulk"] = [$"/bulk?q=queue:{queue}"],
            ["/bulk/{Id}"] = ["/bulk/B-9999"],
            ["/runbook"] = ["/runbook"],
            ["/runs/{Name}"] = [$"/runs/{owned.Run}"],
            ["/inbox"] = ["/inbox"],
            ["/since"] = ["/since?hours=24"],
            ["/history"] = ["/history", "/history?at=3"],
            ["/more"] = ["/more"],
            ["/not-found"] = ["/not-found"],
        };
        Assert.Equal(
            Routes().Except(BeforeSignIn, StringComparer.Ordinal).Order(StringComparer.Ordinal),
            addresses.Keys.Order(StringComparer.Ordinal)
        );
        // The rest is laid out on a phone as these are.
        string[] onAPhone =
        [
            "/",
            "/desk",
            "/desk/{Id}",
            "/items/{Id}",
            "/items/new",
            "/review",
            "/artifacts/{Id}",
            "/conflicts",
            "/queues/{Name}",
            "/since",
            "/more",
        ];
        foreach (
            var path in isPhone
                ? onAPhone.Select(route => addresses[route][0])
                : addresses.Values.SelectMany(paths => paths)
        )
        {
            await mara.OpensAsync(path);
            await IsOpenAsync(mara, path);
        }
        await mara.OpensAsync("/");
        await mara.Page.Locator("#main .menu button").First.ClickAsync();
        await Expect(mara.Page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await IsOpenAsync(mara, "the choices of a filter");
        await mara.OpensAsync($"/artifacts/{artifact}");
        await mara.Do("look_hidden").ClickAsync();
        await mara.Do("comment").ClickAsync();
        await mara.Do("edit").ClickAsync();
        await Expect(mara.Page.Locator(".editor")).ToBeVisibleAsync();
        await IsOpenAsync(mara, "a version being edited and commented");
        await mara.OpensAsync($"/queues/{queue}");
        await mara.Do("edit_policy").ClickAsync();
        await Expect(mara.Page.Locator("[data-setting=approvals]")).ToBeVisibleAsync();
        await IsOpenAsync(mara, "a policy being edited");
        await mara.OpensAsync($"/items/{item}");
        await mara.Do("force").ClickAsync();
        await Expect(mara.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await IsOpenAsync(mara, "the question before force");
    }

    // These need nobody to be signed in.
    private static readonly string[] BeforeSignIn = ["/login", "/signin", "/signout"];

    private static IEnumerable<string> Routes() =>
        typeof(App)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>(inherit: false))
            .Select(route => route.Template);

    // What cannot be pressed says why, beside it or where the pointer rests.
    private static async Task SaysWhyAsync(Visitor visitor, string where)
    {
        var silent = await visitor.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll(":is(button, input, select, textarea):disabled")]
              .filter(one => one.offsetParent !== null)
              .filter(one => !one.title.trim() && !one.ariaDescribedByElements?.some(by => by.textContent.trim()))
              .map(one => one.outerHTML.slice(0, 300))
            """
        );
        Assert.True(silent.Length == 0, $"{where}: {string.Join("; ", silent)}");
    }

    // A field takes no more than one message to the server carries: a megabyte that is pasted would cut the page off.
    private static async Task HoldsWhatFitsAsync(Visitor visitor, string where)
    {
        var endless = await visitor.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("textarea, input:is(:not([type]), [type=text], [type=search], [type=password])")]
              .filter(one => one.maxLength < 0 || one.maxLength > 64000)
              .map(one => one.outerHTML.slice(0, 300))
            """
        );
        Assert.True(endless.Length == 0, $"{where}: {string.Join("; ", endless)}");
    }

    // The dark theme changes colours and nothing else: only what is said of colours is asked again.
    private static async Task IsOpenAsync(Visitor visitor, string where)
    {
        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await FindsNothingAsync(visitor, $"{where}, light", Wcag);
        await SaysWhyAsync(visitor, where);
        await HoldsWhatFitsAsync(visitor, where);
        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await FindsNothingAsync(visitor, $"{where}, dark", Colours);
    }

    private static async Task FindsNothingAsync(Visitor visitor, string where, AxeRunOptions options)
    {
        await visitor.IsStillAsync();
        // In the page itself: for pages with frames, of which there are none here, axe would open another page for each look.
#pragma warning disable CS0618
        var found = await visitor.Page.Locator("html").RunAxeLegacy(options);
#pragma warning restore CS0618
        Assert.NotEmpty(found.Passes);
        var serious = found
            .Violations.Where(one => one.Impact is "serious" or "critical")
            .Select(one => $"{where}: {one.Id}: {one.Help}: {string.Join("; ", one.Nodes.Select(node => node.Html))}")
            .ToList();
        Assert.True(serious.Count == 0, string.Join('\n', serious));
    }
}
