using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlSurface.Content;

/// <summary>What keeps comparisons of contents, one for the process.</summary>
public static class ContentSetup
{
    /// <summary>Adds the one <see cref="Comparisons"/> of the process.</summary>
    public static IServiceCollection AddComparisons(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => new Comparisons());
        return services;
    }
}
