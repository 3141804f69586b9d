using System.Net;
using System.Text.RegularExpressions;
using Server.Tests.Field;

namespace Server.Tests.Access;

/// <summary>A browser without scripts: keeps cookies, follows nothing by itself, and posts the forms that pages hold.</summary>
internal sealed partial class Window : IDisposable
{
    private readonly Func<Uri> _address;
    private readonly HttpClient _http;

    internal Window(LiveServer server, CookieContainer? cookies = null)
        : this(() => server.Address, cookies) { }

    /// <param name="address">Of the server, as it is when it is asked.</param>
    internal Window(Func<Uri> address, CookieContainer? cookies = null)
    {
        _address = address;
        Cookies = cookies ?? new CookieContainer();
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false });
    }

    internal CookieContainer Cookies { get; }

    /// <summary>The cookie that names the session; null where there is none.</summary>
    internal string? Session => Cookies.GetCookies(_address())["controlsurface"]?.Value;

    /// <summary>Another window with a copy of what this one's cookies are now.</summary>
    internal Window Copy()
    {
        var copied = new CookieContainer();
        copied.Add(_address(), Cookies.GetCookies(_address()));
        return new Window(_address, copied);
    }

    internal Task<Page> GetAsync(
        string path,
        string accept = "text/html",
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Get, path, content: null, [("Accept", accept), .. headers]);

    /// <summary>Opens a page, fills the form with this action in, and presses its button.</summary>
    internal async Task<Page> SubmitAsync(
        string path,
        string action,
        IReadOnlyDictionary<string, string> fields,
        params (string Name, string Value)[] headers
    )
    {
        var form = FormIn(await GetAsync(path, "text/html", headers), action);
        foreach (var (name, value) in fields)
            form[name] = value;
        return await PostAsync(action, form, headers);
    }

    internal Task<Page> PostAsync(
        string action,
        IReadOnlyDictionary<string, string> form,
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Post, action, new FormUrlEncodedContent(form), headers);

    internal Task<Page> SignInAsync(string key, params (string Name, string Value)[] headers) =>
        SubmitAsync("/login", "/login", new Dictionary<string, string> { ["key"] = key }, headers);

    internal Task<Page> UseLinkAsync(string link, params (string Name, string Value)[] headers) =>
        SubmitAsync(link, "/login/link", new Dictionary<string, string>(), headers);

    internal Task<Page> SignOutAsync() => SubmitAsync("/signout", "/signout", new Dictionary<string, string>());

    /// <summary>Whether a page is shown, and not the way in.</summary>
    internal async Task<bool> IsSignedInAsync() => (await GetAsync("/queues")).Status == HttpStatusCode.OK;

    internal static Dictionary<string, string> FormIn(Page page, string action)
    {
        var form = Forms()
            .Matches(page.Text)
            .FirstOrDefault(f => f.Value.Contains($"action=\"{action}\"", StringComparison.Ordinal));
        Assert.True(form is not null, $"No form for {action} in {page.Status}: {page.Text}");
        return Fields()
            .Matches(form.Value)
            .ToDictionary(
                f => f.Groups["name"].Value,
                f => WebUtility.HtmlDecode(f.Groups["value"].Value),
                StringComparer.Ordinal
            );
    }

    public void Dispose() => _http.Dispose();

    private async Task<Page> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        IReadOnlyList<(string Name, string Value)> headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(_address(), path)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return new Page(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location?.OriginalString,
            response.Content.Headers.ContentType?.MediaType,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join('\n', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Forms();

    [GeneratedRegex(
        "<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Fields();
}

/// <summary>What came back.</summary>
/// <param name="Leads">Where it redirects to; null for nowhere.</param>
internal sealed record Page(
    HttpStatusCode Status,
    string Text,
    string? Leads,
    string? Type,
    IReadOnlyDictionary<string, string> Headers
);
