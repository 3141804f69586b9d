using System.Diagnostics;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Targets;

/// <summary>Evolves a target by an event.</summary>
internal static class TargetEvolution
{
    private const int Remembered = 20;

    internal static TargetState Evolve(TargetState? was, TargetEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case TargetEvent.Changed e:
                var change = new TargetChange
                {
                    Version = e.Version,
                    By = e.By,
                    Note = e.Note,
                    OccurredAt = e.OccurredAt,
                    CausedBy = e.CausedBy,
                    ReportedBy = recorded.By,
                    At = recorded.At,
                    Seq = recorded.Seq,
                    Counts = e.Counts,
                };
                var state = was ?? TargetState.Unknown(e.Target, recorded.Seq);
                var changes = state.Changes.Add(change);
                return state with
                {
                    Version = e.Counts ? e.Version : state.Version,
                    OccurredAt = e.Counts ? e.OccurredAt : state.OccurredAt,
                    Seq = recorded.Seq,
                    Changes = changes.Count > Remembered ? changes.RemoveAt(0) : changes,
                    Held = e.IsHeld ? change : state.Held,
                };
            case TargetEvent.Released e:
                return was! with
                {
                    Version = e.Version,
                    OccurredAt = was.Held!.OccurredAt,
                    Seq = recorded.Seq,
                    Held = null,
                };
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    /// <summary>The target at the version that was observed after an action was applied.</summary>
    internal static TargetState Observed(TargetState? was, string target, string version, Recorded recorded) =>
        (was ?? new TargetState(target, version, recorded.At, recorded.Seq)) with
        {
            Version = version,
            OccurredAt = recorded.At,
            Seq = recorded.Seq,
        };
}
