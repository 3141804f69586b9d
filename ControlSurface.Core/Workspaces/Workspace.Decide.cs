using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Deciding;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Publishing;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Resolving;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    /// <summary>
    /// Decides a command and changes nothing: a dry run is a decision that is thrown away. Several threads may decide on one workspace
    /// at once. Decide and evolve first what was due by the context's instant (<see cref="DecideDue"/>).
    /// </summary>
    public Decision Decide(Command command, DecisionContext context) => DecideCached(command, context).Decision;

    /// <summary>Decides a command that names no archived item.</summary>
    public Decision Decide(Command command, Caller caller, DateTimeOffset now) =>
        Decide(command, new DecisionContext(caller, now));

    /// <summary>Decides a command, and returns the records that it computed for its reply as well.</summary>
    internal CachedDecision DecideCached(Command command, DecisionContext context)
    {
        var cache = new DecisionCache();
        var at = context.Rehydrated.Count == 0 ? this : Beside(context.Rehydrated);
        return new CachedDecision(at.Decide(command, context, cache), cache);
    }

    private Decision Decide(Command command, DecisionContext context, DecisionCache cache)
    {
        var (caller, now) = (context.Caller, context.Now);
        if (command is PrincipalCommand.Sync sync)
            return FollowUpEvents.Complete(this, PrincipalRules.Sync(this, sync, now), now, cache);
        if (command is PrincipalCommand.TellSession told)
            return PrincipalRules.Tell(told);
        if (command is BulkCommand.Advance advance)
            return BulkRules.Advance(this, advance, now);
        if (command is WebhookCommand.Disable gone)
            return WebhookRules.Disable(this, gone);
        if (FindPrincipal(caller.Id) is not { } who || who.State == PrincipalState.Ended)
            return new Refusal.Unauthorized("The key or sign-in belongs to nobody who may call.");
        if ((Permissions.MayAsk(command.Verb) & who.Roles) == 0)
            return new Refusal.Forbidden(Permissions.InWords(Permissions.MayAsk(command.Verb)));
        var scope = Scope.Of(who, caller);
        var decision = QueueGate.Outside(this, command, scope) is { } outside
            ? outside
            : FollowUpEvents.Complete(
                this,
                Guided(Dispatch(new RuleContext(this, who, scope, now, cache), command), scope),
                now,
                cache
            );
        if (scope.IsLimited && decision.Refusal is { } refused)
            decision = decision.As(Sight.Of(this, scope, refused, command));
        // A paused principal may do nothing (DESIGN.md, 11), but gets first the refusals that anybody would get.
        return who.State == PrincipalState.Paused && !RanksBeforePaused(decision.Refusal)
            ? PausedRefusal(who)
            : decision;
    }

    // A refusal that reveals a collision carries the runbook's guidance for its pattern.
    private Decision Guided(Decision decision, Scope scope)
    {
        if (decision.Refusal is not { Conflict: { } id } refusal || _patterns.Count == 0)
            return decision;
        var (kind, queue, target) = FindConflict(id) is { } known
            ? (known.Kind, known.Queue, known.Target)
            : decision
                .Events.OfType<ConflictEvent.Opened>()
                .Where(e => e.Conflict == id)
                .Select(e => (e.Kind, e.Queue, e.Target))
                .First();
        return scope.Sees(queue) && RunbookRules.GuidanceFor(this, kind, queue, target) is { } guidance
            ? Decision.Revealed(decision.Events, refusal with { Guidance = guidance })
            : decision;
    }

    /// <summary>
    /// Whether the caller may still send the command, asked before a kept answer is replayed. The refusal says that they have ended,
    /// their role does not allow it, it names something outside their scope, or they are paused; null where they may.
    /// </summary>
    public Refusal? MayMake(Command command, Caller caller)
    {
        if (FindPrincipal(caller.Id) is not { } who || who.State == PrincipalState.Ended)
            return new Refusal.Unauthorized("The key or sign-in belongs to nobody who may call.");
        if ((Permissions.MayAsk(command.Verb) & who.Roles) == 0)
            return new Refusal.Forbidden(Permissions.InWords(Permissions.MayAsk(command.Verb)));
        return QueueGate.Outside(this, command, Scope.Of(who, caller))
            ?? (who.State == PrincipalState.Paused ? PausedRefusal(who) : null);
    }

    /// <summary>The refusal of everything that a paused principal asks for.</summary>
    public static Refusal.Paused PausedRefusal(Principal who) =>
        new(PauseScope.Principal, who.PausedBy ?? PrincipalId.System, who.Why ?? "The principal is paused.");

    /// <summary>The events of the next thing that is due by now; null where nothing is. Evolve by them before deciding the next.</summary>
    public IReadOnlyList<Event>? DecideDue(DateTimeOffset now) =>
        _due.DueBy(now, _items) is { } item
            ? FollowUpEvents.After(this, DueRules.Decide(this, item, now), now, new DecisionCache())
        : _artifactDue.Count > 0 && _artifactDue.Min.At <= now
            ? DueRules.Decide(_artifacts[_artifactDue.Min.Artifact], this, now)
        : _actionDue.Count > 0 && _actionDue.Min.At <= now ? DueRules.Decide(_actions[_actionDue.Min.Action], this, now)
        : _holdDue.Count > 0 && _holdDue.Min.At <= now ? EndHold(_holdDue.Min.Hold, now)
        : _absenceDue.Count > 0 && _absenceDue.Min.At <= now ? [new PrincipalEvent.CameBack(_absenceDue.Min.Who)]
        : null;

    /// <summary>The id of what is due next by now, and since when; null where nothing is due.</summary>
    internal (string Id, DateTimeOffset At)? FirstDue(DateTimeOffset now) => LookAtDue(now, takeOff: false);

    // The ids of what was set aside.
    private readonly List<object> _setAside = [];

    /// <summary>
    /// Drops what is due next by now, because deciding it failed, so that the rest does not wait behind it. It comes back with
    /// <see cref="BringBackDue()"/>, when its record changes, or when the workspace is loaded again.
    /// </summary>
    internal void SetAsideDue(DateTimeOffset now) => LookAtDue(now, takeOff: true);

    /// <summary>Puts back everything that was set aside, each at the instant at which its record is due now.</summary>
    internal void BringBackDue()
    {
        foreach (var id in _setAside)
            BringBackDue(id);
        _setAside.Clear();
    }

    // A record that is gone, or has nothing due any more, stays away.
    private void BringBackDue(object id)
    {
        switch (id)
        {
            case ItemId item when _items.Find(item)?.NextDueAt is { } at:
                _due.Schedule(item, at);
                break;
            case ArtifactId artifact when _artifacts.GetValueOrDefault(artifact)?.NextDueAt is { } at:
                _artifactDue.Add((at, artifact));
                break;
            case string action when _actions.GetValueOrDefault(action)?.NextDueAt is { } at:
                _actionDue.Add((at, action));
                break;
            case HoldId hold when _holds.GetValueOrDefault(hold)?.Until is { } at:
                _holdDue.Add((at, hold));
                break;
            case PrincipalId who when _absences.GetValueOrDefault(who)?.Until is { } at:
                _absenceDue.Add((at, who));
                break;
        }
    }

    private (string Id, DateTimeOffset At)? LookAtDue(DateTimeOffset now, bool takeOff)
    {
        if (_due.DueBy(now, _items) is { } item)
        {
            if (takeOff)
            {
                _due.SetAsideFirst();
                _setAside.Add(item.Id);
            }
            return (item.Id.Text, item.NextDueAt!.Value);
        }
        if (_artifactDue.Count > 0 && _artifactDue.Min is var artifact && artifact.At <= now)
            return Look(_artifactDue, artifact, artifact.Artifact.Text);
        if (_actionDue.Count > 0 && _actionDue.Min is var action && action.At <= now)
            return Look(_actionDue, action, action.Action);
        if (_holdDue.Count > 0 && _holdDue.Min is var hold && hold.At <= now)
            return Look(_holdDue, hold, hold.Hold.Text);
        if (_absenceDue.Count > 0 && _absenceDue.Min is var absence && absence.At <= now)
            return Look(_absenceDue, absence, absence.Who.Text);
        return null;

        (string, DateTimeOffset) Look<T>(
            SortedSet<(DateTimeOffset At, T Id)> due,
            (DateTimeOffset At, T Id) first,
            string name
        )
            where T : notnull
        {
            if (takeOff)
            {
                due.Remove(first);
                _setAside.Add(first.Id);
            }
            return (name, first.At);
        }
    }

    private IReadOnlyList<Event> EndHold(HoldId id, DateTimeOffset now) =>
        LockRules.Follow(this, [new HoldEvent.Ended(id, _holds[id].Target, HoldEnd.Expired)], now);

    /// <summary>The answer to a lock request that waited and now has all of its targets; null where it has not.</summary>
    internal Decision? ServedTo(LockCommand.Acquire command) => LockRules.Served(this, command);

    /// <summary>
    /// The events that end the lock waits of callers who hung up, and that serve those behind them. Ended waits are ignored.
    /// </summary>
    /// <param name="waits">The item and the seq of each wait.</param>
    public IReadOnlyList<Event> DecideGiveUp(IReadOnlyList<(ItemId Item, long Wait)> waits, DateTimeOffset now)
    {
        var events = new List<Event>();
        foreach (var (id, wait) in waits)
        {
            if (FindItem(id) is { } item && item.LockWaits.Find(w => w.Seq == wait) is { } found)
                events.Add(LockRules.GiveUp(item, found, LockEnd.Gone, now));
        }
        return LockRules.Follow(this, events, now);
    }

    /// <summary>The events that archive settled items which nobody has to act on, the first settled first.</summary>
    /// <param name="settledBefore">Only items that were settled by then.</param>
    /// <param name="most">The most items to archive.</param>
    public IReadOnlyList<ItemEvent.Archived> DecideArchive(DateTimeOffset settledBefore, int most)
    {
        var archived = new List<ItemEvent.Archived>();
        foreach (var (at, item) in _settled)
        {
            if (at > settledBefore || archived.Count == most)
                break;
            if (!_dependents.ContainsKey(item) && !IsHeldInMemory(item))
                archived.Add(new ItemEvent.Archived(item));
        }
        return archived;
    }

    /// <summary>The event that extends every running clock by the time in which the server was down.</summary>
    /// <param name="downFrom">When the server was last known to be up.</param>
    /// <param name="downTo">When it was up again.</param>
    public WorkspaceEvent.Resumed DecideDowntimeCompensation(DateTimeOffset downFrom, DateTimeOffset downTo) =>
        DowntimeCompensation.Decide(this, downFrom, downTo);

    private static Decision Dispatch(IItemContext<Workspace> context, Command command) =>
        command switch
        {
            ItemCommand c => ItemRules.Decide(context, c),
            ClaimCommand c => ClaimRules.Decide(context, c),
            LeaseCommand c => LeaseRules.Decide(context, c),
            RenewMany c => LeaseRules.Decide(context, c),
            NoteCommand c => NoteRules.Decide(context, c),
            RunCommand c => RunRules.Decide(context, c),
            QueueCommand c => QueueRules.Decide(context, c),
            ArtifactCommand c => ArtifactRules.Decide(context, c),
            ReviewCommand c => ReviewRules.Decide(context, c),
            ApprovalCommand c => ApprovalRules.Decide(context, c),
            ActionCommand c => ActionRules.Decide(context, c),
            PresenceCommand c => PresenceRules.Decide(context, c),
            AddWorkspaceCommand c => c.Decide(),
            TargetCommand c => TargetRules.Decide(context, c),
            InboxCommand c => InboxRules.Decide(context, c),
            PrincipalCommand c => PrincipalRules.Decide(context, c),
            BulkCommand c => BulkRules.Decide(context, c),
            WebhookCommand c => WebhookRules.Decide(context, c),
            ViewCommand c => ViewRules.Decide(context, c),
            RunbookCommand c => RunbookRules.Decide(context, c),
            HoldCommand c => LockRules.Decide(context, c),
            ConflictCommand c => ConflictRules.Decide(context, c),
            MalformedCommand c => Malformed(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Malformed(IItemContext<Workspace> context, MalformedCommand c)
    {
        if (c.Queue is { } queue)
        {
            if (context.Outside(queue) is { } outside)
                return outside;
            // SetQueue creates a queue that does not exist.
            if (context.At.FindQueue(queue) is null && c.Asked != Verb.SetQueue)
                return new Refusal.NotFound("queue", queue);
        }
        if (c.Item is { } id && context.Find(id, out _) is { } refusal)
            return refusal;
        if (c.Artifact is { } artifact && ArtifactContext.Find(context, artifact, out _) is { } noArtifact)
            return noArtifact;
        if (c.Lease is { } lease)
        {
            if (context.At.FindItemOf(lease) is not { } item)
                return new Refusal.NotFound("lease", lease.Text);
            if (context.Outside(item.Queue) is { } outside)
                return outside;
        }
        return new Refusal.InvalidRequest(c.Errors);
    }

    /// <summary>Whether the refusal is one of the 401, 403, 404 and 400 that come before all others (API.md, Refusals).</summary>
    public static bool RanksFirst(Refusal? refusal) =>
        refusal is Refusal.Unauthorized or Refusal.Forbidden or Refusal.NotFound or Refusal.InvalidRequest;

    private static bool RanksBeforePaused(Refusal? refusal) =>
        RanksFirst(refusal)
        || refusal
            is RunRefusal.RunEnded
                or LeaseRefusal.NotHolder
                or LeaseRefusal.Fenced
                or LeaseRefusal.LeaseEnded
                or LeaseRefusal.LeaseStale
                or LeaseRefusal.LeaseSuspended
                or LeaseRefusal.LeaseRequired;
}
