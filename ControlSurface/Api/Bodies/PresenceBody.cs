using ControlSurface.Live;

namespace ControlSurface.Api.Bodies;

/// <param name="Mode"><c>viewing</c> or <c>editing</c>.</param>
internal sealed record PresentBody(string Principal, string Name, string Mode, DateTimeOffset Since)
{
    internal static IReadOnlyList<PresentBody> On(ApiHost host, string topic) => From(host, host.Presence.On(topic));

    internal static IReadOnlyList<PresentBody> From(ApiHost host, IReadOnlyList<Present> here) =>
        [.. here.Select(p => new PresentBody(p.Who.Text, host.NameOf(p.Who), p.Mode, p.Since))];
}

internal sealed record PresenceBody(string Topic, IReadOnlyList<PresentBody> Present);
