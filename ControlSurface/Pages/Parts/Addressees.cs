using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Live;

namespace ControlSurface.Pages.Parts;

/// <summary>Who work can be handed to.</summary>
internal static class Addressees
{
    private const int Most = 500; // they are searched by name; past that a role is chosen

    /// <summary>The roles that work can be handed to, in words.</summary>
    internal static IReadOnlyList<ChoiceView> Roles { get; } =
    [
        .. new[] { "support", "agent", "reviewer", "manager" }.Select(role => new ChoiceView(
            role,
            $"Anybody with the role {role}"
        )),
    ];

    /// <summary>Whether what was chosen is a role, and not somebody.</summary>
    internal static bool IsRole(string chosen) => Roles.Any(role => role.Value == chosen);

    internal static IReadOnlyList<ChoiceView> On(Board board, string queue) => OnAll(board, [queue]);

    /// <summary>Who may see all of these queues.</summary>
    internal static IReadOnlyList<ChoiceView> OnAll(Board board, IReadOnlyCollection<string> queues) =>
        [
            .. board
                .Principals.Where(who => who.State == PrincipalState.Active && queues.All(Scope.Of(who).Sees))
                .OrderBy(who => who.Kind == PrincipalKind.Agent)
                .ThenBy(who => who.Name, StringComparer.OrdinalIgnoreCase)
                .Take(Most)
                .Select(who => new ChoiceView(who.Id.Text, who.Name)),
        ];
}
