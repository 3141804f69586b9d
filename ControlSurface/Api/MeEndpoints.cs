using ControlSurface.Api.Bodies;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Who calls: <c>GET /me</c>.</summary>
internal static class MeEndpoints
{
    private const int MostLeases = 500;

    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        new()
        {
            Id = "me",
            Method = "GET",
            Pattern = "/me",
            Verb = Verb.Read,
            Tag = "Me",
            Summary = "Who the key belongs to, what they hold, and the server's time.",
            Replies = [new(200, ApiJson.Of<MeBody>(), "The caller.")],
            Brief = ["principal.id", "principal.name", "principal.roles", "runs", "serverTime", "seq"],
            Handle = call => call.ReadAsync(MeAsync),
        },
    ];

    private static Task MeAsync(ApiCall call)
    {
        if (call.Invalid is { } invalid)
            return call.RefuseAsync(invalid);
        var now = call.Host.Engine.Now;
        var (held, seq) = call.Host.Engine.Picture.Read(at => (at.HeldBy(call.Caller.Id).ToArray(), at.Seq));
        var shown = held.Take(MostLeases)
            // The caller is the holder of each, in whichever run: these are their own tokens.
            .Select(i =>
                LeaseBody.From(LeaseView.Of(i.Lease!, i), new Viewer(call.Caller.Id, i.Lease!.Holder.Run), now)
            )
            .ToArray();
        var leases = new ListBody<LeaseBody>(
            shown,
            held.Length > MostLeases ? shown[^1].Id : null,
            held.Length,
            MostLeases,
            seq
        );
        var inbox = new ListBody<NoteBody>([], Next: null, Total: 0, ApiCall.DefaultLimit, seq);
        var body = new MeBody(PrincipalBody.From(call.Who), RunsOf(held), leases, now, seq, inbox);
        return call.ReplyAsync(body, ApiJson.Of<MeBody>());
    }

    private static IReadOnlyList<RunBody> RunsOf(IEnumerable<Item> held) =>
        [
            .. held.Where(i => i.Lease!.Holder.Run is not null)
                .GroupBy(i => i.Lease!.Holder.Run!, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new RunBody(g.Key, [.. g.Select(i => i.Lease!.Id.Text)])),
        ];
}
