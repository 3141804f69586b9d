using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Artifacts;

namespace ControlSurface.Api;

/// <summary>
/// The answer to one call, as a value. Handlers and the steps of the pipeline return it;
/// <see cref="Pipeline.AnswerWriter"/> alone writes it to the response.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; null for an answer without one, such as 204.</param>
internal sealed record Answer(int Status, AnswerBody? Body = null)
{
    /// <summary>An answer with a JSON body.</summary>
    /// <param name="location">The <c>Location</c> header; null for none.</param>
    internal Answer(int status, object body, JsonTypeInfo type, string? location = null)
        : this(status, new AnswerBody.Json(body, type)) => Location = location;

    /// <summary>200 with a JSON body.</summary>
    internal static Answer Ok<T>(T body, JsonTypeInfo<T> type)
        where T : notnull => new(StatusCodes.Status200OK, body, type);

    /// <summary>200 with a content as a file: bytes of somebody else, for saving and never for showing as a page.</summary>
    internal static Answer File(ContentData content, string name) =>
        new(StatusCodes.Status200OK, new AnswerBody.Bytes(content.Bytes, content.Type))
        {
            ContentDisposition = "attachment; filename*=UTF-8''" + Uri.EscapeDataString(name),
            ContentSecurityPolicy = "sandbox; default-src 'none'",
            ETag = "\"" + content.Hash + "\"",
        };

    /// <summary>A problem document with its headers.</summary>
    internal static Answer Of(Problem problem) =>
        new(problem.Status, new AnswerBody.Refused(problem)) { RetryAfter = problem.RetryAfter, Allow = problem.Allow };

    /// <summary>The <c>Location</c> header: the address of what was made. Null for none.</summary>
    internal string? Location { get; init; }

    /// <summary>The <c>Retry-After</c> header, in whole seconds. Null for none.</summary>
    internal int? RetryAfter { get; init; }

    /// <summary>The <c>Waiting-For</c> header of a claim that a limit stops. Null for none.</summary>
    internal string? WaitingFor { get; init; }

    /// <summary>The <c>Allow</c> header of 405. Null for none.</summary>
    internal string? Allow { get; init; }

    /// <summary>The <c>Cache-Control</c> header. Null for none.</summary>
    internal string? CacheControl { get; init; } = "no-store";

    /// <summary>The <c>Content-Disposition</c> header of a file. Null for none.</summary>
    internal string? ContentDisposition { get; init; }

    /// <summary>The <c>Content-Security-Policy</c> header where it is stricter than that of every answer. Null for none.</summary>
    internal string? ContentSecurityPolicy { get; init; }

    /// <summary>The <c>ETag</c> header with its quotes. Null for none.</summary>
    internal string? ETag { get; init; }

    /// <summary>Nothing changed: the call only asked what would happen (the <c>Dry-Run</c> header).</summary>
    internal bool IsDryRun { get; init; }

    /// <summary>The first answer to the idempotency key, sent again (the <c>Idempotency-Replayed</c> header).</summary>
    internal bool IsReplay { get; init; }

    /// <summary>Proxies must pass each part on at once (the <c>X-Accel-Buffering</c> header).</summary>
    internal bool IsUnbuffered { get; init; }

    /// <summary>The members of a JSON body that the caller asked for with <c>fields</c> or <c>brief</c>. Null for all.</summary>
    internal FieldMask? Mask { get; init; }

    /// <summary>The seconds and notes of the lease that the call was made under. Null where it was made under none.</summary>
    internal UnderLease? Lease { get; init; }
}

/// <summary>The body of an answer, in one of the forms that the writer knows.</summary>
internal abstract record AnswerBody
{
    private AnswerBody() { }

    /// <summary>A value that is serialized when it is written.</summary>
    internal sealed record Json(object Value, JsonTypeInfo Type) : AnswerBody;

    /// <summary>A problem document (RFC 9457).</summary>
    internal sealed record Refused(Problem Problem) : AnswerBody;

    /// <summary>Bytes that exist already: a kept answer, or a content.</summary>
    internal sealed record Bytes(byte[] Value, string ContentType) : AnswerBody;

    /// <summary>
    /// A body that is written part by part. The function owns what the stream holds and disposes of it; the pipeline calls it
    /// exactly once. It aborts the connection where the body must not be taken for whole.
    /// </summary>
    internal sealed record Streamed(string ContentType, Func<HttpResponse, Task> WriteAsync) : AnswerBody;
}

/// <summary>What every answer under a lease carries beside its own members (API.md, Settled since, Under a lease).</summary>
/// <param name="Members">The seconds and notes, at the moment of the answer.</param>
/// <param name="HasSeconds">The reply's own body has the seconds already; only notes are added to it.</param>
internal sealed record UnderLease(UnderLeaseBody Members, bool HasSeconds);
