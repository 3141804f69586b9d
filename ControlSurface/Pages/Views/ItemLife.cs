using System.Diagnostics;
using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;

namespace ControlSurface.Pages.Views;

/// <summary>A stretch of an item's life.</summary>
/// <param name="Words">What it was: "Queued", "In work", "Waits on review".</param>
/// <param name="Hue">The hue of that.</param>
/// <param name="Who">Who held it; null where nobody did.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When it ended; null while it lasts.</param>
public sealed record LifeSpan(string Words, Hue Hue, string? Who, DateTimeOffset From, DateTimeOffset? To);

/// <summary>An item's life as stretches one after another: queued, in work and by whom, waiting, stale.</summary>
/// <param name="Spans">The oldest first.</param>
/// <param name="Until">Up to when the last one is drawn.</param>
public sealed record ItemLife(IReadOnlyList<LifeSpan> Spans, DateTimeOffset Until)
{
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(10);

    /// <summary>When the last stretch has grown enough to be drawn anew; null where the life is over.</summary>
    public DateTimeOffset? ChangesAt => Spans is [.., { To: null }] ? Until + StepOf(Until - Spans[0].From) : null;

    /// <summary>How long each kind of stretch lasted in all, work by who did it, in the order in which they first came.</summary>
    public IReadOnlyList<(string Words, Hue Hue, TimeSpan Length)> Sums =>
        [
            .. Spans
                .GroupBy(span => (Words: span.Hue == Hue.Work ? $"{span.Words}, {span.Who}," : span.Words, span.Hue))
                .Select(same => (same.Key.Words, same.Key.Hue, new TimeSpan(same.Sum(span => LengthOf(span).Ticks)))),
        ];

    /// <summary>How long a stretch lasted, or has lasted.</summary>
    public TimeSpan LengthOf(LifeSpan span)
    {
        var length = (span.To ?? Until) - span.From;
        return length < TimeSpan.Zero ? TimeSpan.Zero : length;
    }

    /// <summary>The life that an item's events tell.</summary>
    /// <param name="events">As the viewer may see them, the oldest first.</param>
    public static ItemLife Of(IEnumerable<Recorded> events, DateTimeOffset now)
    {
        var teller = new Teller();
        foreach (var recorded in events)
            teller.Hear(recorded);
        var spans = teller.Spans;
        if (spans is not [.., { To: null }])
            return new ItemLife(spans, spans.Count == 0 ? now : spans[^1].To!.Value);
        // Drawn in steps, so that two looks at the same life within one step are the same.
        var step = StepOf(now - spans[0].From).Ticks;
        return new ItemLife(spans, new DateTimeOffset((now.UtcTicks + step - 1) / step * step, TimeSpan.Zero));
    }

    private static TimeSpan StepOf(TimeSpan life) => life < Young ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(1);

    private sealed class Teller
    {
        private static readonly (string, Hue) Queued = ("Queued", Hue.Idle);
        private static readonly (string, Hue) Blocked = ("Waits for other work", Hue.Idle);
        private static readonly (string, Hue) InWork = ("In work", Hue.Work);
        private readonly List<LifeSpan> _spans = [];
        private readonly HashSet<ItemId> _dependencies = [];
        private string? _holder;

        internal IReadOnlyList<LifeSpan> Spans => _spans;

        internal void Hear(Recorded recorded)
        {
            // With the events of others no stretch begins or ends.
            if (recorded.Event is ItemEvent item)
                OfItem(item, recorded.At);
            else if (recorded.Event is LeaseEvent lease)
                OfLease(lease, recorded.At);
        }

        private void OfItem(ItemEvent happened, DateTimeOffset at)
        {
            switch (happened)
            {
                case ItemEvent.Created e:
                    _dependencies.UnionWith(e.OpenDependencies);
                    Go(
                        _dependencies.Count > 0 ? Blocked
                            : e.WaitsUntil is not null ? ("Waits for its time", Hue.Idle)
                            : Queued,
                        at
                    );
                    break;
                case ItemEvent.Edited e:
                    _dependencies.Clear();
                    _dependencies.UnionWith(e.OpenDependencies);
                    break;
                case ItemEvent.DependencyCompleted e:
                    if (_dependencies.Remove(e.Dependency) && _dependencies.Count == 0 && _holder is null)
                        Go(Queued, at);
                    break;
                case ItemEvent.BackedOff:
                    Go(("Rests after a failure", Hue.Idle), at);
                    break;
                case ItemEvent.HandedOff:
                    Go(("Handed off", Hue.Open), at);
                    break;
                case ItemEvent.Parked:
                    Go(("Parked", Hue.Idle), at);
                    break;
                case ItemEvent.Completed or ItemEvent.Cancelled:
                    Stop(at);
                    break;
                case ItemEvent.BecameReady
                or ItemEvent.HandoffEnded
                or ItemEvent.Unparked
                or ItemEvent.Requeued
                or ItemEvent.Reopened:
                    Go(_dependencies.Count > 0 ? Blocked : Queued, at);
                    break;
                case ItemEvent.AskedForAttention
                or ItemEvent.AttentionEnded
                or ItemEvent.Archived
                or ItemEvent.Restored:
                    break;
                default:
                    throw new UnreachableException(happened.GetType().Name);
            }
        }

        private void OfLease(LeaseEvent happened, DateTimeOffset at)
        {
            switch (happened)
            {
                case LeaseEvent.Claimed e:
                    Go(InWork, at, LeaseWords.Full(e.Holder));
                    break;
                case LeaseEvent.Suspended e:
                    Go((Capital(LeaseWords.Suspension(e.Reasons)), Hue.Wait), at, _holder);
                    break;
                case LeaseEvent.Resumed { State: LeaseState.Active or LeaseState.Claimed } or LeaseEvent.Revived:
                    Go(InWork, at, _holder);
                    break;
                case LeaseEvent.WentStale e:
                    // It was stale from then on, however late that was written down.
                    Go(("Stale", Hue.Bad), e.ExpiredAt > _spans[^1].From ? e.ExpiredAt : at, _holder);
                    break;
                case LeaseEvent.Ended { As: EndedAs.Completed or EndedAs.Cancelled }:
                    Stop(at);
                    break;
                case LeaseEvent.Ended:
                    Go(Queued, at);
                    break;
                case LeaseEvent.Started or LeaseEvent.Renewed or LeaseEvent.Acknowledged or LeaseEvent.Resumed:
                    break;
                default:
                    throw new UnreachableException(happened.GetType().Name);
            }
        }

        private void Go((string Words, Hue Hue) what, DateTimeOffset at, string? who = null)
        {
            _holder = who;
            if (_spans is [.., { To: null } last] && (last.Words, last.Who) == (what.Words, who))
                return;
            Stop(at);
            _holder = who;
            // Of several things within one write the last is how it went on.
            if (_spans is [.., { } before] && (before.Words, before.Who, before.To) == (what.Words, who, at))
                _spans[^1] = before with { To = null };
            else
                _spans.Add(new LifeSpan(what.Words, what.Hue, who, at, To: null));
        }

        private void Stop(DateTimeOffset at)
        {
            _holder = null;
            if (_spans is not [.., { To: null } last])
                return;
            if (last.From == at)
                _spans.RemoveAt(_spans.Count - 1);
            else
                _spans[^1] = last with { To = at };
        }

        private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
    }
}
