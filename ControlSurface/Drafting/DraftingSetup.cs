using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlSurface.Drafting;

/// <summary>Adds <see cref="Drafter"/>. The engine, its journal and <see cref="IEditors"/> are the host's to add.</summary>
public static class DraftingSetup
{
    /// <summary>One drafter for the workspace.</summary>
    public static IServiceCollection AddDrafting(this IServiceCollection services)
    {
        services.TryAddSingleton<Drafter>();
        return services;
    }
}
