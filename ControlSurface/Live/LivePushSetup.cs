using ControlSurface.Hosting;

namespace ControlSurface.Live;

/// <summary>The push channel's part of the host.</summary>
internal static class LivePushSetup
{
    internal static void AddLivePush(this IServiceCollection services)
    {
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<IJournalHistory, HubHistory>();
        services.AddHostedService(s => s.GetRequiredService<LiveFeed>());
        services.AddPresence();
        services.AddHostedService<ExpiryNotices>();
        services.AddHostedService<PresenceNotices>();
        services.AddSignalR(hub =>
        {
            hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(20);
        });
    }

    internal static void MapLivePush(this WebApplication app) => app.MapHub<LiveHub>("/hubs/live");
}
