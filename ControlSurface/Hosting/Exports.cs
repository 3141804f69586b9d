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
                            ? ApiPipeline.RunAsync(http, host, operation, caller)
                            : RefuseAsync(http)
                )
                .ExcludeFromDescription();
        }
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
