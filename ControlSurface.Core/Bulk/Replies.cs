namespace ControlSurface.Core.Bulk;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record BulkReply(BulkJob Job) : Reply;
