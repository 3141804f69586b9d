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

    /// <summary>A stream of commands was closed since its client did not take the answers.</summary>
    [LoggerMessage(
        4,
        LogLevel.Information,
        "{Principal} sent commands and did not take their answers: the stream was closed"
    )]
    internal static partial void AnswersNotTaken(this ILogger log, string principal);

    /// <summary>A stream was closed since its reader did not keep up.</summary>
    [LoggerMessage(2, LogLevel.Information, "A reader of events was too slow and was closed after seq {Seq}")]
    internal static partial void ReaderTooSlow(this ILogger log, long seq);
}
