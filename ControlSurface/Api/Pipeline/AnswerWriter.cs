using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ControlSurface.Wording;
using Microsoft.Extensions.Primitives;

namespace ControlSurface.Api.Pipeline;

/// <summary>The last step, and the one place that writes an answer to the response.</summary>
internal static class AnswerWriter
{
    private const string ProblemType = "application/problem+json";
    private static readonly StringValues NoSniff = "nosniff";

    /// <summary>Writes status, headers and body.</summary>
    internal static Task WriteAsync(HttpContext http, Answer answer)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        WriteHeaders(response.Headers, answer);
        if (answer.Body is null)
            return Task.CompletedTask;
        response.Headers.XContentTypeOptions = NoSniff;
        response.ContentType = TypeOf(answer.Body);
        if (answer.Body is AnswerBody.Streamed streamed)
            return streamed.WriteAsync(response);
        var body = BytesOf(answer);
        if (answer.Lease is { } lease)
            body = LeaseMembers.AddTo(body, lease);
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        var flush = response.BodyWriter.FlushAsync(http.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }

    /// <summary>The body as bytes, without a lease's members. Valid until this thread writes the next.</summary>
    internal static ReadOnlySpan<byte> BytesOf(Answer answer) =>
        answer.Body switch
        {
            null => default,
            AnswerBody.Json json => Masked(JsonBytes.Span(json.Value, json.Type), json, answer.Mask),
            AnswerBody.Refused refused => JsonBytes.Span(refused.Problem.WriteTo),
            AnswerBody.Bytes bytes => bytes.Value,
            AnswerBody.Streamed => throw new InvalidOperationException("A stream writes itself."),
            _ => throw new System.Diagnostics.UnreachableException(answer.Body.GetType().Name),
        };

    private static ReadOnlySpan<byte> Masked(ReadOnlySpan<byte> body, AnswerBody.Json json, FieldMask? mask)
    {
        if (mask is null)
            return body;
        var whole = JsonElement.Parse(body);
        return JsonBytes.Span(writer => mask.Write(writer, whole, json.Type));
    }

    private static string TypeOf(AnswerBody body) =>
        body switch
        {
            AnswerBody.Json => "application/json",
            AnswerBody.Refused => ProblemType,
            AnswerBody.Bytes bytes => bytes.ContentType,
            AnswerBody.Streamed streamed => streamed.ContentType,
            _ => throw new System.Diagnostics.UnreachableException(body.GetType().Name),
        };

    /// <summary>The headers that an answer has of its own.</summary>
    internal static void WriteHeaders(IHeaderDictionary headers, Answer answer)
    {
        if (answer is { Status: StatusCodes.Status401Unauthorized, Body: AnswerBody.Refused })
            headers.WWWAuthenticate = "Bearer";
        if (answer.CacheControl is { } cache)
            headers.CacheControl = cache;
        if (answer.RetryAfter is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (answer.WaitingFor is { } limit)
            headers["Waiting-For"] = limit;
        if (answer.Allow is { } methods)
            headers.Allow = methods;
        if (answer.Location is { } location)
            headers.Location = location;
        if (answer.IsDryRun)
            headers["Dry-Run"] = "true";
        if (answer.IsReplay)
            headers["Idempotency-Replayed"] = "true";
        WriteFileHeaders(headers, answer);
    }

    private static void WriteFileHeaders(IHeaderDictionary headers, Answer answer)
    {
        if (answer.ContentDisposition is { } disposition)
            headers.ContentDisposition = disposition;
        if (answer.ContentSecurityPolicy is { } policy)
            headers.ContentSecurityPolicy = policy;
        if (answer.ETag is { } tag)
            headers.ETag = tag;
        if (answer.IsUnbuffered)
            headers["X-Accel-Buffering"] = "no";
    }
}
