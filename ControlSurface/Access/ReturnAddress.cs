namespace ControlSurface.Access;

/// <summary>
/// Where somebody wanted to go before they had to sign in. Kept in the browser for as long as a one-time link lives, so that the
/// link lands there too, which knows nothing of it.
/// </summary>
internal static class ReturnAddress
{
    private const string Cookie = "cs-return";
    private const int Longest = 1_000;
    private static readonly string[] NowhereToReturn = ["/login", "/signin", "/signout", "/not-found"];

    /// <summary>Keeps the address of a page that was asked for.</summary>
    internal static void Remember(HttpContext http)
    {
        var wanted = http.Request.PathBase + http.Request.Path + http.Request.QueryString;
        if (!IsWorthReturningTo(wanted))
            return;
        http.Response.Cookies.Append(
            Cookie,
            wanted,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = http.Request.IsHttps,
                MaxAge = TimeSpan.FromMinutes(30),
                IsEssential = true,
            }
        );
    }

    /// <summary>Where to go now: what the form says, else what the browser kept, else the front page. Forgets what was kept.</summary>
    /// <param name="asked">From the form; null where it says nothing.</param>
    internal static string Take(HttpContext http, string? asked)
    {
        var kept = http.Request.Cookies[Cookie];
        Forget(http);
        return IsWorthReturningTo(asked) ? asked!
            : IsWorthReturningTo(kept) ? kept!
            : "/";
    }

    internal static void Forget(HttpContext http) => http.Response.Cookies.Delete(Cookie);

    /// <summary>
    /// Whether it is an address of this server, as a browser reads it: a browser takes <c>\</c> for <c>/</c> and leaves tabs and
    /// line ends out, so <c>/\evil.example</c> and <c>/(tab)/evil.example</c> lead away.
    /// </summary>
    internal static bool IsLocal(string? url) =>
        url is { Length: > 0 and <= Longest }
        && url[0] == '/'
        && (url.Length == 1 || url[1] is not ('/' or '\\'))
        && !url.AsSpan().ContainsAny('\\', '\u007F')
        && !url.AsSpan().ContainsAnyInRange('\0', '\u001F');

    // To sign out, or in again, is nowhere that anybody who signs in wants to go, in whichever workspace.
    private static bool IsWorthReturningTo(string? url) =>
        IsLocal(url)
        && url != "/"
        && !NowhereToReturn.Any(own =>
            new PathString(WithinWorkspace(url!.Split('?', '#')[0])).StartsWithSegments(
                own,
                StringComparison.OrdinalIgnoreCase
            )
        );

    // /w/annex/signout is the workspace's /signout.
    private static string WithinWorkspace(string path) =>
        !path.StartsWith("/w/", StringComparison.Ordinal) ? path
        : path.IndexOf('/', 3) is > 0 and var end ? path[end..]
        : "/";
}
