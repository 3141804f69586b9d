using ControlSurface.Core.Principals;

namespace Browser.Tests;

/// <summary>More queues than are drawn at once: each has its place, and none is passed over, whatever its reasons say.</summary>
public sealed class A_long_list_of_queues(Street street) : StoryOnALine(street)
{
    private const int Many = 70;

    [Fact]
    public async Task Every_row_comes_by_once_in_its_order_at_one_height()
    {
        var lead = Premises.Agent("Lead Manager", Roles.Manager);
        var agent = Premises.Agent("reply-agent");
        for (var k = 0; k < Many; k++)
            await MakeAsync(lead, agent, k);

        // A screen, the same at twice the size, and a phone.
        foreach (var window in new[] { Window.Desktop, new Window(720, 450), Window.Phone })
            await WalkAsync(window);
    }

    private async Task WalkAsync(Window window)
    {
        var vera = await PersonAsync("Vera Lind", Roles.Viewer, window);
        await vera.OpensAsync("/queues?sort=name");
        await Expect(vera.Page.Locator("#main .row[data-queue]").First).ToBeVisibleAsync();

        var walked = await vera.Page.EvaluateAsync<string>(
            """
            async () => {
              const list = document.querySelector("#main .list");
              const rows = () => [...list.querySelectorAll(".row[data-queue]")];
              const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const inSight = () => rows().filter(row => {
                const box = row.getBoundingClientRect();
                return box.bottom > 0 && box.top < innerHeight;
              });
              const seen = new Set();
              const heights = new Set();
              const order = [];
              const all = Number(list.getAttribute("aria-rowcount"));
              // Half a window at a time. The next step waits until rows stand where the window is now.
              for (let step = 0; step < 1000 && seen.size < all; step++) {
                for (let tries = 0; tries < 2000; tries++) {
                  await drawn();
                  const there = inSight().map(row => row.getBoundingClientRect());
                  const { top, bottom } = list.getBoundingClientRect();
                  const isFrom = there[0]?.top <= Math.max(innerHeight / 2, top + 60);
                  if (isFrom && there.at(-1).bottom >= Math.min(innerHeight, bottom - 1)) break;
                }
                for (const row of inSight()) {
                  heights.add(Math.round(row.getBoundingClientRect().height));
                  if (!seen.has(row.dataset.queue)) order.push(row.dataset.queue);
                  seen.add(row.dataset.queue);
                }
                scrollBy(0, innerHeight / 2);
              }
              const isInOrder = order.join() === [...order].sort().join();
              return `${seen.size} of ${all}, ${heights.size} height, ${isInOrder ? "in" : "out of"} order`;
            }
            """
        );

        Assert.Equal($"{Many} of {Many}, 1 height, in order", walked);
    }

    // Names and reasons of every length: nothing wrong, at its limit, or paused with a long why.
    private static async Task MakeAsync(Agent lead, Agent agent, int k)
    {
        var name = $"q{k:000}" + (k % 3 == 0 ? "-invoices-and-credit-notes-of-all-the-northern-branches-2026" : "");
        await lead.QueueAsync(name, new { maxActive = 1 });
        if (k % 4 > 1)
            return;
        var item = await agent.ItemAsync(name, "One");
        await agent.StartAsync(await agent.ClaimAsync(item, run: $"r{k}"));
        await agent.ItemAsync(name, "Two");
        if (k % 4 == 0)
            await lead.PostAsync(
                $"queues/{name}/pause",
                new
                {
                    why = "The source system is replaced until Wednesday morning; see the incident note for whom to ask.",
                }
            );
    }
}
