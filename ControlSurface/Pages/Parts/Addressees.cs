using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Live;

namespace ControlSurface.Pages.Parts;

/// <summary>Who work can be handed to, or be asked to decide.</summary>
internal static class Addressees
{
    private const int Most = 500; // they are searched by name; past that a role is chosen

    /// <summary>The roles that work can be handed to, in words.</summary>
    internal static IReadOnlyList<AddresseeView> Roles { get; } =
    [
        .. new[] { "support", "agent", "reviewer", "manager" }.Select(role =>
            Role(role, $"Anybody with the role {role}")
        ),
    ];

    /// <summary>Whether what was chosen is a role, and not somebody.</summary>
    internal static bool IsRole(string chosen) => Roles.Any(role => role.Value == chosen);

    /// <summary>Who may see a queue.</summary>
    internal static IReadOnlyList<AddresseeView> On(Board board, string queue, Viewer you) =>
        OnAll(board, [queue], you);

    /// <summary>
    /// Who may see all of these queues, people before agents, with how much each holds in the queues that the viewer sees.
    /// </summary>
    internal static IReadOnlyList<AddresseeView> OnAll(Board board, IReadOnlyCollection<string> queues, Viewer you)
    {
        var held = board
            .Queues.Where(seen => you.MaySee(seen.Name))
            .SelectMany(seen => seen.Owned)
            .Where(item => item.Lease!.IsLive)
            .CountBy(item => item.Lease!.Holder.Id)
            .ToDictionary();
        return
        [
            .. board
                .Principals.Where(who => who.State == PrincipalState.Active && queues.All(Scope.Of(who).Sees))
                .OrderBy(who => who.Kind == PrincipalKind.Agent)
                .ThenBy(who => who.Name, StringComparer.OrdinalIgnoreCase)
                .Take(Most)
                .Select(who => new AddresseeView(
                    who.Id.Text,
                    who.Name,
                    IsRole: false,
                    board.AwayUntil(who.Id),
                    held.GetValueOrDefault(who.Id)
                )),
        ];
    }

    /// <summary>A role, which holds nothing and is never away.</summary>
    internal static AddresseeView Role(string role, string words) =>
        new(role, words, IsRole: true, AwayUntil: null, Holds: null);
}
