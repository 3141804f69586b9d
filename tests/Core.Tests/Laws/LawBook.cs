using System.Globalization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>Plays a schedule and checks every law after every step. The numbers are those of DESIGN.md; 0 is a crash.</summary>
internal sealed class LawBook : IDay
{
    private readonly Stage _stage = new();
    private readonly List<Breach> _breaches = [];
    private readonly Dictionary<long, byte[]> _digests = [];
    private readonly Recount _count = new();
    private Workspace? _seen;
    private long _seenSeq;
    private DateTimeOffset _seenNow;
    private int _step;

    private readonly Schedule _schedule;

    private LawBook(Schedule schedule)
    {
        _schedule = schedule;
        _stage.Broken = Broken;
        _stage.AfterEach = CheckTried;
    }

    public IReadOnlyList<Breach> Breaches => _breaches;

    public IReadOnlyList<Recorded> Journal => _stage.Journal;

    /// <summary>Plays the day of a seed: 60 to 200 steps.</summary>
    internal static LawBook Play(ulong seed) => Play(Schedule.Of(seed));

    private static LawBook Play(Schedule schedule)
    {
        var book = new LawBook(schedule);
        book.PlaySteps();
        return book;
    }

    private void PlaySteps()
    {
        try
        {
            for (_step = 1; _step <= _schedule.Steps.Count; _step++)
            {
                _stage.Play(_schedule.Steps[_step - 1]);
                CheckState();
                if (_step % 41 == 0)
                    _digests[_stage.At.Seq] = Digest.Of(_stage.At.ToState());
            }
            CheckReplay();
        }
        catch (Exception crash)
        {
            Broken(0, crash.ToString());
        }
    }

    private void Broken(int law, string what)
    {
        if (!_breaches.Exists(b => b.Law == law))
            _breaches.Add(
                new Breach(
                    law,
                    _schedule.Seed,
                    string.Create(CultureInfo.InvariantCulture, $"at step {_step}: {what}"),
                    () => Shortest(law)
                )
            );
    }

    /// <summary>The shortest story that still breaks the law, and how it does.</summary>
    private string Shortest(int law)
    {
        var shortest = _schedule.Shrunk(fewer => Play(fewer).Breaches.Any(b => b.Law == law));
        return $"The shortest that breaks it, {Play(shortest).Breaches.First(b => b.Law == law).What}:\n{shortest.AsStory()}";
    }

    private void CheckTried(Tried tried)
    {
        var (command, by, now, decision, grant, newest) = tried;
        var who = _stage.At.FindPrincipal(by.Id);
        // A wait that would never have ended is counted against the lock, and refused.
        var isCounted = decision.Refusal is LockRefusal.TargetLocked { WouldDeadlock: true };
        if (decision.Events.Count > 0 && decision.Refusal is not null && !isCounted)
            Broken(13, $"{command.GetType().Name} was refused and changed something");
        if (
            decision.Events.Count > 0
            && who is { State: not PrincipalState.Active }
            && command is not PrincipalCommand.Sync
        )
            Broken(11, $"{who.Name}, who is {who.State}, changed something by {command.GetType().Name}");
        if (command is LeaseCommand c && grant is not null && decision.Events.Count > 0)
        {
            var helps = c is LeaseCommand.HandOff && (who!.Roles & (Roles.Support | Roles.Manager)) != Roles.None;
            if (grant != newest)
                Broken(2, $"{grant.Lease} was written under though {newest!.Lease} is newer");
            if (c.Token != grant.Seq && !(helps && by.Id != grant.Holder.Id))
                Broken(2, $"the token {c.Token} was accepted for {grant.Lease}, whose is {grant.Seq}");
            if (!helps && (grant.Holder.Id != by.Id || grant.Holder.Run != c.Run))
                Broken(2, $"{who!.Name} wrote under {grant.Lease}, which is {grant.Holder.Name}'s");
        }
        if (
            command is LeaseCommand and not LeaseCommand.Start
            && decision.Events.OfType<LeaseEvent.Started>().Any(e => e.ExpiresAt < grant!.StartBy)
        )
            Broken(9, $"the first write under {grant!.Lease} took time away from its claim");
        // A lease that was only claimed starts with the call: quiet time begins then.
        if (
            decision.Refusal is LeaseRefusal.NoProgress
            && grant is { MostQuiet.Ticks: > 0 }
            && !Ledger.IsTooQuiet(grant, now)
        )
            Broken(11, $"{grant.Lease} was refused a renewal before its quiet time was over");
        if (
            decision.Events.Any(e => e is LeaseEvent.Claimed { How: LeaseEvent.Grant.Force })
            && (who!.Roles & (Roles.Support | Roles.Manager)) == Roles.None
        )
            Broken(9, $"{who.Name}, who may not use force, was granted an item before its lease was over");
        CheckReply(decision, now);
    }

