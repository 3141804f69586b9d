namespace ControlSurface.Core.Conflicts;

/// <summary>Opening a conflict, once for one collision (DESIGN.md, 7).</summary>
internal static class Collisions
{
    /// <summary>
    /// Opens a conflict for the collision, or adds what is new to the one that has the same key. Answers its id.
    /// </summary>
    /// <param name="events">The events of the decision; the conflict's are added to them.</param>
    /// <param name="collision">The collision; its own conflict id is not looked at.</param>
    internal static ConflictId Open(IConflicts at, List<Event> events, ConflictEvent.Opened collision)
    {
        var id = Known(at, events, collision.Key, out var known, out var isOpen);
        if (id is null || (!isOpen && collision.Competing.Any(c => !Has(known, c))))
        {
            id = new ConflictId(at.LastConflict + 1 + events.Count(e => e is ConflictEvent.Opened));
            events.Add(collision with { Conflict = id.Value });
            return id.Value;
        }
        if (!isOpen)
            return id.Value;
        foreach (var competing in collision.Competing)
        {
            if (!Has(known, competing))
                events.Add(
                    new ConflictEvent.Joined(
                        id.Value,
                        collision.Item,
                        competing,
                        collision.MergedHash,
                        collision.MergedOn
                    )
                );
        }
        return id.Value;
    }

    /// <summary>Ends the conflicts whose cause is gone.</summary>
    internal static void Overtake(IConflicts at, List<Event> events, Func<Conflict, bool> which, string why)
    {
        foreach (var conflict in at.OpenConflicts)
        {
            if (which(conflict))
                events.Add(new ConflictEvent.Overtaken(conflict.Id, at.InMemory(conflict.Item), why));
        }
    }

    private static ConflictId? Known(
        IConflicts at,
        List<Event> events,
        string key,
        out IReadOnlyList<Competing> competing,
        out bool isOpen
    )
    {
        foreach (var happened in events)
        {
            if (happened is ConflictEvent.Opened opened && opened.Key == key)
            {
                (competing, isOpen) = (opened.Competing, true);
                return opened.Conflict;
            }
        }
        var conflict = at.FindConflictByKey(key);
        (competing, isOpen) = (conflict?.Competing ?? [], conflict?.IsOpen ?? false);
        return conflict?.Id;
    }

    private static bool Has(IReadOnlyList<Competing> known, Competing one) =>
        known.Any(c => c.ContentHash == one.ContentHash && c.Version == one.Version && c.Label == one.Label);
}
