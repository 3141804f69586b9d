using ControlSurface.Components;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Whoever goes from one thing to the next by Tab sees which one they are on, in both themes, on every page.</summary>
public sealed class Where_the_focus_is_seen(Street street) : FocusStory(street)
{
    // Longer pages are lists, whose rows are alike.
    private const int MostStops = 150;

    // What has the focus, or the box that it fills, has a ring of two pixels, and no box around it cuts the ring off. Null once Tab left
    // the page, or came round to where it was before.
    private const string Seen = """
        () => {
          const on = document.activeElement;
          if (!on || on === document.body || on.dataset.seen === "yes") return null;
          on.dataset.seen = "yes";
          let fault = "no ring";
          for (let k = 0, ringed = on; k < 4 && ringed; k++, ringed = ringed.parentElement) {
            const style = getComputedStyle(ringed);
            if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) continue;
            const out = Math.max(0, parseFloat(style.outlineOffset) + 2);
            const ring = ringed.getBoundingClientRect();
            let box = ringed.parentElement;
            for (; box && box.id !== "main"; box = box.parentElement) {
              const clips = getComputedStyle(box);
              const at = box.getBoundingClientRect();
              const across = clips.overflowX !== "visible" && (ring.left - out < at.left - 1 || ring.right + out > at.right + 1);
              const down = clips.overflowY !== "visible" && (ring.top - out < at.top - 1 || ring.bottom + out > at.bottom + 1);
              if (across || down) break;
            }
            if (!box || box.id === "main") return "";
            fault = "cut off by " + box.className;
          }
          return fault + ": " + on.outerHTML.slice(0, 160);
        }
        """;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task On_each_thing_that_tab_goes_to(ColorScheme theme)
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 4471", "Dear Ms Okafor", "mail:tickets/4471");
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        var artifact = await agent.AskAsync(lease, "Reply to Aldergate", "Dear Ms Okafor,\n", $"send:{item}");
        var left = await agent.ItemAsync(queue, "Left to a person");
        var mara = await PersonAsync(
            Street.Fresh("Mara Lindqvist"),
            Roles.Manager | Roles.Support | Roles.Reviewer,
            new Window(1440, 900, theme)
        );
        string[] paths =
        [
            .. Navigation.Places.Select(place => place.Href == "./" ? "/" : $"/{place.Href}"),
            $"/items/{item}",
            $"/items/{left}",
            $"/artifacts/{artifact}",
            $"/queues/{queue}",
        ];
        var unseen = new List<string>();
        foreach (var path in paths)
        {
            await mara.OpensAsync(path);
            var stops = 0;
            for (; stops < MostStops; stops++)
            {
                await mara.Page.Keyboard.PressAsync("Tab");
                if (await mara.Page.EvaluateAsync<string?>(Seen) is not { } said)
                    break;
                if (said.Length > 0)
                    unseen.Add($"{path} {said}");
            }
            Assert.True(stops > 5, $"Tab went to {stops} things on {path}.");
        }
        Assert.Equal("", string.Join('\n', unseen));
    }
}
