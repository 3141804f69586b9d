using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Notes;

/// <summary>Somebody has read a note, and may have answered it.</summary>
public sealed record NoteAcknowledgement(PrincipalId By, string Name, DateTimeOffset At, string? Answer);

/// <summary>A note on an item (API.md, Items): kept, pushed, and in each lease reply until acknowledged.</summary>
/// <param name="Number">The <c>{k}</c> of its address, from 1 within the item.</param>
/// <param name="ByKind">A person's note is marked so.</param>
/// <param name="To"><c>holder</c>, <c>everyone</c>, or a principal's id.</param>
/// <param name="Kind"><c>note</c>, <c>question</c>, <c>instruction</c> or <c>release_request</c>.</param>
public sealed record Note(
    int Number,
    PrincipalId By,
    string Name,
    PrincipalKind ByKind,
    string To,
    string Kind,
    string Text,
    DateTimeOffset At,
    long Seq,
    IReadOnlyList<NoteAcknowledgement> Acknowledged
)
{
    /// <summary>The question on an artifact that this note brings to the holder; an answer to the note answers it there.</summary>
    public ArtifactId? Artifact { get; init; }

    /// <summary>The comment that asks; null for a note that belongs to none.</summary>
    public CommentId? Comment { get; init; }

    /// <summary>Whether it waits for this principal, who holds the item's lease.</summary>
    public bool WaitsFor(PrincipalId holder)
    {
        if (By == holder || (To is not ("holder" or "everyone") && To != holder.Text))
            return false;
        foreach (var seen in Acknowledged)
        {
            if (seen.By == holder)
                return false;
        }
        return true;
    }
}

/// <summary>What can happen to notes.</summary>
public abstract record NoteEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        NoteEventDescriptions.Of(this, by, nameOf);

    private NoteEvent() { }

    public sealed record Added(
        ItemId Item,
        int Number,
        string To,
        string Kind,
        string Text,
        string Name,
        PrincipalKind ByKind,
        ArtifactId? Artifact = null,
        CommentId? Comment = null
    ) : NoteEvent
    {
        /// <inheritdoc/>
        public override string Type => "note.added";

        /// <inheritdoc/>
        public override ItemId? ItemId => Item;
    }

    public sealed record Acknowledged(ItemId Item, int Number, string Name, string? Answer) : NoteEvent
    {
        /// <inheritdoc/>
        public override string Type => "note.acknowledged";

        /// <inheritdoc/>
        public override ItemId? ItemId => Item;
    }
}

/// <summary>What can be asked of notes.</summary>
public abstract record NoteCommand : Command
{
    private NoteCommand() { }

    public sealed record Add(ItemId Item, string Text, string To, string Kind) : NoteCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.NoteItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    public sealed record Acknowledge(ItemId Item, int Number, string? Answer) : NoteCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.AcknowledgeNote;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }
}
