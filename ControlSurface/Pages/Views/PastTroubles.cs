using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What a past board held that only a person could settle, as it stood then, in lines that lead to how it stands now.</summary>
public static class PastTroubles
{
    /// <summary>Where the figures of a past board lead to on its own page.</summary>
    public const string ConflictsId = "then-conflicts";

    /// <inheritdoc cref="ConflictsId"/>
    public const string ActionsId = "then-actions";

    /// <summary>The conflicts that were open, the oldest first.</summary>
    public static IReadOnlyList<LineView> Conflicts(Board board, Viewer you) =>
        [
            .. board
                .OpenConflicts.Where(conflict => you.MaySee(board.QueueOf(conflict)))
                .OrderBy(conflict => conflict.OpenedAt)
                .Select(conflict => new LineView(
                    Icons.OctagonAlert,
                    $"{conflict.Id}: {conflict.What}",
                    $"open since {Words.At(conflict.OpenedAt)}",
                    $"conflicts/{conflict.Id}",
                    Under: string.Join(
                        ", ",
                        new[]
                        {
                            conflict.Item is { } item ? $"on {item}" : null,
                            conflict.Target,
                            conflict.TakenBy is { } who ? $"taken by {board.NameOf(who)}" : "taken by nobody",
                        }.OfType<string>()
                    )
                )),
        ];

    /// <summary>The actions of which nobody knew whether they had happened, the oldest first.</summary>
    public static IReadOnlyList<LineView> Actions(Board board, Viewer you) =>
        [
            .. board
                .Ambiguous.Where(action => you.MaySee(board.QueueOf(action)))
                .Select(action => new LineView(
                    Icons.CircleQuestionMark,
                    $"{action.Kind} on {action.Target}",
                    $"since {Words.At(action.UpdatedAt)}",
                    action.Item is { } item ? $"items/{item.Text}" : null,
                    Under: action.Id
                )),
        ];
}
