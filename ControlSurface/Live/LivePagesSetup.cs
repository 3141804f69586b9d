using ControlSurface.Components;
using ControlSurface.Content;
using ControlSurface.Drafting;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlSurface.Live;

/// <summary>What pages need beside their parts. The engine, its journal and the sign-in are the host's to add.</summary>
public static class LivePagesSetup
{
    /// <summary>Who has what open: one for pages, hub and API alike.</summary>
    internal static IServiceCollection AddPresence(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new PresenceBoard(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IEditors>(provider => provider.GetRequiredService<PresenceBoard>());
        return services;
    }

    public static IServiceCollection AddLivePages(this IServiceCollection services)
    {
        services.AddSingleton<LiveFanOut>();
        services.AddSingleton<Past>();
        services.AddPresence();
        services.AddDrafting();
        services.TryAddSingleton(_ => new Comparisons());
        services.AddScoped<CircuitLine>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<CircuitLine>());
        services.AddScoped<CircuitHandler, CircuitPlaces>();
        services.TryAddScoped<ICurrentViewer, CurrentViewer>();
        services.AddScoped<WorkPalette>();
        services.AddScoped<PaletteSource>(provider => provider.GetRequiredService<WorkPalette>().FindAsync);
        return services;
    }
}
