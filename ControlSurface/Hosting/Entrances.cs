using System.Text.Encodings.Web;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Live;
using ControlSurface.Mcp;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.SignalR;

namespace ControlSurface.Hosting;

/// <summary>
/// Who may reach an endpoint. Each endpoint says so in its metadata; one that says nothing is for people who are signed in. How
/// an address is spelt decides nothing: routing has settled by then which endpoint it is.
/// </summary>
internal static class Entrances
{
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(500);

    internal static void AddEntrances(this IServiceCollection services)
    {
        services
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(Of(CookieAuthenticationDefaults.AuthenticationScheme).Build())
            .AddPolicy(EndpointMarks.KeyPolicy, Of(EndpointMarks.KeyScheme).Build())
            .AddPolicy(EndpointMarks.KeyOrSessionPolicy, Of(SignIn.EitherScheme).Build())
            .AddPolicy(
                EndpointMarks.LocalPolicy,
                new AuthorizationPolicyBuilder(SignIn.EitherScheme)
                    .RequireAssertion(asked =>
                        asked.User.Identity?.IsAuthenticated == true
                        || asked.Resource is HttpContext http && LocalCallers.IsDirect(http)
                    )
                    .Build()
            );
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedEntrances>();
    }

    /// <summary>Follows routing: says what is not there, and lets in whoever may reach what is.</summary>
    internal static void UseEntrances(this IApplicationBuilder app)
    {
        app.Use(AnswerWhatIsNotThereAsync);
        // An endpoint for anybody looks at no cookie either: a form on it is the same for whoever posts it.
        app.UseWhen(http => !IsForAnybody(http.GetEndpoint()), people => people.UseAuthorization());
    }

    /// <summary>Answers what the gate found: that there is nothing, or nothing for this caller, at the address.</summary>
    internal static void UseWorkspaceGate(this IApplicationBuilder app) =>
        app.Use(
            static (http, next) =>
                http.Features.Get<WorkspaceVisit>()?.Verdict
                    is not (null or GateVerdict.Enters or GateVerdict.Nobody)
                        and { } verdict
                // The page for what is not there is drawn in place of another answer.
                && http.Features.Get<IStatusCodeReExecuteFeature>() is null
                    ? AnswerAsync(http, verdict)
                    : next(http)
        );

    private static async Task AnswerAsync(HttpContext http, GateVerdict verdict)
    {
        if (verdict is GateVerdict.Differs)
            await ApiSetup.RefuseAsync(
                http,
                Refusal.InvalidRequest.Of(WorkspaceGate.Header, "names another workspace than the address")
            );
        else if (verdict is GateVerdict.Unavailable)
            await ApiSetup.RefuseAsync(
                http,
                new Refusal.Unavailable("The workspace cannot be opened at the moment; nothing was done.")
            );
        else if (await IsReaderAsync(http))
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        else
            await ApiSetup.NotThereAsync(http);
    }

    /// <summary>
    /// Closes the socket of a circuit a moment after its session is over: the page has that long to go to the way in. What the
    /// socket still brings reaches no page (<see cref="Live.CircuitSession"/>).
    /// </summary>
    internal static void UseSessionSockets(this IApplicationBuilder app) =>
        app.Use(
            static (http, next) =>
                http.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is { } hub
                && hub.HubType != typeof(Live.LiveHub)
                && LiveCaller.Of(http.User) is { Credential: { } session } who
                    ? WhileSignedInAsync(http, next, who, session)
                    : next(http)
        );

    private static async Task WhileSignedInAsync(
        HttpContext http,
        RequestDelegate next,
        LiveCaller who,
        Credential session
    )
    {
        var connections = http.RequestServices.GetRequiredService<OpenConnections>();
        using var opened = connections.Open(who.Id, session, endsWithRights: false);
        if (opened is null)
        {
            await ApiSetup.RefuseAsync(http, new Refusal.RateLimited(RetryAfter: 30));
            return;
        }
        using var closing = new CancellationTokenSource();
        using var ended = opened.Ended.UnsafeRegister(
            static closing => ((CancellationTokenSource)closing!).CancelAfter(Farewell),
            closing
        );
        using var closed = closing.Token.UnsafeRegister(static http => ((HttpContext)http!).Abort(), http);
        await next(http);
    }

