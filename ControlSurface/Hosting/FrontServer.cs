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

/// <summary>Decides which application answers a request.</summary>
internal interface IDoor
{
    /// <summary>Finds the application that answers. Never throws.</summary>
    ValueTask<Entry> EnterAsync(IFeatureCollection features);

    /// <summary>An application that answers a request, and the visit that keeps it open meanwhile; null where none is counted.</summary>
    internal readonly record struct Entry(IRequestTarget Target, IDisposable? Visit);
}

/// <summary>
/// Listens for all workspaces: each request goes to the application that the door finds for it. It is the server of the application
/// that lives as long as the process.
/// </summary>
/// <param name="open">Makes the door, once that application is ready.</param>
internal sealed class FrontServer(IServer listener, Func<IRequestTarget, IDoor> open) : IServer
{
    public IFeatureCollection Features => listener.Features;

    /// <summary>What is done before the listener stops, while requests are still taken.</summary>
    internal Func<Task>? BeforeStop { get; init; }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        listener.StartAsync(new FrontApplication(open(new RequestTarget<TContext>(application))), cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (BeforeStop is { } first)
            await first();
        await listener.StopAsync(cancellationToken);
    }

    public void Dispose() => listener.Dispose();

    /// <summary>One request: from the door to the application that answers it.</summary>
    private sealed class FrontApplication(IDoor door) : IHttpApplication<FrontRequest>
    {
        public FrontRequest CreateContext(IFeatureCollection contextFeatures) => new(contextFeatures);

        public async Task ProcessRequestAsync(FrontRequest context)
        {
            var entry = await door.EnterAsync(context.Features);
            context.Visit = entry.Visit;
            context.Target = entry.Target;
            context.Inner = entry.Target.Create(context.Features);
            await entry.Target.ProcessAsync(context.Inner);
        }

        public void DisposeContext(FrontRequest context, Exception? exception)
        {
            if (context.Inner is { } inner)
                context.Target!.Dispose(inner, exception);
            context.Visit?.Dispose();
        }
    }

    private sealed class FrontRequest(IFeatureCollection features)
    {
        internal IFeatureCollection Features { get; } = features;
        internal IDisposable? Visit { get; set; }
        internal IRequestTarget? Target { get; set; }
        internal object? Inner { get; set; }
    }
}

/// <summary>The door of a single process: every workspace is here.</summary>
internal sealed class SingleDoor(WorkspaceGate gate, Workspaces workspaces) : IDoor
{
    public async ValueTask<IDoor.Entry> EnterAsync(IFeatureCollection features)
    {
        var visit = (await gate.EnterAsync(features)).Visit ?? await RefuseAsync(features);
        return new IDoor.Entry(visit.Target, visit);
    }

    // The first workspace is always open, and its application says that the other one is not.
    private async ValueTask<WorkspaceVisit> RefuseAsync(IFeatureCollection features)
    {
        var visit = (await workspaces.EnterAsync(workspaces.First))!;
        visit.Verdict = GateVerdict.Unavailable;
        features.Set(visit);
        return visit;
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
