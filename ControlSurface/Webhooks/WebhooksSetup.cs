using ControlSurface.Core.Engine;
using ControlSurface.Live;
using ControlSurface.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Webhooks;

/// <summary>
/// Protects the secrets of one workspace by keys of its own, which are kept with it; cookies and forms are the
/// server's, and protected by the server's keys.
/// </summary>
internal sealed record SecretProtection(IDataProtectionProvider Provider);

/// <summary>Puts together what is told outside.</summary>
internal static class WebhooksSetup
{
    /// <param name="allowsLocal">Webhooks may lead to this machine and its network.</param>
    internal static IServiceCollection AddWebhooks(this IServiceCollection services, bool allowsLocal)
    {
        services.AddSingleton(s => Outbox.Open(s.GetRequiredService<IWorkspaceHome>()));
        services.AddSingleton(s => new WebhookSecrets(
            s.GetRequiredService<IWorkspaceHome>().Secrets,
            s.GetRequiredService<SecretProtection>().Provider
        ));
        services.AddSingleton(s => new WebhookAddresses(
            s.GetRequiredService<IWorkspaceHome>().Secrets,
            s.GetRequiredService<SecretProtection>().Provider,
            s.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(s => new HookKeys(
            s.GetRequiredService<IWorkspaceHome>().Secrets,
            s.GetRequiredService<SecretProtection>().Provider
        ));
        services.AddSingleton(s => new WebhookSender(
            s.GetRequiredService<Engine>(),
            s.GetRequiredService<IJournalHistory>(),
            s.GetRequiredService<Outbox>(),
            s.GetRequiredService<WebhookSecrets>(),
            s.GetRequiredService<WebhookAddresses>(),
            new HttpMessageInvoker(HandlerOf(allowsLocal)),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<WebhookSender>>()
        ));
        services.AddSingleton<IWebhooks>(s => s.GetRequiredService<WebhookSender>());
        services.AddHostedService(s => s.GetRequiredService<WebhookSender>());
        return services;
    }

    private static SocketsHttpHandler HandlerOf(bool allowsLocal) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, abandoned) =>
                PublicAddresses.ConnectAsync(context.DnsEndPoint, allowsLocal, abandoned),
        };
}
