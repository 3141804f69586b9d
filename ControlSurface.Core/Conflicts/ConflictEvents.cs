using System.Diagnostics;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Conflicts;

/// <summary>An event of one conflict.</summary>
/// <param name="Item">Its item while that is in memory; null for none.</param>
public abstract record ConflictEvent(ConflictId Conflict, ItemId? Item) : Event, IItemEffect
{
    /// <summary>Keeps the item's count of open conflicts.</summary>
    Item IItemEffect.ApplyTo(Item item) =>
        this switch
        {
            Opened => item with { OpenConflicts = item.OpenConflicts + 1 },
            Resolved or Overtaken => item with { OpenConflicts = item.OpenConflicts - 1 },
            Joined or Taken => item,
            _ => throw new UnreachableException(GetType().Name),
        };

    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ConflictEventDescriptions.Of(this, by, nameOf);

    /// <inheritdoc/>
    public override ItemId? ItemId => Item;

    /// <summary>A collision that no open conflict has yet.</summary>
    /// <param name="Conflict">The conflict; <see cref="Collisions.Open"/> numbers it.</param>
    public sealed record Opened(ConflictId Conflict, ItemId? Item) : ConflictEvent(Conflict, Item)
    {
        /// <inheritdoc cref="Conflicts.Conflict.Kind"/>
        public required ConflictKind Kind { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.Queue"/>
        public required string? Queue { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.Target"/>
        public required string? Target { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.Artifact"/>
        public required ArtifactId? Artifact { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.Action"/>
        public required string? Action { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.Key"/>
        public required string Key { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.Base"/>
        public required int? Base { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.What"/>
        public required string What { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.MergedHash"/>
        public required string? MergedHash { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.Competing"/>
        public required IReadOnlyList<Competing> Competing { get; init; }

        /// <inheritdoc cref="Conflicts.Conflict.MergedOn"/>
        public string? MergedOn { get; init; }

        /// <inheritdoc/>
        public override string Type => "conflict.opened";
    }

    /// <summary>The same collision brought another content.</summary>
    /// <param name="Competing">The content, or the change outside.</param>
    /// <param name="MergedHash">The clean merge of all that competes from now on; null where there is none.</param>
    /// <param name="MergedOn">The hash of the version that it was merged with; null where there is no merge.</param>
    public sealed record Joined(
        ConflictId Conflict,
        ItemId? Item,
        Competing Competing,
        string? MergedHash,
        string? MergedOn = null
    ) : ConflictEvent(Conflict, Item)
    {
        /// <inheritdoc/>
        public override string Type => "conflict.joined";
    }

    /// <summary>Somebody took it into review.</summary>
    public sealed record Taken(ConflictId Conflict, ItemId? Item) : ConflictEvent(Conflict, Item)
    {
        /// <inheritdoc/>
        public override string Type => "conflict.taken";
    }

    /// <summary>A person resolved or dismissed it. What changes by that are events of their own in the same write.</summary>
    /// <param name="Resolution">The way that was taken; never <see cref="ConflictResolution.Overtaken"/>.</param>
    /// <param name="Note">Their note; null for none.</param>
    public sealed record Resolved(ConflictId Conflict, ItemId? Item, ConflictResolution Resolution, string? Note)
        : ConflictEvent(Conflict, Item)
    {
        /// <inheritdoc/>
        public override string Type =>
            Resolution == ConflictResolution.Dismiss ? "conflict.dismissed" : "conflict.resolved";
    }

    /// <summary>Its cause is gone: it resolved itself, and stays readable.</summary>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Overtaken(ConflictId Conflict, ItemId? Item, string Why) : ConflictEvent(Conflict, Item)
    {
        /// <inheritdoc/>
        public override string Type => "conflict.overtaken";
    }
}
