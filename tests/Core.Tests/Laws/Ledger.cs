using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>A grant as the journal tells it.</summary>
internal sealed class Granted
{
    internal required LeaseId Lease { get; init; }
    internal required ItemId Item { get; init; }
    internal required Holder Holder { get; init; }
    internal required long Seq { get; init; }
    internal required DateTimeOffset At { get; init; }
    internal EndedAs? Ended { get; set; }
    internal bool IsStale { get; set; }
    internal bool IsPaused { get; set; }
    internal DateTimeOffset? Until { get; set; }
    internal DateTimeOffset StaleAt { get; set; }

    /// <summary>The end of the claim, while it was one.</summary>
    internal DateTimeOffset StartBy { get; set; }

    /// <summary>When its holder last brought news, moved on by what does not count.</summary>
    internal DateTimeOffset NewsAt { get; set; }

    /// <summary>The longest quiet time; null for a person.</summary>
    internal TimeSpan? MostQuiet { get; init; }
}

/// <summary>
/// A second reader of the journal, that knows nothing of the workspace's own records: what the laws are checked against.
/// Complains as soon as the events themselves break one.
/// </summary>
internal sealed class Ledger
{
    internal Dictionary<LeaseId, Granted> Grants { get; } = [];
    internal Dictionary<ItemId, Granted> Newest { get; } = [];
    internal Dictionary<ItemId, int> Checkpoints { get; } = [];
    internal Dictionary<ItemId, int> Notes { get; } = [];
    internal Dictionary<ItemId, int> Attempts { get; } = [];
    internal Dictionary<ItemId, bool> Settled { get; } = [];
    internal HashSet<ItemId> Handed { get; } = [];

    /// <summary>What is parked, and whether the rule on attempts parked it.</summary>
    internal Dictionary<ItemId, bool> Parked { get; } = [];
    internal HashSet<ItemId> Archived { get; } = [];
    internal HashSet<(PrincipalId, string)> EndedRuns { get; } = [];
    internal Dictionary<PrincipalId, PrincipalState> People { get; } = [];
    internal Dictionary<string, QueuePolicy> Policies { get; } = [];
    internal Dictionary<ItemId, string> Queues { get; } = [];
    internal long Seq { get; private set; }
    internal DateTimeOffset At { get; private set; }

    /// <summary>Reads one event; hands each breach to <paramref name="broken"/> with the number of its law.</summary>
    internal void Read(Recorded recorded, Action<int, string> broken)
    {
        if (recorded.Seq != Seq + 1)
            broken(8, $"seq {recorded.Seq} follows {Seq}");
        if (recorded.At < At)
            broken(9, $"the event {recorded.Seq} is from before the one before it");
        if (recorded.At.Ticks % TimeSpan.TicksPerMillisecond != 0 || recorded.At.Offset != TimeSpan.Zero)
            broken(9, $"the instant of {recorded.Seq} is not a UTC millisecond");
        Seq = recorded.Seq;
        At = recorded.At;
        if (recorded.Event.ItemId is { } id && Archived.Contains(id) && recorded.Event is not ItemEvent.Restored)
            broken(8, $"{recorded.Event.Type} happened to {id}, which is in the archive");
        if (
            recorded.Event is LockEvent.Acquired or LockEvent.Waited or LockEvent.Released { Because: LockEnd.Unlocked }
            && Newest[recorded.Event.ItemId!.Value] is var at
            && at.Ended is null
            && at.Holder.Id == recorded.By
        )
            at.NewsAt = At;
        switch (recorded.Event)
        {
            case LeaseEvent e:
                ReadLease(e, recorded, broken);
                break;
            case ItemEvent e:
                ReadItem(e, broken);
                break;
            case CheckpointEvent.Recorded e:
                Checkpoints[e.Item] = Checkpoints.GetValueOrDefault(e.Item) + 1;
                Grants[e.Lease].NewsAt = At;
                break;
            case QueueEvent.PolicySet e:
                Policies[e.Queue] = e.Policy;
                break;
            case NoteEvent.Added e:
                Notes[e.Item] = Notes.GetValueOrDefault(e.Item) + 1;
                break;
            case LockEvent.Acquired e:
                NobodyPassed(e, e.Wait ?? recorded.Seq, broken);
                if (e.Wait is { } served)
                    Waits.Remove(served);
                foreach (var ask in e.Locks)
                    Locks[(e.Item, ask.Target)] = (LockMode)
                        Math.Max((int)ask.Mode, (int)Locks.GetValueOrDefault((e.Item, ask.Target)));
                break;
            case LockEvent.Waited e:
                Waits[recorded.Seq] = e;
                break;
            case LockEvent.GaveUp { Wait: { } over }:
                Waits.Remove(over);
                break;
            case LockEvent.Released e:
                if (e.Because is LockEnd.TakenOver or LockEnd.HandedOff)
                    broken(10, $"{e.Item} lost its locks when it was {e.Because}");
                foreach (var target in e.Targets)
                {
                    if (!Locks.Remove((e.Item, target)))
                        broken(1, $"{target} was released for {e.Item}, which had not locked it");
                }
                break;
            case RunEvent.Ended e:
                EndedRuns.Add((e.Principal, e.Run));
                break;
            case RunEvent.Reopened e:
                if (!EndedRuns.Remove((e.Principal, e.Run)))
                    broken(11, $"the run {e.Run} was reopened though it had not been ended");
                if (recorded.By != e.Principal)
                    broken(11, $"the run {e.Run} was reopened by another than its principal");
                break;
            case PrincipalEvent.Set e:
                People[e.Principal.Id] = e.Principal.State;
                break;
            case WorkspaceEvent.Resumed e:
                foreach (var extension in e.Extended)
                {
                    if (extension.Lease is not { } lease)
                        continue;
                    Grants[lease].NewsAt += extension.Until - Grants[lease].Until!.Value;
                    Grants[lease].StartBy = extension.Until;
                    Grants[lease].Until = extension.Until;
                }
                break;
        }
    }

