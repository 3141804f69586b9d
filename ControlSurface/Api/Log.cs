namespace ControlSurface.Api;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Method} {Pattern} failed")]
    internal static partial void Failed(this ILogger log, string method, string pattern, Exception bug);

    [LoggerMessage(3, LogLevel.Error, "{What}")]
    internal static partial void Damaged(this ILogger log, string what);

    [LoggerMessage(2, LogLevel.Information, "A reader of events was too slow and was closed after seq {Seq}")]
    internal static partial void ReaderTooSlow(this ILogger log, long seq);
}
