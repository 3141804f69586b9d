using ControlSurface.Core.Items;

namespace ControlSurface.Core.Runs;

/// <summary>A run that ended, now or before.</summary>
/// <param name="Run">The run as it ended first.</param>
/// <param name="Released">The leases that this command ended, as they were before.</param>
public sealed record RunReply(EndedRun Run, IReadOnlyList<LeaseView> Released) : Reply;

/// <summary>A run that may start work.</summary>
/// <param name="Run">The run with its generation, reopened now or never ended.</param>
public sealed record ReopenedRunReply(KnownRun Run) : Reply;