    /// <summary>
    /// Bounds how often a principal calls agents' tools and refuses messages that cannot be read; the contract's own calls do
    /// both themselves.
    /// </summary>
    internal static void UseToolChecks(this IApplicationBuilder app) =>
        app.Use(
            static (http, next) =>
                http.GetEndpoint()?.Metadata.GetMetadata<KeyOnly>() is { FromAnySite: false }
                && LiveCaller.Of(http.User) is { } caller
                    ? CheckAsync(http, next, caller)
                    : next(http)
        );

    private static async Task CheckAsync(HttpContext http, RequestDelegate next, LiveCaller caller)
    {
        if (http.RequestServices.GetRequiredService<ApiHost>().Limits.OnRequest(caller.Id) is { } tooMany)
            await ApiSetup.RefuseAsync(http, tooMany);
        else if (await MessageCheck.PassAsync(http))
            await next(http);
    }

    internal static bool IsKeyOnly(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<KeyOnly>() is not null;

    internal static bool IsForPrograms(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<ForPrograms>() is not null;

    internal static bool IsPage(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;

    /// <summary>Whether it is a browser that wants something to show.</summary>
    internal static bool WantsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static AuthorizationPolicyBuilder Of(string scheme) =>
        new AuthorizationPolicyBuilder(scheme).RequireAuthenticatedUser();

    private static bool IsForAnybody(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static Task AnswerWhatIsNotThereAsync(HttpContext http, RequestDelegate next) =>
        http.GetEndpoint() is RouteEndpoint ? next(http) : AnswerNotThereAsync(http);

    private static async Task AnswerNotThereAsync(HttpContext http)
    {
        switch (http.GetEndpoint())
        {
            case null when await IsReaderAsync(http):
                // The page that says so is drawn in its place.
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
            case null:
                await ApiSetup.NotThereAsync(http);
                break;
            // Routing's own refusal: the address is one, but not with this method or this type of body.
            case var refusal:
                await refusal.RequestDelegate!(http);
                if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed })
                    await ApiSetup.RefuseMethodAsync(http, http.Response.Headers.Allow.ToString());
                break;
        }
    }

    // Whoever is signed in and mistyped an address reads a page; everybody else, a program above all, hears it as a problem.
    private static async Task<bool> IsReaderAsync(HttpContext http) =>
        WantsPage(http.Request)
        && !http.Request.Path.StartsWithSegments("/.well-known", StringComparison.OrdinalIgnoreCase)
        && (await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme)).Succeeded;
}

/// <summary>What somebody hears who may not come in.</summary>
internal sealed class RefusedEntrances : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Succeeded)
            return next(context);
        if (authorizeResult.Forbidden && context.User.Identity?.IsAuthenticated == true)
            return ApiSetup.RefuseAsync(context, new Refusal.Forbidden(Permissions.InWords(Roles.Admin)));
        // The page for what is not there is drawn in place of another answer; nobody is sent to sign in for that.
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
            return ApiSetup.NotThereAsync(context);
        var request = context.Request;
        var leads = Entrances.IsPage(context.GetEndpoint())
            ? HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            : Entrances.WantsPage(request) && !Entrances.IsForPrograms(context);
        if (!leads)
            return ApiSetup.RefuseNobodyAsync(context);
        context.Response.Headers.CacheControl = "no-store";
        // Somebody who is signed in, to another workspace than the first, which is theirs.
        if (context.Features.Get<WorkspaceVisit>()?.Home is { } home)
        {
            context.Response.Redirect(home + request.Path.ToString().TrimStart('/') + request.QueryString);
            return Task.CompletedTask;
        }
        ReturnAddress.Remember(context);
        context.Response.Redirect(
            "/login?returnUrl=" + UrlEncoder.Default.Encode(request.PathBase + request.Path + request.QueryString)
        );
        return Task.CompletedTask;
    }
}
