using System.Text.RegularExpressions;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What a lease keeps of its queue's policy is written into its grant.</summary>
public partial class LeaseTermsTests
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
        var lease = ItemEvolution.Evolve(before, old, policy).Lease!;
        Assert.Same(policy, lease.Policy);
        Assert.Equal(LeaseTerms.Of(policy), LeaseTerms.Of(lease.Policy));
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

    /// <summary>A lease that read more would read the default of it.</summary>
    [Fact]
    public void Nothing_is_read_of_a_leases_policy_but_its_terms()
    {
        var terms = typeof(LeaseTerms).GetProperties().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var read = new[] { "ControlSurface.Core", "ControlSurface" }
            .SelectMany(Repository.Files)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .SelectMany(file => Read().Matches(File.ReadAllText(file)))
            .Concat(
                OwnRead()
                    .Matches(File.ReadAllText(Path.Combine(Repository.Folder, "ControlSurface.Core/Leases/Lease.cs")))
            )
            .Select(found => found.Groups[1].Value)
            .ToList();
        Assert.NotEmpty(read);
        Assert.All(read, member => Assert.Contains(member, terms));
    }

    [GeneratedRegex(@"[Ll]ease!?\.Policy\.(\w+)")]
    private static partial Regex Read();

    [GeneratedRegex(@"(?<![.\w])Policy\.(\w+)")]
    private static partial Regex OwnRead();
}
