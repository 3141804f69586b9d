using System.Collections.Immutable;

namespace ControlSurface.Core.Bulk;

/// <summary>What one job does to each of its ids (API.md, <c>POST /bulk</c>).</summary>
public enum BulkDo
{
    Cancel,
    Requeue,
    Label,
    Priority,
    Takeover,
    Resolve,
    Handoff,
    Unpark,
}

/// <summary>How a job stands.</summary>
public enum BulkState
{
    Running,
    Done,

    /// <summary>Somebody stopped it: what was done stays done, the rest was not touched.</summary>
    Stopped,
}

/// <summary>How each is to be changed; only what the act needs is there.</summary>
/// <param name="Add">Labels to add.</param>
/// <param name="Remove">Labels to take off.</param>
/// <param name="Priority">0 to 9.</param>
/// <param name="Resolution">Of conflicts.</param>
/// <param name="ToPrincipal">Whom to hand it to; or a role.</param>
public sealed record BulkArgs(
    IReadOnlyList<string>? Add = null,
    IReadOnlyList<string>? Remove = null,
    int? Priority = null,
    string? Resolution = null,
    string? ToPrincipal = null,
    string? ToRole = null
);

/// <summary>Which are meant, where they are not named one by one. Members left null do not narrow; one at least does.</summary>
/// <param name="State">Of the items, or of the conflicts.</param>
/// <param name="Kind">Of conflicts.</param>
/// <param name="TargetPrefix">On it or below it.</param>
/// <param name="Q">The words of a query (<see cref="Views.Query"/>), as a list was narrowed to.</param>
public sealed record BulkFilter(
    string? Queue = null,
    string? State = null,
    string? Label = null,
    string? Attention = null,
    string? Kind = null,
    string? TargetPrefix = null,
    string? Q = null
)
{
    internal bool IsEmpty => this == new BulkFilter();
}

/// <summary>What became of one.</summary>
/// <param name="Code">Null where it was done; else why not, as the contract's code.</param>
/// <param name="Detail">The same in a sentence.</param>
public sealed record BulkResult(string Id, string? Code, string? Detail);

/// <summary>One act on many, as a job: its ids are fixed when it begins (FIELD.md, 23).</summary>
/// <param name="AtSeq">Seq at which the ids were fixed.</param>
/// <param name="KeyQueues">The queues that whoever began it was limited to: it reaches no further. Null for none.</param>
public sealed record BulkJob(
    BulkId Id,
    BulkDo Do,
    BulkArgs Args,
    IReadOnlyList<string> Ids,
    string Why,
    PrincipalId By,
    string ByName,
    IReadOnlyList<string>? KeyQueues,
    DateTimeOffset At,
    long AtSeq,
    BulkState State,
    long Seq
)
{
    /// <summary>The queues that its work was in, or that whoever began it was limited to; null where that may be any.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>In the order of the ids, as far as they were tried.</summary>
    public ImmutableList<BulkResult> Results { get; init; } = [];

    public int Failed => Results.Count(r => r.Code is not null);

    /// <summary>What the job asks for one of its ids, as its caller would.</summary>
    /// <param name="at">Read for what the command has to name: the seq that is there, or the lease.</param>
    public Command CommandFor(IBulkJobs at, string id) => BulkRules.CommandFor(at, this, id);
}

/// <summary>What can happen to a job.</summary>
public abstract record BulkEvent(BulkId Bulk) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        BulkEventDescriptions.Of(this, by, nameOf);

    public sealed record Started(
        BulkId Bulk,
        BulkDo Do,
        BulkArgs Args,
        IReadOnlyList<string> Ids,
        string Why,
        string ByName,
        IReadOnlyList<string>? KeyQueues
    ) : BulkEvent(Bulk)
    {
        /// <summary>The queues that its work was in, or that whoever began it was limited to; null where that may be any.</summary>
        public IReadOnlyList<string>? Queues { get; init; }

        /// <inheritdoc/>
        public override string Type => "bulk.started";
    }

    /// <summary>Some more were tried.</summary>
    /// <param name="IsLast">All have been.</param>
    public sealed record Advanced(BulkId Bulk, IReadOnlyList<BulkResult> Results, bool IsLast) : BulkEvent(Bulk)
    {
        /// <inheritdoc/>
        public override string Type => IsLast ? "bulk.done" : "bulk.advanced";
    }

    public sealed record Stopped(BulkId Bulk) : BulkEvent(Bulk)
    {
        /// <inheritdoc/>
        public override string Type => "bulk.stopped";
    }
}

/// <summary>What can be asked of jobs.</summary>
public abstract record BulkCommand : Command
{
    private BulkCommand() { }

    /// <param name="Ids">Named one by one; null where a filter says which.</param>
    /// <param name="Expect">How many the caller saw.</param>
    public sealed record Start(
        BulkDo Do,
        BulkArgs Args,
        IReadOnlyList<string>? Ids,
        BulkFilter? Filter,
        int Expect,
        string Why
    ) : BulkCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Bulk;

        // A filter means only what the caller sees.
        internal override Refusal? Outside(IQueueGate gate) =>
            Ids is not { } ids ? null
            : Do == BulkDo.Resolve ? gate.Conflicts(ids)
            : gate.Items(ids);
    }

    public sealed record Stop(BulkId Bulk) : BulkCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Bulk;

        internal override Refusal? Outside(IQueueGate gate) => gate.Bulk(Bulk);
    }

    /// <summary>What became of the next ones; said by the server itself, which carries jobs out.</summary>
    public sealed record Advance(BulkId Bulk, IReadOnlyList<BulkResult> Results) : BulkCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.TimePasses;

        // The server's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
