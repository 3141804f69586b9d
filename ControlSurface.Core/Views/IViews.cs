using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Views;

/// <summary>Saved views as rules read them.</summary>
public interface IViews : IPrincipals
{
    /// <summary>Every saved view, by owner and then by id.</summary>
    IEnumerable<SavedView> Views { get; }

    /// <summary>The principal's own view with that id; null where they have none.</summary>
    SavedView? FindOwnView(PrincipalId who, string id);

    /// <summary>The view that this principal calls by that id: their own, or else one that is shared.</summary>
    SavedView? FindView(PrincipalId who, string id);
}
