using ControlSurface.Core.Engine;

namespace ControlSurface.Api.Pipeline;

/// <summary>The one place where an exception becomes an answer.</summary>
internal static class Errors
{
    /// <summary>The answer; null where nobody listens any more, or a part of another answer was sent.</summary>
    internal static Answer? AnswerTo(ApiCall call, Exception error)
    {
        var (http, host) = (call.Http, call.Host);
        switch (error)
        {
            case OperationCanceledException when http.RequestAborted.IsCancellationRequested:
                return null;
            case BadHttpRequestException bad when !http.Response.HasStarted:
                return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? Answer.Of(ToHttp.TooLarge(ApiCall.LimitBytes, call.Site))
                    : Answer.Of(CutShort(call));
            case DamagedRecordException damaged when !http.Response.HasStarted:
                host.Log.Damaged(damaged.Message);
                return Answer.Of(ToHttp.Damaged(damaged.Message, call.Site));
            case JournalRefusedException away when !http.Response.HasStarted:
                // Reading met a store that does not answer just now; what is wrong with it is for the log.
                host.Log.Damaged(away.Message);
                return Answer.Of(
                    ToHttp.From(
                        new Refusal.Unavailable("The database does not answer just now.", RetryAfter: 2),
                        host.NameOf,
                        host.Engine.Now,
                        call.Site
                    )
                );
            default:
                host.Log.Failed(call.Operation.Method, call.Operation.Pattern, error);
                if (!http.Response.HasStarted)
                    return Answer.Of(ToHttp.InternalError(call.Operation.IsRead, call.Site));
                http.Abort();
                return null;
        }
    }

    private static Problem CutShort(ApiCall call) =>
        ToHttp.From(
            Refusal.InvalidRequest.Of("body", "was cut short"),
            call.Host.NameOf,
            call.Host.Engine.Now,
            call.Site
        );
}
