using ControlSurface.Core.Views;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private readonly SortedDictionary<(PrincipalId, string), SavedView> _views = new(RunOrder.Instance);

    /// <summary>Every saved view, by owner and then by id.</summary>
    public IEnumerable<SavedView> Views => _views.Values;

    /// <summary>What this principal calls by that id: their own, or else one that is shared.</summary>
    public SavedView? FindView(PrincipalId who, string id) =>
        FindOwnView(who, id) ?? _views.Values.FirstOrDefault(view => view.Shared && view.Id == id);

    public SavedView? FindOwnView(PrincipalId who, string id) => _views.GetValueOrDefault((who, id));

    /// <summary>
    /// What the caller calls by that id: their own, or else a shared one, as far as it names no queue that they may not see.
    /// </summary>
    public SavedView? FindView(Scope scope, string id) =>
        FindOwnView(scope.Who, id)
        ?? _views.Values.FirstOrDefault(view => view.Shared && view.Id == id && ViewRules.IsSeen(scope, view));

    /// <summary>The views that the caller sees: their own, and shared ones that name no queue outside their scope; by name.</summary>
    public IReadOnlyList<SavedView> ViewsOf(Scope scope) =>
        [.. ViewsOf(scope.Who).Where(view => view.By == scope.Who || ViewRules.IsSeen(scope, view))];

    /// <summary>What this principal sees in the navigation: their own and what is shared, by name.</summary>
    public IReadOnlyList<SavedView> ViewsOf(PrincipalId who) =>
        [
            .. _views
                .Values.Where(view => view.Shared || view.By == who)
                .OrderBy(view => view.Name, StringComparer.Ordinal)
                .ThenBy(view => view.Seq),
        ];

    private void EvolveView(ViewEvent happened, Recorded recorded)
    {
        if (happened is ViewEvent.Saved saved)
            _views[(saved.Owner, saved.Id)] = ViewRules.Evolve(saved, recorded);
        else
            _views.Remove((happened.Owner, happened.Id));
    }
}
