using System.Security.Claims;
using System.Text.Encodings.Web;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace ControlSurface.Hosting;

/// <summary>Signing in by a one-time link, and who may see a page.</summary>
internal static class SignIn
{
    private const string KeyScheme = "key";
    private const string EitherScheme = "key or cookie";

    internal static void AddSignIn(this IServiceCollection services, ServerOptions options)
    {
        services
            .AddAuthentication(EitherScheme)
            .AddPolicyScheme(
                EitherScheme,
                displayName: null,
                either =>
                    either.ForwardDefaultSelector = http =>
                        http.Request.Headers.Authorization.Count > 0
                            ? KeyScheme
                            : CookieAuthenticationDefaults.AuthenticationScheme
            )
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyScheme, configureOptions: null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "controlsurface";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = TimeSpan.FromHours(options.SessionIdleHours);
                cookie.SlidingExpiration = true;
                cookie.LoginPath = "/login";
                cookie.Events.OnValidatePrincipal = context =>
                {
                    var engine = context.HttpContext.RequestServices.GetRequiredService<Engine>();
                    if (!IsSomebody(engine, context.Principal))
                        context.RejectPrincipal();
                    return Task.CompletedTask;
                };
            });
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery();
    }

    /// <summary>Whoever is not signed in sees the way in, and nothing else.</summary>
    internal static void UsePagesForTheSignedIn(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                var endpoint = http.GetEndpoint();
                var isSomebody = http.User.Identity?.IsAuthenticated == true;
                // Before the handshake: a client whose connection starts has been let in.
                if (!isSomebody && http.Request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal))
                {
                    await ApiSetup.RefuseNobodyAsync(http);
                    return;
                }
                if (
                    isSomebody
                    || ServerHost.IsMachines(http.Request.Path)
                    || IsOpen(http.Request.Path)
                    || endpoint?.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>()
                        is not null
                )
                {
                    await next(http);
                }
                else if (http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
                {
                    http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                }
                else
                {
                    http.Response.Redirect(
                        "/login?returnUrl=" + UrlEncoder.Default.Encode(http.Request.Path + http.Request.QueryString)
                    );
                }
            }
        );

    internal static void MapSignIn(this WebApplication app)
    {
        // Before the page of the same address, which only shows the form.
        app.MapPost("/signin", SignInAsync).WithOrder(-1).ExcludeFromDescription();
        app.MapPost("/signout", SignOutAsync).WithOrder(-1).ExcludeFromDescription();
    }

    internal static bool IsSomebody(Engine engine, ClaimsPrincipal? user) =>
        LiveCaller.Of(user) is { } caller
        && engine.Picture.Read(at => at.FindPrincipal(caller.Id)) is { State: not PrincipalState.Ended };

    private static bool IsOpen(PathString path) =>
        path.StartsWithSegments("/login", StringComparison.Ordinal)
        || path.StartsWithSegments("/signin", StringComparison.Ordinal)
        || path.StartsWithSegments("/help", StringComparison.Ordinal)
        || path.StartsWithSegments("/docs", StringComparison.Ordinal)
        || path.StartsWithSegments("/clock", StringComparison.Ordinal)
        || path.StartsWithSegments("/not-found", StringComparison.Ordinal)
        || path.StartsWithSegments("/_framework", StringComparison.Ordinal)
        || path.StartsWithSegments("/_content", StringComparison.Ordinal)
        || Path.HasExtension(path.Value);

    /// <summary>The one-time link, as Jupyter and the Aspire dashboard have it: opening it signs in, once.</summary>
    internal static void UseSignInLinks(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                var secret = http.Request.Query["t"].ToString();
                if (!HttpMethods.IsGet(http.Request.Method) || http.Request.Path != "/login" || secret.Length == 0)
                {
                    await next(http);
                    return;
                }
                var access = http.RequestServices.GetRequiredService<AccessStore>();
                if (access.UseSignInLink(secret) is not { } used)
                {
                    http.Response.Redirect("/login?failed=link");
                    return;
                }
                await StartSessionAsync(http, used.Principal ?? FirstAdmin(access));
                http.Response.Redirect("/");
            }
        );

    private static async Task<IResult> SignInAsync(HttpContext http, IAntiforgery antiforgery, AccessStore access)
    {
        // A stale form is the browser's business: the way in is shown again, with a fresh one.
        if (!await antiforgery.IsRequestValidAsync(http))
            return Results.Redirect("/login?failed=form");
        var form = await http.Request.ReadFormAsync();
        if (
            access.Verify(form["key"].ToString().Trim())
            is not { Principal.Kind: PrincipalKind.Person, KeyQueues: null } key
        )
            return Results.Redirect("/login?failed=key");
        await StartSessionAsync(http, key.Principal);
        var back = form["returnUrl"].ToString();
        return Results.LocalRedirect(IsLocal(back) ? back : "/");
    }

    private static async Task StartSessionAsync(HttpContext http, Principal principal)
    {
        await http.RequestServices.GetRequiredService<PrincipalSync>().EnsureAsync(principal);
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme, "name", "role");
        identity.AddClaim(new Claim(LiveCaller.PrincipalClaim, principal.Id.Text));
        identity.AddClaim(new Claim("name", principal.Name));
        await http.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            new ClaimsPrincipal(identity),
            new AuthenticationProperties { IsPersistent = true }
        );
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, IAntiforgery antiforgery)
    {
        if (await antiforgery.IsRequestValidAsync(http))
            await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.Redirect("/login");
    }

    private static Principal FirstAdmin(AccessStore access)
    {
        var free = "Admin";
        for (var k = 2; access.Find(free) is not null; k++)
            free = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Admin {k}");
        return access.AddPrincipal(free, PrincipalKind.Person, Roles.Admin, queues: null);
    }

    private static bool IsLocal(string url) =>
        url.Length > 0 && url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\'));
}

/// <summary>Lets a key in where a page's cookie would do: the hub, and metrics.</summary>
internal sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    Api.IKeyVerifier keys
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (
            !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || await keys.VerifyAsync(header[7..].Trim()) is not { } key
        )
            return AuthenticateResult.Fail("The key is not known.");
        var user = LiveCaller.ToUser(key.Principal, key.Queues, Credential.OfKey(key.KeyId));
        return AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name));
    }
}
