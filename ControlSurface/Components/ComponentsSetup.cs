using ControlSurface.Content;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace ControlSurface.Components;

/// <summary>The pages' part of the host.</summary>
public static class ComponentsSetup
{
    /// <summary>
    /// Scripts only from our own files. Styles may be inline: MudBlazor's theme and <c>Virtualize</c> set them and cannot do without.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; frame-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Registers what the frame and the shared parts need, for each circuit.</summary>
    public static IServiceCollection AddComponents(this IServiceCollection services)
    {
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents(circuits =>
            {
                // Pages hold nothing that matters, so a circuit that lost its browser is not worth its memory for long.
                circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
                circuits.DisconnectedCircuitMaxRetained = 50;
            })
            // A sign of life each 3 s lets js/connection.js call the page "not live" after 8 s of silence.
            .AddHubOptions(hub =>
            {
                hub.KeepAliveInterval = TimeSpan.FromSeconds(3);
                // The editor sends its whole text when it is left: 64,000 characters (ArtifactEditor), and room around them.
                hub.MaximumReceiveMessageSize = 256 * 1024;
            });
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomLeft;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
        });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new Comparisons());
        services.AddScoped<Browser>();
        services.AddScoped<Drafts>();
        services.AddScoped<FrameState>();
        services.AddScoped<PaletteSources>();
        return services;
    }

    /// <summary>Serves the stylesheets, scripts, fonts and pages.</summary>
    public static WebApplication MapComponents(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        // The page asks for the time when it is shown again, so that its countdowns follow the server's clock and not its own.
        app.MapGet(
                "/clock",
                (TimeProvider time, HttpResponse response) =>
                {
                    response.Headers.CacheControl = "no-store";
                    return TypedResults.Text(
                        time.GetUtcNow()
                            .ToUnixTimeMilliseconds()
                            .ToString(System.Globalization.CultureInfo.InvariantCulture)
                    );
                }
            )
            .AllowAnonymous()
            .ExcludeFromDescription();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(server =>
            {
                // Ours has frame-ancestors already; a second header from the framework would loosen nothing and confuse readers.
                server.ContentSecurityFrameAncestorsPolicy = null;
                // A drawing is 1 to 2 KB: compression would double a connection's memory, and mix secrets with foreign text.
                server.DisableWebSocketCompression = true;
            });
        return app;
    }
}
