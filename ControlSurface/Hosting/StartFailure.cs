using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
using ControlSurface.Commands;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;

namespace ControlSurface.Hosting;

/// <summary>Why the server did not start, in one sentence with what to do, for what an operator can mend.</summary>
internal static class StartFailure
{
    /// <returns>Null for a fault of the server itself, whose stack is wanted.</returns>
    internal static string? Sentence(Exception cannot, ServeOptions options) =>
        OneLine(
            cannot switch
            {
                DataFolderException or JournalCorruptException or ServerOptionsException or ClockBehindException =>
                    cannot.Message,
                JournalRefusedException =>
                    $"The journal cannot be used: {cannot.Message} {Storages.Of(options.Data).Mend}",
                IOException { InnerException: AddressInUseException or SocketException } =>
                    $"{cannot.Message} Stop what listens there, or name another address with --urls.",
                IOException io when io.Message.Contains("bind", StringComparison.OrdinalIgnoreCase) =>
                    $"{io.Message} Stop what listens there, or name another address with --urls.",
                SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                    $"This user may not listen at {options.Urls}: {cannot.Message}. Name a port from 1024 on with --urls.",
                SocketException =>
                    $"Nothing can listen at {options.Urls}: {cannot.Message}. Name an address of this machine with --urls.",
                DbException =>
                    $"A database of the folder cannot be used: {cannot.Message} Run doctor --data {options.Data}.",
                CryptographicException => $"A key or certificate cannot be used: {cannot.Message}",
                InvalidOperationException when IsAboutHttps(cannot) =>
                    $"https needs a certificate: {cannot.Message} Name one with --Kestrel:Certificates:Default:Path=FILE, or listen on http behind a proxy.",
                UnauthorizedAccessException or IOException =>
                    $"{cannot.Message} Give this user the right to it, then start again.",
                AggregateException several => several
                    .Flatten()
                    .InnerExceptions.Select(inner => Sentence(inner, options))
                    .FirstOrDefault(sentence => sentence is not null),
                _ => null,
            }
        );

    private static bool IsAboutHttps(Exception failure) =>
        failure.Message.Contains("HTTPS", StringComparison.OrdinalIgnoreCase)
        || failure.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase);

    private static string? OneLine(string? text) =>
        text is null
            ? null
            : string.Join(
                ' ',
                text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            );
}

/// <summary>
/// Keeps the host and the web server from writing to the log, with a stack, what makes a start fail: it is in the exception, and said
/// in a sentence. Once the server has started both are heard.
/// </summary>
internal sealed class StartLogs
{
    private static readonly string[] Categories =
    [
        "Microsoft.Extensions.Hosting.Internal.Host",
        "Microsoft.AspNetCore.Server.Kestrel",
    ];

    internal bool HasStarted { get; set; }

    internal static StartLogs AddTo(ILoggingBuilder logging)
    {
        var logs = new StartLogs();
        foreach (var category in Categories)
            logging.AddFilter<ConsoleLoggerProvider>(category, level => logs.HasStarted && level >= LogLevel.Warning);
        return logs;
    }
}
