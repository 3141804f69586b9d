using System.Text;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;

namespace ControlSurface.Hosting.Cluster;

/// <summary>
/// Opens, uses and closes the application of a workspace that nobody has, in a temporary folder: the first workspace that comes to a
/// machine is opened by code that has run, in a tenth of the time.
/// </summary>
internal static class Rehearsal
{
    internal static async Task RunAsync(ServerHost.Plan plan, ILogger log)
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory("controlsurface-").FullName;
            try
            {
                await PlayAsync(plan, folder);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception failure)
        {
            // It is only to be quick later, and a machine whose folder for temporary files is full serves all the same.
            log.NoRehearsal(failure.Message);
        }
    }

    private static async Task PlayAsync(ServerHost.Plan plan, string folder)
    {
        var home = Storages.HomeOf(new StoragePlace(folder));
        using var access = AccessStore.Open(home, plan.Clock);
        var who = access.AddPrincipal("rehearsal", PrincipalKind.Person, Roles.Manager, queues: null);
        var key = access.AddKey(who.Id, who.Name).Text;
        var entry = new WorkspaceEntry("rehearsal", folder, isFirst: false, home, access, plan.Clock);
        // The default settings keep it in the folder. What becomes of its journal is nothing to the machine.
        var host = WorkspaceHost.Open(plan with { Settings = new ServerOptions(), Lost = (_, _) => { } }, entry);
        await using (host)
        {
            await host.StartAsync();
            await AskAsync(host, key, HttpMethods.Put, "/api/v1/queues/a", "{}");
            await AskAsync(host, key, HttpMethods.Post, "/api/v1/items", """{"queue":"a","title":"a"}""");
            await AskAsync(host, key, HttpMethods.Post, "/api/v1/queues/a/claims", "{}");
            await AskAsync(host, key, HttpMethods.Get, "/api/v1/items", body: "");
            await AskAsync(host, key: null, HttpMethods.Get, "/login", body: "");
        }
    }

    private static async Task AskAsync(WorkspaceHost host, string? key, string method, string path, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var asked = new DefaultHttpContext();
        asked.Request.Scheme = "http";
        asked.Request.Host = new HostString("localhost");
        asked.Request.Method = method;
        asked.Request.Path = path;
        if (key is not null)
            asked.Request.Headers.Authorization = "Bearer " + key;
        if (bytes.Length > 0)
        {
            asked.Request.ContentType = "application/json";
            asked.Request.ContentLength = bytes.Length;
            asked.Request.Body = new MemoryStream(bytes);
        }
        var target = host.Target!;
        var context = target.Create(asked.Features);
        await target.ProcessAsync(context);
        target.Dispose(context, failure: null);
    }
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The first workspace that comes here will be opened more slowly: {Why}")]
    internal static partial void NoRehearsal(this ILogger log, string why);
}
