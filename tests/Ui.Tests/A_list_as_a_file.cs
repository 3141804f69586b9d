using System.Globalization;
using Bunit;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

/// <summary>A list is saved as the page shows it: narrowed alike, with all rows, also those that are not drawn.</summary>
public class A_list_as_a_file : LiveHouse
{
    public A_list_as_a_file() => Viewer = Priya;

    private async Task<IReadOnlyList<object?[]>> Saved(IRenderedComponent<IComponent> page)
    {
        await page.Find("[data-saves]").ClickAsync();
        page.WaitForAssertion(() => Assert.NotEmpty(JSInterop.Invocations["controlSurface.saveTable"]));
        return Assert.IsType<object?[][]>(JSInterop.Invocations["controlSurface.saveTable"][^1].Arguments[1]);
    }

    private IRenderedComponent<TPage> Open<TPage>(string address)
        where TPage : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<TPage>();
    }

    [Fact]
    public async Task A_list_of_which_a_part_is_drawn_is_saved_whole_and_as_it_is_narrowed()
    {
        for (var k = 0; k < 130; k++)
            await Do(
                Priya,
                new QueueCommand.Set(
                    string.Create(CultureInfo.InvariantCulture, $"q-{k:000}"),
                    new PolicyChange(),
                    null
                )
            );
        var page = Open<Queues>("/queues?sort=name&q=q-");
        Assert.True(page.FindAll(".row").Count < 130);

        var rows = await Saved(page);

        Assert.Equal("queue", rows[0][0]);
        Assert.Equal(130, rows.Count - 1);
        Assert.Equal(("q-000", "q-129"), (rows[1][0], rows[^1][0]));
    }

    [Fact]
    public async Task The_journal_is_saved_from_its_end_to_its_beginning_and_as_it_is_filtered()
    {
        for (var k = 0; k < 230; k++)
            await Item("Waits");

        var rows = await Saved(Open<History>("/history?type=item"));

        Assert.Equal(230, rows.Count - 1);
        Assert.All(rows.Skip(1), row => Assert.Equal("Priya Nair created it in replies.", row[3]));
        Assert.EndsWith("Z", Assert.IsType<string>(rows[1][1]), StringComparison.Ordinal);
    }
}
