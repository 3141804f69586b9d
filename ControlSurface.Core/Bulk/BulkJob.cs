using System.Collections.Immutable;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Bulk;

/// <summary>What a bulk job does to each of its ids (API.md, <c>POST /bulk</c>).</summary>
public enum BulkDo
{
    /// <summary>Cancels items.</summary>
    Cancel,

    /// <summary>Puts items back into their queues.</summary>
    Requeue,

    /// <summary>Adds labels to items, or takes them off.</summary>
    Label,

    /// <summary>Sets the priority of items.</summary>
    Priority,

    /// <summary>Takes over stale items, without force.</summary>
    Takeover,

    /// <summary>Resolves conflicts.</summary>
    Resolve,

    /// <summary>Hands leased items to a principal or a role.</summary>
    Handoff,

    /// <summary>Makes parked items available.</summary>
    Unpark,
}

/// <summary>The state of a bulk job.</summary>
public enum BulkState
{
    /// <summary>Some of its ids are still to be tried.</summary>
    Running,

    /// <summary>All ids were tried; some may have failed.</summary>
    Done,

    /// <summary>Somebody stopped it: what was done stays done, the rest is not tried.</summary>
    Stopped,
}

/// <summary>The arguments of a bulk job. Only those that its <see cref="BulkDo"/> needs are set.</summary>
/// <param name="Add">For <see cref="BulkDo.Label"/>: labels to add.</param>
/// <param name="Remove">For <see cref="BulkDo.Label"/>: labels to take off.</param>
/// <param name="Priority">For <see cref="BulkDo.Priority"/>: 0 to 9.</param>
/// <param name="Resolution">For <see cref="BulkDo.Resolve"/>: a resolution that needs no content.</param>
/// <param name="ToPrincipal">For <see cref="BulkDo.Handoff"/>: the id of who is offered it; null for a role.</param>
/// <param name="ToRole">For <see cref="BulkDo.Handoff"/>: the role that is offered it; null for a principal.</param>
public sealed record BulkArgs(
    IReadOnlyList<string>? Add = null,
    IReadOnlyList<string>? Remove = null,
    int? Priority = null,
    string? Resolution = null,
    string? ToPrincipal = null,
    string? ToRole = null
);

/// <summary>Selects items or conflicts. All members that are set must hold; at least one is.</summary>
/// <param name="Queue">The name of their queue.</param>
/// <param name="State">A state word of items, or of conflicts.</param>
/// <param name="Label">A label of items.</param>
/// <param name="Attention">A reason for which items ask for attention, or <c>any</c>.</param>
/// <param name="Kind">A kind of conflicts.</param>
/// <param name="TargetPrefix">A target path: things on it or below it.</param>
/// <param name="Q">The words of a query (<see cref="Views.Query"/>), as in the list that the caller saw.</param>
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

/// <summary>The result for one id.</summary>
/// <param name="Id">The id of the item or conflict.</param>
/// <param name="Code">Null where it was done; else the code of its refusal (API.md, Refusals).</param>
/// <param name="Detail">The refusal in a sentence; null where it was done.</param>
public sealed record BulkResult(string Id, string? Code, string? Detail);

/// <summary>One act on many items or conflicts, one after the other; its ids are fixed when it starts (FIELD.md, 23).</summary>
public sealed record BulkJob
{
    /// <summary>Its id: <c>B-2</c>.</summary>
    public required BulkId Id { get; init; }

    /// <summary>What it does to each of its ids.</summary>
    public required BulkDo Do { get; init; }

    /// <summary>With what.</summary>
    public required BulkArgs Args { get; init; }

    /// <summary>The ids, in the order in which they are tried; at most 10,000.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>The reason, which each of its commands carries.</summary>
    public required string Why { get; init; }

    /// <summary>Who started it; each of its commands is sent in their name.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>Their name, as it was then.</summary>
    public required string ByName { get; init; }

