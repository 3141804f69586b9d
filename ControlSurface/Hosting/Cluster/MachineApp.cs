using ControlSurface.Access;
using ControlSurface.Api;
using OpenTelemetry.Metrics;

namespace ControlSurface.Hosting.Cluster;

/// <summary>The application of a machine itself: probes, figures, and the answer where no workspace gives one.</summary>
internal static class MachineApp
{
    internal static void AddMachine(this IServiceCollection services, ServerHost.Plan plan)
    {
        services.AddSingleton(plan.Workspaces);
        services.AddSingleton(plan.Clock);
        services.AddMeters();
        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(ClusterFigures.MeterName));
        ServerHost.AddWatch(services, plan);
        services.AddHttpForwarder();
    }

    /// <param name="machine">Tells whether requests are to be sent here.</param>
    internal static void MapMachine(this WebApplication app, ServerHost.Plan plan, Func<string> machine)
    {
        var hosts = new Hosts(plan.Addresses, plan.Settings.Hosts);
        app.Use(AnswerVerdictAsync);
        app.MapGet(
            "/healthz",
            static http => HealthEndpoints.WriteAsync(http, StatusCodes.Status200OK, HealthEndpoints.Bare("ok"))
        );
        app.MapGet("/readyz", http => ReadyzAsync(http, machine()));
        plan.Workspaces.Meters ??= new Meters(
            app.Services.GetRequiredService<MeterProvider>(),
            app.Services.GetRequiredService<Telemetry>()
        );
        app.MapPrometheusScrapingEndpoint(
            "/metrics",
            plan.Workspaces.Meters.Provider,
            branch =>
                branch.Use(
                    (http, next) =>
                        hosts.Knows(http.Request.Host) && LocalCallers.IsDirect(http)
                            ? next(http)
                            : FrontAnswers.RefuseAsync(http, new Refusal.Unauthorized("no key"))
                ),
            optionsName: null
        );
    }

    private static Task AnswerVerdictAsync(HttpContext http, RequestDelegate next)
    {
        var verdict = http.Features.Get<DoorVerdict>();
        if (verdict is null)
            return next(http);
        if (verdict == DoorVerdict.NoMachine)
            return FrontAnswers.RefuseAsync(
                http,
                Refusal.InvalidRequest.Of(MachineSeal.Header, "is not that of a machine of this cluster")
            );
        if (verdict == DoorVerdict.NotHere)
            http.Response.Headers[MachineSeal.NotHereHeader] = "true";
        return FrontAnswers.RefuseAsync(http, FrontAnswers.Moving);
    }

    private static Task ReadyzAsync(HttpContext http, string status)
    {
        var isReady = status == "ready";
        if (!isReady)
            http.Response.Headers.RetryAfter = "1";
        return HealthEndpoints.WriteAsync(
            http,
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            HealthEndpoints.Bare(status)
        );
    }
}
