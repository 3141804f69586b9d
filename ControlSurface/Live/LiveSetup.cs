using ControlSurface.Drafting;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlSurface.Live;

/// <summary>What follows commits for pages. The engine, its journal and the sign-in are the host's to add.</summary>
public static class LiveSetup
{
    /// <summary>Who has what open: one for pages, hub and API alike.</summary>
    internal static IServiceCollection AddPresence(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new PresenceBoard(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IEditors>(provider => provider.GetRequiredService<PresenceBoard>());
        return services;
    }

    /// <summary>Past moments: one line for pages and API alike.</summary>
    internal static IServiceCollection AddPast(this IServiceCollection services)
    {
        services.TryAddSingleton<Past>();
        return services;
    }

    /// <summary>The fan-out, the past, and what each circuit knows of itself.</summary>
    public static IServiceCollection AddLiveFollowing(this IServiceCollection services)
    {
        services.AddSingleton<LiveFanOut>();
        services.AddPast();
        services.AddPresence();
        services.AddScoped<CircuitLine>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<CircuitLine>());
        services.AddScoped<CircuitHandler, CircuitPlaces>();
        services.TryAddScoped<ICurrentViewer, CurrentViewer>();
        services.TryAddScoped<OwnLeases>();
        return services;
    }
}
