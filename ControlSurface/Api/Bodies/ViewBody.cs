using ControlSurface.Core.Views;
using ControlSurface.Wording;

namespace ControlSurface.Api.Bodies;

/// <param name="Page">Whose list it keeps: <c>now</c>, <c>desk</c> or <c>conflicts</c>.</param>
/// <param name="Query">What the list is narrowed to, in words; empty for all.</param>
/// <param name="Shared">Everybody sees it; else only who saved it.</param>
internal sealed record SaveViewRequest(string Name, string Page, string Query = "", bool Shared = false);

/// <summary>A saved view.</summary>
/// <param name="By">Who saved it.</param>
/// <param name="Href">Path and query of the page that it opens.</param>
internal sealed record ViewBody(
    string Id,
    string Name,
    string Page,
    string Query,
    bool Shared,
    string By,
    string ByName,
    string Href,
    DateTimeOffset At,
    long Seq
)
{
    internal static ViewBody From(SavedView v) =>
        new(v.Id, v.Name, v.Page, v.Query, v.Shared, v.By.Text, v.ByName, SavedViews.PathAndQuery(v), v.At, v.Seq);
}
