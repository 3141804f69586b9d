namespace ControlSurface.Core.Bulk;

/// <summary>The job after the command.</summary>
/// <param name="Job">The job as it is now.</param>
public sealed record BulkReply(BulkJob Job) : Reply;
