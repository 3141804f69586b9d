using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Server.Tests.Field;

namespace Server.Tests.Inputs;

/// <summary>Messages to the hub, well formed and not.</summary>
public sealed partial class Any_input_any_way_in
{
    private async Task OverHubAsync(LiveServer server, Scene scene, Hostile hostile, int count)
    {
        HubSocket? socket = null;
        for (var k = 0; k < count; k++)
        {
            if (k % SceneEvery == 0)
                await RenewAsync(server, scene, "a call of the hub");
            var who = hostile.Chance(0.8) ? scene.Bot : scene.Vic;
            socket ??= await HubSocket.OpenAsync(server.Address, who.Key);
            var isStream = hostile.Chance(0.5);
            var arguments = isStream
                ? Spoil(
                    new JsonArray(
                        new JsonObject
                        {
                            ["topics"] = new JsonArray("all", "item:W-1"),
                            ["after"] = 1,
                            ["notices"] = true,
                        }
                    ),
                    hostile,
                    1 + hostile.Below(2)
                )
                : Spoil(new JsonArray("item:W-1", "viewing"), hostile, hostile.Below(3));
            if (hostile.Chance(0.03))
                arguments = hostile.Value("arguments");
            var target =
                isStream ? "Subscribe"
                : hostile.Chance(0.97) ? "SayPresence"
                : "Nobody";
            var shown = $"{target} {Shown(Encoding.UTF8.GetBytes(arguments))}";
            Count(_ways, "hub");
            var before = server.Host.Engine.Picture.Seq;
            var outcome = await socket.CallAsync(target, arguments, isStream);
            Count(
                _statuses,
                "hub "
                    + (
                        outcome is null ? "closed"
                        : outcome.Length == 0 ? "good"
                        : "refused"
                    )
            );
            if (outcome is null)
            {
                await socket.DisposeAsync();
                socket = null;
            }
            else if (
                outcome.Contains("An unexpected error occurred", StringComparison.Ordinal)
                && !outcome.Contains("HubException: ", StringComparison.Ordinal)
            )
            {
                Fault($"{target}: {outcome}", shown);
            }
            else
            {
                CheckSecrets(scene, target, who, socket.Said, shown);
            }
            CheckState(server, target, isRefused: true, before, "", shown);
        }
        if (socket is not null)
            await socket.DisposeAsync();
    }

    /// <summary>The hub's JSON protocol by hand: what no client would send can be sent.</summary>
    private sealed class HubSocket(ClientWebSocket socket) : IAsyncDisposable
    {
        private const char End = '\u001e';
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
        private readonly ArrayBufferWriter<byte> _read = new();
        private readonly Queue<string> _frames = new();
        private int _last;

        /// <summary>All that came with the last call.</summary>
        internal string Said { get; private set; } = "";

        internal static async Task<HubSocket> OpenAsync(Uri server, string key)
        {
            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Authorization", "Bearer " + key);
            var address = new UriBuilder(new Uri(server, "/hubs/live")) { Scheme = "ws" }.Uri;
            using var patience = new CancellationTokenSource(Patience);
            await socket.ConnectAsync(address, patience.Token);
            var hub = new HubSocket(socket);
            await hub.SendAsync("""{"protocol":"json","version":1}""");
            await hub.NextAsync();
            return hub;
        }

        /// <summary>The error of the call, empty where there is none; null where the connection was closed over it.</summary>
        internal async Task<string?> CallAsync(string target, string arguments, bool isStream)
        {
            var id = (++_last).ToString(CultureInfo.InvariantCulture);
            var said = new StringBuilder();
            try
            {
                var type = isStream ? 4 : 1;
                await SendAsync(
                    $$"""{"type":{{type}},"invocationId":"{{id}}","target":"{{target}}","arguments":{{arguments}}}"""
                );
                if (isStream)
                    await SendAsync($$"""{"type":5,"invocationId":"{{id}}"}""");
                while (await NextAsync() is { } frame)
                {
                    said.Append(frame);
                    var message = JsonElement.Parse(frame);
                    if (message.GetProperty("type").GetInt32() == 7)
                        return null;
                    if (
                        message.GetProperty("type").GetInt32() == 3
                        && message.GetProperty("invocationId").GetString() == id
                    )
                        return message.TryGetProperty("error", out var error) ? error.GetString()! : "";
                }
                return null;
            }
            catch (WebSocketException)
            {
                return null;
            }
            finally
            {
                Said = said.ToString();
            }
        }

        private async Task SendAsync(string frame)
        {
            using var patience = new CancellationTokenSource(Patience);
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(frame + End),
                WebSocketMessageType.Text,
                endOfMessage: true,
                patience.Token
            );
        }

        private async Task<string?> NextAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            while (_frames.Count == 0)
            {
                var result = await socket.ReceiveAsync(_read.GetMemory(16_384), patience.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                    return null;
                _read.Advance(result.Count);
                if (!result.EndOfMessage)
                    continue;
                foreach (
                    var frame in Encoding
                        .UTF8.GetString(_read.WrittenSpan)
                        .Split(End, StringSplitOptions.RemoveEmptyEntries)
                )
                    _frames.Enqueue(frame);
                _read.ResetWrittenCount();
            }
            return _frames.Dequeue();
        }

        public ValueTask DisposeAsync()
        {
            socket.Abort();
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
