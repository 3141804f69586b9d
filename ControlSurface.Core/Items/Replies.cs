namespace ControlSurface.Core.Items;

/// <param name="Created">False where it existed already, or nothing changed.</param>
/// <param name="Differs">Members of a duplicate that differ from what was sent.</param>
public sealed record ItemReply(ItemView Item, bool Created, IReadOnlyList<string>? Differs = null) : Reply;

/// <summary>The answer to an accepted command: the lease.</summary>
public sealed record LeaseReply(LeaseView Lease) : Reply;
