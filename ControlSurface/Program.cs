using ControlSurface.Commands;

return await CommandTree.RunAsync(
    args,
    async options =>
    {
        var builder = WebApplication.CreateBuilder([.. options.Settings]);
        builder.WebHost.UseStaticWebAssets();
        await using var app = builder.Build();
        await app.RunAsync(options.Urls);
        return 0;
    }
);

namespace ControlSurface
{
    public partial class Program;
}
