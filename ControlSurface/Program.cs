var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
var app = builder.Build();
app.Run();

namespace ControlSurface
{
    public partial class Program;
}
