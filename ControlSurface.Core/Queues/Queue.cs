namespace ControlSurface.Core.Queues;

/// <summary>A pause in force: who, when and why.</summary>
public sealed record Pause(PrincipalId By, DateTimeOffset At, string Why);

/// <summary>A queue as it stands: its policy and whether it is paused. What is in it is counted from the items.</summary>
/// <param name="PolicySeq">Seq of the event that last changed the policy; <c>ifSeq</c> compares with it.</param>
public sealed record Queue(string Name, QueuePolicy Policy, long PolicySeq, Pause? Pause, DateTimeOffset CreatedAt);

/// <summary>What can happen to a queue.</summary>
public abstract record QueueEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        QueueEventDescriptions.Of(this, by, nameOf);

    private QueueEvent() { }

    /// <summary>Created, or given another policy: always the whole policy, so that a new default changes no past.</summary>
    public sealed record PolicySet(string Queue, QueuePolicy Policy, IReadOnlyList<string> Changed) : QueueEvent
    {
        /// <inheritdoc/>
        public override string Type => "queue.policySet";
    }

    /// <summary>No new claims from here on. Each live lease is suspended by an event of its own.</summary>
    public sealed record Paused(string Queue, string Why) : QueueEvent
    {
        /// <inheritdoc/>
        public override string Type => "queue.paused";
    }

    public sealed record Resumed(string Queue) : QueueEvent
    {
        /// <inheritdoc/>
        public override string Type => "queue.resumed";
    }
}

/// <summary>How much of the line is stopped (API.md, Queues: <c>/workspace/stop</c>). Later ones include earlier ones.</summary>
public enum StopScope
{
    /// <summary>No action begins.</summary>
    Begins,

    /// <summary>Nothing is claimed either.</summary>
    Claims,

    /// <summary>Live leases are suspended too, their clocks stopped.</summary>
    All,
}

/// <summary>The line is stopped: how far, by whom, since when and why.</summary>
public sealed record LineStop(StopScope Scope, PrincipalId By, DateTimeOffset At, string Why);

/// <summary>What can happen to the workspace as a whole.</summary>
public abstract record WorkspaceEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        WorkspaceEventDescriptions.Of(this, by, nameOf);

    private WorkspaceEvent() { }

    public sealed record Stopped(StopScope Scope, string Why) : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.stopped";
    }

    public sealed record Went : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.went";
    }

    /// <summary>The server takes nothing new until it is started again.</summary>
    public sealed record Drained(string? Why) : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.drained";
    }

    /// <summary>Time in which nobody could renew is given back to every running clock (API.md, Claims and leases).</summary>
    /// <param name="Extended">What ends later now, with the new end.</param>
    public sealed record Resumed(DateTimeOffset DownFrom, DateTimeOffset DownTo, IReadOnlyList<Extension> Extended)
        : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.resumed";
    }

    /// <summary>One clock that got its time back. <paramref name="Until"/> replaces the end that it had.</summary>
    /// <param name="Lease">The lease whose <c>expiresAt</c> it is; null for a wait of the item itself.</param>
    public sealed record Extension(ItemId Item, LeaseId? Lease, DateTimeOffset Until);
}

/// <summary>What can be asked of queues and of the line. Managers only.</summary>
public abstract record QueueCommand : Command
{
    private QueueCommand() { }

    /// <summary>Creates the queue, or changes only what the change names.</summary>
    /// <param name="IfSeq">The policy's seq that the caller saw; null to change whatever is there.</param>
    public sealed record Set(string Queue, PolicyChange Change, long? IfSeq) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetQueue;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    public sealed record PauseQueue(string Queue, string Why) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.PauseQueue;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    public sealed record ResumeQueue(string Queue) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ResumeQueue;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    public sealed record Stop(StopScope Scope, string Why) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.StopLine;

        // The whole line: its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Says who has the server stop taking anything new; it does so once that is on disk.</summary>
    public sealed record Drain(string? Why) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Drain;

        // The whole line: its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    public sealed record Go : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.GoLine;

        // The whole line: its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
