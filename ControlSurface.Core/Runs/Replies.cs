using ControlSurface.Core.Items;

namespace ControlSurface.Core.Runs;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record RunReply(EndedRun Run, IReadOnlyList<LeaseView> Released) : Reply;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record ReopenedRunReply(KnownRun Run) : Reply;
