using System.Net;
using System.Text;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// <c>/help/{code}</c>: where <c>type</c> and <c>help</c> of a refusal point. A plain page for the person whom an agent shows
/// it to: what it means, and what to do next.
/// </summary>
internal static class HelpEndpoints
{
    /// <summary>The list of all refusals.</summary>
    internal static Task IndexAsync(HttpContext http)
    {
        var list = new StringBuilder("<h1>Refusals</h1><p>What each code means, and what to do next.</p><dl>");
        foreach (var help in RefusalHelp.All)
            list.Append(
                $"<dt><a href=\"/help/{help.Code}\"><code>{help.Code}</code></a></dt><dd>{Text(help.Title)}</dd>"
            );
        list.Append("</dl>");
        return WriteAsync(http, StatusCodes.Status200OK, "Refusals", list.ToString());
    }

    /// <summary>The page about one refusal; 404 for an unknown code.</summary>
    internal static Task PageAsync(HttpContext http)
    {
        var code = (string)http.Request.RouteValues["code"]!;
        if (RefusalHelp.Find(code) is not { } help)
            return WriteAsync(
                http,
                StatusCodes.Status404NotFound,
                "No such code",
                "<h1>No such code</h1><p>This server never answers with that code. <a href=\"/help\">All codes</a></p>"
            );
        var body = $"""
            <h1>{Text(help.Title)}</h1>
            <p><code>{help.Code}</code>, status {ToHttp.StatusOf(help.Code)}</p>
            <h2>What it means</h2><p>{Text(help.Means)}</p>
            <h2>What to do next</h2><p>{Text(help.DoNext)}</p>
            <p><a href="/help">All codes</a></p>
            """;
        return WriteAsync(http, StatusCodes.Status200OK, help.Title, body);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static Task WriteAsync(HttpContext http, int status, string title, string body)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
        return response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>{Text(title)} · ControlSurface</title></head>
            <body><main>
            {body}
            </main></body></html>
            """
        );
    }
}
