using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// A principal has something open (API.md, <c>POST /presence</c>). Presence is never in the journal: the decision only checks that the
/// caller sees the topic.
/// </summary>
/// <param name="Topic"><c>item:ID</c>, <c>artifact:ID</c> or <c>conflict:ID</c>.</param>
/// <param name="Mode"><c>viewing</c>, <c>editing</c> or <c>away</c>.</param>
public sealed record PresenceCommand(string Topic, string Mode) : Command
{
    /// <inheritdoc/>
    public override Verb Verb => Verb.Read;

    // The rule parses the topic and checks it against the scope.
    internal override Refusal? Outside(IQueueGate gate) => null;
}

internal static class PresenceRules
{
    internal static Decision Decide(IItemContext<Workspace> context, PresenceCommand c)
    {
        var bounds = new Bounds();
        bounds.OneOf("mode", c.Mode, "viewing", "editing", "away");
        // A client of the hub may leave out topic or mode.
        var topic = c.Topic ?? "";
        var at = topic.IndexOf(':', StringComparison.Ordinal);
        var (kind, id) = at < 0 ? ("", "") : (topic[..at], topic[(at + 1)..]);
        Refusal? missing = null;
        if (kind == "item" && ItemId.TryParse(id, out var item))
            missing = context.Find(item, out _);
        else if (kind == "artifact" && ArtifactId.TryParse(id, out var artifact))
            missing = ArtifactContext.Find(context, artifact, out _);
        else if (kind == "conflict" && ConflictId.TryParse(id, out var conflict))
            missing = context.At.FindConflict(conflict) is { } found
                ? context.Outside(context.At.QueueOf(found))
                : new Refusal.NotFound("conflict", id);
        else
            bounds.Fault("topic", "must be item:ID, artifact:ID or conflict:ID");
        return (missing ?? bounds.Refusal) is { } refusal
            ? refusal
            : Decision.Unchanged(new PresenceReply(context.Who, topic, c.Mode));
    }
}
