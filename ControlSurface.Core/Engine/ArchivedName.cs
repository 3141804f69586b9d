using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>The way in which a command names an item that may be archived. One of the three is set.</summary>
internal readonly record struct ArchivedName(ItemId? Item, LeaseId? Lease, (string Queue, string Id)? External)
{
    /// <summary>Whether the name means this item.</summary>
    internal bool Is(Item item) =>
        Item is { } id ? item.Id == id
        : Lease is { } lease ? item.FindLease(lease) is not null
        : item.Queue == External!.Value.Queue && item.ExternalId == External.Value.Id;

    /// <summary>Reads the archived item from disk; null for none.</summary>
    internal Item? FindIn(IJournal journal) =>
        Item is { } id ? journal.FindArchived(id)
        : Lease is { } lease ? journal.FindArchived(lease)
        : journal.FindArchived(External!.Value.Queue, External.Value.Id);
}

/// <summary>Finds the archived items that a command names, so that a late call learns how they ended (DESIGN.md).</summary>
internal static class ArchivedNames
{
    private static readonly IReadOnlyList<ArchivedName> None = [];

    /// <summary>The names in the command that no item in memory has.</summary>
    /// <param name="known">Gives the archived item that was found for a name, which may lead to further names; null for none.</param>
    internal static IReadOnlyList<ArchivedName> Of(Workspace at, Command command, Func<ArchivedName, Item?> known)
    {
        switch (command)
        {
            case LeaseCommand c:
                return OfLease(at, c.Lease);
            case MalformedCommand { Lease: { } lease }:
                return OfLease(at, lease);
            case RenewMany c:
                return [.. c.Renewals.SelectMany(r => OfLease(at, r.Lease)).Distinct()];
            case ItemCommand.Create c:
                return OfCreate(at, c, known);
            case ItemCommand.Edit { DependsOn: { IsSet: true, Value: { } named } } c:
                return [.. OfItem(at, c.Item), .. named.SelectMany(text => OfText(at, text))];
            // Others: name at most one item.
            default:
                return ItemOf(at, command) is { } id ? OfItem(at, id) : None;
        }
    }

    private static IReadOnlyList<ArchivedName> OfLease(Workspace at, LeaseId lease) =>
        at.FindItemOf(lease) is null ? [new ArchivedName(null, lease, null)] : None;

    private static IReadOnlyList<ArchivedName> OfItem(Workspace at, ItemId item) =>
        at.IsInMemory(item) ? None : [new ArchivedName(item, null, null)];

    private static IReadOnlyList<ArchivedName> OfText(Workspace at, string named) =>
        ItemId.TryParse(named, out var id) ? OfItem(at, id) : None;

    private static IReadOnlyList<ArchivedName> OfCreate(
        Workspace at,
        ItemCommand.Create c,
        Func<ArchivedName, Item?> known
    )
    {
        if (c.ExternalId is null && !c.DependsOn.IsSet)
            return None;
        var names = new List<ArchivedName>();
        if (c.ExternalId is { } id)
        {
            var item = at.FindByExternalId(c.Queue, id);
            if (item is null)
            {
                var name = new ArchivedName(null, null, (c.Queue, id));
                names.Add(name);
                item = known(name);
            }
            // An item that is opened again needs its dependencies, some of which may be archived by now.
            if (item is { Settled: not null })
                names.AddRange(item.OpenDependencies.SelectMany(d => OfItem(at, d)));
        }
        names.AddRange((c.DependsOn.Value ?? []).SelectMany(text => OfText(at, text)));
        return names;
    }

    private static ItemId? ItemOf(Workspace at, Command command) =>
        command switch
        {
            ArtifactCommand.Create c => c.Item,
            ArtifactCommand.Publish c => at.FindArtifact(c.Artifact)?.Item,
            Reviews.ReviewCommand.Request c => at.FindArtifact(c.Artifact)?.Item,
            ActionCommand.Prepare c => c.Item ?? (c.Artifact is { } of ? at.FindArtifact(of)?.Item : null),
            ActionCommand c => at.FindAction(c.Action)?.Item,
            ItemCommand.Edit c => c.Item,
            ItemCommand.Requeue c => c.Item,
            ItemCommand.Cancel c => c.Item,
            ItemCommand.Park c => c.Item,
            ItemCommand.Unpark c => c.Item,
            ItemCommand.Snooze c => c.Item,
            ClaimCommand.One c => c.Item,
            ClaimCommand.TakeOver c => c.Item,
            ClaimCommand.Accept c => c.Item,
            ClaimCommand.Decline c => c.Item,
            NoteCommand.Add c => c.Item,
            NoteCommand.Acknowledge c => c.Item,
            MalformedCommand c => c.Item,
            // Others: name no item that an answer about the end of its work would need; a test asks every member called Item.
            _ => null,
        };
}
