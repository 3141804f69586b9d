using Bunit;
using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Server.Tests.Field;
using Server.Tests.Mcp;

namespace Server.Tests.Drafting;

/// <summary>How somebody sends a draft to the server.</summary>
public enum Way
{
    /// <summary>An agent over HTTP, under its lease.</summary>
    AgentHttp,

    /// <summary>An agent's tool over MCP, under its lease.</summary>
    AgentTool,

    /// <summary>A person's script over HTTP.</summary>
    PersonHttp,

    /// <summary>A person in the page's own form.</summary>
    PersonPage,
}

/// <summary>One artifact with the author who changes it in one way, and those who change it meanwhile.</summary>
internal sealed class Piece(Stage stage, Held held, string artifact, Way way) : IAsyncDisposable
{
    private BunitContext? _browser;
    private IRenderedComponent<ArtifactPage>? _opened;
    private int _base = 1;

    internal Stage Stage => stage;
    internal Held Held => held;
    internal string Artifact => artifact;
    internal Way Way => way;
    internal bool IsAgent => way is Way.AgentHttp or Way.AgentTool;

    /// <summary>Who sends the draft.</summary>
    internal TestCaller Author => IsAgent ? held.Holder : stage.Rae;

    /// <summary>The author begins on a version: a page opens its editor, a program remembers the number.</summary>
    internal async Task BeginAsync(int version)
    {
        _base = version;
        if (way != Way.PersonPage)
            return;
        Open();
        await Page.WaitForElement("[data-do=edit]").ClickAsync();
    }

    /// <summary>The author publishes a text on the version that they began on; the code of the refusal, or null.</summary>
    internal Task<string?> PublishAsync(string text) => PublishAsync(new { content = text }, text);

    /// <summary>An agent names a content by its hash.</summary>
    internal Task<string?> PublishHashAsync(string contentHash) => PublishAsync(new { contentHash }, typed: "");

    /// <summary>An agent names no lease.</summary>
    internal Task<string?> PublishWithoutLeaseAsync(string text) =>
        SendAsync(new Dictionary<string, object?>(StringComparer.Ordinal) { ["content"] = text });

    private async Task<string?> PublishAsync(object content, string typed)
    {
        if (way == Way.PersonPage)
        {
            await Page.Find("#edit-text").ChangeAsync(typed);
            await Page.Find("[data-do=save_version]").ClickAsync();
            return CodeOn(Page);
        }
        var body = content.GetType().GetProperties().ToDictionary(p => p.Name, p => p.GetValue(content));
        if (IsAgent)
            (body["run"], body["token"]) = (held.Run, held.Token);
        return await SendAsync(body);
    }

    private async Task<string?> SendAsync(Dictionary<string, object?> body)
    {
        body["baseVersion"] = _base;
        if (way != Way.AgentTool)
            return CodeOf(await Author.PostAsync($"/artifacts/{artifact}/versions", body));
        (body["operation"], body["artifactId"]) = ("artifact", artifact);
        var given = await stage.Tools.CallAsync("publish_version", body);
        return given.IsError ? given.Text("code") : null;
    }

    /// <summary>A reviewer comments on words of version 1 and suggests others; the comment's id.</summary>
    internal async Task<string> SuggestAsync(string text, string quote, string suggestion)
    {
        var start = text.IndexOf(quote, StringComparison.Ordinal);
        var anchor = new
        {
            quote,
            start,
            end = start + quote.Length,
        };
        var said = await stage.Ron.PostAsync(
            $"/artifacts/{artifact}/versions/1/comments",
            new
            {
                body = "Better so.",
                anchor,
                suggestion,
            }
        );
        return said.Is(201)["id"].GetString()!;
    }

    /// <summary>The author accepts a suggestion into the version that is current.</summary>
    internal async Task<string?> AcceptAsync(string comment)
    {
        if (way != Way.PersonPage)
            return CodeOf(
                await Author.PostAsync($"/artifacts/{artifact}/versions/1/comments/{comment}/accept", new { })
            );
        Open();
        // The button is off until the page has found where the words stand; then it acts, or says why it does not.
        Page.WaitForAssertion(() => Assert.DoesNotContain("One moment", Off(Page), StringComparison.Ordinal));
        if (Off(Page).Length > 0)
            return "off";
        await Page.Find("[data-do=accept_suggestion]").ClickAsync();
        return CodeOn(Page);
    }

