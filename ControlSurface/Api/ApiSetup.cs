using ControlSurface.Access;
using ControlSurface.Api.Pipeline;
using ControlSurface.Content;
using ControlSurface.Drafting;
using ControlSurface.Hosting;
using ControlSurface.Live;

namespace ControlSurface.Api;

/// <summary>
/// Puts the HTTP contract together. <c>AddApi</c> needs an Engine, an IJournal, an <see cref="IKeyVerifier"/>,
/// <see cref="ActionPermits"/> and a TimeProvider in the container.
/// </summary>
internal static class ApiSetup
{
    /// <summary>Adds what the operations need.</summary>
    internal static IServiceCollection AddApi(this IServiceCollection services) =>
        services
            .AddComparisons()
            .AddPresence()
            .AddPast()
            .AddDrafting()
            .AddSingleton<ApiHost>()
            .AddHostedService<BulkRunner>();

    /// <summary>
    /// Everything under <c>/api</c>, and <c>/openapi/v1.json</c>, <c>/healthz</c>, <c>/readyz</c> and <c>/help</c>.
    /// </summary>
    internal static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder routes)
    {
        var host = routes.ServiceProvider.GetRequiredService<ApiHost>();
        foreach (var operation in ApiOperations.All)
        {
            routes
                .MapMethods(ApiOperations.Root + operation.Pattern, [operation.Method], HandlerOf(operation, host))
                .ChecksItsKey()
                .WithMetadata(operation)
                .WithDisplayName(operation.Id);
        }
        // What matches no operation: 404, or 405 where the address is one but not with this method.
        routes
            .Map("/api/{**rest}", http => ApiPipeline.RunAsync(http, host, NoOperation))
            .ChecksItsKey()
            .WithOrder(int.MaxValue);
        routes.MapGet("/openapi/v1.json", http => OpenApiDocument.WriteAsync(http)).AllowAnonymous().IsForPrograms();
        routes.MapGet("/healthz", HealthEndpoints.HealthzAsync).AllowAnonymous().IsForPrograms();
        routes.MapGet("/readyz", http => HealthEndpoints.ReadyzAsync(http, host)).AllowAnonymous().IsForPrograms();
        routes.MapDocs();
        routes.MapGet("/help", HelpEndpoints.IndexAsync).AllowAnonymous();
        routes.MapGet("/help/{code}", HelpEndpoints.PageAsync).AllowAnonymous();
        return routes;
    }

    private static RequestDelegate HandlerOf(ApiOperation operation, ApiHost host) =>
        operation.Before is { } before
            ? async http =>
            {
                await before(http);
                await ApiPipeline.RunAsync(http, host, operation);
            }
            : http => ApiPipeline.RunAsync(http, host, operation);

    /// <summary>401 for whoever reaches another machine address, such as the hub, and is nobody.</summary>
    internal static Task RefuseNobodyAsync(HttpContext http) =>
        RefuseAsync(http, new Core.Vocabulary.Refusal.Unauthorized("no key"));

    /// <summary>Answers with a refusal outside any operation.</summary>
    internal static Task RefuseAsync(HttpContext http, Core.Vocabulary.Refusal refusal) =>
        AnswerWriter.WriteAsync(http, CallOf(http).Refuse(refusal));

    /// <summary>404 for an address at which nothing is.</summary>
    internal static Task NotThereAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        return WriteAsync(http, ToHttp.NoSuchAddress(path, CallOf(http).Site));
    }

    private static ApiCall CallOf(HttpContext http) =>
        new(http, http.RequestServices.GetRequiredService<ApiHost>(), NoOperation);

    /// <summary>405 at a machine's address outside the contract's table.</summary>
    internal static Task RefuseMethodAsync(HttpContext http, string allow) =>
        WriteAsync(http, ToHttp.MethodNotAllowed(http.Request.Method, allow, CallOf(http).Site));

    /// <summary>413 at a machine's address outside the contract's table.</summary>
    internal static Task RefuseTooLargeAsync(HttpContext http, int limitBytes) =>
        WriteAsync(http, ToHttp.TooLarge(limitBytes, CallOf(http).Site));

    private static Task WriteAsync(HttpContext http, Problem problem) =>
        AnswerWriter.WriteAsync(http, Answer.Of(problem));

    /// <summary>Serves every address that is none: 404, or 405 with the methods that the address takes.</summary>
    internal static readonly ApiOperation NoOperation = new()
    {
        Id = "none",
        Method = "GET",
        Pattern = "/{**rest}",
        Verb = Core.Vocabulary.Verb.Read,
        Tag = "",
        Summary = "",
        Handle = call => Task.FromResult(Answer.Of(NothingAt(call))),
    };

    private static Problem NothingAt(ApiCall call)
    {
        var path = call.Http.Request.Path.Value ?? "/";
        var allow = path.StartsWith(ApiOperations.Root + "/", StringComparison.OrdinalIgnoreCase)
            ? OperationRoutes.AllowedAt(path[ApiOperations.Root.Length..])
            : "";
        return allow.Length == 0
            ? ToHttp.NoSuchAddress(path, call.Site)
            : ToHttp.MethodNotAllowed(call.Http.Request.Method, allow, call.Site);
    }
}
