using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Live;

namespace ControlSurface.Pages.Parts;

/// <summary>Who work can be handed to.</summary>
internal static class Addressees
{
    private const int Most = 500; // they are searched by name; past that a role is chosen

    internal static IReadOnlyList<ChoiceView> On(Board board, string queue) =>
        [
            .. board
                .Principals.Where(who => who.State == PrincipalState.Active && Scope.Of(who).Sees(queue))
                .OrderBy(who => who.Kind == PrincipalKind.Agent)
                .ThenBy(who => who.Name, StringComparer.OrdinalIgnoreCase)
                .Take(Most)
                .Select(who => new ChoiceView(who.Id.Text, who.Name)),
        ];
}
