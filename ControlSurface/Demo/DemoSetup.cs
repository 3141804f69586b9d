namespace ControlSurface.Demo;

/// <summary>Makes a server a demo, or says to its pages that it is none.</summary>
internal static class DemoSetup
{
    /// <summary>Registers the mode, and the simulated day where it is on; that needs an <see cref="IDemoAccess"/>.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, DemoMode mode)
    {
        services.AddSingleton(mode);
        return mode.IsOn ? services.AddHostedService<DemoWorld>() : services;
    }
}
