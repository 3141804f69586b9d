using ControlSurface.Core.Engine;
using ControlSurface.Core.Webhooks;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api.Pipeline;

/// <summary>Outcomes of the engine as answers.</summary>
internal static class Outcomes
{
    /// <summary>The answer to a command.</summary>
    /// <param name="instead">The answer of what followed outside the engine, in place of the reply's own; null for the reply's.</param>
    internal static Answer AnswerOf(ApiCall call, Outcome outcome, AnswerSource source, Answer? instead)
    {
        var answer = Choose(call, outcome, source, instead);
        return answer with
        {
            IsDryRun = call.DryRun,
            Lease = answer.Body is null ? null : LeaseMembers.Of(call, answer.Status, outcome.Now),
        };
    }

    private static Answer Choose(ApiCall call, Outcome outcome, AnswerSource source, Answer? instead)
    {
        if (outcome.Replayed is { } first)
            return Replays.AnswerOf(first, outcome.Now);
        if (outcome.Rendered is { } rendered && !source.IsToldOnce(outcome.Reply))
            return Replays.Kept(rendered.Status, rendered.Body, rendered.Location);
        if (outcome.Refusal is Refusal.InvalidRequest && ProblemOf(call) is { } problem)
            return Answer.Of(problem);
        return outcome.Refusal is { } refusal
            ? call.Refuse(refusal, outcome.Now)
            : instead ?? Answers.Of(call, outcome.Reply!, outcome.Now, source);
    }

    // A malformed request that names what does not exist, or is too large, is refused as that.
    private static Problem? ProblemOf(ApiCall call) =>
        call.Faults.Problem
        ?? (
            (call.Faults.Missing ?? call.Target.Missing) is { } missing
                ? ToHttp.From(missing, call.Host.NameOf, call.Host.Engine.Now, call.Site)
                : null
        );

    /// <summary>
    /// The answer as it is kept with its events. The engine's thread calls this: it compares nothing, reads no disk, and tells nothing
    /// that is told once.
    /// </summary>
    internal static RenderedAnswer Render(ApiCall call, Outcome outcome, Asked asked)
    {
        var answer = outcome.Refusal is { } refusal
            ? call.Refuse(refusal, outcome.Now)
            : Answers.Of(call, outcome.Reply!, outcome.Now, new AnswerSource(asked, IssuedKey: null, IsKept: true));
        return new RenderedAnswer(answer.Status, AnswerWriter.BytesOf(answer).ToArray(), answer.Location);
    }
}

/// <summary>What an answer is made of beside the reply.</summary>
/// <param name="Asked">The command, and what was prepared for its answer.</param>
/// <param name="IssuedKey">The text of a key that the call made: in this answer, and in nothing that is kept. Null for none.</param>
/// <param name="IsKept">The answer is made to be kept: nothing that is told once is in it.</param>
internal sealed record AnswerSource(Asked Asked, string? IssuedKey, bool IsKept = false)
{
    /// <summary>Whether the answer tells something that a kept one must not.</summary>
    internal bool IsToldOnce(Reply? reply) => IssuedKey is not null || reply is WebhookReply { IsNewSecret: true };
}
