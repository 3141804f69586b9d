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
            Body = Body ?? Named<string>.Not,
            Priority = Priority ?? Named<int>.Not,
            Labels = Given(Labels),
            Targets = Given(Targets),
            NotBefore = NotBefore ?? Named<DateTimeOffset?>.Not,
            DueAt = DueAt ?? Named<DateTimeOffset?>.Not,
            DependsOn = Given(DependsOn),
        };

    private static Named<IReadOnlyList<string>> Given(IReadOnlyList<string>? list) => new(list is not null, list!);
}

/// <summary>The body of <c>PATCH /items/{id}</c>.</summary>
internal sealed record EditItemRequest(
    long IfSeq,
    Named<string> Title = default,
    Named<string> Body = default,
    Named<int> Priority = default,
    Named<IReadOnlyList<string>> Labels = default,
    Named<IReadOnlyList<string>> Targets = default,
    Named<string> Queue = default,
    Named<DateTimeOffset?> NotBefore = default,
    Named<DateTimeOffset?> DueAt = default,
    Named<IReadOnlyList<string>> DependsOn = default,
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