    // What the caller is told and what became true cannot differ (STYLE.md, A room).
    private void CheckReply(Decision decision, DateTimeOffset now)
    {
        switch (decision.Reply)
        {
            case LockedReply reply:
                foreach (var held in reply.Locks)
                {
                    if (_stage.At.FindItem(reply.Lease.Lease.Item)!.FindLock(held.Target) != held)
                        Broken(12, $"{held.Target} was said to be locked for {reply.Lease.Lease.Item} and is not");
                }
                break;
            case LeaseReply reply when _stage.At.FindLease(reply.Lease.Lease.Id) is { } lease:
                CheckLeaseReply(reply.Lease.Lease, lease);
                break;
            case GrantReply reply:
                CheckLeaseReply(reply.Lease.Lease, _stage.At.FindLease(reply.Lease.Lease.Id)!);
                CheckItemReply(reply.Item.Item);
                CheckHandover(reply);
                break;
            case ItemReply reply:
                CheckItemReply(reply.Item.Item);
                break;
            case RenewalsReply reply:
                foreach (var result in reply.Results)
                {
                    if (result.ExpiresAt is { } end && _stage.At.FindLease(result.Lease)!.ExpiresAt != end)
                        Broken(12, $"a renewal of {result.Lease} was answered with another end than it has");
                    if (result.ExpiresAt <= now)
                        Broken(9, $"a renewal of {result.Lease} was answered with an end that had passed");
                }
                break;
        }
    }

    private void CheckLeaseReply(Lease told, Lease now)
    {
        if (
            told.State != now.State
            || told.ExpiresAt != now.ExpiresAt
            || told.Token != now.Token
            || told.QuietRenewals != now.QuietRenewals
            || told.QuietUntil != now.QuietUntil
            || told.Reasons != now.Reasons
            || told.StartBy != now.StartBy
            || told.EndedAs != now.EndedAs
            || told.SuspendedMs != now.SuspendedMs
        )
            Broken(12, $"the answer about {told.Id} is not what became true");
    }

    private void CheckItemReply(Item told)
    {
        if (_stage.At.FindItem(told.Id) is not { } now)
            return;
        if (
            told.State != now.State
            || told.Seq != now.Seq
            || told.Queue != now.Queue
            || told.ReadySeq != now.ReadySeq
            || told.Attempts != now.Attempts
            || told.Log.Count != now.Log.Count
            || !told.Attention.SequenceEqual(now.Attention)
        )
            Broken(12, $"the answer about {told.Id} is not what became true");
    }

    private void CheckHandover(GrantReply reply)
    {
        var recorded = _stage.Ledger.Checkpoints.GetValueOrDefault(reply.Item.Item.Id);
        if ((reply.Handover?.Checkpoints.Count ?? 0) != recorded)
            Broken(10, $"{recorded} checkpoints of {reply.Item.Item.Id} are not all handed over");
        if (recorded > 0 && reply.Handover!.Checkpoint!.Number != recorded)
            Broken(10, $"the last checkpoint of {reply.Item.Item.Id} is not the one handed over");
    }

    private void CheckState()
    {
        var (at, now) = (_stage.At, _stage.Now);
        if (at.Seq == _seenSeq && ReferenceEquals(at, _seen) && now == _seenNow)
            return;
        (_seen, _seenSeq, _seenNow) = (at, at.Seq, now);
        foreach (var item in at.Items())
            CheckItem(item);
        foreach (var item in _stage.Archive)
        {
            if (!at.IsInMemory(item.Id))
                CheckNothingLost(item);
        }
        CheckGrants();
        LockLaw.Check(at, _stage.Ledger, now, Broken);
        _count.Compare(at, Broken);
    }

