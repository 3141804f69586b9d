using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

// What callers send about items and their notes (see Requests.cs).

/// <summary>The body of <c>POST /items</c>.</summary>
internal sealed record CreateItemRequest(
    string Queue,
    string Title,
    string? Body = null,
    int? Priority = null,
    IReadOnlyList<string>? Labels = null,
    IReadOnlyList<string>? Targets = null,
    string? ExternalId = null,
    DateTimeOffset? NotBefore = null,
    DateTimeOffset? DueAt = null,
    IReadOnlyList<string>? DependsOn = null
)
{
    internal ItemCommand.Create ToCore() =>
        new(Queue, Title)
        {
            ExternalId = ExternalId,
            Body = Body ?? Optional<string>.Unset,
            Priority = Priority ?? Optional<int>.Unset,
            Labels = Given(Labels),
            Targets = Given(Targets),
            NotBefore = NotBefore ?? Optional<DateTimeOffset?>.Unset,
            DueAt = DueAt ?? Optional<DateTimeOffset?>.Unset,
            DependsOn = Given(DependsOn),
        };

    private static Optional<IReadOnlyList<string>> Given(IReadOnlyList<string>? list) => new(list is not null, list!);
}

/// <summary>The body of <c>PATCH /items/{id}</c>.</summary>
internal sealed record EditItemRequest(
    long IfSeq,
    Optional<string> Title = default,
    Optional<string> Body = default,
    Optional<int> Priority = default,
    Optional<IReadOnlyList<string>> Labels = default,
    Optional<IReadOnlyList<string>> Targets = default,
    Optional<string> Queue = default,
    Optional<DateTimeOffset?> NotBefore = default,
    Optional<DateTimeOffset?> DueAt = default,
    Optional<IReadOnlyList<string>> DependsOn = default,
    string? Why = null
)
{
    internal ItemCommand.Edit ToCore(ItemId item) =>
        new(item, IfSeq)
        {
            Title = Title,
            Body = Body,
            Priority = Priority,
            Labels = Labels,
            Targets = Targets,
            Queue = Queue,
            NotBefore = NotBefore,
            DueAt = DueAt,
            DependsOn = DependsOn,
            Why = Why,
        };
}

/// <summary>The body of <c>POST /items/{id}/snooze</c>.</summary>
internal sealed record SnoozeRequest(DateTimeOffset Until, string Why);

/// <summary>The body of <c>POST /items/{id}/notes</c>.</summary>
internal sealed record NoteRequest(string Text, string To, string Kind);

/// <summary>The body of <c>POST /items/{id}/notes/{k}/ack</c>.</summary>
internal sealed record AcknowledgeNoteRequest(string? Answer = null);
