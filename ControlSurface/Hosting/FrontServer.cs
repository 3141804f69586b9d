using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Hosting;

/// <summary>An application that takes requests, whatever the type of its context is.</summary>
internal interface IRequestTarget
{
    /// <summary>Begins a request.</summary>
    object Create(IFeatureCollection features);

    /// <summary>Answers the request that <paramref name="context"/> was made for.</summary>
    Task ProcessAsync(object context);

    /// <summary>Ends the request.</summary>
    /// <param name="failure">What the application threw; null where it did not.</param>
    void Dispose(object context, Exception? failure);
}

/// <inheritdoc cref="IRequestTarget"/>
internal sealed class RequestTarget<TContext>(IHttpApplication<TContext> application) : IRequestTarget
    where TContext : notnull
{
    public object Create(IFeatureCollection features) => application.CreateContext(features);

    public Task ProcessAsync(object context) => application.ProcessRequestAsync((TContext)context);

    public void Dispose(object context, Exception? failure) => application.DisposeContext((TContext)context, failure);
}

/// <summary>
/// Listens for all workspaces: each request goes to the application of the workspace that <see cref="WorkspaceGate"/> finds for it.
/// It is the server of the first workspace's application, which lives as long as the process.
/// </summary>
internal sealed class FrontServer(IServer listener, Workspaces workspaces) : IServer
{
    public IFeatureCollection Features => listener.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        workspaces.First.Host!.Target = new RequestTarget<TContext>(application);
        return listener.StartAsync(new FrontApplication(new WorkspaceGate(workspaces)), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => listener.StopAsync(cancellationToken);

    public void Dispose() => listener.Dispose();

    /// <summary>One request: from the gate to the application of a workspace.</summary>
    private sealed class FrontApplication(WorkspaceGate gate) : IHttpApplication<FrontRequest>
    {
        public FrontRequest CreateContext(IFeatureCollection contextFeatures) => new(contextFeatures);

        public async Task ProcessRequestAsync(FrontRequest context)
        {
            var visit = await gate.EnterAsync(context.Features);
            context.Visit = visit;
            context.Inner = visit.Target.Create(context.Features);
            await visit.Target.ProcessAsync(context.Inner);
        }

        public void DisposeContext(FrontRequest context, Exception? exception)
        {
            if (context.Inner is { } inner)
                context.Visit!.Target.Dispose(inner, exception);
            context.Visit?.Dispose();
        }
    }

    private sealed class FrontRequest(IFeatureCollection features)
    {
        internal IFeatureCollection Features { get; } = features;
        internal WorkspaceVisit? Visit { get; set; }
        internal object? Inner { get; set; }
    }
}

/// <summary>
/// The server of a workspace's application that listens nowhere: it hands the application to <see cref="FrontServer"/>, whose
/// features (the addresses above all) it shows as its own.
/// </summary>
internal sealed class WorkspaceServer(IFeatureCollection features) : IServer
{
    public IFeatureCollection Features => features;

    /// <summary>The application, once the host has started.</summary>
    internal IRequestTarget? Target { get; private set; }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        Target = new RequestTarget<TContext>(application);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() { }
}

/// <summary>The life of a workspace's application: begun and ended by the process that holds it, not by signals.</summary>
internal sealed class WorkspaceLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
