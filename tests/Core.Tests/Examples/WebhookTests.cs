using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Webhooks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Who is told outside (API.md, People, keys and the outside).</summary>
public class WebhookTests
{
    private static Ask Set(
        string url = "https://crm.example/hook",
        string[]? events = null,
        string[]? queues = null,
        bool rotate = false,
        string id = "crm"
    ) => _ => new WebhookCommand.Set(id, url, events ?? [], queues, rotate);

    [Fact]
    public void Only_an_admin_sets_one_and_setting_it_as_it_is_changes_nothing()
    {
        var story = Story.Given();
        story.When(Mona, Set()).ThenRefused<Refusal.Forbidden>();
        story.When(Adam, Set()).ThenHappened("webhook.set");
        story.When(Adam, Set()).ThenNothingHappened();
        story.When(Adam, Set(rotate: true)).ThenHappened("webhook.set");
        Assert.Equal(2, story.At.FindWebhook("crm")!.Generation);
        story.When(Adam, _ => new WebhookCommand.Delete("crm")).ThenHappened("webhook.deleted");
        story.When(Adam, _ => new WebhookCommand.Delete("crm")).ThenRefused<Refusal.NotFound>();
    }

    [Theory]
    [InlineData("crm.example")]
    [InlineData("http://crm.example/")]
    [InlineData("ftp://crm.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://me:secret@crm.example/")]
    [InlineData("https://crm.example/#x")]
    public void An_address_that_is_none_or_is_not_safe_is_refused(string url) =>
        Story.Given().When(Adam, Set(url)).ThenRefused<Refusal.InvalidRequest>();

    [Fact]
    public void It_is_told_of_what_it_wants_and_of_nothing_else()
    {
        var story = Story.Given().Does(Adam, Set(events: ["lease.*", "item.created"], queues: ["crm"]));
        var webhook = story.At.FindWebhook("crm")!;
        Assert.True(webhook.Wants("lease.stale", "crm"));
        Assert.True(webhook.Wants("item.created", "crm"));
        Assert.False(webhook.Wants("item.completed", "crm"));
        Assert.False(webhook.Wants("lease.stale", "web"));
        Assert.False(webhook.Wants("lease.stale", queue: null));
        story.When(Adam, Set(queues: [])).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Set(events: ["leases.*"])).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Set(events: ["lease.sneezed"])).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void One_that_is_gone_is_disabled_until_it_is_set_again()
    {
        var story = Story.Given().Does(Adam, Set());
        story.Send(new WebhookCommand.Disable("crm", "410"), Caller.System);
        Assert.Equal("410", story.At.FindWebhook("crm")!.Disabled);
        story.When(Adam, Set()).ThenHappened("webhook.set");
        Assert.Null(story.At.FindWebhook("crm")!.Disabled);
    }

    [Fact]
    public void Only_what_there_is_can_be_sent_again_and_not_all_of_it_at_once()
    {
        var story = Story.Given().Does(Adam, Set());
        story.When(Adam, _ => new WebhookCommand.Redeliver("none", 1, 1)).ThenRefused<Refusal.NotFound>();
        story.When(Adam, _ => new WebhookCommand.Redeliver("crm", 0, 1)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new WebhookCommand.Redeliver("crm", 2, 1)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new WebhookCommand.Redeliver("crm", 1, 10_001)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new WebhookCommand.Redeliver("crm", 999, 999)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new WebhookCommand.Redeliver("crm", null, 2)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new WebhookCommand.Redeliver("crm", 1, 10_000)).ThenNothingHappened();
        story.When(Adam, _ => new WebhookCommand.Redeliver("crm", null, null)).ThenNothingHappened();
    }

    [Fact]
    public void Only_an_admin_has_the_server_stop_taking_work_and_that_is_said()
    {
        var story = Story.Given();
        story.When(Mona, _ => new QueueCommand.Drain("upgrade")).ThenRefused<Refusal.Forbidden>();
        story.When(Adam, _ => new QueueCommand.Drain(new string('x', 4_001))).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new QueueCommand.Drain("upgrade")).ThenHappened("workspace.drained");
    }
}
