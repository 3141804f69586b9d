namespace ControlSurface.Core.Artifacts;

/// <summary>A content that is stored.</summary>
/// <param name="Hash"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Length">In bytes.</param>
public sealed record ContentReply(string Hash, long Length) : Reply;
