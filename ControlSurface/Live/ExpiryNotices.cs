using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;

namespace ControlSurface.Live;

/// <summary>
/// Tells holders before their lease ends: when a third of the term is left, and 10 s before; under 15 s only the first
/// (API.md, Claims and leases; Settled details). Notices are not in the journal: who is not listening has the replies. While nobody
/// listens nothing is planned.
/// </summary>
public sealed class ExpiryNotices(Engine engine, LiveFeed feed, TimeProvider time, ILogger<ExpiryNotices> log)
    : LastingWork(log)
{
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(10);

    // One entry for each lease, however often it is renewed: its next instant.
    private readonly SortedSet<(DateTimeOffset At, LeaseId Lease)> _due = [];
    private readonly Dictionary<LeaseId, Planned> _planned = [];
    private readonly SemaphoreSlim _rung = new(0);

    // The instant at which somebody began to listen, in ticks; 0 where all since is planned.
    private long _listenedFrom;

    /// <summary>How many instants are planned: at most one for each live lease.</summary>
    internal int PlannedCount => _due.Count;

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken stopping)
    {
        using var alarm = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // It may begin anew: never twice.
        feed.Began -= LookAgain;
        feed.Began += LookAgain;
        while (!stopping.IsCancellationRequested)
        {
            using var subscription = engine.Feed.Subscribe(capacity: 65_536, IsWanted);
            PlanAnew(engine.Now);
            try
            {
                await FollowAsync(subscription, alarm, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (!subscription.Lagged)
                return;
        }
    }

    private bool IsWanted(IReadOnlyList<Recorded> batch)
    {
        if (feed.Count == 0)
            return false;
        foreach (var recorded in batch)
        {
            if (recorded.Event is LeaseEvent)
                return true;
        }
        return false;
    }

    // What was committed while nobody listened is not planned yet.
    private void LookAgain(object? sender, EventArgs began)
    {
        Interlocked.CompareExchange(ref _listenedFrom, engine.Now.UtcTicks, 0);
        Ring();
    }

    // A timer's callback may still run after the timer was disposed of.
    private void Ring()
    {
        try
        {
            _rung.Release();
        }
        catch (ObjectDisposedException)
        {
            // The server stops.
        }
    }

    // What is planned already stays: it is not announced twice.
    private void PlanAnew(DateTimeOffset from)
    {
        var leases = engine.Picture.Read(at => at.Items().Select(i => i.Lease).OfType<Lease>().ToList());
        var there = leases.Select(lease => lease.Id).ToHashSet();
        foreach (var gone in _planned.Keys.Where(lease => !there.Contains(lease)).ToList())
            Forget(gone);
        foreach (var lease in leases)
            Plan(lease, from);
    }

    private async Task FollowAsync(FeedSubscription subscription, ITimer alarm, CancellationToken stopping)
    {
        var commits = subscription.Batches.WaitToReadAsync(stopping).AsTask();
        var rung = _rung.WaitAsync(stopping);
        while (true)
        {
            SetAlarm(alarm);
            await Task.WhenAny(commits, rung).ConfigureAwait(false);
            if (rung.IsCompleted)
            {
                await rung.ConfigureAwait(false);
                rung = _rung.WaitAsync(stopping);
                if (Interlocked.Exchange(ref _listenedFrom, 0) is not 0 and var from)
                    PlanAnew(new DateTimeOffset(from, TimeSpan.Zero));
                Send();
            }
            if (!commits.IsCompleted)
                continue;
            if (!await commits.ConfigureAwait(false))
                return;
            while (subscription.Batches.TryRead(out var batch))
                PlanAll(batch);
            // What was planned late may be due already.
            Send();
            commits = subscription.Batches.WaitToReadAsync(stopping).AsTask();
        }
    }

    private void PlanAll(IReadOnlyList<Recorded> batch)
    {
        var touched = new HashSet<ItemId>();
        foreach (var recorded in batch)
        {
            if (recorded.Event is LeaseEvent { Item: var item })
                touched.Add(item);
        }
        if (touched.Count == 0)
            return;
        // The instant of the commit, not of now: a notice that has become due since then is late, and not to be left out.
        var now = batch[0].At;
        foreach (
            var lease in engine.Picture.Read(at =>
                touched.Select(id => at.FindItem(id)?.Lease).OfType<Lease>().ToList()
            )
        )
            Plan(lease, now);
    }

    private void Plan(Lease lease, DateTimeOffset now)
    {
        if (lease is not { State: LeaseState.Claimed or LeaseState.Active, ExpiresAt: { } end })
        {
            Forget(lease.Id);
            return;
        }
        // What does not move the end, a shorter term or an acknowledgement, does not announce it again.
        if (_planned.TryGetValue(lease.Id, out var known) && known.End == end)
            return;
        Forget(lease.Id);
        var term = lease.State == LeaseState.Active ? lease.LeaseSeconds : (end - lease.ClaimedAt).TotalSeconds;
        var third = end - TimeSpan.FromSeconds(term / 3);
        var planned = new Planned(third, term >= 15 ? end - Last : third, end);
        if (planned.NextAfter(now) is { } next)
            Put(lease.Id, planned with { At = next });
    }

    private void Put(LeaseId lease, Planned planned)
    {
        _planned[lease] = planned;
        _due.Add((planned.At, lease));
    }

    private void Forget(LeaseId lease)
    {
        if (_planned.Remove(lease, out var known))
            _due.Remove((known.At, lease));
    }

    private void Send()
    {
        var now = engine.Now;
        while (_due.Count > 0 && _due.Min is var (at, id) && at <= now)
        {
            var planned = _planned[id];
            Forget(id);
            // At the end nothing is left to announce. Renewed, ended or suspended meanwhile: then this end is not coming, and another
            // notice is planned with the event that says so.
            if (
                planned.NextAfter(at) is not { } next
                || engine.Picture.Read(w => w.FindLease(id)) is not { IsWorking: true } lease
                || lease.ExpiresAt != planned.End
            )
                continue;
            Put(id, planned with { At = next });
            feed.Notify(LiveEvent.Expiring(lease, now));
        }
    }

    private void SetAlarm(ITimer alarm)
    {
        if (_due.Count == 0)
            return;
        var wait = _due.Min.At - engine.Now;
        alarm.Change(wait <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : wait, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        feed.Began -= LookAgain;
        _rung.Dispose();
        base.Dispose();
    }

    /// <summary>The notices before one end of a lease. After the last one the end itself is kept, so that it is announced once.</summary>
    private sealed record Planned(DateTimeOffset Third, DateTimeOffset Last, DateTimeOffset End)
    {
        /// <summary>The instant that comes next.</summary>
        internal DateTimeOffset At { get; init; }

        /// <summary>The first instant after this one; null after the end.</summary>
        internal DateTimeOffset? NextAfter(DateTimeOffset instant)
        {
            // Of a short term the last notice comes before the third.
            var (first, second) = Third <= Last ? (Third, Last) : (Last, Third);
            return first > instant ? first
                : second > instant ? second
                : End > instant ? End
                : null;
        }
    }
}
