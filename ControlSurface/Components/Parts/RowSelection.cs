using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Components.Parts;

/// <summary>
/// The rows of one list that a reader has selected, by their ids. It lives as long as the page does: rows may move, change and leave
/// meanwhile, and what was selected stays selected. Nothing acts on it but through what the list shows at that moment.
/// </summary>
public sealed class RowSelection
{
    /// <summary>Most rows at once: as many as one bulk job takes (API.md, <c>POST /bulk</c>).</summary>
    public const int Most = 10_000;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private string? _from;

    /// <summary>How many are selected, also those that have left the list.</summary>
    public int Count => _ids.Count;

    /// <summary>Their ids, in no order.</summary>
    public IReadOnlyCollection<string> Ids => _ids;

    /// <summary>The reader asked to select: each row shows its box, and a tap on a row selects it.</summary>
    public bool IsOn { get; private set; }

    /// <summary>The job that the last act on a selection began; null once it was read or something else is selected.</summary>
    public BulkId? Job { get; private set; }

    /// <summary>How many results of <see cref="Job"/> the page has shown. A list lets go of its order when it grows.</summary>
    public int Results { get; set; }

    /// <summary>There is something to say about it below the list.</summary>
    public bool IsShown => IsOn || Count > 0 || Job is not null;

    /// <summary>Grows with each change of what is selected: rows are drawn the same while it stands.</summary>
    public int Version { get; private set; }

    /// <summary>Whether the row is selected.</summary>
    public bool Has(string id) => _ids.Contains(id);

    /// <summary>Shows the boxes, so that rows can be selected by a tap.</summary>
    public void Begin() => (IsOn, Job) = (true, null);

    /// <summary>Selects the row, or takes it out of the selection.</summary>
    public void Press(string id)
    {
        (_from, Job) = (id, null);
        if (!_ids.Remove(id))
            Add(id);
        else
            Version++;
    }

    /// <summary>Selects all rows from the one that was pressed last to this one.</summary>
    /// <param name="between">The rows of the list from one id to another, both included, as they are shown.</param>
    public void PressUpTo(string id, Func<string, string, IReadOnlyList<string>> between)
    {
        foreach (var one in between(_from ?? id, id))
            Add(one);
        (_from, Job) = (id, null);
    }

    /// <summary>The rows of a list from one to another, both included; only <paramref name="to"/> where the other is not in it.</summary>
    /// <param name="keys">The keys of all rows, in the order in which they are shown.</param>
    public static IReadOnlyList<string> Between(IReadOnlyList<string> keys, string from, string to)
    {
        var (one, other) = (IndexOf(keys, from), IndexOf(keys, to));
        if (one < 0 || other < 0)
            return [to];
        var (first, last) = (Math.Min(one, other), Math.Max(one, other));
        return [.. keys.Skip(first).Take(last - first + 1)];
    }

    private static int IndexOf(IReadOnlyList<string> keys, string key)
    {
        for (var at = 0; at < keys.Count; at++)
        {
            if (keys[at] == key)
                return at;
        }
        return -1;
    }

    /// <summary>Adds all of these, up to <see cref="Most"/>.</summary>
    public void AddAll(IEnumerable<string> ids)
    {
        foreach (var id in ids)
            Add(id);
        Job = null;
    }

    /// <summary>Selects all of a list, or nothing where as many are selected already.</summary>
    public void PressAll(IReadOnlyCollection<string> ids)
    {
        if (Count < ids.Count)
            AddAll(ids);
        else
            Clear();
    }

    /// <summary>Selects nothing, hides the boxes, and forgets the last job.</summary>
    public void Clear()
    {
        _ids.Clear();
        Version++;
        (_from, IsOn, Job) = (null, false, null);
    }

    /// <summary>An act on the selection has begun this job: the selection has served.</summary>
    public void Began(BulkId job)
    {
        Clear();
        (Job, Results) = (job, 0);
    }

    private void Add(string id)
    {
        if (_ids.Count < Most)
            _ids.Add(id);
        Version++;
    }
}
