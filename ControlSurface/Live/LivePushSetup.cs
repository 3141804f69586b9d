using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Access;
using ControlSurface.Wording;
using Microsoft.AspNetCore.SignalR;

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
        services.AddLogging(logging => logging.AddFilter(HubFaults.Category, LogLevel.None));
        services.AddSingleton<HubFaults>();
        services
            .AddSignalR(hub =>
            {
                hub.AddFilter<HubFaults>();
                hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
                hub.ClientTimeoutInterval = TimeSpan.FromSeconds(20);
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions.Converters.Add(new WholeNumberConverter()));
    }

    internal static void MapLivePush(this WebApplication app) =>
        app.MapHub<LiveHub>("/hubs/live").RequireAuthorization(EndpointMarks.KeyOrSessionPolicy).IsForPrograms();
}

/// <summary>Reads <c>1.0</c> as the whole number 1 in arguments of the hub too (API.md, Settled since, Numbers).</summary>
internal sealed class WholeNumberConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
        && Numbers.TryReadWhole(JsonElement.ParseValue(ref reader).GetRawText(), out var number)
            ? number
            : throw new JsonException("must be a whole number");

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}
