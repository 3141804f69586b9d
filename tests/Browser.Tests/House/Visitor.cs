using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>How large the window is, in which colours, and where its reader is.</summary>
internal sealed record Window(int Width, int Height, ColorScheme Scheme = ColorScheme.Light, string Zone = "Etc/UTC")
{
    public static readonly Window Desktop = new(1440, 900);
    public static readonly Window Phone = new(390, 844);

    public bool IsPhone => Width < 761;
}

/// <summary>A person with a browser window of their own: cookies, console, and all that the window asked for are theirs.</summary>
internal sealed class Visitor
{
    // Set by whatever a title or a note got to run; read at the end of each story.
    private const string Trap =
        "window.ran = []; document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));";
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];

    private Visitor(IBrowserContext context, IPage page, Uri address)
    {
        _context = context;
        Page = page;
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning" && !IsOffline)
                _complaints.Enqueue($"{page.Url}: {said.Type}: {said.Text}");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"{page.Url}: {error}");
        context.Request += (_, asked) =>
        {
            // The viewer for PDFs is a part of the browser, which it loads from itself.
            if (!IsOurs(new Uri(asked.Url), address) && !asked.Url.StartsWith("chrome", StringComparison.Ordinal))
                _complaints.Enqueue($"{page.Url}: asked for {asked.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>The server is away on purpose: that requests fail is no complaint.</summary>
    public bool IsOffline { get; set; }

    /// <summary>What the console said, what threw, and what was asked of anybody else.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<Visitor> OpenAsync(IBrowser browser, Uri address, Window window)
    {
        var context = await browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = address.ToString(),
                ViewportSize = new ViewportSize { Width = window.Width, Height = window.Height },
                ColorScheme = window.Scheme,
                HasTouch = window.IsPhone,
                IsMobile = window.IsPhone,
                DeviceScaleFactor = 1,
                TimezoneId = window.Zone,
                Locale = "en-GB",
                // Only for a proxy of the tests, whose certificate nobody has signed.
                IgnoreHTTPSErrors = address.Scheme == "https",
            }
        );
        await context.AddInitScriptAsync(Trap);
        return new Visitor(context, await context.NewPageAsync(), address);
    }

    /// <summary>Opens an address and waits until the page is live: its buttons act.</summary>
    public async Task OpensAsync(string path)
    {
        await Page.GotoAsync(path);
        await IsLiveAsync();
    }

    /// <summary>Opens a link that signs in once and presses its button.</summary>
    public async Task UsesAsync(string link)
    {
        await Page.GotoAsync(link);
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Sign in as ") }).ClickAsync();
        await Page.WaitForURLAsync(url => !url.Contains("/login", StringComparison.Ordinal));
        await IsLiveAsync();
    }

    public Task IsLiveAsync(float? withinMs = null) =>
        Expect(Page.Locator("body"))
            .ToHaveAttributeAsync("data-connection", "live", new() { Timeout = withinMs ?? 30_000 });

    /// <summary>The row, the card or the panel of an item.</summary>
    public ILocator Item(string id) =>
        Page.Locator($"#main .row[data-item='{id}'], #main .desk-entry[data-item='{id}']");

    public ILocator Do(string act) => Page.Locator($"#main [data-do='{act}']");

    /// <summary>The rows as they are read: which item, in which state, in which words; what ticks is left out.</summary>
    public Task<string[]> RowsAsync() =>
        Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("#main .row[data-item]")].map(row => {
              const copy = row.cloneNode(true);
              for (const time of copy.querySelectorAll("time")) time.textContent = "";
              return [row.dataset.item, row.dataset.state, copy.textContent.replace(/\s+/g, " ").trim()].join(" | ");
            })
            """
        );

    /// <summary>Nothing fades or slides any more: what is measured next, colours among it, is as it stays.</summary>
    public async Task IsStillAsync() =>
        await Page.EvaluateAsync(
            """
            async () => {
              const moving = () => document.getAnimations().filter(
                one => one.playState === "running" && one.effect?.getComputedTiming().endTime < Infinity);
              const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              for (await drawn(); moving().length > 0; await drawn())
                await Promise.allSettled(moving().map(one => one.finished));
            }
            """
        );

    /// <summary>Nothing complained, and nothing that was written by somebody else ran.</summary>
    public async Task IsContentAsync()
    {
        Assert.True(_complaints.IsEmpty, string.Join("\n", _complaints.Take(10)));
        Assert.Equal(0, await Page.EvaluateAsync<int>("window.ran.length"));
    }

    public Task CloseAsync() => _context.CloseAsync();

    private static bool IsOurs(Uri asked, Uri address) =>
        // The viewer for PDFs is a part of the browser, which it loads from itself.
        asked.Scheme
            is "data"
                or "blob"
                or "chrome"
                or "chrome-extension"
        || asked.Authority == address.Authority;
}