    private void CheckGrants()
    {
        foreach (var (id, grant) in _stage.Ledger.Newest)
        {
            var holds = _stage.At.FindItem(id)?.Lease;
            if (grant.Ended is null && holds?.Id != grant.Lease)
                Broken(1, $"{grant.Lease} never ended and {id} does not know it");
            if (grant.Ended is not null && holds is not null)
                Broken(1, $"{id} is held under {holds.Id} after {grant.Lease} ended");
        }
    }

    private void CheckItem(Item item)
    {
        var now = _stage.Now;
        CheckNothingLost(item);
        if (item.Attempts != _stage.Ledger.Attempts.GetValueOrDefault(item.Id))
            Broken(12, $"{item.Id} counts {item.Attempts} attempts");
        if (item.State != StateOf(item))
            Broken(12, $"{item.Id} is called {item.State} and is {StateOf(item)}");
        if (item.Lease is { } lease)
            CheckLease(item, lease, now);
        if (item.Handoff is not null != _stage.Ledger.Handed.Contains(item.Id))
            Broken(11, $"{item.Id} and the journal disagree on whether it is handed off");
        if (item.Handoff is not null && item.Lease is not null)
            Broken(11, $"{item.Id} is both held and handed off");
        if (item.Settled is not null && (item.Lease is not null || item.Handoff is not null))
            Broken(11, $"{item.Id} is settled and somebody's");
        if (item.State == ItemState.Blocked)
            CheckBlocked(item);
        if (item.Settled is null)
            CheckChain(item);
    }

    // Whoever waits for work that cannot come by itself says so, through the whole chain, and nobody else does.
    private void CheckChain(Item item)
    {
        var expected = new SortedSet<AttentionKind>();
        foreach (var id in item.OpenDependencies)
        {
            switch (_stage.At.FindItem(id))
            {
                case null or { Settled: not null }:
                    expected.Add(AttentionKind.DependencyCancelled);
                    break;
                case { Parked: { Until: null } }:
                    expected.Add(AttentionKind.DependencyParked);
                    break;
                case { } open when open.Attention.Exists(IsOfChain):
                    expected.Add(AttentionKind.DependencyStuck);
                    break;
            }
        }
        if (!expected.SetEquals(item.Attention.Where(IsOfChain)))
            Broken(
                11,
                $"{item.Id} says [{string.Join(' ', item.Attention)}] and should say [{string.Join(' ', expected)}] of its chain"
            );
    }

    private static bool IsOfChain(AttentionKind attention) =>
        WireNames.Of(attention).StartsWith("dependency_", StringComparison.Ordinal);

    // Nothing waits for ever: what blocks ends by itself, is open work, or a person has been told.
    private void CheckBlocked(Item item)
    {
        foreach (var dependency in item.OpenDependencies)
        {
            var known = _stage.At.FindItem(dependency) ?? _stage.Archive.FirstOrDefault(i => i.Id == dependency);
            if (known!.Settled is { Completed: true })
                Broken(11, $"{item.Id} waits for {dependency}, which is completed");
            if (known.Settled is { Completed: false } && !item.Attention.Contains(AttentionKind.DependencyCancelled))
                Broken(11, $"{item.Id} waits for {dependency}, which was cancelled, and nobody was told");
        }
        if (item.OpenDependencies.Count == 0 && item.WaitsUntil is null)
            Broken(11, $"{item.Id} is blocked by nothing");
    }

    private void CheckNothingLost(Item item)
    {
        if (item.Checkpoints.Count != _stage.Ledger.Checkpoints.GetValueOrDefault(item.Id))
            Broken(10, $"{item.Id} has lost a checkpoint");
        if (item.Notes.Count != _stage.Ledger.Notes.GetValueOrDefault(item.Id))
            Broken(10, $"{item.Id} has lost a note");
        for (var k = 1; k < item.Past.Count; k++)
        {
            if (item.Past[k].Token <= item.Past[k - 1].Token)
                Broken(2, $"the tokens of {item.Id} do not grow");
        }
        if (item.Lease is { } lease && item.Past.Count > 0 && lease.Token <= item.Past[^1].Token)
            Broken(2, $"the token of {lease.Id} is not higher than the one before");
    }

