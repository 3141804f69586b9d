namespace ControlSurface.Core.Conflicts;

/// <summary>A call on a conflict (API.md, Conflicts).</summary>
public abstract record ConflictCommand : Command
{
    private ConflictCommand() { }

    /// <summary>Takes it into review, so that others see who looks at it.</summary>
    public sealed record Take(ConflictId Conflict) : ConflictCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.TakeConflict;

        internal override Refusal? Outside(IQueueGate gate) => gate.Conflict(Conflict);
    }

    /// <summary>Resolves it. All that follows is in the same write.</summary>
    /// <param name="Resolution">One of the ways that <c>options[]</c> offers; null for a word that is none, which is refused with them.</param>
    /// <param name="SeenSeq">The conflict's seq that the caller read; a later one is <see cref="ConflictRefusal.ConflictChanged"/>.</param>
    /// <param name="Content">With <c>merge</c>: the merged content; null to take the clean merge that is offered.</param>
    /// <param name="OnHash">The hash of the current content that the caller saw or merged with; null where there is no artifact.</param>
    /// <param name="Note">Up to 4,000 characters; required.</param>
    /// <param name="K">With <c>take_proposed</c>: which of the competing contents, from 0; needed where several can be taken.</param>
    public sealed record Resolve(
        ConflictId Conflict,
        ConflictResolution? Resolution,
        long SeenSeq,
        Proposed? Content,
        string? OnHash,
        string Note,
        int? K = null
    ) : ConflictCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ResolveConflict;

        internal override Refusal? Outside(IQueueGate gate) => gate.Conflict(Conflict);
    }
}
