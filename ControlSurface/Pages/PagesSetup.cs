using ControlSurface.Components;
using ControlSurface.Content;
using ControlSurface.Drafting;
using ControlSurface.Live;
using ControlSurface.Pages.Views;

namespace ControlSurface.Pages;

/// <summary>What pages need beside their parts. The engine, its journal and the sign-in are the host's to add.</summary>
public static class PagesSetup
{
    /// <summary>Everything that a page injects.</summary>
    public static IServiceCollection AddLivePages(this IServiceCollection services)
    {
        services.AddLiveFollowing();
        services.AddDrafting();
        services.AddComparisons();
        services.AddSingleton<KnownPast>();
        services.AddScoped<ItemPalette>();
        services.AddScoped<WorkPalette>();
        services.AddScoped<PaletteSource>(provider => provider.GetRequiredService<ItemPalette>().FindAsync);
        services.AddScoped<PaletteSource>(provider => provider.GetRequiredService<WorkPalette>().FindAsync);
        return services;
    }
}
