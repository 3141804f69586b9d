using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>Who ended the waiting: each reader's own figures for themselves, all others' in groups.</summary>
internal static class WaitPeople
{
    /// <param name="isMeant">Whose figures are counted.</param>
    /// <param name="groupOf">The group in which somebody is counted.</param>
    /// <param name="least">From so many people on a group is shown.</param>
    internal static List<SettledRow> Of(
        Waits waits,
        Board board,
        Func<Principal, bool> isMeant,
        Func<Principal, string> groupOf,
        int least
    )
    {
        var people = waits
            .Settled.Select(one => (one, Who: board.FindPrincipal(new PrincipalId(one.By))))
            .Where(pair => pair.Who is { Kind: PrincipalKind.Person } who && isMeant(who));
        return
        [
            .. people
                .GroupBy(pair => (Group: groupOf(pair.Who!), pair.one.Cause))
                .Select(group => (group.Key, Of: group.Select(pair => pair.one).ToList()))
                // Counted are the people who did this very thing: a group in which only one did it would be that one.
                .Where(group => group.Of.Select(one => one.By).Distinct().Count() >= least)
                .Select(group =>
                {
                    var (count, ms) = (group.Of.Sum(one => one.Count), group.Of.Sum(one => one.Ms));
                    var size = group.Of.Select(one => one.By).Distinct().Count();
                    return new SettledRow(
                        least == 1 ? group.Key.Group : $"{group.Key.Group}, {Words.Count(size)} people",
                        WaitWords.NameOf(group.Key.Cause),
                        count,
                        count == 0 ? 0 : ms / count
                    );
                })
                .OrderBy(row => row.Who, StringComparer.Ordinal)
                .ThenByDescending(row => row.Count),
        ];
    }

    // The one role by which somebody is counted: the widest that they have.
    internal static string RoleOf(Principal who) =>
        ((Roles, string)[])
            [
                (Roles.Admin, "Admins"),
                (Roles.Manager, "Managers"),
                (Roles.Support, "Support"),
                (Roles.Reviewer, "Reviewers"),
            ]
            is var known
        && known.FirstOrDefault(one => (who.Roles & one.Item1) != Roles.None) is { Item2: { } name }
            ? name
            : "Others";
}
