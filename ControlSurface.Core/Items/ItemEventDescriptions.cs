using System.Diagnostics;

namespace ControlSurface.Core.Items;

/// <summary>Each <see cref="ItemEvent"/> as a sentence.</summary>
internal static class ItemEventDescriptions
{
    internal static string Of(ItemEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ItemEvent.Created e => $"{by} created it in {e.Queue}.",
            ItemEvent.Edited e => $"{by} changed {Phrases.And(e.Changed)}{Phrases.Because(e.Why)}.",
            ItemEvent.Requeued e => $"{by} put it back into the queue{Phrases.Because(e.Why)}.",
            ItemEvent.BackedOff e => $"It rests until {Phrases.Clock(e.Until)} after a failure.",
            ItemEvent.BecameReady => "It became available.",
            ItemEvent.Parked { Until: { } until } e =>
                $"{by} snoozed it until {Phrases.Clock(until)}{Phrases.Because(e.Why)}.",
            ItemEvent.Parked { AttemptsUsedUp: true } => "It was parked: its attempts are used up.",
            ItemEvent.Parked e => $"{by} parked it{Phrases.Because(e.Why)}.",
            ItemEvent.Unparked e => $"{by} unparked it{Phrases.Because(e.Why)}.",
            ItemEvent.Completed => $"{by} completed it.",
            ItemEvent.Cancelled e => $"{by} cancelled it{Phrases.Because(e.Why)}.",
            ItemEvent.Reopened e => $"{by} opened it again{Phrases.Because(e.Why)}.",
            ItemEvent.DependencyCompleted e => $"{e.Dependency}, on which it depended, was completed.",
            ItemEvent.AskedForAttention e => Attention(e),
            ItemEvent.AttentionEnded { What: var what } => DependencyAttention.IsOne(what)
                ? "What it waits for can come again."
                : $"It asks for attention no longer: {WireNames.Of(what)}.",
            ItemEvent.HandedOff e =>
                $"{by} handed it to {(e.Handoff.ToPrincipal is { } to ? nameOf(to) : "the role " + e.Handoff.ToRole)}{Phrases.Because(e.Handoff.Note)}.",
            ItemEvent.HandoffEnded { How: HandoffEnd.Expired } => "Nobody accepted the handoff in time.",
            ItemEvent.HandoffEnded e =>
                $"{by} {(e.How == HandoffEnd.Declined ? "declined" : "withdrew")} the handoff{Phrases.Because(e.Why)}.",
            ItemEvent.Archived => "It moved to the archive.",
            ItemEvent.Restored => "It came back from the archive.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static string Attention(ItemEvent.AskedForAttention e) =>
        e.What switch
        {
            AttentionKind.DependencyCancelled =>
                $"{e.Detail}, on which it depends, was cancelled: somebody has to decide.",
            AttentionKind.DependencyParked =>
                $"{e.Detail}, on which it depends, is parked and comes only when somebody unparks it.",
            AttentionKind.DependencyStuck =>
                $"{e.Detail}, on which it depends, waits itself for work that cannot come: somebody has to decide.",
            AttentionKind.StaleHold => "It has been stale for long and nobody took it over.",
            AttentionKind.Overdue => "It is overdue.",
            AttentionKind.AttemptsExhausted => "Its attempts are used up: somebody has to decide.",
            AttentionKind.HandoffExpired => "Nobody accepted the handoff in time.",
        };
}
