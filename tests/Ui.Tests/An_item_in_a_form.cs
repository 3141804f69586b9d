using Bunit;
using ControlSurface.Core.Items;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class An_item_in_a_form : LiveHouse
{
    private string Address =>
        Services
            .GetRequiredService<NavigationManager>()
            .ToBaseRelativePath(Services.GetRequiredService<NavigationManager>().Uri);

    private Item Now(ItemId id) => Engine.Picture.Read(at => at.FindItem(id)!);

    [Fact]
    public async Task A_new_item_has_all_that_was_written_and_is_opened()
    {
        var page = Render<ItemForm>();
        Assert.True(page.Find("[data-do=save_item]").HasAttribute("disabled"));

        await page.Find("#item-title").InputAsync("Reply to ticket 88207");
        await page.Find("#item-body").ChangeAsync("Ask for the order number.");
        await page.Find("#item-priority").ChangeAsync("2");
        await page.Find("#item-labels").InputAsync("vip\n\nurgent");
        await page.Find("#item-targets").InputAsync("helpdesk:ticket/88207");
        await page.Find("[data-do=save_item]").ClickAsync();

        var item = Engine.Picture.Read(at => at.Items().Single());
        Assert.Equal(("Reply to ticket 88207", "Ask for the order number.", 2), (item.Title, item.Body, item.Priority));
        Assert.Equal(["vip", "urgent"], item.Labels);
        Assert.Equal(["helpdesk:ticket/88207"], item.Targets);
        Assert.Equal($"items/{item.Id.Text}", Address);
    }

    [Fact]
    public async Task What_is_refused_is_said_and_what_was_written_stays()
    {
        var page = Render<ItemForm>();
        await page.Find("#item-title").InputAsync("Two\u202Eways");

        await page.Find("[data-do=save_item]").ClickAsync();

        Assert.Contains("title", Read(page.Find("[data-code=invalid_request]")), StringComparison.Ordinal);
        Assert.Equal("Two\u202Eways", page.Find("#item-title").GetAttribute("value"));
        Assert.Empty(Engine.Picture.Read(at => at.Items().ToList()));
    }

    [Fact]
    public async Task An_edit_names_what_differs_and_leaves_the_rest_as_others_left_it()
    {
        var id = await Item("Refund", labels: ["vip"]);
        var page = Render<ItemForm>(p => p.Add(x => x.Id, id.Text));
        await page.Find("#item-title").InputAsync("Refund order 5518");
        // Meanwhile somebody else raises it.
        await Do(Priya, new ItemCommand.Edit(id, Now(id).Seq) { Priority = 1 });
        page.WaitForAssertion(() => Assert.Contains("was changed since", page.Markup, StringComparison.Ordinal));

        await page.Find("[data-do=save_item]").ClickAsync();
        Assert.Equal("Refund", Now(id).Title);
        Assert.NotEmpty(page.FindAll("[data-code=item_changed]"));

        await page.Find("[data-do=save_item]").ClickAsync();
        Assert.Equal(("Refund order 5518", 1), (Now(id).Title, Now(id).Priority));
        Assert.Equal(["vip"], Now(id).Labels);
        Assert.Equal($"items/{id.Text}", Address);
    }

    [Fact]
    public async Task Who_works_on_it_is_named_before_it_is_changed_under_their_eyes()
    {
        var lease = await Work(await Item("Refund"));
        var page = Render<ItemForm>(p => p.Add(x => x.Id, lease.Item.Text));

        Assert.Contains(
            "reply-agent run 7f3 works on it and is told",
            Read(page.Find(".follows")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Whoever_only_reads_gets_no_form_and_what_is_not_there_is_said_to_be_none()
    {
        var id = await Item("Refund");
        Viewer = Vera;

        Assert.Contains("Your role reads here", Render<ItemForm>().Markup, StringComparison.Ordinal);
        Assert.Contains(
            "cannot be edited",
            Render<ItemForm>(p => p.Add(x => x.Id, id.Text)).Markup,
            StringComparison.Ordinal
        );
        Viewer = Mara;
        Assert.Contains(
            "There is no W-77",
            Render<ItemForm>(p => p.Add(x => x.Id, "W-77")).Markup,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_manager_makes_a_queue_by_its_name_and_is_led_to_its_policy()
    {
        Viewer = Priya;
        var page = Render<Queues>();
        await page.Find("[data-do=new_queue]").ClickAsync();
        await page.Find("[data-do='confirm:new_queue']").ClickAsync();
        Assert.NotEmpty(page.FindAll("dialog [data-code=invalid_request]"));

        await page.Find("#queue-name").InputAsync("refunds");
        await page.Find("[data-do='confirm:new_queue']").ClickAsync();

        Assert.NotNull(Engine.Picture.Read(at => at.FindQueue("refunds")));
        Assert.Equal("queues/refunds", Address);
        Viewer = Mara;
        Assert.Empty(Render<Queues>().FindAll("[data-do=new_queue]"));
    }
}