    private void CheckLease(Item item, Lease lease, DateTimeOffset now)
    {
        var at = _stage.At;
        var grant = _stage.Ledger.Grants[lease.Id];
        if (lease.Token != grant.Seq || lease.Holder != grant.Holder)
            Broken(2, $"{lease.Id} is not what was granted");
        if (lease.IsLive && lease.ExpiresAt <= now)
            Broken(9, $"{lease.Id} is live after its end");
        if (lease.IsLive == grant.IsStale)
            Broken(9, $"{lease.Id} and the journal disagree on whether it is over");
        if (lease.IsLive && lease.ExpiresAt != grant.Until)
            Broken(9, $"{lease.Id} ends at another instant than the journal says");
        if (lease.IsWorking && lease.LifeEndsAt < lease.ExpiresAt)
            Broken(9, $"{lease.Id} runs past its longest life");
        if (lease.State == LeaseState.Claimed != lease.StartBy is not null)
            Broken(11, $"{lease.Id} is {lease.State} with startBy {lease.StartBy}");
        if (at.FindPrincipal(lease.Holder.Id) is not { State: not PrincipalState.Ended })
            Broken(11, $"{lease.Id} is held by somebody who has ended");
        if (lease.Holder.Run is { } run && at.FindEndedRun(lease.Holder.Id, run) is not null)
            Broken(11, $"{lease.Id} is held by a run that was ended");
        var paused = at.FindQueue(item.Queue)!.Queue.Pause is not null || at.Stopped?.Scope == StopScope.All;
        if (lease.IsLive && paused != lease.Reasons.HasFlag(SuspendReasons.PausedByPolicy))
            Broken(11, $"{lease.Id} is {lease.State} for {lease.Reasons} while its queue's pause is {paused}");
        if (lease.IsLive && lease.ExpiresAt is null && !paused)
            Broken(11, $"{lease.Id} has no end");
        if (lease.State == LeaseState.Suspended == (lease.Reasons == SuspendReasons.None))
            Broken(11, $"{lease.Id} is {lease.State} for {lease.Reasons}");
        if (lease.State == LeaseState.Stale && item.RequeueAt is null && item.StaleAttentionAt is null)
        {
            if (!item.Attention.Contains(AttentionKind.StaleHold))
                Broken(11, $"{lease.Id} is stale and nobody will be told");
        }
    }

    // The state words of API.md, Objects, item, written down a second time.
    internal static ItemState StateOf(Item item)
    {
        if (item.Settled is { } settled)
            return settled.Completed ? ItemState.Completed : ItemState.Cancelled;
        if (item.Lease is { } lease)
        {
            return lease.State switch
            {
                LeaseState.Suspended => ItemState.Suspended,
                LeaseState.Active => ItemState.Leased,
                LeaseState.Claimed => ItemState.Claimed,
                _ => ItemState.Stale,
            };
        }
        if (item.Handoff is not null)
            return ItemState.HandedOff;
        if (item.Parked is not null)
            return ItemState.Parked;
        return item.OpenDependencies.Count > 0 || item.WaitsUntil is not null ? ItemState.Blocked : ItemState.Queued;
    }

    // Law 8: from nothing, through the bytes on disk, to every seq that was remembered; and from a snapshot.
    private void CheckReplay()
    {
        _digests[_stage.At.Seq] = Digest.Of(_stage.At.ToState());
        RandomDay.Replay(_stage.Journal, CheckAgain);
    }

    private void CheckAgain(Workspace again)
    {
        if (!_digests.TryGetValue(again.Seq, out var digest))
            return;
        var state = again.ToState();
        if (!Digest.Of(state).AsSpan().SequenceEqual(digest))
            Broken(8, $"replaying the journal to {again.Seq} gives another state");
        if (!Digest.Of(Workspace.From(state).ToState()).AsSpan().SequenceEqual(digest))
            Broken(8, $"a snapshot at {again.Seq} comes back as another state");
    }
}
