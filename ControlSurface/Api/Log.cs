namespace ControlSurface.Api;

/// <summary>What the API writes to the log.</summary>
internal static partial class Log
{
    /// <summary>A handler threw: a bug.</summary>
    [LoggerMessage(1, LogLevel.Error, "{Method} {Pattern} failed")]
    internal static partial void Failed(this ILogger log, string method, string pattern, Exception bug);

    /// <summary>A record on disk does not match its hash.</summary>
    [LoggerMessage(3, LogLevel.Error, "{What}")]
    internal static partial void Damaged(this ILogger log, string what);

    /// <summary>A stream was closed since its reader did not keep up.</summary>
    [LoggerMessage(2, LogLevel.Information, "A reader of events was too slow and was closed after seq {Seq}")]
    internal static partial void ReaderTooSlow(this ILogger log, long seq);
}
