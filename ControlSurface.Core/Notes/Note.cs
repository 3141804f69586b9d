using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Notes;

/// <summary>What a note asks of its reader.</summary>
public enum NoteKind
{
    /// <summary>Nothing.</summary>
    Note,

    /// <summary>An answer. It ends the wait of a holder who asked it.</summary>
    Question,

    /// <summary>To be followed.</summary>
    Instruction,

    /// <summary>To give the item up.</summary>
    ReleaseRequest,
}

/// <summary>Somebody read a note, and may have answered it.</summary>
/// <param name="Name">Their name, as it was then.</param>
/// <param name="Answer">Up to 4,000 characters; null for none.</param>
public sealed record NoteAcknowledgement(PrincipalId By, string Name, DateTimeOffset At, string? Answer);

/// <summary>A note on an item (API.md, Items). Each lease reply carries it until the holder acknowledges it.</summary>
public sealed record Note
{
    /// <summary>The <c>{k}</c> of its address, from 1 within the item.</summary>
    public required int Number { get; init; }

    /// <summary>Who left it.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>The name of who left it, as it was then.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a person or an agent left it; a person's note is marked so.</summary>
    public required PrincipalKind ByKind { get; init; }

    /// <summary><c>holder</c>, <c>everyone</c>, or a principal's id.</summary>
    public required string To { get; init; }

    /// <summary>What it asks of its reader.</summary>
    public required NoteKind Kind { get; init; }

    /// <summary>Up to 4,000 characters.</summary>
    public required string Text { get; init; }

    /// <summary>When it was left.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Seq of its event.</summary>
    public required long Seq { get; init; }

    /// <summary>Who has read it, in that order; empty for nobody.</summary>
    public required IReadOnlyList<NoteAcknowledgement> Acknowledged { get; init; }

    /// <summary>The artifact of the question that this note brings to the holder; an answer to the note is also a reply there. Null for none.</summary>
    public ArtifactId? Artifact { get; init; }

    /// <summary>The comment that asks that question; null for none.</summary>
    public CommentId? Comment { get; init; }

    /// <summary>Whether it is for this holder and they have not acknowledged it.</summary>
    /// <param name="holder">The principal that holds the item's lease.</param>
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

/// <summary>An event of an item's notes.</summary>
public abstract record NoteEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        NoteEventDescriptions.Of(this, by, nameOf);

    private NoteEvent() { }

    /// <summary>Somebody left a note on an item, or an answer or instruction came that the holder has to read.</summary>
    /// <param name="Number">From 1 within the item.</param>
    /// <param name="To"><c>holder</c>, <c>everyone</c>, or a principal's id.</param>
    /// <param name="Kind">What it asks of its reader.</param>
    /// <param name="Text">Up to 4,000 characters.</param>
    /// <param name="Name">The name of who left it, as it was then.</param>
    /// <param name="ByKind">Whether a person or an agent left it.</param>
    public sealed record Added(
        ItemId Item,
        int Number,
        string To,
        NoteKind Kind,
        string Text,
        string Name,
        PrincipalKind ByKind
    ) : NoteEvent
    {
        /// <inheritdoc cref="Note.Artifact"/>
        public ArtifactId? Artifact { get; init; }

        /// <inheritdoc cref="Note.Comment"/>
        public CommentId? Comment { get; init; }

        /// <inheritdoc/>
        public override string Type => "note.added";

        /// <inheritdoc/>
        public override ItemId? ItemId => Item;
    }

    /// <summary>Somebody read a note, and may have answered it.</summary>
    /// <param name="Name">The name of who read it, as it was then.</param>
    /// <param name="Answer">Up to 4,000 characters; null for none.</param>
    public sealed record Acknowledged(ItemId Item, int Number, string Name, string? Answer) : NoteEvent
    {
        /// <inheritdoc/>
        public override string Type => "note.acknowledged";

        /// <inheritdoc/>
        public override ItemId? ItemId => Item;
    }
}

/// <summary>A call on an item's notes (API.md, Items).</summary>
public abstract record NoteCommand : Command
{
    private NoteCommand() { }

    /// <summary>Leaves a note on an open item.</summary>
    /// <param name="Text">Up to 4,000 characters; required.</param>
    /// <param name="To"><c>holder</c>, <c>everyone</c>, or a principal's id.</param>
    /// <param name="Kind">What it asks of its reader; null for an unknown word, which the rule refuses.</param>
    public sealed record Add(ItemId Item, string Text, string To, NoteKind? Kind) : NoteCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.NoteItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>Says that the caller has read a note, so that lease replies no longer carry it for them.</summary>
    /// <param name="Answer">Up to 4,000 characters; null for none.</param>
    public sealed record Acknowledge(ItemId Item, int Number, string? Answer) : NoteCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.AcknowledgeNote;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }
}
