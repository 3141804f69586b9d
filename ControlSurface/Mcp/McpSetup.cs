using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Hosting;
using ControlSurface.Live;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ControlSurface.Mcp;

/// <summary>
/// <c>/mcp</c> (API.md): the agent's part of the contract as Model Context Protocol, revisions 2026-07-28 and 2025-11-25, without
/// sessions: each request stands by itself, with its key.
/// </summary>
internal static class McpSetup
{
    internal const string Path = "/mcp";

    internal static IServiceCollection AddAgentTools(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<AgentListening>();
        services
            .AddMcpServer(server =>
            {
                server.ServerInfo = new Implementation
                {
                    Name = "controlsurface",
                    Title = "ControlSurface",
                    Version = typeof(McpSetup).Assembly.GetName().Version?.ToString(3) ?? "0",
                };
                server.ServerInstructions = AgentTools.Instructions;
                server.Capabilities = new ServerCapabilities
                {
                    Resources = new ResourcesCapability { Subscribe = true },
                };
                server.Handlers = Handlers();
            })
            .WithHttpTransport(http => http.SessionMode = HttpServerSessionMode.Stateless);
        return services;
    }

    /// <summary>For whoever has a key; cookies are never looked at (API.md, Who calls).</summary>
    internal static void MapAgentTools(this WebApplication app)
    {
        app.MapMcp(Path).TakesKeys().ExcludeFromDescription();
        // Without sessions there is nothing to follow by GET and none to DELETE (2025-11-25, Streamable HTTP).
        app.MapMethods(Path, [HttpMethods.Get, HttpMethods.Delete], http => ApiSetup.RefuseMethodAsync(http, "POST"))
            .TakesKeys()
            .ExcludeFromDescription();
    }

    private static McpServerHandlers Handlers() =>
        new()
        {
            ListToolsHandler = (request, _) => ValueTask.FromResult(ListTools(request)),
            CallToolHandler = async (request, gone) => await CallToolAsync(request, gone),
            ListResourcesHandler = async (request, gone) =>
                new ListResourcesResult
                {
                    Resources = await AgentResources.ListAsync(CallOf(request), gone),
                    TimeToLive = TimeSpan.Zero,
                    CacheScope = CacheScope.Private,
                },
            ListResourceTemplatesHandler = (_, _) =>
                ValueTask.FromResult(
                    new ListResourceTemplatesResult
                    {
                        ResourceTemplates = AgentResources.Templates,
                        TimeToLive = TimeSpan.FromHours(1),
                        CacheScope = CacheScope.Public,
                    }
                ),
            ReadResourceHandler = async (request, gone) =>
                await AgentResources.ReadAsync(CallOf(request), request.Params.Uri, gone),
            SubscriptionsListenHandler = async (request, gone) =>
                await Service<AgentListening>(request).RunAsync(request, CallerOf(request), gone),
        };

    private static ListToolsResult ListTools(RequestContext<ListToolsRequestParams> request)
    {
        var caller = CallerOf(request);
        var host = Service<ApiHost>(request);
        var roles = host.Engine.Picture.Read(at => at.FindPrincipal(caller.Id))?.Roles ?? Roles.None;
        return new ListToolsResult
        {
            Tools = ToolSchemas.For(roles),
            TimeToLive = TimeSpan.FromMinutes(5),
            CacheScope = CacheScope.Private,
        };
    }

    private static async Task<CallToolResult> CallToolAsync(
        RequestContext<CallToolRequestParams> request,
        CancellationToken gone
    )
    {
        var tool =
            AgentTools.Find(request.Params.Name)
            ?? throw new McpProtocolException(
                "There is no tool of that name; tools/list says which there are.",
                McpErrorCode.InvalidParams
            );
        return await CallOf(request).RunAsync(tool, request.Params.Arguments, gone);
    }

    private static ToolCall CallOf<T>(RequestContext<T> request)
        where T : class => new(Service<ApiHost>(request), HttpOf(request), CallerOf(request));

    private static LiveCaller CallerOf<T>(RequestContext<T> request)
        where T : class => LiveCaller.Of(HttpOf(request).User) ?? throw new McpException("The key is not known.");

    private static HttpContext HttpOf<T>(RequestContext<T> request)
        where T : class => Service<IHttpContextAccessor>(request).HttpContext!; // Each request is one of HTTP, and stands for itself.

    private static TService Service<TService>(MessageContext request)
        where TService : notnull => request.Services!.GetRequiredService<TService>();
}