    // First come, first served: but within what one has already there is nobody to wait behind.
    private void NobodyPassed(LockEvent.Acquired e, long since, Action<int, string> broken)
    {
        foreach (var (seq, wait) in Waits)
        {
            if (wait.Item == e.Item || seq >= since)
                continue;
            foreach (var ask in e.Locks)
            {
                var isWithin = Locks.Any(l =>
                    l.Key.Item == e.Item && LockLaw.Covers(l.Key.Target, ask.Target) && l.Value >= ask.Mode
                );
                if (!isWithin && wait.Locks.Any(l => LockLaw.Keeps(l.Target, l.Mode, ask)))
                    broken(9, $"{e.Item} was given {ask.Target} before {wait.Item}, which has waited since {seq}");
            }
        }
    }

    /// <summary>Requests for locks that wait, by the seq with which they began.</summary>
    internal SortedDictionary<long, LockEvent.Waited> Waits { get; } = [];

    /// <summary>What is locked for which item, and how.</summary>
    internal Dictionary<(ItemId Item, string Target), LockMode> Locks { get; } = [];

    private void ReadItem(ItemEvent happened, Action<int, string> broken)
    {
        switch (happened)
        {
            case ItemEvent.Created e:
                Queues[e.Item] = e.Queue;
                break;
            case ItemEvent.Edited e:
                Queues[e.Item] = e.Queue;
                break;
            case ItemEvent.Completed or ItemEvent.Cancelled:
                if (!Settled.TryAdd(happened.Item, happened is ItemEvent.Completed))
                    broken(8, $"{happened.Item} was settled twice");
                Handed.Remove(happened.Item);
                break;
            case ItemEvent.Reopened:
                Settled.Remove(happened.Item);
                Parked.Remove(happened.Item);
                Attempts.Remove(happened.Item);
                break;
            case ItemEvent.HandedOff:
                Handed.Add(happened.Item);
                break;
            case ItemEvent.HandoffEnded:
                Handed.Remove(happened.Item);
                break;
            case ItemEvent.Parked e:
                Parked[e.Item] = e.AttemptsUsedUp;
                break;
            case ItemEvent.Unparked:
                if (Parked.Remove(happened.Item, out var areUsedUp) && areUsedUp)
                    Attempts.Remove(happened.Item);
                break;
            case ItemEvent.Archived:
                Archived.Add(happened.Item);
                break;
            case ItemEvent.Restored:
                Archived.Remove(happened.Item);
                break;
        }
    }

