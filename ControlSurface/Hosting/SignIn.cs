using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Live;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace ControlSurface.Hosting;

/// <summary>
/// Signing in by a key or a one-time link, and out. The cookie names a session that lives in the access store: it is over there
/// the moment somebody says so, whoever has a copy of the cookie.
/// </summary>
internal static class SignIn
{
    internal const string EitherScheme = "key or cookie";

    // A key or a link, the form's own token, and where to go then: nothing here is large.
    private const int LargestForm = 16 * 1024;
    private const int LongestBrowser = 200;

    internal static void AddSignIn(this IServiceCollection services, TicketDataFormat cookies)
    {
        services
            .AddAuthentication(EitherScheme)
            .AddPolicyScheme(
                EitherScheme,
                displayName: null,
                either =>
                    either.ForwardDefaultSelector = http =>
                        http.Request.Headers.Authorization.Count > 0
                            ? EndpointMarks.KeyScheme
                            : CookieAuthenticationDefaults.AuthenticationScheme
            )
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(EndpointMarks.KeyScheme, configureOptions: null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = SessionCookie.Name;
                // One for the server: the workspaces are below its root.
                cookie.Cookie.Path = "/";
                cookie.TicketDataFormat = cookies;
                cookie.Cookie.HttpOnly = true;
                // Lax: a link in a mail opens the page that it names, and no form of another site carries the session.
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = AccessStore.LongestSession;
                cookie.SlidingExpiration = false;
                cookie.LoginPath = "/login";
                cookie.Events.OnValidatePrincipal = ValidateAsync;
            });
        services.AddEntrances();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "cs-form";
            forms.Cookie.Path = "/";
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddSingleton<RefusalLog>();
        services.AddScoped<CircuitSession>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<CircuitSession>());
    }

    internal static void MapSignIn(this WebApplication app)
    {
        // Before the pages of the same addresses, which only show the forms.
        Map("/login", SignInAsync);
        Map("/signin", SignInAsync);
        Map("/login/link", UseLinkAsync);
        Map("/signout", SignOutAsync);

        // A page whose connection does not come back asks whether that is because its session is over.
        app.MapGet(
                "/session",
                (Delegate)(
                    async (HttpContext http) => Results.Text(await SessionOfAsync(http) is null ? "over" : "live")
                )
            )
            .AllowAnonymous()
            .ExcludeFromDescription();

        void Map(string path, Delegate handle) =>
            app.MapPost(path, handle)
                .WithOrder(-1)
                .AllowAnonymous()
                .WithMetadata(new RequestSizeLimitAttribute(LargestForm))
                .ExcludeFromDescription();
    }

    // A session that is over is a cookie of nobody, whatever the cookie itself says.
    private static Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var own = http.RequestServices.GetRequiredService<WorkspaceEntry>();
        var visit = http.Features.Get<WorkspaceVisit>();
        var used =
            visit is { Verdict: GateVerdict.Nobody } ? null
            : visit?.Session is { } number ? own.Access.UseSession(number)
            : context.Principal?.FindFirstValue(SessionCookie.SecretClaim) is { } secret
            && (context.Principal.FindFirstValue(SessionCookie.WorkspaceClaim) ?? own.Name) == own.Name
                ? own.Access.UseSession(secret)
            : null;
        if (used is var (session, who))
            context.ReplacePrincipal(LiveCaller.ToUser(who, keyQueues: null, Credential.OfSession(session.Number)));
        else
            context.RejectPrincipal();
        return Task.CompletedTask;
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http,
        IAntiforgery antiforgery,
        Workspaces workspaces,
        RefusalLog refusals
    )
    {
        // A stale form is the browser's business: the way in is shown again, with a fresh one.
        if (!await antiforgery.IsRequestValidAsync(http))
            return Again("form", http);
        var form = await http.Request.ReadFormAsync();
        // A key is often pasted with the space or the line end beside it.
        var text = form["key"].ToString().Trim();
        var entry = workspaces.FindByKey(text, http.Connection.RemoteIpAddress);
        var key = entry?.Access.Verify(text);
        var why =
            key is null ? "key"
            : key.Principal.Kind != PrincipalKind.Person ? "agent"
            : key.KeyQueues is not null ? "queues"
            : key.Principal.State != PrincipalState.Active ? "paused"
            : null;
        if (why is not null)
            return Failed(http, refusals, why, "a sign-in with a key that lets nobody in");
        return await StartAsync(http, workspaces, entry!, () => key!.Principal, key!.KeyId, form["returnUrl"])
            ?? Again("key", http);
    }

    // A link preview or a scanner opens links: only a person presses the button that uses one up.
    private static async Task<IResult> UseLinkAsync(
        HttpContext http,
        IAntiforgery antiforgery,
        Workspaces workspaces,
        RefusalLog refusals
    )
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync() : FormCollection.Empty;
        var secret = form["t"].ToString();
        if (!await antiforgery.IsRequestValidAsync(http))
            return Results.LocalRedirect($"/login?t={Uri.EscapeDataString(secret)}");
        var entry = workspaces.FindByLink(secret, http.Connection.RemoteIpAddress, out var isBusy)?.Entry;
        if (isBusy)
            return Later(
                http,
                seconds: 1,
                "Too many links were tried a moment ago, so yours was not looked for. It is not used up: try again in a moment."
            );
        var started = entry is null
            ? null
            : await StartAsync(
                http,
                workspaces,
                entry,
                () => entry.Access.UseSignInLink(secret),
                key: null,
                form["returnUrl"]
            );
        return started ?? Failed(http, refusals, "link", "a sign-in with a link that lets nobody in");
    }

    /// <param name="prove">Says who signs in, once the workspace is entered: a link is used up only where it can sign somebody in.</param>
    /// <param name="key">The number of the key that they came with; null for a link.</param>
    /// <returns>Null where what they came with signs nobody in any more.</returns>
    private static async Task<IResult?> StartAsync(
        HttpContext http,
        Workspaces workspaces,
        WorkspaceEntry entry,
        Func<Principal?> prove,
        int? key,
        string? returnUrl
    )
    {
        var place = await workspaces.Keeper.Placement.FindAsync(entry, http.RequestAborted);
        using var visit = place.Visit;
        if (place is { Visit: null, Machine: null })
            return Again("unavailable", http);
        // Another machine that has the workspace follows the access store by itself, and tells the journal of the session.
        var sync = visit is null ? null : entry.Host?.App.Services.GetRequiredService<PrincipalSync>();
        var before = SessionCookie.Read(http.Features, workspaces);
        var browser = http.Request.Headers.UserAgent.ToString();
        var proof = new SignInProof(
            key is null ? "link" : "key",
            key,
            http.Connection.RemoteIpAddress?.ToString(),
            browser.Length > LongestBrowser ? browser[..LongestBrowser] : browser,
            before?.Home == entry ? before.Session.Number : null
        );
        string secret;
        SessionView session;
        try
        {
            if (prove() is not { } principal)
                return null;
            if (sync is not null)
                await sync.EnsureAsync(principal);
            (session, secret) = entry.Access.BeginSession(principal.Id, proof);
            if (before is not null && before.Home != entry)
                before.Home.Access.EndSession(before.Session.Number, of: null, by: before.Who.Id);
        }
        catch (AccessRefusedException)
        {
            return Again(key is null ? "link" : "key", http);
        }
        catch (DbException)
        {
            // A full disk: nothing was begun, and what was typed is asked for again.
            return Again("unavailable", http);
        }
        if (sync is not null)
            await sync.TellSessionsAsync();
        await http.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            SessionCookie.ToUser(secret, entry.Name),
            new AuthenticationProperties { IsPersistent = true, ExpiresUtc = session.ExpiresAt }
        );
        return Results.LocalRedirect(
            ReturnAddress.Take(http, returnUrl) is not "/" and var back ? back : entry.Address
        );
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext http,
        IAntiforgery antiforgery,
        Workspaces workspaces,
        WorkspaceEntry own
    )
    {
        // The form's token belongs to whoever was signed in when it was drawn.
        var signedIn = await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (signedIn.Principal is { } user)
            http.User = user;
        if (LiveCaller.Of(signedIn.Principal) is { Credential: { } session } who)
        {
            // Another tab may have drawn it for somebody else, or long ago: the page asks once more.
            if (!await antiforgery.IsRequestValidAsync(http))
                return Results.LocalRedirect(own.Address + "signout");
            workspaces.Sessions.End(own, session.Number, who.Id);
            await http.RequestServices.GetRequiredService<PrincipalSync>().TellSessionsAsync();
        }
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        ReturnAddress.Forget(http);
        return Results.LocalRedirect("/login");
    }

    private static async Task<int?> SessionOfAsync(HttpContext http) =>
        LiveCaller.Of((await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme)).Principal)
            is { Credential: { Kind: CredentialKind.Session, Number: var number } }
            ? number
            : null;

    private static IResult Failed(HttpContext http, RefusalLog refusals, string why, string logged)
    {
        var wait = refusals.Refused(http.Connection.RemoteIpAddress, logged);
        if (wait <= TimeSpan.Zero)
            return Again(why, http);
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        return Later(
            http,
            seconds,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Too many attempts to sign in from your network failed. A right key is let in at any time; others may be tried again in {seconds} s."
            )
        );
    }

    private static IResult Later(HttpContext http, int seconds, string why)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Results.Text(
            $"<!DOCTYPE html><html lang=\"en\"><title>Sign in</title><p role=\"alert\">{why}</p><p><a href=\"/login\">Back to the form</a></p></html>",
            "text/html",
            statusCode: StatusCodes.Status429TooManyRequests
        );
    }

    // What the form knew about where to go is not lost by a wrong key.
    private static IResult Again(string failed, HttpContext http)
    {
        var back = http.Request.HasFormContentType ? http.Request.Form["returnUrl"].ToString() : "";
        return Results.LocalRedirect(
            ReturnAddress.IsLocal(back) && back != "/"
                ? $"/login?failed={failed}&returnUrl={UrlEncoder.Default.Encode(back)}"
                : $"/login?failed={failed}"
        );
    }
}

/// <summary>Lets a key in: to the hub, to the tools of agents, and to metrics.</summary>
internal sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    Api.IKeyVerifier keys
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Api.Pipeline.Authentication.Bearer(Request) is not { } text || await keys.VerifyAsync(text) is not { } key)
            return AuthenticateResult.Fail("The key is not known.");
        var user = LiveCaller.ToUser(key.Principal, key.Queues, Credential.OfKey(key.KeyId));
        return AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name));
    }
}
