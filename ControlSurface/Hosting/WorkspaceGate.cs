using ControlSurface.Access;
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

    /// <summary>The workspace could not be opened.</summary>
    Unavailable,
}

/// <summary>
/// Finds the workspace of each request, before anything else looks at it: from the caller's key, or from the address
/// <c>/w/NAME/…</c> or the header <c>Workspace</c> and the caller's session (API.md, Workspaces; docs/decisions/0029). Only who
/// belongs to a workspace gets into its application, which knows no other.
/// </summary>
/// <remarks>
/// A request without a key and without a session is served by the first workspace's application under the address that it names,
/// whether or not there is such a workspace: nothing tells the two apart.
/// </remarks>
internal sealed class WorkspaceGate(Workspaces workspaces)
{
    /// <summary>The header that names a workspace.</summary>
    internal const string Header = "Workspace";
    private const string Prefix = "/w/";
    private const string Hooks = "/api/v1/hooks/";

    /// <summary>Finds the workspace, opens it if need be, and makes the path of the request one within it.</summary>
    internal async ValueTask<WorkspaceVisit> EnterAsync(IFeatureCollection features)
    {
        var request = features.Get<IHttpRequestFeature>()!;
        var (named, rest) = NameIn(request.Path);
        var judged = Judge(features, request, named, rest);
        var visit = await workspaces.EnterAsync(judged.Entry);
        if (visit is null)
        {
            judged = new Judged(workspaces.First, GateVerdict.Unavailable);
            visit = (await workspaces.EnterAsync(workspaces.First))!;
        }
        visit.Verdict = judged.Verdict;
        visit.Session = judged.Session;
        visit.Home = judged.Home;
        if (judged.Verdict is GateVerdict.NotThere)
        {
            // The page that says so belongs to a workspace of the caller's own.
            request.PathBase += judged.Entry.IsFirst ? "" : judged.Entry.Address.TrimEnd('/');
        }
        else if (named is not null)
        {
            request.PathBase += Prefix + named;
            request.Path = rest;
        }
        features.Set(visit);
        return visit;
    }

    private Judged Judge(IFeatureCollection features, IHttpRequestFeature request, string? named, string rest)
    {
        var headers = request.Headers[Header];
        if (named is null && headers.Count == 0 && workspaces.IsAlone)
            return new Judged(workspaces.First);
        var wanted = named ?? (headers.Count > 0 ? headers.ToString() : null);
        var differs = named is not null && headers.Count > 0 && headers.ToString() != named;
        var authorization = request.Headers.Authorization;
        var key = ApiKey(authorization) ?? (IsHook(rest) ? KeyOfHook(features, request) : null);
        if (key is not null || authorization.Count > 0)
            return workspaces.FindByKey(key) is { } home
                ? differs
                    ? new Judged(home, GateVerdict.Differs)
                    : wanted is null || wanted == home.Name
                        ? new Judged(home)
                        : new Judged(home, GateVerdict.NotThere)
                : Nobody();
        // Cookies are never looked at under /api and /mcp (API.md, Who calls).
        if (!IsForKeys(rest) && SessionCookie.Read(features, workspaces) is { } signedIn)
            return differs ? new Judged(signedIn.Home, GateVerdict.Differs) : JudgeSession(signedIn, wanted);
        // A sender of webhooks may prove itself by a signature, which only the workspace can check.
        if (wanted is not null && !differs && IsHook(rest) && workspaces.Find(wanted) is { } receiver)
            return new Judged(receiver, GateVerdict.Nobody);
        return Nobody();
    }

    private Judged JudgeSession(SignedIn who, string? wanted)
    {
        var entry = wanted is null ? workspaces.First : workspaces.Find(wanted);
        if (entry is not null && Workspaces.SessionIn(entry, who) is { } session)
            return new Judged(entry) { Session = session };
        if (wanted is null)
            return Nobody() with { Home = who.Home.Address };
        return entry is not null && Workspaces.BelongsTo(entry, who)
            ? Nobody() // Signed out there: they sign in again.
            : new Judged(who.Home, GateVerdict.NotThere);
    }

    private Judged Nobody() => new(workspaces.First, GateVerdict.Nobody);

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

    private static bool IsForKeys(string path) => IsBelow(path, "/api") || IsBelow(path, "/mcp");

    private static bool IsBelow(string path, string part) =>
        path.StartsWith(part, StringComparison.OrdinalIgnoreCase)
        && (path.Length == part.Length || path[part.Length] == '/');

    private static bool IsHook(string path) => path.StartsWith(Hooks, StringComparison.OrdinalIgnoreCase);

    private static string? KeyOfHook(IFeatureCollection features, IHttpRequestFeature request) =>
        new QueryFeature(features).Query["secret"] is [{ Length: > 0 } named] ? named
        : request.Headers["X-Gitlab-Token"] is [{ Length: > 0 } token] ? token
        : null;

    private sealed record Judged(WorkspaceEntry Entry, GateVerdict Verdict = GateVerdict.Enters)
    {
        /// <summary>The session that the caller has in the workspace; null where a key, or nobody, calls.</summary>
        internal int? Session { get; init; }

        /// <summary>Where a caller belongs who does not belong to the first workspace: <c>/w/NAME/</c>.</summary>
        internal string? Home { get; init; }
    }
}

/// <summary>Somebody who is signed in.</summary>
/// <param name="Home">The workspace in which they signed in.</param>
/// <param name="Session">Their session there.</param>
/// <param name="Who">Who they are there.</param>
internal sealed record SignedIn(WorkspaceEntry Home, SessionView Session, Core.Principals.Principal Who);
