using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What happened, as people read it.</summary>
public class EventDescriptionTests
{
    private static string Said(Event happened) =>
        EventDescriptions.Of(new Recorded(1, T0, Ann.Id, happened), _ => "Ann");

    [Theory]
    [InlineData("Two are in talks. Leave them?", "Ann cancelled it: Two are in talks. Leave them?")]
    [InlineData("Stop!", "Ann cancelled it: Stop!")]
    [InlineData("to be continued…", "Ann cancelled it: to be continued…")]
    [InlineData("not needed.", "Ann cancelled it: not needed.")]
    [InlineData("not needed", "Ann cancelled it: not needed.")]
    public void A_sentence_ends_once_however_what_was_written_ends(string why, string sentence) =>
        Assert.Equal(sentence, Said(new ItemEvent.Cancelled(new ItemId(1), why)));

    [Fact]
    public void Why_a_lease_was_suspended_is_said_in_words()
    {
        const SuspendReasons reasons = SuspendReasons.PausedByPolicy | SuspendReasons.WaitingOnHuman;
        var suspended = new LeaseEvent.Suspended(new ItemId(1), new LeaseId(1), reasons, 40_000, null, "Leave them?");
        Assert.Equal("The lease was suspended (paused by policy, waiting on a person): Leave them?", Said(suspended));
    }
}
