using ControlSurface.Core.Claims;
using ControlSurface.Core.Leases;

namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    // Seconds: waits do not end so soon that a refused caller should come back at once.
    private const int WaitsRetryAfter = 5;

    /// <summary>How often waiting claims were decided again since the start.</summary>
    internal long WaitsDecided => Interlocked.Read(ref _waitsDecided);

    private long _waitsDecided;

    private void WaitForClaim(Batch batch, PendingCommand pending, NothingToClaimReply nothing, DateTimeOffset now)
    {
        if (IsOneTooMany(batch, pending, now))
            return;
        pending.Deadline = now + pending.Request.Wait;
        if (pending.Request.Key is { } key)
            _keys.Serve(pending.Request.Caller.Id, key.Key);
        _waits.Add(pending, nothing, now);
    }

    /// <summary>
    /// Counts the request as waiting, or refuses it where its principal has too many waiting ones; true where it refused.
    /// </summary>
    private bool IsOneTooMany(Batch batch, PendingCommand pending, DateTimeOffset now)
    {
        if (_waitCounts.TryEnter(pending) is not { } limit)
            return false;
        Figures.Decided(refused: true);
        var refusal = new Refusal.RateLimited(WaitsRetryAfter, limit);
        batch.Answers.Add((pending, new Outcome(Reply: null, refusal, now, _workspace.Seq)));
        return true;
    }

    /// <summary>Decides again, in order, the waiting claims that may get another answer by now.</summary>
    /// <param name="next">The command that is decided next; null for none.</param>
    private void ServeWaits(Batch batch, DateTimeOffset now, Command? next = null)
    {
        if (_isDraining)
        {
            foreach (var pending in _waits.Clear())
                Leave(pending, Stopping, now);
            return;
        }
        if (next is ClaimCommand.Next claim)
            _waits.TryAgain(claim.Queue);
        // While the journal cannot be written no claim can be granted: claims wait on, but not beyond their time.
        while ((_isWritable ? _waits.Next(now) : _waits.NextOver(now)) is { } wait)
            Serve(batch, wait, now);
    }

    private void Serve(Batch batch, ClaimWait wait, DateTimeOffset now)
    {
        var pending = wait.Request;
        if (pending.IsAbandoned)
        {
            // Nobody reads this answer, but the caller may ask again under the same key, which must not count as in progress.
            _waits.Remove(wait);
            Leave(pending, new Refusal.Unavailable("The caller has gone."), now);
            return;
        }
        if (!_isWritable)
        {
            _waits.Remove(wait);
            Leave(pending, new Refusal.Unavailable("The journal cannot be written at the moment."), now);
            return;
        }
        Interlocked.Increment(ref _waitsDecided);
        if (TryDecide(batch, pending, pending.Request.Command, [], now) is not { } decision)
        {
            _waits.Remove(wait);
            return;
        }
        if (decision.Reply is NothingToClaimReply nothing && now < pending.Deadline)
        {
            _waits.StillNothing(wait, nothing, now);
            return;
        }
        _waits.Remove(wait);
        Settle(batch, pending, decision, now);
    }
}
