using ControlSurface.Core.Engine;
using ControlSurface.Core.Webhooks;
using ControlSurface.Live;
using ControlSurface.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Outside;

/// <summary>What the API asks of webhooks beyond what the engine decides.</summary>
internal interface IWebhooks
{
    /// <summary>What the receiver checks signatures with; to be said once.</summary>
    string SecretOf(Webhook webhook);

    /// <summary>Deliveries, the newest first.</summary>
    /// <param name="state">Only those; null for all.</param>
    /// <param name="before">Only those with a smaller id; null for the newest.</param>
    (IReadOnlyList<Delivery> Page, int Total) Deliveries(string webhook, string? state, long? before, int limit);

    /// <summary>Sends what the webhook wants of these events once more.</summary>
    /// <returns>How many there are.</returns>
    Task<int> RedeliverAsync(Webhook webhook, long from, long to, CancellationToken abandoned);
}

/// <summary>Puts together what is told outside.</summary>
internal static class OutsideSetup
{
    /// <param name="allowsLocal">Webhooks may lead to this machine and its network.</param>
    internal static IServiceCollection AddOutside(this IServiceCollection services, bool allowsLocal)
    {
        services.AddSingleton(s => Outbox.Open(DataFolder.OutboxFileIn(s.GetRequiredService<DataFolder>().Path)));
        services.AddSingleton(s => new WebhookSecrets(
            DataFolder.WebhookSecretFileIn(s.GetRequiredService<DataFolder>().Path),
            s.GetRequiredService<IDataProtectionProvider>()
        ));
        services.AddSingleton(s => new WebhookSender(
            s.GetRequiredService<Engine>(),
            s.GetRequiredService<IJournalHistory>(),
            s.GetRequiredService<Outbox>(),
            s.GetRequiredService<WebhookSecrets>(),
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
