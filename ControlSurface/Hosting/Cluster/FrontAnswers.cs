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

    // A browser that opens a page comes again by itself, as a program does.
    private const string MovingPage =
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"1\"><title>One moment</title></head>"
        + "<body><p role=\"status\">The workspace is being opened or moves to another machine. This page tries again in a second.</p>"
        + "<p><a href=\"\">Try again now</a></p></body></html>";

    internal static Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        if (refusal == Moving && Entrances.WantsPage(http.Request))
            return WritePageAsync(http.Response);
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

    private static Task WritePageAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = "1";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(MovingPage);
    }
}
