namespace ControlSurface.Core.Items;

/// <summary>The item after the command.</summary>
/// <param name="Item">The item as it is now.</param>
/// <param name="Created">True where this command created it: 201 instead of 200.</param>
/// <param name="Differs">Where the item existed already: the names of the fields that differ from what was sent. Null otherwise.</param>
public sealed record ItemReply(ItemView Item, bool Created, IReadOnlyList<string>? Differs = null) : Reply;

/// <summary>The lease after the command.</summary>
/// <param name="Lease">The lease as it is now.</param>
public sealed record LeaseReply(LeaseView Lease) : Reply;