    private static string Off(IRenderedComponent<ArtifactPage> page) =>
        page.Find("[data-do=accept_suggestion]").GetAttribute("data-off") ?? "";

    /// <summary>The author approves version 1 together with a correction of it.</summary>
    internal async Task<string?> CorrectAndApproveAsync(string text, string readHash)
    {
        if (way == Way.PersonPage)
        {
            await Page.Find("#edit-text").ChangeAsync(text);
            // A newer version reaches the page a moment after it was published; the button goes with it.
            if (stage.CurrentOf(artifact) != _base)
                Page.WaitForState(() => Page.FindAll("[data-do=fix_and_approve]").Count == 0);
            if (Page.FindAll("[data-do=fix_and_approve]").Count == 0)
                return "off";
            await Page.Find("[data-do=fix_and_approve]").ClickAsync();
            await Page.Find("[data-do='confirm:fix_and_approve']").ClickAsync();
            return CodeOn(Page);
        }
        var shown = (await Author.GetAsync($"/artifacts/{artifact}/versions/{_base}/consequences")).Is(200);
        return CodeOf(
            await Author.PostAsync(
                $"/artifacts/{artifact}/versions/{_base}/decisions",
                new
                {
                    decision = "approve",
                    contentHash = readHash,
                    consequencesHash = shown["consequencesHash"].GetString(),
                    edited = new { content = text },
                }
            )
        );
    }

    /// <summary>The author takes the clean merge of the one open conflict.</summary>
    internal async Task<string?> MergeAsync()
    {
        var conflict = stage.OpenConflicts(artifact).Single();
        if (way != Way.PersonPage)
            return CodeOf(
                await Author.PostAsync(
                    $"/conflicts/{conflict.Id}/resolve",
                    new
                    {
                        resolution = "merge",
                        seenSeq = conflict.Seq,
                        note = "Both were right.",
                    }
                )
            );
        var page = Browser.Render<ConflictPage>(p => p.Add(x => x.Id, conflict.Id.Text));
        await page.Find("#settle-note").InputAsync("Both were right.");
        // The button waits for the three texts, which are compared beside the circuit.
        await page.WaitForElement("[data-do='resolve:merge']:not([disabled])").ClickAsync();
        return CodeOn(page);
    }

    // Opened by BeginAsync or Open, without which there is nothing to press.
    private IRenderedComponent<ArtifactPage> Page => _opened!;

    private BunitContext Browser => _browser ??= stage.Browser();

    private void Open() => _opened = Browser.Render<ArtifactPage>(p => p.Add(x => x.Id, artifact));

    private static string? CodeOf(Api.Answer answer) => (int)answer.Status < 400 ? null : answer.Code;

    private static string? CodeOn<T>(IRenderedComponent<T> page)
        where T : Microsoft.AspNetCore.Components.IComponent =>
        page.FindAll("[role=alert][data-code]") is [var alert, ..] ? alert.GetAttribute("data-code") : null;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }
}

/// <summary>One server for all plays, with an agent, its tools, two reviewers and support.</summary>
public sealed class Stage : IAsyncLifetime
{
    private int _queues;

    internal LiveServer Server { get; private set; } = null!; // Set by InitializeAsync, which runs before every test.
    internal TestCaller Mia { get; private set; } = null!; // The same.
    internal TestCaller Bot { get; private set; } = null!; // The same.
    internal TestCaller Rae { get; private set; } = null!; // The same.
    internal TestCaller Ron { get; private set; } = null!; // The same.
    internal TestCaller Sue { get; private set; } = null!; // The same.
    internal Agent Tools { get; private set; } = null!; // The same.

    private Engine Engine => Server.Host.Engine;

    public async Task InitializeAsync()
    {
        Server = await LiveServer.OpenAsync();
        (Mia, Bot, _, Sue) = await Server.StaffAsync();
        Rae = await Server.AddAsync("Rae", Roles.Reviewer);
        Ron = await Server.AddAsync("Ron", Roles.Reviewer);
        Tools = await Agent.ConnectAsync(Server, Bot);
    }

