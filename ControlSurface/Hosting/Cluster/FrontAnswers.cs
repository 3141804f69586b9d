using ControlSurface.Api;
using ControlSurface.Api.Pipeline;
using ControlSurface.Wording;

namespace ControlSurface.Hosting.Cluster;

/// <summary>What a machine answers by itself, outside of any workspace.</summary>
internal static class FrontAnswers
{
    /// <summary>The workspace is on its way from one machine to another.</summary>
    internal static readonly Refusal Moving = new Refusal.Unavailable(
        "The workspace is being opened or moves to another machine; nothing was done."
    );

    internal static Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        var problem = ToHttp.From(
            refusal,
            static id => id.Text,
            TimeProvider.System.GetUtcNow(),
            http.Request.Scheme + "://" + http.Request.Host.Value
        );
        // Only where an answer is kept does a repeat tell what became of the first.
        if (refusal is Refusal.OutcomeUnknown && http.Request.Headers[IdempotencyKeys.Header].Count == 0)
            problem = problem with { Detail = RefusalWords.UnknownWithoutKey };
        return AnswerWriter.WriteAsync(http, Answer.Of(problem));
    }
}
