using System.Diagnostics;

namespace ControlSurface.Core.Conflicts;

/// <summary>The conflict after an event: copies what the event says, asks nothing, refuses nothing.</summary>
internal static class ConflictEvolution
{
    internal static Conflict Evolve(Conflict? conflict, Recorded recorded)
    {
        var next = (ConflictEvent)recorded.Event switch
        {
            ConflictEvent.Opened e => new Conflict
            {
                Id = e.Conflict,
                Kind = e.Kind,
                State = ConflictState.Open,
                Item = e.Item,
                Queue = e.Queue,
                Target = e.Target,
                Artifact = e.Artifact,
                Action = e.Action,
                Key = e.Key,
                Base = e.Base,
                What = e.What,
                MergedHash = e.MergedHash,
                Seq = recorded.Seq,
                OpenedAt = recorded.At,
                UpdatedAt = recorded.At,
                Competing = [.. e.Competing],
                MergedOn = e.MergedOn,
            },
            ConflictEvent.Joined e => conflict! with
            {
                Competing = conflict.Competing.Add(e.Competing),
                MergedHash = e.MergedHash,
                MergedOn = e.MergedOn,
            },
            ConflictEvent.Taken => conflict! with { State = ConflictState.InReview, TakenBy = recorded.By },
            ConflictEvent.Resolved e => conflict! with
            {
                State = e.Resolution == ConflictResolution.Dismiss ? ConflictState.Dismissed : ConflictState.Resolved,
                Resolution = e.Resolution,
                Note = e.Note,
                ResolvedBy = recorded.By,
                ResolvedAt = recorded.At,
            },
            ConflictEvent.Overtaken e => conflict! with
            {
                State = ConflictState.Overtaken,
                Resolution = ConflictResolution.Overtaken,
                Note = e.Why,
                ResolvedBy = recorded.By,
                ResolvedAt = recorded.At,
            },
            _ => throw new UnreachableException(recorded.Event.GetType().Name),
        };
        return next with { Seq = recorded.Seq, UpdatedAt = recorded.At, Log = next.Log.Add(recorded) };
    }
}
