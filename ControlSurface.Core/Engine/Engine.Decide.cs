using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

// One command: decided on the engine's own workspace, recorded, and answered once its batch is on disk.
public sealed partial class Engine
{
    private void DecideOne(Batch batch, PendingCommand pending, DateTimeOffset now)
    {
        var request = pending.Request;
        if (request.Key is { } key && IsKnown(pending, key, now))
            return;
        if (TryRehydrate(pending) is not { } rehydrated)
            return; // It is looked up on another thread and comes back.
        if (TryDecide(batch, pending, WithWaits(request), rehydrated, now) is not { } decision)
            return;
        if (decision.Reply is LockWaitReply inLine)
        {
            WaitForLocks(batch, pending, decision, inLine, now);
            return;
        }
        if (
            decision.Reply is NothingToClaimReply nothing
            && request.Wait > TimeSpan.Zero
            && !request.DryRun
            && !pending.IsAbandoned
            && !_isDraining
        )
            WaitForClaim(batch, pending, nothing, now);
        else
            Settle(batch, pending, decision, now);
    }

    // The records that the last decision computed: its events are recorded next, or never.
    private DecisionCache _decisionCache = new();

    /// <summary>The decision on a command; null where a rule threw, which refuses this one command and nothing else.</summary>
    private Decision? TryDecide(
        Batch batch,
        PendingCommand pending,
        Command command,
        IReadOnlyList<Items.Item> rehydrated,
        DateTimeOffset now
    )
    {
        try
        {
            var context = new DecisionContext(pending.Request.Caller, now) { Rehydrated = rehydrated };
            (var decision, _decisionCache) = _workspace.DecideCached(command, context);
            return decision;
        }
        catch (Exception bug)
        {
            RefuseForFault(batch, pending, bug, now);
            return null;
        }
    }

    // Deciding changes nothing, so there is nothing to take back: the next command is decided as if this one had not come.
    private void RefuseForFault(Batch batch, PendingCommand pending, Exception bug, DateTimeOffset now)
    {
        if (pending.Request.Key is { } key)
            _keys.Forget(pending.Request.Caller.Id, key.Key);
        batch.Answers.Add((pending, new Outcome(Reply: null, new Refusal.InternalError(), now, _workspace.Seq)));
        Tell(pending.Request.Command.GetType().Name, pending.Request.Command, pending.Request.Caller.Id, bug);
    }

    // Call on another thread: a slow log must not hold up the engine.
    private void Tell(string what, Command? command, PrincipalId? by, Exception bug)
    {
        Figures.Faulted();
        if (_options.OnFault is { } told)
            ThreadPool.UnsafeQueueUserWorkItem(
                _ => told(new RuleFault(what, command is null ? "" : CommandShape.Of(command), by, bug)),
                state: null
            );
    }

    // Only the engine knows whether a claim of the run waits: waiting claims are not in the journal.
    private Command WithWaits(Request request) =>
        request.Command is RunCommand.End end && _waits.HasRun(end.Principal ?? request.Caller.Id, end.Run)
            ? end with
            {
                Waits = true,
            }
            : request.Command;

    /// <summary>Records a decision and adds its answer to the batch.</summary>
    /// <param name="hasWaited">Whether the request waited: its events were written before, and its answer is kept all the same.</param>
    private void Settle(
        Batch batch,
        PendingCommand pending,
        Decision decision,
        DateTimeOffset now,
        bool hasWaited = false
    )
    {
        var request = pending.Request;
        var wrote = (decision.Events.Count > 0 || hasWaited) && !request.DryRun;
        var seq = _workspace.Seq + (request.DryRun ? 0 : decision.Events.Count);
        var outcome = new Outcome(decision.Reply, decision.Refusal, now, seq) { Wrote = wrote };
        if (request.Key is { } key && wrote && request.Render is { } render)
        {
            // Render before anything is recorded: if that throws, nothing has happened.
            try
            {
                outcome = outcome with { Rendered = render(outcome) };
            }
            catch (Exception bug)
            {
                RefuseForFault(batch, pending, bug, now);
                return;
            }
        }
        if (wrote && RecordAll(batch, decision.Events, request.Caller.Id, now) is { } broken)
        {
            RefuseForFault(batch, pending, broken, now);
            return;
        }
        Keep(batch, request, outcome);
        Figures.Decided(decision.Refusal is not null);
        if (Keeps(request, decision))
            batch.Contents.AddRange(request.Contents.Select(c => new KeptContent(c, request.Caller.Id, now)));
        batch.Answers.Add((pending, outcome));
    }

    private void Keep(Batch batch, Request request, Outcome outcome)
    {
        if (request.Key is not { } key)
            return;
        if (outcome.Rendered is null)
        {
            _keys.Forget(request.Caller.Id, key.Key);
            return;
        }
        _keys.Serve(request.Caller.Id, key.Key);
        batch.Kept.Add(Kept(request.Caller.Id, key, outcome));
    }

    private static KeptAnswer Kept(PrincipalId who, IdempotencyKey key, Outcome outcome)
    {
        var rendered = outcome.Rendered!;
        return new KeptAnswer(
            who,
            key.Key,
            key.Fingerprint,
            rendered.Status,
            rendered.Body,
            rendered.Location,
            outcome.Now
        );
    }

    // Contents are stored with the events that rest on them, or with the refusal that says they were kept.
    private static bool Keeps(Request request, Decision decision) =>
        request.Contents.Count > 0
        && !request.DryRun
        && (decision.Refusal is null || decision.Refusal.KeptAs is not null || decision.Events.Count > 0);

    private void Leave(PendingCommand pending, Refusal why, DateTimeOffset now)
    {
        if (pending.Request.Key is { } key)
            _keys.Forget(pending.Request.Caller.Id, key.Key);
        pending.Refuse(why, now, _workspace.Seq);
    }
}
