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
