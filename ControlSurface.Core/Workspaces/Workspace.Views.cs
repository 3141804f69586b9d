using ControlSurface.Core.Views;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private readonly SortedDictionary<(PrincipalId, string), SavedView> _views = new(RunOrder.Instance);

    /// <summary>All saved views, by owner and then by id in ordinal order.</summary>
    public IEnumerable<SavedView> Views => _views.Values;

    /// <summary>The view that a principal means by an id: their own, else a shared one; null for neither.</summary>
    public SavedView? FindView(PrincipalId who, string id) =>
        FindOwnView(who, id) ?? _views.Values.FirstOrDefault(view => view.Shared && view.Id == id);

    /// <summary>The principal's own view with this id; null for none.</summary>
    public SavedView? FindOwnView(PrincipalId who, string id) => _views.GetValueOrDefault((who, id));

    /// <summary>
    /// The view that a caller means by an id: their own, else a shared one that names no queue outside their scope; null for neither.
    /// </summary>
    public SavedView? FindView(Scope scope, string id) =>
        FindOwnView(scope.Who, id)
        ?? _views.Values.FirstOrDefault(view => view.Shared && view.Id == id && ViewRules.IsSeen(scope, view));

    /// <summary>The views that a caller sees, by name: their own, and shared ones that name no queue outside their scope.</summary>
    public IReadOnlyList<SavedView> ViewsOf(Scope scope) =>
        [.. ViewsOf(scope.Who).Where(view => view.By == scope.Who || ViewRules.IsSeen(scope, view))];

    /// <summary>A principal's own views and all shared ones, by name.</summary>
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