    private void ReadLease(LeaseEvent happened, Recorded recorded, Action<int, string> broken)
    {
        if (happened is LeaseEvent.Claimed claimed)
        {
            Grant(claimed, recorded, broken);
            return;
        }
        var grant = Grants[happened.Lease];
        if (grant.Ended is not null)
            broken(1, $"{happened.Type} happened to {grant.Lease}, which had ended");
        var isHolder = recorded.By == grant.Holder.Id;
        switch (happened)
        {
            case LeaseEvent.Ended e:
                grant.Ended = e.As;
                if (e.As == EndedAs.Expired && !IsOver(grant, recorded.At))
                    broken(9, $"{grant.Lease} expired before its end");
                if (e.Attempt)
                    Attempts[e.Item] = Attempts.GetValueOrDefault(e.Item) + 1;
                if (isHolder && e.As is EndedAs.Completed && IsOver(grant, recorded.At))
                    broken(9, $"{grant.Lease} was completed by its holder after its end");
                break;
            case LeaseEvent.WentStale:
                if (grant.Until > recorded.At)
                    broken(9, $"{grant.Lease} went stale before {grant.Until:O}");
                grant.IsStale = true;
                grant.StaleAt = recorded.At;
                break;
            case LeaseEvent.Revived e:
                if (!grant.IsStale)
                    broken(9, $"{grant.Lease} was revived while it was live");
                grant.IsStale = false;
                grant.NewsAt += recorded.At - grant.StaleAt;
                News(grant, e.Progress, recorded, broken);
                Runs(grant, e.ExpiresAt, recorded, broken);
                break;
            case LeaseEvent.Started e:
                NotOver(grant, e, recorded, broken);
                grant.NewsAt = recorded.At;
                Runs(grant, e.ExpiresAt, recorded, broken);
                break;
            case LeaseEvent.Renewed e:
                NotOver(grant, e, recorded, broken);
                if (e.ExpiresAt < grant.Until)
                    broken(9, $"renewing {grant.Lease} took time away that was promised");
                News(grant, e.Progress, recorded, broken);
                Runs(grant, e.ExpiresAt, recorded, broken);
                break;
            case LeaseEvent.Suspended e:
                NotOver(grant, e, recorded, broken);
                grant.IsPaused = e.Reasons.HasFlag(SuspendReasons.PausedByPolicy);
                grant.Until = e.ExpiresAt;
                break;
            case LeaseEvent.Resumed e:
                grant.IsPaused = e.Reasons.HasFlag(SuspendReasons.PausedByPolicy);
                grant.NewsAt = recorded.At;
                if (e is { State: LeaseState.Claimed, ExpiresAt: { } claim })
                    grant.StartBy = claim;
                if (e.ExpiresAt is { } end)
                    Runs(grant, end, recorded, broken);
                else
                    grant.Until = null;
                break;
        }
    }

    private void Grant(LeaseEvent.Claimed e, Recorded recorded, Action<int, string> broken)
    {
        if (Newest.TryGetValue(e.Item, out var last))
        {
            if (last.Ended is null)
                broken(1, $"{e.Item} was granted as {e.Lease} while {last.Lease} had not ended");
            if (last.Seq >= recorded.Seq)
                broken(2, $"the token of {e.Lease} is not higher than that of {last.Lease}");
            if (last.Ended == EndedAs.TakenOver && e.How == LeaseEvent.Grant.Takeover && !IsOver(last, recorded.At))
                broken(9, $"{e.Item} was taken over without force before {last.Lease} was over");
        }
        if (Settled.ContainsKey(e.Item))
            broken(1, $"{e.Item} was granted though it is settled");
        if (Handed.Contains(e.Item) && e.How != LeaseEvent.Grant.Accept)
            broken(11, $"{e.Item} was granted past its handoff");
        Handed.Remove(e.Item);
        if (Grants.ContainsKey(e.Lease))
            broken(2, $"{e.Lease} was granted twice");
        if (e.Holder.Run is { } run && EndedRuns.Contains((e.Holder.Id, run)))
            broken(11, $"{e.Lease} was granted to a run that was ended");
        if (People.GetValueOrDefault(e.Holder.Id) != PrincipalState.Active)
            broken(11, $"{e.Lease} was granted to somebody who is not active");
        if (recorded.By != e.Holder.Id)
            broken(11, $"{e.Lease} was granted to another than whoever asked");
        var grant = new Granted
        {
            Lease = e.Lease,
            Item = e.Item,
            Holder = e.Holder,
            Seq = recorded.Seq,
            At = recorded.At,
            Until = e.StartBy,
            StartBy = e.StartBy,
            NewsAt = recorded.At,
            MostQuiet =
                e.Holder.Kind == PrincipalKind.Agent
                    ? TimeSpan.FromSeconds((long)Policies[Queues[e.Item]].MaxQuietRenewals * e.LeaseSeconds)
                    : null,
        };
        if (e.StartBy <= recorded.At)
            broken(9, $"{e.Lease} was over when it was granted");
        Grants[e.Lease] = grant;
        Newest[e.Item] = grant;
    }

    /// <summary>Whether the lease had its longest quiet time by then.</summary>
    internal static bool IsTooQuiet(Granted grant, DateTimeOffset at) =>
        (grant.IsStale ? grant.StaleAt : at) - grant.NewsAt >= grant.MostQuiet;

    private static void News(Granted grant, Progress? progress, Recorded recorded, Action<int, string> broken)
    {
        if (progress is not null)
            grant.NewsAt = recorded.At;
        else if (IsTooQuiet(grant, recorded.At))
            broken(11, $"{grant.Lease} was renewed though it brought no news for {recorded.At - grant.NewsAt}");
    }

    private static bool IsOver(Granted grant, DateTimeOffset at) => grant.IsStale || grant.Until <= at;

    private static void NotOver(Granted grant, LeaseEvent e, Recorded recorded, Action<int, string> broken)
    {
        if (IsOver(grant, recorded.At))
            broken(9, $"{e.Type} happened to {grant.Lease} at its end or after it");
    }

    private static void Runs(Granted grant, DateTimeOffset until, Recorded recorded, Action<int, string> broken)
    {
        if (until <= recorded.At)
            broken(9, $"{recorded.Event.Type} left {grant.Lease} with an end that had passed");
        grant.Until = until;
    }
}
