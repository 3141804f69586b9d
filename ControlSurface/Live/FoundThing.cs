using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Live;

/// <summary>Something that was found, with how it stands now and the page that shows it.</summary>
/// <param name="Kind"><c>item</c>, <c>artifact</c>, <c>conflict</c>, <c>target</c>, <c>principal</c> or <c>run</c>.</param>
/// <param name="Id">Its id; of a target its path, of a run its name.</param>
/// <param name="State">Its state word; null for what has none.</param>
/// <param name="Page">Path and query of the page.</param>
/// <param name="Position">Its place in the index, which no other has.</param>
public sealed record FoundThing(
    string Kind,
    string Id,
    string Title,
    string? Queue,
    string? State,
    string? OnItem,
    string Page,
    DateTimeOffset At,
    long Position
)
{
    /// <summary>The kinds in the contract's words, in the order in which they are offered.</summary>
    public static IReadOnlyDictionary<string, FoundKind> Kinds { get; } =
        new Dictionary<string, FoundKind>(StringComparer.Ordinal)
        {
            ["item"] = FoundKind.Item,
            ["artifact"] = FoundKind.Artifact,
            ["conflict"] = FoundKind.Conflict,
            ["target"] = FoundKind.Target,
            ["principal"] = FoundKind.Principal,
            ["run"] = FoundKind.Run,
        };

    /// <summary>How it stands is asked of the picture, and of the archive for what has left it: never of the index.</summary>
    /// <param name="scope">Of whoever looks: what was moved since it was written down may no longer be theirs to see.</param>
    public static IReadOnlyList<FoundThing> All(
        IReadOnlyList<FoundDocument> found,
        Picture picture,
        Func<ItemId, Item?> findArchived,
        Scope scope
    ) => WithArchived(picture.Read(at => In(at, found, scope)), findArchived);

    /// <summary>What was found, as it stands in the picture: without the state of what has left it. Under the picture's lock.</summary>
    /// <param name="scope">As for <see cref="All"/>.</param>
    public static IReadOnlyList<FoundThing> In(Workspace at, IReadOnlyList<FoundDocument> found, Scope scope) =>
        [
            .. found
                .Where(one => !scope.IsLimited || scope.Sees(QueueOf(at, one)))
                .Select(one => Of(one, TitleOf(at, one), StateOf(at, one))),
        ];

    /// <summary>The same with the states of items that are in the archive, which is on disk.</summary>
    public static IReadOnlyList<FoundThing> WithArchived(
        IReadOnlyList<FoundThing> things,
        Func<ItemId, Item?> findArchived
    ) =>
        [
            .. things.Select(thing =>
                thing is { Kind: "item", State: null }
                && ItemId.TryParse(thing.Id, out var id)
                && findArchived(id) is { } item
                    ? thing with
                    {
                        State = WireNames.Of(item.State),
                    }
                    : thing
            ),
        ];

    private static FoundThing Of(FoundDocument one, string title, string? state)
    {
        var id = one.Kind == FoundKind.Run ? one.Title : one.Key;
        return new FoundThing(
            Kinds.First(kind => kind.Value == one.Kind).Key,
            id,
            title,
            one.Queue,
            state,
            one.Item?.Text,
            one.Kind switch
            {
                FoundKind.Item => "items/" + id,
                FoundKind.Artifact => "artifacts/" + id,
                FoundKind.Conflict => "conflicts/" + id,
                FoundKind.Target => "locks?under=" + Uri.EscapeDataString(id),
                FoundKind.Principal => "history?by=" + id,
                _ => "runs/" + Uri.EscapeDataString(id),
            },
            one.At,
            one.Position
        );
    }

    private static string? QueueOf(Workspace at, FoundDocument one) =>
        one.Kind switch
        {
            FoundKind.Item when ItemId.TryParse(one.Key, out var id) && at.FindItem(id) is { } item => item.Queue,
            FoundKind.Artifact when ArtifactId.TryParse(one.Key, out var id) && at.FindArtifact(id) is { } artifact =>
                artifact.Queue,
            FoundKind.Conflict when ConflictId.TryParse(one.Key, out var id) && at.FindConflict(id) is { } conflict =>
                at.QueueOf(conflict),
            _ => one.Queue,
        };

    // Whose run it is says more than its name alone.
    private static string TitleOf(Workspace at, FoundDocument one) =>
        one.Kind == FoundKind.Run
        && PrincipalId.TryParse(one.Key[..one.Key.IndexOf('/', StringComparison.Ordinal)], out var holder)
            ? $"Run {one.Title} of {at.NameOf(holder)}"
            : one.Title;

    private static string? StateOf(Workspace at, FoundDocument one) =>
        one.Kind switch
        {
            FoundKind.Item => ItemId.TryParse(one.Key, out var id) && at.FindItem(id) is { } item
                ? WireNames.Of(item.State)
                : null,
            FoundKind.Conflict => ConflictId.TryParse(one.Key, out var id) && at.FindConflict(id) is { } conflict
                ? WireNames.Of(conflict.State)
                : null,
            FoundKind.Principal => PrincipalId.TryParse(one.Key, out var id) && at.FindPrincipal(id) is { } who
                ? WireNames.Of(who.State)
                : null,
            _ => null,
        };
}
