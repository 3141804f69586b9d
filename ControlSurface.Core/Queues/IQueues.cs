using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Queues;

/// <summary>Queues as rules read them.</summary>
public interface IQueues : IPrincipals
{
    /// <summary>How much of the line is stopped; null while it runs.</summary>
    LineStop? Stopped { get; }

    /// <summary>All queues, in the ordinal order of their names.</summary>
    IEnumerable<Queue> QueueRecords { get; }

    /// <summary>The queue of that name; null where there is none.</summary>
    Queue? QueueNamed(string name);

    /// <summary>The policy that holds for what belongs to the queue; the default one for what belongs to none.</summary>
    QueuePolicy PolicyOf(string? queue);
}

/// <summary>The events that suspend and resume the leases of a queue.</summary>
internal interface IQueueWork : IQueues
{
    /// <summary>The suspension of each live lease in the queue, in the order of the items.</summary>
    IReadOnlyList<Event> StopClocks(string queue, DateTimeOffset now);

    /// <summary>The end of the policy pause of each lease in the queue that has one, in the order of the items.</summary>
    /// <param name="because"><c>queue</c> or <c>workspace</c>.</param>
    IReadOnlyList<Event> StartClocks(string queue, ResumeCause because, DateTimeOffset now);
}
