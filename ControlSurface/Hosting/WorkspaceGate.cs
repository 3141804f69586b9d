using System.Net;
using ControlSurface.Access;
using ControlSurface.Api;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ControlSurface.Hosting;

/// <summary>What the gate found about a request.</summary>
internal enum GateVerdict
{
    /// <summary>It goes to the workspace; what its caller may there is for the workspace to decide.</summary>
    Enters,

    /// <summary>Nobody known sent it: it is served as one without a key and without a session.</summary>
    Nobody,

    /// <summary>The workspace that it names does not exist, or the caller does not belong to it: both are answered alike.</summary>
    NotThere,

    /// <summary>The header and the address name different workspaces.</summary>
    Differs,

    /// <summary>The workspace could not be opened, or who calls could not be found out.</summary>
    Unavailable,
}

/// <summary>
/// Finds the workspace of each request, before anything else looks at it: from the caller's key, or from the address
/// <c>/w/NAME/…</c> or the header <c>Workspace</c> and the caller's session (API.md, Workspaces; docs/decisions/0029). Only who
/// belongs to a workspace gets into its application, which knows no other.
/// </summary>
/// <remarks>
/// A request without a key and without a session is served by the first workspace's application under the address that it names,
/// whether or not there is such a workspace: nothing tells the two apart. What is known in memory is found on the thread that read the
/// socket; whatever asks the disk is not.
/// </remarks>
internal sealed class WorkspaceGate(Workspaces workspaces, IPlacement placement)
{
    /// <summary>The header that names a workspace.</summary>
    internal const string Header = "Workspace";
    private const string Prefix = "/w/";
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);
    private readonly HookGate _hooks = new(workspaces);
    private long _toldAt;

    /// <summary>
    /// Finds the workspace and where it is. Where that is here, it is opened if need be, and the path of the request becomes one within
    /// it. Never throws.
    /// </summary>
    /// <remarks>A request that another machine is to answer stays as it came, so that it can be asked about once more.</remarks>
    /// <param name="isForwarded">Another machine sent it here.</param>
    internal async ValueTask<Place> EnterAsync(IFeatureCollection features, bool isForwarded = false)
    {
        var asked = AskedOf(features);
        var judged = await TryJudgeAsync(asked);
        var place = default(Place);
        if (judged.Verdict is not GateVerdict.Unavailable)
        {
            var gone = features.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? CancellationToken.None;
            place = await placement.FindAsync(judged.Entry, gone, isForwarded);
        }
        if (place is { Visit: null, Machine: null })
            judged = Unavailable();
        // Another machine judges the request by itself: it gets it as it came.
        if (place.Machine is null)
            MoveAddress(judged, asked);
        if (place.Visit is { } visit)
        {
            visit.Verdict = judged.Verdict;
            visit.Session = judged.Session;
            visit.Home = judged.Home;
            features.Set(visit);
        }
        return place;
    }

    private static void MoveAddress(Judged judged, Asked asked)
    {
        if (judged.Verdict is GateVerdict.NotThere)
        {
            // The page that says so belongs to a workspace of the caller's own.
            asked.Request.PathBase += judged.Entry.IsFirst ? "" : judged.Entry.Address.TrimEnd('/');
        }
        else if (asked.Named is { } named)
        {
            asked.Request.PathBase += Prefix + named;
            asked.Request.Path = asked.Rest;
        }
    }

    // A disk that is full or cannot be read is said in the answer, and keeps nobody from what is in memory.
    private async ValueTask<Judged> TryJudgeAsync(Asked asked)
    {
        try
        {
            if (!_hooks.Concerns(asked) && Judge(asked, mayAsk: false) is { } known)
                return known;
            await Task.Yield();
            return await _hooks.FindReceiverAsync(asked) is { } receiver
                ? new Judged(receiver, GateVerdict.Nobody)
                : Judge(asked, mayAsk: true)!;
        }
        catch (Exception failure)
        {
            var (now, toldAt) = (Environment.TickCount64, Interlocked.Read(ref _toldAt));
            if (
                (toldAt == 0 || now - toldAt > Seldom.TotalMilliseconds)
                && Interlocked.CompareExchange(ref _toldAt, now, toldAt) == toldAt
            )
                workspaces.Log?.CouldNotJudge(failure);
            return Unavailable();
        }
    }

    /// <summary>Where the request goes.</summary>
    /// <param name="mayAsk">Whether the disk may be asked.</param>
    /// <returns>Null where only the disk can tell, and it may not be asked.</returns>
    private Judged? Judge(Asked asked, bool mayAsk)
    {
        if (asked is { Wanted: null, HasProof: false } && workspaces.IsAlone)
            return new Judged(workspaces.First);
        if (asked.Key is { } key)
        {
            var home = workspaces.FindKnownByKey(key);
            if (home is null && KeyText.IsWellFormed(key))
            {
                if (!mayAsk)
                    return null;
                home = workspaces.FindByKey(key, asked.From);
            }
            if (home is not null)
                return asked.Differs ? new Judged(home, GateVerdict.Differs)
                    : asked.Wanted is null || asked.Wanted == home.Name ? new Judged(home)
                    : new Judged(home, GateVerdict.NotThere);
        }
        // Cookies are never looked at under /api and /mcp (API.md, Who calls). Elsewhere a proxy's own Authorization is nobody's key.
        if (asked.IsForKeys || SessionCookie.ClaimIn(asked.Features, workspaces) is not { } claim)
            return Nobody();
        var found = workspaces.FindKnown(claim.Workspace) is null ? null : SessionCookie.Find(claim, workspaces);
        if (found is null && !mayAsk)
            return null;
        if ((found ?? workspaces.FindSession(claim, asked.From)) is not { } signedIn)
            return Nobody();
        return asked.Differs ? new Judged(signedIn.Home, GateVerdict.Differs) : JudgeSession(signedIn, asked, mayAsk);
    }

    private Judged? JudgeSession(SignedIn who, Asked asked, bool mayAsk)
    {
        var entry = asked.Wanted is null ? workspaces.First : workspaces.FindKnown(asked.Wanted);
        if (entry is null)
        {
            if (!mayAsk)
                return null;
            entry = workspaces.Find(asked.Wanted!);
        }
        if (entry is not null)
        {
            if (!SharedSessions.TryFind(entry, who, mayAsk, out var session))
                return null;
            if (session is not null)
                return new Judged(entry) { Session = session };
        }
        if (asked.Wanted is null)
            return Nobody() with { Home = who.Home.Address };
        return entry is not null && SharedSessions.BelongsTo(entry, who)
            ? Nobody() // Signed out there: they sign in again.
            : new Judged(who.Home, GateVerdict.NotThere);
    }

    private Judged Nobody() => new(workspaces.First, GateVerdict.Nobody);

    private Judged Unavailable() => new(workspaces.First, GateVerdict.Unavailable);

    private static Asked AskedOf(IFeatureCollection features)
    {
        var request = features.Get<IHttpRequestFeature>()!;
        var (named, rest) = NameIn(request.Path);
        var headers = request.Headers[Header];
        var header = headers.Count > 0 ? headers.ToString() : null;
        var authorization = request.Headers.Authorization;
        return new Asked(features, request, named, rest)
        {
            Wanted = named ?? header,
            Differs = named is not null && header is not null && header != named,
            Key =
                ApiKey(authorization)
                ?? (
                    HookGate.IsHook(rest) ? HookSenders.KeyIn(new QueryFeature(features).Query, request.Headers) : null
                ),
            HasProof = authorization.Count > 0 || HookGate.IsHook(rest),
            IsForKeys = IsBelow(rest, "/api") || IsBelow(rest, "/mcp"),
        };
    }

    /// <summary>The name in <c>/w/NAME/rest</c>, and the rest; null where the address names none.</summary>
    private static (string? Name, string Below) NameIn(string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
            return (null, path);
        var end = path.IndexOf('/', Prefix.Length);
        return end < 0 ? (path[Prefix.Length..], "/") : (path[Prefix.Length..end], path[end..]);
    }

    private static string? ApiKey(StringValues header) =>
        header.Count == 1
        && header[0] is { Length: > 7 and < 512 } value
        && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? value[7..].Trim()
            : null;

    private static bool IsBelow(string path, string part) =>
        path.StartsWith(part, StringComparison.OrdinalIgnoreCase)
        && (path.Length == part.Length || path[part.Length] == '/');

    /// <summary>A request, as far as the gate reads it.</summary>
    /// <param name="Named">The workspace in the address; null where it names none.</param>
    /// <param name="Rest">The path within the workspace.</param>
    internal sealed record Asked(IFeatureCollection Features, IHttpRequestFeature Request, string? Named, string Rest)
    {
        /// <summary>The workspace that the address or the header names; null where neither does.</summary>
        internal string? Wanted { get; init; }

        /// <summary>The address and the header name different ones.</summary>
        internal bool Differs { get; init; }

        /// <summary>What may be a key; null where there is none.</summary>
        internal string? Key { get; init; }

        /// <summary>It brings something besides a cookie that may say who sent it.</summary>
        internal bool HasProof { get; init; }

        /// <summary>It is for programs, which come with keys alone.</summary>
        internal bool IsForKeys { get; init; }

        /// <summary>Where it comes from: the proxy, where there is one.</summary>
        internal IPAddress? From => Features.Get<IHttpConnectionFeature>()?.RemoteIpAddress;
    }

    private sealed record Judged(WorkspaceEntry Entry, GateVerdict Verdict = GateVerdict.Enters)
    {
        /// <summary>The session that the caller has in the workspace; null where a key, or nobody, calls.</summary>
        internal int? Session { get; init; }

        /// <summary>Where a caller belongs who does not belong to the first workspace: <c>/w/NAME/</c>.</summary>
        internal string? Home { get; init; }
    }
}

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Error,
        "Which workspace a request is for, and who sends it, cannot be found out; it is answered 503. Said once a minute."
    )]
    internal static partial void CouldNotJudge(this ILogger log, Exception failure);
}
