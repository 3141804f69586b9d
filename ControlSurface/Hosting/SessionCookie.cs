using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Hosting;

/// <summary>
/// The one cookie of the server: it names a session by its secret, and the workspace that has the session. Protected by keys of the
/// data folder, so that each workspace's application reads it.
/// </summary>
internal static class SessionCookie
{
    internal const string Name = "controlsurface";

    /// <summary>The claim with the session's secret, replaced by its number before anybody sees the user.</summary>
    internal const string SecretClaim = "secret";

    /// <summary>The claim with the workspace that has the session; the first where it is not there.</summary>
    internal const string WorkspaceClaim = "workspace";

    internal static TicketDataFormat FormatOf(IDataProtectionProvider provider) =>
        new(provider.CreateProtector("ControlSurface.SessionCookie", "v1"));

    /// <summary>The user that the cookie holds.</summary>
    internal static ClaimsPrincipal ToUser(string secret, string workspace)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme);
        identity.AddClaim(new Claim(SecretClaim, secret));
        identity.AddClaim(new Claim(WorkspaceClaim, workspace));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>Who sent the request, by its cookie; null for nobody.</summary>
    internal static SignedIn? Read(IFeatureCollection features, Workspaces workspaces) =>
        ClaimIn(features, workspaces) is { } claim ? Find(claim, workspaces) : null;

    /// <summary>What the cookie says, if it is one of this server; whether that is so any more, <see cref="Find"/> says.</summary>
    internal static SessionClaim? ClaimIn(IFeatureCollection features, Workspaces workspaces)
    {
        if (features.Get<IHttpRequestFeature>()!.Headers.Cookie.Count == 0)
            return null;
        return
            new RequestCookiesFeature(features).Cookies[Name] is { Length: > 0 and < 4_096 } value
            && workspaces.Cookies.Unprotect(value)?.Principal is { } user
            && user.FindFirstValue(SecretClaim) is { } secret
            ? new SessionClaim(secret, user.FindFirstValue(WorkspaceClaim) ?? workspaces.First.Name)
            : null;
    }

    /// <summary>The live session that the cookie names; null where none is known.</summary>
    internal static SignedIn? Find(SessionClaim claim, Workspaces workspaces) =>
        workspaces.Find(claim.Workspace) is { } home && home.Access.FindSession(claim.Secret) is var (session, who)
            ? new SignedIn(home, session, who)
            : null;
}

/// <summary>What a session cookie says.</summary>
/// <param name="Workspace">The workspace that has the session.</param>
internal sealed record SessionClaim(string Secret, string Workspace);
