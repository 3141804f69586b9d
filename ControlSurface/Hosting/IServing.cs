namespace ControlSurface.Hosting;

/// <summary>A server, opened and not started: the one of a process, or one of several machines.</summary>
internal interface IServing : IAsyncDisposable
{
    /// <summary>The application that listens.</summary>
    WebApplication App { get; }

    /// <summary>Takes requests from when it returns.</summary>
    Task StartAsync(CancellationToken asked);

    /// <summary>Says where it is and with what, and how the first person gets in.</summary>
    /// <param name="took">How long the start took.</param>
    void Greet(TextWriter output, TimeSpan took);
}
