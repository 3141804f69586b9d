using ControlSurface.Commands;
using ControlSurface.Components;

return await CommandTree.RunAsync(
    args,
    async options =>
    {
        var builder = WebApplication.CreateBuilder([.. options.Settings]);
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddComponents();
        await using var app = builder.Build();
        app.Use(
            (context, next) =>
            {
                context.Response.Headers.ContentSecurityPolicy = ComponentsSetup.ContentSecurityPolicy;
                return next();
            }
        );
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        app.MapComponents();
        await app.RunAsync(options.Urls);
        return 0;
    }
);

namespace ControlSurface
{
    public partial class Program;
}