    public async Task DisposeAsync()
    {
        await Tools.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>A text by the agent as version 1, in a queue of its own.</summary>
    internal async Task<Piece> PieceAsync(object policy, string text, Way way)
    {
        var queue = $"queue-{++_queues}";
        (await Mia.PutAsync($"/queues/{queue}", policy)).Is(201);
        var held = await Bot.HoldAsync(await Mia.CreateAsync(queue: queue), run: "r1");
        var made = await Bot.PostAsync(
            "/artifacts",
            new
            {
                name = "Reply",
                itemId = held.Item,
                contentType = "text/plain",
                content = text,
                run = held.Run,
                token = held.Token,
            }
        );
        return new Piece(this, held, made.Is(201)["id"].GetString()!, way);
    }

    internal IReadOnlyList<ControlSurface.Core.Conflicts.Conflict> OpenConflicts(string artifact) =>
        Engine.Picture.Read(at => at.OpenConflicts.Where(c => c.Artifact?.Text == artifact).ToArray());

    internal int CurrentOf(string artifact) =>
        Engine.Picture.Read(at => ArtifactId.TryParse(artifact, out var id) ? at.FindArtifact(id)!.Current.Number : 0);

    /// <summary>What is there now: the current version, its text, and the conflicts that are open.</summary>
    internal async Task<Outcome> OutcomeAsync(Piece piece, string? code)
    {
        Assert.True(ArtifactId.TryParse(piece.Artifact, out var id));
        var current = Engine.Picture.Read(at => at.FindArtifact(id)!.Current);
        var content = await Mia.GetAsync($"/artifacts/{id}/versions/{current.Number}/content");
        var open = OpenConflicts(piece.Artifact);
        bool? merges =
            open.Count == 0
                ? null
                : (await Mia.GetAsync($"/conflicts/{open[0].Id}")).Is(200)["merge.clean"].GetBoolean();
        return new Outcome(
            code,
            current.Number,
            current.By == piece.Author.Principal.Id,
            ControlSurface.Core.Vocabulary.WireNames.Of(current.Kind),
            content.Is(200).Text,
            current.ChangedLines,
            open.Count,
            merges
        );
    }

    /// <summary>A browser in which Rae is signed in, on the engine of the server.</summary>
    internal BunitContext Browser()
    {
        var services = Server.Host.App.Services;
        var browser = new BunitContext();
        BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20); // how long a busy machine may take, never how long a test does
        browser.JSInterop.Mode = JSRuntimeMode.Loose;
        browser.Services.AddSingleton(services.GetRequiredService<TimeProvider>());
        browser.Services.AddSingleton(Engine);
        browser.Services.AddSingleton(services.GetRequiredService<IJournal>());
        browser.Services.AddSingleton(services.GetRequiredService<IProjections>());
        browser.Services.AddSingleton(services.GetRequiredService<PresenceBoard>());
        browser.Services.AddScoped<ICurrentViewer>(_ => new SignedIn(Rae.Principal.Id));
        browser.Services.AddMudServices();
        browser.Services.AddScoped<Browser>();
        browser.Services.AddScoped<Drafts>();
        browser.Services.AddScoped<FrameState>();
        browser.Services.AddScoped<OwnLeases>();
        browser.Services.AddScoped<PaletteSources>();
        browser.Services.AddLivePages();
        return browser;
    }

    private sealed class SignedIn(PrincipalId who) : ICurrentViewer
    {
        public ValueTask<PrincipalId?> FindAsync() => ValueTask.FromResult<PrincipalId?>(who);
    }
}

/// <summary>What a draft came to.</summary>
/// <param name="Code">The code of the refusal; <c>off</c> where the page does not offer it; null where it was accepted.</param>
/// <param name="IsAuthors">Whether the current version is by the one who sent the draft.</param>
/// <param name="Kind">Kind of the current version, as the API writes it.</param>
/// <param name="ChangedLines">Lines that the current version changed; null where nobody counted.</param>
/// <param name="Conflicts">Open conflicts on the artifact.</param>
/// <param name="Merges">Whether all that competes merges cleanly; null without a conflict.</param>
internal sealed record Outcome(
    string? Code,
    int Version,
    bool IsAuthors,
    string Kind,
    string Text,
    int? ChangedLines,
    int Conflicts,
    bool? Merges
);
