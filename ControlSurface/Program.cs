using ControlSurface.Commands;
using ControlSurface.Hosting;

return await CommandTree.RunAsync(args, ServerHost.ServeAsync);
