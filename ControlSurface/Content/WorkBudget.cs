namespace ControlSurface.Content;

/// <summary>
/// Steps that one piece of work may still take. What is left out when they are used up makes a result coarser, never wrong: lines are
/// matched in smaller windows, words within a line are not marked.
/// </summary>
internal sealed class WorkBudget(long steps)
{
    private long _left = steps;

    /// <summary>Takes so many steps; false where they are not there any more.</summary>
    public bool TryTake(long steps)
    {
        if (steps > _left)
            return false;
        _left -= steps;
        return true;
    }
}
