using ControlSurface.Core.Notes;

namespace ControlSurface.Api;

/// <summary>API.md, Items: notes.</summary>
internal static class NoteEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [AddNoteOperation, AcknowledgeNoteOperation];

    private static ApiOperation AddNoteOperation =>
        new()
        {
            Id = "addNote",
            Method = "POST",
            Pattern = "/items/{id}/notes",
            Verb = Verb.NoteItem,
            Tag = "Notes",
            Summary = "Leaves a note that stays in each lease reply until it is acknowledged.",
            Body = ApiJson.Of<NoteRequest>(),
            Replies = [new(201, Answers.Note, "Kept; `id` is its number.")],
            Codes = ["not_claimable"],
            Handle = call =>
                call.OnItem()
                    .SendAsync(
                        ApiJson.Of<NoteRequest>(),
                        static (c, b) =>
                            new NoteCommand.Add(c.Target.Item!.Value, b.Text, b.To, WireNames.Find<NoteKind>(b.Kind))
                    ),
        };

    private static ApiOperation AcknowledgeNoteOperation =>
        new()
        {
            Id = "acknowledgeNote",
            Method = "POST",
            Pattern = "/items/{id}/notes/{k}/ack",
            Verb = Verb.AcknowledgeNote,
            Tag = "Notes",
            Summary = "Says that a note was read, and may answer it.",
            Body = ApiJson.Of<AcknowledgeNoteRequest>(),
            Replies = [new(200, Answers.Note, "The note.")],
            Codes = ["not_claimable"],
            Handle = call =>
                call.OnItem().SendAsync(ApiJson.Of<AcknowledgeNoteRequest>(), static (c, b) => Acknowledge(c, b)),
        };

    private static NoteCommand.Acknowledge Acknowledge(ApiCall call, AcknowledgeNoteRequest b)
    {
        var number = call.RouteNumber("k") ?? 0;
        if (number == 0)
            call.Missing("note", call.Route("k"));
        return new NoteCommand.Acknowledge(call.Target.Item!.Value, number, b.Answer);
    }
}
