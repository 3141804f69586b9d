using ControlSurface.Core.Bulk;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;

namespace ControlSurface.Pages.Parts;

/// <summary>A job that gave many items a priority or labels, with the items that it changes, as they were before it.</summary>
internal sealed record QuietJob(BulkId Id, IReadOnlyList<Item> Were)
{
    /// <summary>The job, if it can be undone; null for one that took, ended or settled something, or changes nothing.</summary>
    internal static QuietJob? Of(BulkJob job, IReadOnlyList<Item> were) =>
        job.Do is BulkDo.Label or BulkDo.Priority
        && were.Where(was => IsChanged(was, Became(job, was))).ToList() is { Count: > 0 } changed
            ? new QuietJob(job.Id, changed)
            : null;

    /// <summary>Gives each item that it changed its old priority and labels again; says what came of it.</summary>
    internal Task<string> UndoAsync(BulkJob job, Engine engine, Caller caller)
    {
        var done = job.Results.Where(one => one.Code is null).Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        return ItemUndo.FieldsAsync(
            engine,
            caller,
            [.. Were.Where(was => done.Contains(was.Id.Text))],
            was => Became(job, was)
        );
    }

    private static bool IsChanged(Item was, (int Priority, IReadOnlyList<string> Labels) became) =>
        was.Priority != became.Priority || !was.Labels.SequenceEqual(became.Labels, StringComparer.Ordinal);

    private static (int Priority, IReadOnlyList<string> Labels) Became(BulkJob job, Item was) =>
        ItemUndo.After(job.EditOf(was)!, was);
}
