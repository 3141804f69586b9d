using System.Buffers;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What a lease keeps of its queue's policy is written into its grant.</summary>
public class LeaseTermsTests
{
    private static readonly PolicyChange Strict = new()
    {
        MaxQuietRenewals = 1,
        ClaimSeconds = 77,
        ResumeSeconds = 66,
    };

    private static (Item Before, Recorded Grant, Story Story) Granted()
    {
        var story = Story.Given(Strict).AnItem();
        var before = story.Item(1);
        story.Does(Ann, Claim(1));
        return (before, story.Journal.Single(r => r.Event is LeaseEvent.Claimed), story);
    }

    [Fact]
    public void A_grant_says_all_that_its_lease_is()
    {
        var (before, grant, story) = Granted();
        var lease = ItemEvolution.Evolve(before, grant).Lease!;
        Assert.Equal(story.Lease(1), lease);
        Assert.Equal(
            (1, 77, 66),
            (lease.Policy.MaxQuietRenewals, lease.Policy.ClaimSeconds, lease.Policy.ResumeSeconds)
        );
    }

    [Fact]
    public void A_grant_of_before_says_nothing_of_terms_and_keeps_the_policy_of_then()
    {
        var (before, grant, story) = Granted();
        var old = grant with { Event = (LeaseEvent.Claimed)grant.Event with { Terms = null } };
        var policy = story.At.FindQueue("crm")!.Queue.Policy;
        var lease = ItemEvolution.Evolve(before, old, LeaseTerms.Of(policy)).Lease!;
        Assert.Equal(LeaseTerms.Of(policy), lease.Policy);
    }

    [Fact]
    public void A_policy_that_changes_later_changes_no_terms()
    {
        var (_, _, story) = Granted();
        story.Does(Mona, Policy(new PolicyChange { MaxQuietRenewals = 9, ClaimSeconds = 5 }));
        Assert.Equal((1, 77), (story.Lease(1).Policy.MaxQuietRenewals, story.Lease(1).Policy.ClaimSeconds));
    }

    [Fact]
    public void Leases_of_one_policy_share_one_record_of_it()
    {
        var story = Story.Given(Strict).AnItem().AnItem().Does(Ann, Claim(1)).Does(Bob, Claim(2));
        Assert.Same(story.Lease(1).Policy, story.Lease(2).Policy);
    }

    [Fact]
    public void Terms_that_are_read_from_the_journal_are_one_record_too_and_lack_no_member_that_came_later()
    {
        var (_, grant, _) = Granted();
        var written = new ArrayBufferWriter<byte>();
        EventJson.Write(written, grant.Event);
        var bytes = written.WrittenSpan.ToArray();
        var (first, second) = (Read(bytes), Read(bytes));
        Assert.Same(first, second);
        var older = Encoding.UTF8.GetString(bytes).Replace("\"resumeSeconds\":66,", "", StringComparison.Ordinal);
        Assert.NotEqual(Encoding.UTF8.GetString(bytes), older);
        Assert.Equal(QueuePolicy.Default.ResumeSeconds, Read(Encoding.UTF8.GetBytes(older)).ResumeSeconds);
        Assert.Equal(77, Read(Encoding.UTF8.GetBytes(older)).ClaimSeconds);

        LeaseTerms Read(ReadOnlySpan<byte> json) => ((LeaseEvent.Claimed)EventJson.Read(grant.Event.Type, json)).Terms!;
    }
}
