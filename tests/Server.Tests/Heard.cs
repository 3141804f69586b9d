using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Server.Tests;

/// <summary>A log that tests read: each line as it was said, in order.</summary>
internal sealed class Heard<T> : ILogger<T>
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>All that was said.</summary>
    public List<string> All { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var line = formatter(state, exception);
        All.Add(line);
        _lines.Writer.TryWrite(line);
    }

    /// <summary>Waits for the next line, which has to begin like this.</summary>
    public async Task HasAsync(string start)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.StartsWith(start, await _lines.Reader.ReadAsync(patience.Token), StringComparison.Ordinal);
    }
}
