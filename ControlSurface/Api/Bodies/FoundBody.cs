using ControlSurface.Live;

namespace ControlSurface.Api.Bodies;

/// <summary>Something that was found.</summary>
/// <param name="Id">Its id; of a target its path, of a run its name.</param>
/// <param name="State">How it stands now; null for what has no state word.</param>
/// <param name="ItemId">The item that it is on; of a run and a target the one with which it was first seen.</param>
/// <param name="Page">Path and query of the page that shows it to a person.</param>
internal sealed record FoundBody(
    string Kind,
    string Id,
    string Title,
    string? Queue,
    string? State,
    string? ItemId,
    string Page,
    DateTimeOffset At
)
{
    internal static FoundBody From(FoundThing f) =>
        new(f.Kind, f.Id, f.Title, f.Queue, f.State, f.OnItem, f.Page, f.At);
}
