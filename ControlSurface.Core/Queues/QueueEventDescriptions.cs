using System.Diagnostics;

namespace ControlSurface.Core.Queues;

/// <summary>Each <see cref="QueueEvent"/> as a sentence.</summary>
internal static class QueueEventDescriptions
{
    internal static string Of(QueueEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            QueueEvent.PolicySet e => e.Changed.Count == 0
                ? $"{by} created the queue {e.Queue}."
                : $"{by} changed {Phrases.And(e.Changed)} of the queue {e.Queue}.",
            QueueEvent.Paused e => $"{by} paused the queue {e.Queue}{Phrases.Because(e.Why)}.",
            QueueEvent.Resumed e => $"{by} resumed the queue {e.Queue}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
