namespace ControlSurface.Core.Queues;

/// <summary>A pause of a queue.</summary>
/// <param name="By">Who paused it.</param>
public sealed record Pause(PrincipalId By, DateTimeOffset At, string Why);

/// <summary>A queue: its policy, and whether it is paused. The items in it name it; it does not list them.</summary>
/// <param name="Name">Its name, which never changes.</param>
/// <param name="Policy">Its policy now. A lease keeps the policy under which it was granted.</param>
/// <param name="PolicySeq">Seq of the event that last changed the policy; <c>ifSeq</c> compares with it.</param>
/// <param name="Pause">Who paused it and why; null while it runs.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record Queue(string Name, QueuePolicy Policy, long PolicySeq, Pause? Pause, DateTimeOffset CreatedAt);

/// <summary>An event of one queue.</summary>
public abstract record QueueEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        QueueEventDescriptions.Of(this, by, nameOf);

    private QueueEvent() { }

    /// <summary>A queue was created or its policy changed. The event has the whole policy, so that a later default changes no past.</summary>
    /// <param name="Policy">The whole policy from now on.</param>
    /// <param name="Changed">The names of the members whose values changed.</param>
    public sealed record PolicySet(string Queue, QueuePolicy Policy, IReadOnlyList<string> Changed) : QueueEvent
    {
        /// <inheritdoc/>
        public override string Type => "queue.policySet";
    }

    /// <summary>The queue gives no claims from now on. Each of its live leases is suspended by an event of its own.</summary>
    public sealed record Paused(string Queue, string Why) : QueueEvent
    {
        /// <inheritdoc/>
        public override string Type => "queue.paused";
    }

    /// <summary>The queue gives claims again. Each suspended lease resumes by an event of its own.</summary>
    public sealed record Resumed(string Queue) : QueueEvent
    {
        /// <inheritdoc/>
        public override string Type => "queue.resumed";
    }
}

/// <summary>How much of the line is stopped (API.md, Queues, <c>/workspace/stop</c>). Each value includes those before it.</summary>
public enum StopScope
{
    /// <summary>No action begins.</summary>
    Begins,

    /// <summary>Nothing is claimed either.</summary>
    Claims,

    /// <summary>Live leases are suspended too, their clocks stopped.</summary>
    All,
}

/// <summary>The line is stopped.</summary>
/// <param name="Scope">How much of it.</param>
/// <param name="By">Who stopped it.</param>
public sealed record LineStop(StopScope Scope, PrincipalId By, DateTimeOffset At, string Why);

/// <summary>An event of the workspace as a whole.</summary>
public abstract record WorkspaceEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        WorkspaceEventDescriptions.Of(this, by, nameOf);

    private WorkspaceEvent() { }

    /// <summary>Somebody stopped the line.</summary>
    /// <param name="Scope">How much of it.</param>
    public sealed record Stopped(StopScope Scope, string Why) : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.stopped";
    }

    /// <summary>Somebody let the line go on.</summary>
    public sealed record LineStarted : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.went";
    }

    /// <summary>An admin drained the server: it accepts nothing new until it is started again.</summary>
    /// <param name="Why">Their reason; null for none.</param>
    public sealed record Drained(string? Why) : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.drained";
    }

    /// <summary>The time in which the server was down was given back to leases and waits (API.md, Claims and leases).</summary>
    /// <param name="DownFrom">When the server was last seen up.</param>
    /// <param name="DownTo">When it was up again.</param>
    /// <param name="Extended">Everything that ends later now, with its new end.</param>
    public sealed record Resumed(DateTimeOffset DownFrom, DateTimeOffset DownTo, IReadOnlyList<Extension> Extended)
        : WorkspaceEvent
    {
        /// <inheritdoc/>
        public override string Type => "workspace.resumed";
    }

    /// <summary>One end that was moved.</summary>
    /// <param name="Lease">The lease whose <c>expiresAt</c> moved; null for a wait of the item itself.</param>
    /// <param name="Until">The new end.</param>
    public sealed record Extension(ItemId Item, LeaseId? Lease, DateTimeOffset Until);
}

/// <summary>A call on a queue or on the whole line (API.md, Queues).</summary>
public abstract record QueueCommand : Command
{
    private QueueCommand() { }

    /// <summary>Creates a queue, or changes the members of its policy that the change names.</summary>
    /// <param name="Change">The members with their new values.</param>
    /// <param name="IfSeq">The policy's seq that the caller read, another of which is refused; null to change whatever is there.</param>
    public sealed record Set(string Queue, PolicyChange Change, long? IfSeq) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetQueue;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    /// <summary>Stops claims of a queue and the clocks of its live leases.</summary>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record PauseQueue(string Queue, string Why) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.PauseQueue;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    /// <summary>Lets a paused queue go on.</summary>
    public sealed record ResumeQueue(string Queue) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ResumeQueue;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    /// <summary>Stops the line: beginnings of actions, and with a wider scope claims and the clocks of all leases.</summary>
    /// <param name="Scope">How much of it.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Stop(StopScope Scope, string Why) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.StopLine;

        // The whole line: its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Records that the server is about to stop accepting anything new. The server does so once this is on disk.</summary>
    /// <param name="Why">The reason; null for none.</param>
    public sealed record Drain(string? Why) : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Drain;

        // The whole line: its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Lets the stopped line go on.</summary>
    public sealed record Go : QueueCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.GoLine;

        // The whole line: its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