    /// <summary>The queues that they were limited to, which limit each of its commands too; null for none.</summary>
    public required IReadOnlyList<string>? KeyQueues { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Seq at which its ids were fixed.</summary>
    public required long AtSeq { get; init; }

    /// <summary>Its state now.</summary>
    public required BulkState State { get; init; }

    /// <summary>Seq of its last event.</summary>
    public required long Seq { get; init; }

    /// <summary>The queues that it works in, so that callers limited to others do not see it; null where it may be any.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>The results so far, in the order of the ids.</summary>
    public ImmutableList<BulkResult> Results { get; init; } = [];

    /// <summary>How many of the results are refusals.</summary>
    public int Failed => Results.Count(r => r.Code is not null);

    /// <summary>The command that the job sends for one of its ids, in its caller's name.</summary>
    /// <param name="at">The state from which the command takes what it must name: an item's seq, or its lease.</param>
    /// <param name="id">One of <see cref="Ids"/>.</param>
    public Command CommandFor(IBulkJobs at, string id) => BulkRules.CommandFor(at, this, id);

    /// <summary>How it edits an item that is as given; null where it does something else to it.</summary>
    public ItemCommand.Edit? EditOf(Item item) => BulkRules.EditOf(this, item.Id, item, item.Seq);
}

/// <summary>An event of one bulk job.</summary>
public abstract record BulkEvent(BulkId Bulk) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        BulkEventDescriptions.Of(this, by, nameOf);

    /// <summary>Somebody started a job. Its ids are fixed from here on.</summary>
    /// <param name="Do">What it does to each.</param>
    /// <param name="Args">With what.</param>
    /// <param name="Ids">The ids, in the order in which they are tried.</param>
    /// <param name="Why">The reason, which each of its commands carries.</param>
    /// <param name="ByName">The name of who started it, as it was then.</param>
    /// <param name="KeyQueues">The queues that they were limited to; null for none.</param>
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
        /// <inheritdoc cref="BulkJob.Queues"/>
        public IReadOnlyList<string>? Queues { get; init; }

        /// <inheritdoc/>
        public override string Type => "bulk.started";
    }

    /// <summary>The server tried some more of the ids.</summary>
    /// <param name="Results">Their results, in the order of the ids.</param>
    /// <param name="IsLast">All ids have been tried.</param>
    public sealed record Advanced(BulkId Bulk, IReadOnlyList<BulkResult> Results, bool IsLast) : BulkEvent(Bulk)
    {
        /// <inheritdoc/>
        public override string Type => IsLast ? "bulk.done" : "bulk.advanced";
    }

    /// <summary>Somebody stopped the job.</summary>
    public sealed record Stopped(BulkId Bulk) : BulkEvent(Bulk)
    {
        /// <inheritdoc/>
        public override string Type => "bulk.stopped";
    }
}

/// <summary>A call on a bulk job (API.md, <c>POST /bulk</c>).</summary>
public abstract record BulkCommand : Command
{
    private BulkCommand() { }

    /// <summary>Starts a job. Another number of ids than the caller expects is <see cref="BulkRefusal.CountChanged"/>.</summary>
    /// <param name="Do">What to do to each.</param>
    /// <param name="Args">With what.</param>
    /// <param name="Ids">The ids, at most 10,000, each once; null where a filter selects them.</param>
    /// <param name="Filter">What selects them; null where they are named.</param>
    /// <param name="Expect">How many the caller saw, 1 to 10,000.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
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

    /// <summary>Stops a job. One that has ended stays as it is.</summary>
    public sealed record Stop(BulkId Bulk) : BulkCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Bulk;

        internal override Refusal? Outside(IQueueGate gate) => gate.Bulk(Bulk);
    }

    /// <summary>Records results. Only the server sends it: it carries out the jobs.</summary>
    /// <param name="Results">The results of the next ids, in their order; any others are ignored.</param>
    public sealed record Advance(BulkId Bulk, IReadOnlyList<BulkResult> Results) : BulkCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.TimePasses;

        // The server's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
