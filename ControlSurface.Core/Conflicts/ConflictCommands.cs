using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Conflicts;

/// <summary>What can be asked of conflicts (API.md, Conflicts).</summary>
public abstract record ConflictCommand : Command
{
    private ConflictCommand() { }

    public sealed record Take(ConflictId Conflict) : ConflictCommand
    {
        public override Verb Verb => Verb.TakeConflict;

        internal override Refusal? Outside(IQueueGate gate) => gate.Conflict(Conflict);
    }

    /// <param name="SeenSeq">The conflict's seq that the caller read.</param>
    /// <param name="K">Which of the competing contents is taken, from 0; needed where several can be (<c>take_proposed</c>).</param>
    /// <param name="Content">The merged content, with <paramref name="OnHash"/> the current one that it was merged with.</param>
    public sealed record Resolve(
        ConflictId Conflict,
        string Resolution,
        long SeenSeq,
        Proposed? Content,
        string? OnHash,
        string Note,
        int? K = null
    ) : ConflictCommand
    {
        public override Verb Verb => Verb.ResolveConflict;

        internal override Refusal? Outside(IQueueGate gate) => gate.Conflict(Conflict);
    }
}
