using ControlSurface.Components;

namespace ControlSurface.Pages.Views;

/// <summary>One act that an item offers its viewer: its button and its line in the palette say and do the same.</summary>
/// <param name="Do">The act's name for keys and tests (<c>data-do</c>).</param>
/// <param name="Name">The act before a reason why it is off: "Complete".</param>
/// <param name="Words">What its button says; three dots at the end where it asks something first.</param>
/// <param name="Look">How its button looks: <c>ink</c>, <c>quiet</c>; empty for a plain one.</param>
public sealed record ItemOffer(string Do, string Name, string Words, string Icon, string Look = "")
{
    /// <summary>Why it is off, said beside its button; null where it is not. What is off is not in the palette.</summary>
    public OffView? Off { get; init; }

    /// <summary>What its button says while the pointer rests on it; null for nothing.</summary>
    public string? Title { get; init; }

    /// <summary>The page on which it is done; null where it is done here.</summary>
    public string? Href { get; init; }

    /// <summary>It finds the item an owner, or is done by its owner: the Desk offers it.</summary>
    public bool IsForDesk { get; init; } = true;

    /// <summary>The foot of a phone's Desk has no room for it: the item's page offers it there.</summary>
    public bool IsRare { get; init; }

    /// <summary>All that the item offers now, in the order in which it is offered.</summary>
    public static IReadOnlyList<ItemOffer> Of(ItemActs acts) => [.. Owning(acts), .. Parting(acts), .. Keeping(acts)];

    // What makes somebody the owner, and what an owner does.
    private static IEnumerable<ItemOffer> Owning(ItemActs acts)
    {
        if (acts.MayTakeOver || acts.NoTakeOver is not null)
            yield return new("take_over", "Take over", "Take over", Icons.Hand, "ink") { Off = acts.NoTakeOver };
        if (acts.MayAccept || acts.NoAccept is not null)
            yield return new("accept", "Accept", "Accept", Icons.Check, "ink") { Off = acts.NoAccept };
        if (acts.MayClaim || acts.NoClaim is not null)
            yield return new("claim", "Claim", "Claim", Icons.CircleArrowRight, "ink")
            {
                Off = acts.NoClaim,
                IsForDesk = false,
            };
        if (acts.MayComplete || acts.NoComplete is not null)
            yield return new("complete", "Complete", "Complete", Icons.CircleCheck, "ink") { Off = acts.NoComplete };
        if (acts.MayComplete)
            yield return new("complete_with", "Complete", "Complete with a result…", Icons.CircleCheck, "quiet")
            {
                IsRare = true,
            };
        if (acts.MayCheckpoint)
            yield return new("checkpoint", "Checkpoint", "Leave a checkpoint…", Icons.Bookmark);
        if (acts.MayRenew)
            yield return new("renew", "Renew", "Renew", Icons.RefreshCw)
            {
                IsRare = true,
                Title = "The full term begins again",
            };
        if (acts.MayResume || acts.NoResume is not null)
            yield return new(
                "resume_lease",
                "Go on",
                acts.WithdrawsReview ? "Withdraw the review and go on" : "Go on",
                Icons.Play
            )
            {
                Off = acts.NoResume,
            };
    }

    // What takes it from its owner, or lets it go.
    private static IEnumerable<ItemOffer> Parting(ItemActs acts)
    {
        if (acts.MayForce || acts.NoForce is not null)
            yield return new("force", "Force takeover", "Force takeover…", Icons.Hand) { Off = acts.NoForce };
        if ((acts.MayRequeue || acts.NoRequeue is not null) && !acts.IsYours)
            yield return new("requeue", "Requeue", "Requeue…", Icons.Undo2) { Off = acts.NoRequeue };
        if (acts.MayHandOff || acts.NoHandOff is not null)
            yield return new("hand_off", "Hand off", "Hand off to…", Icons.ArrowRightLeft, acts.IsYours ? "" : "hide-s")
            {
                Off = acts.NoHandOff,
            };
        if (acts.MayRelease || acts.NoRelease is not null)
            yield return new("release", "Release", "Release", Icons.Unlink) { Off = acts.NoRelease };
        if (acts.MayRelease)
            yield return new("release_with", "Release", "Release with a note…", Icons.Unlink, "quiet")
            {
                IsRare = true,
            };
        if (acts.MayDecline || acts.NoDecline is not null)
            yield return new(
                "decline",
                "Decline",
                acts.MayAccept ? "Decline…" : "Withdraw the handoff…",
                Icons.X,
                "not-on-phone"
            )
            {
                Off = acts.NoDecline,
            };
    }

    // What is done to the item itself, whoever has it.
    private static IEnumerable<ItemOffer> Keeping(ItemActs acts)
    {
        if (acts.MayUnpark)
            yield return new("unpark", "Unpark", "Unpark…", Icons.CircleDashed) { IsForDesk = false };
        if (acts.MayPark || acts.NoPark is not null)
            yield return new("park", "Park", "Park…", Icons.CirclePause) { Off = acts.NoPark, IsForDesk = false };
        if (acts.MaySnooze)
            yield return new("snooze", "Snooze", "Snooze…", Icons.Hourglass) { IsForDesk = false };
        if (acts.MayEdit)
            yield return new("edit_item", "Edit", "Edit item…", Icons.FileText)
            {
                Href = $"items/{acts.Item}/edit",
                IsForDesk = false,
            };
        if (acts.MayNote)
            yield return new("note", "Note", "Leave a note…", Icons.MessageSquare, "quiet") { IsForDesk = false };
        if (acts.MayCancel || acts.NoCancel is not null)
            yield return new("cancel", "Cancel", "Cancel item…", Icons.Ban, "quiet")
            {
                Off = acts.NoCancel,
                IsForDesk = false,
            };
    }
}
