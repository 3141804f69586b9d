using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Applying;

/// <summary>The answer to <c>begin</c> (API.md, Actions).</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Action">The action as it is now.</param>
/// <param name="Why">Why not, in a sentence; null with <see cref="BeginResult.Go"/>.</param>
/// <param name="Permit">With <see cref="BeginResult.Go"/>, for its caller alone; else null.</param>
/// <param name="ApplyBy">When the outstanding permit runs out; null where none is out.</param>
/// <param name="Conflict">The open conflict that the action has, or that this call opened; null for none.</param>
public sealed record BeginOutcome(
    BeginResult Outcome,
    WorkAction Action,
    string? Why,
    string? Permit,
    DateTimeOffset? ApplyBy,
    ConflictId? Conflict
);

/// <summary>Actions: at most one permit out, applied once, and never a guess (API.md, Actions; DESIGN.md, 5).</summary>
internal static class ActionRules
{
    internal static Decision Decide(IItemContext<ITargets> context, ActionCommand command)
    {
        if (command is ActionCommand.Prepare prepare)
            return PrepareRules.Prepare(context, prepare);
        if (context.At.FindAction(command.Action) is not { } action)
            return CallerChosenId.Check("actionId", command.Action) ?? new Refusal.NotFound("action", command.Action);
        if (context.Outside(context.At.QueueOf(action)) is { } outside)
            return outside;
        return command switch
        {
            ActionCommand.Begin c => BeginRules.Begin(context, action, c),
            ActionCommand.Complete c => OutcomeRules.Complete(context, action, c),
            ActionCommand.Fail c => OutcomeRules.Fail(context, action, c),
            ActionCommand.Verify c => OutcomeRules.Verify(context, action, c),
            ActionCommand.Prepare => throw new UnreachableException("decided above"),
            _ => throw new UnreachableException(command.GetType().Name),
        };
    }

    /// <summary>Accepts the events; the reply shows the action as it is after them.</summary>
    /// <param name="action">The action before the events; null where they prepare it.</param>
    /// <param name="isNew">Whether the events make the action; an answer for HTTP is 201 then.</param>
    internal static Decision Answer(
        IItemContext<ITargets> context,
        WorkAction? action,
        IReadOnlyList<Event> events,
        bool isNew
    )
    {
        var view = ActionView.Of(context.At, After(context, action, events));
        // The version that the events leave the target at: what was observed, or a report that was held until the action ended.
        foreach (var happened in events)
        {
            if (happened is ActionEvent.Applied { ObservedTargetVersion: { } observed })
                view = view with { CurrentTargetVersion = observed };
            else if (happened is TargetEvent.Released released)
                view = view with { CurrentTargetVersion = released.Version };
        }
        return Decision.Accepted(events, new ActionReply(view, isNew));
    }

    /// <summary>The reply to a report that was made before: the action as it is, and no event.</summary>
    internal static Decision Unchanged(IItemContext<ITargets> context, WorkAction action) =>
        Decision.Unchanged(new ActionReply(ActionView.Of(context.At, action), IsNew: false));

    /// <summary>The action after the events that are about to be recorded.</summary>
    internal static WorkAction After(IItemContext<ITargets> context, WorkAction? action, IReadOnlyList<Event> events)
    {
        var seq = context.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is ActionEvent)
                action = ActionEvolution.Evolve(action, new Recorded(seq, context.Now, context.Who.Id, happened));
        }
        return action!;
    }

    /// <summary>Checks the parts of a piece of evidence; null is fine.</summary>
    /// <param name="member">Name of the request's member, to be named in a fault.</param>
    internal static void CheckEvidence(Bounds bounds, string member, TargetEvidence? what)
    {
        if (what is null)
            return;
        bounds.Text(member + ".text", what.Text, Bounds.BodyLength);
        bounds.Text(member + ".uri", what.Uri, Bounds.NoteLength);
        if (what.Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)))
            bounds.Fault(member + ".sha256", "must be 64 lower-case hexadecimal digits");
    }
}
