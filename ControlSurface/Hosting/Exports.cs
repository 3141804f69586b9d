using ControlSurface.Api;
using ControlSurface.Api.Pipeline;
using ControlSurface.Live;

namespace ControlSurface.Hosting;

/// <summary>
/// A list as a file for whoever is signed in: <c>/export/items?format=csv&amp;q=…</c> is the API's list of that path, as them. A
/// read like any page: the API itself looks at no cookie (API.md, Who calls).
/// </summary>
internal static class Exports
{
    internal static void MapExports(this WebApplication app)
    {
        var host = app.Services.GetRequiredService<ApiHost>();
        foreach (var operation in ApiOperations.All.Where(ListExport.IsList))
        {
            app.MapGet(
                    "/export" + operation.Pattern,
                    (HttpContext http) =>
                        LiveCaller.Of(http.User) is { } caller
                            ? SaveAsync(http, host, operation, caller)
                            : RefuseAsync(http)
                )
                .ExcludeFromDescription();
        }
    }

    // Counted here: the pipeline counts no call from within the process.
    private static Task SaveAsync(HttpContext http, ApiHost host, ApiOperation operation, LiveCaller caller) =>
        host.Limits.OnRequest(caller.Id) is { } tooMany
            ? ApiSetup.RefuseAsync(http, tooMany)
            : ApiPipeline.RunAsync(http, host, operation, caller);

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
