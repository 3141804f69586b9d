using ControlSurface.Components;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
builder.Services.AddComponents();
var app = builder.Build();
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
app.Run();

namespace ControlSurface
{
    public partial class Program;
}
