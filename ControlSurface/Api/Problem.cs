using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>What a refused caller is told (API.md, Refusals; RFC 9457). Made by <see cref="ToHttp"/> alone.</summary>
/// <param name="Help">Address of a page that shows it to a person.</param>
internal sealed record Problem(int Status, string Code, string Title, string Detail, string Help)
{
    /// <summary>Writes the members of this code, exactly those of API.md; null where it has none.</summary>
    public Action<Utf8JsonWriter>? Members { get; init; }

    /// <summary>Whole seconds for the <c>Retry-After</c> header; null for none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>For 405: what would be allowed.</summary>
    public string? Allow { get; init; }

    /// <summary>Writes the problem document.</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, Help);
        writer.WriteString("title"u8, Title);
        writer.WriteNumber("status"u8, Status);
        writer.WriteString("detail"u8, Detail);
        writer.WriteString("code"u8, Code);
        writer.WriteString("help"u8, Help);
        Members?.Invoke(writer);
        writer.WriteEndObject();
    }
}

/// <summary>A problem inside another body is the same object as one that stands alone.</summary>
internal sealed class ProblemConverter : JsonConverter<Problem>
{
    public override Problem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Problems are only written.");

    public override void Write(Utf8JsonWriter writer, Problem value, JsonSerializerOptions options) =>
        value.WriteTo(writer);
}

/// <summary>The one place that turns a refusal into a status, a title, a sentence and members.</summary>
internal static class ToHttp
{
    /// <summary>The HTTP status of a refusal (API.md, Refusals).</summary>
    internal static int StatusOf(RefusalStatus status) =>
        status switch
        {
            RefusalStatus.Malformed => StatusCodes.Status400BadRequest,
            RefusalStatus.Unidentified => StatusCodes.Status401Unauthorized,
            RefusalStatus.NotAllowed => StatusCodes.Status403Forbidden,
            RefusalStatus.NotFound => StatusCodes.Status404NotFound,
            RefusalStatus.AtOdds => StatusCodes.Status409Conflict,
            RefusalStatus.KeyReused => StatusCodes.Status422UnprocessableEntity,
            RefusalStatus.TooMany => StatusCodes.Status429TooManyRequests,
            RefusalStatus.Fault => StatusCodes.Status500InternalServerError,
            RefusalStatus.Unavailable => StatusCodes.Status503ServiceUnavailable,
        };

    /// <summary>The status of a code, where there is no refusal of it at hand: for documents, and for the edge's own codes.</summary>
    /// <param name="code">One that <see cref="RefusalHelp.All"/> has.</param>
    internal static int StatusOf(string code) =>
        RefusalHelp.Find(code)?.Status ?? throw new UnreachableException($"No help explains the code {code}.");

    /// <param name="nameOf">Names a principal in the sentence.</param>
    /// <param name="site">Scheme and host, to which the address of the help page is added.</param>
    internal static Problem From(Refusal refusal, Func<PrincipalId, string> nameOf, DateTimeOffset now, string site) =>
        Of(StatusOf(refusal.Status), refusal.Code, Said(refusal, nameOf, now), site) with
        {
            Members = WithRetryAfter(refusal, WithKept(refusal, RefusalMembers.Of(refusal))),
            RetryAfter = RetryAfterOf(refusal),
        };

    /// <summary>The seconds of the <c>Retry-After</c> header that a problem was sent with; null for none.</summary>
    internal static int? RetryAfterOf(ReadOnlySpan<byte> problem) =>
        JsonElement.Parse(problem).TryGetProperty("retryAfter"u8, out var seconds)
        && seconds.ValueKind == JsonValueKind.Number
            ? seconds.GetInt32()
            : null;

    // The runbook's advice for such a collision is added to the sentence.
    private static string Said(Refusal refusal, Func<PrincipalId, string> nameOf, DateTimeOffset now) =>
        RunbookRules.Advised(RefusalWords.Detail(refusal, nameOf, now), refusal.Guidance);

    /// <summary>404 for an address at which nothing is.</summary>
    internal static Problem NoSuchAddress(string path, string site) =>
        Of("not_found", $"There is nothing at {Shown(path)}; /openapi/v1.json lists every address.", site);

    /// <summary>405 for an address that takes other methods.</summary>
    internal static Problem MethodNotAllowed(string method, string allow, string site) =>
        Of("method_not_allowed", $"This address does not take {Shown(method)}; it takes {allow}.", site) with
        {
            Allow = allow,
        };

    /// <summary>413 for a body beyond what is read.</summary>
    internal static Problem TooLarge(long limitBytes, string site) =>
        Of(
            "too_large",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The body is larger than {limitBytes} bytes; send less, or in several requests."
            ),
            site
        ) with
        {
            Members = writer => writer.WriteNumber("limitBytes"u8, limitBytes),
        };

    /// <summary>A line of a stream beyond what is read.</summary>
    internal static Problem LineTooLong(long limitBytes, string site) =>
        TooLarge(limitBytes, site) with
        {
            Detail = string.Create(
                CultureInfo.InvariantCulture,
                $"The line is longer than {limitBytes} bytes; send less, or in several lines."
            ),
        };

    /// <summary>A content beyond what is kept.</summary>
    internal static Problem ContentTooLarge(long limitBytes, string site) =>
        TooLarge(limitBytes, site) with
        {
            Detail = string.Create(
                CultureInfo.InvariantCulture,
                $"The content is larger than {limitBytes} bytes; split it, or keep it elsewhere and name it."
            ),
        };

    /// <summary>415 for a body that is no plain JSON.</summary>
    internal static Problem UnsupportedMediaType(string site) =>
        Of("unsupported_media_type", "The body has to be plain JSON in UTF-8: Content-Type: application/json.", site);

    /// <summary>415 for a body that is not the lines that it has to be.</summary>
    internal static Problem UnsupportedLines(string type, string site) =>
        Of("unsupported_media_type", $"The body has to be lines of JSON in UTF-8: Content-Type: {type}.", site);

    /// <summary>500 for a bug at the edge. It may come after the engine has written what a command asks for.</summary>
    /// <param name="isRead">The call changes nothing, whatever becomes of it.</param>
    internal static Problem InternalError(bool isRead, string site) =>
        Of("internal_error", isRead ? RefusalWords.Internal : RefusalWords.InternalAfter, site);

    /// <summary>A content or a kept answer that was changed on disk: it is not given to anybody.</summary>
    internal static Problem Damaged(string what, string site) => Of("internal_error", what, site);

    /// <summary>Where the page about a code is.</summary>
    internal static string HelpPath(string code) => "/help/" + code;

    private static Problem Of(string code, string detail, string site) => Of(StatusOf(code), code, detail, site);

    private static Problem Of(int status, string code, string detail, string site) =>
        new(status, code, RefusalWords.Title(code), detail, site + HelpPath(code));

    // Show a text of the caller shortened, and without invisible or direction-changing characters.
    private static string Shown(string text)
    {
        var shown = new string([.. text.Where(c => c is > ' ' and < (char)127)]);
        return shown.Length > 200 ? shown[..200] + "…" : shown;
    }

    private static int? RetryAfterOf(Refusal refusal) =>
        refusal switch
        {
            Refusal.RateLimited r => Math.Max(1, r.RetryAfter),
            Refusal.Unavailable r => Math.Max(1, r.RetryAfter),
            Refusal.OutcomeUnknown or Refusal.RequestInProgress => 1,
            LeaseRefusal.AlreadyOwned r => r.RetryAfter,
            LockRefusal.TargetLocked r => r.WouldDeadlock ? null : 1,
            ItemRefusal.NotClaimable r => r.RetryAfter,
            // Sending these again later does not help by itself: the caller has to read, ask or change something first.
            Refusal.InvalidRequest
            or Refusal.Unauthorized
            or Refusal.Forbidden
            or Refusal.NotFound
            or Refusal.IdempotencyKeyReused
            or Refusal.Paused
            or Refusal.InternalError
            or ActionRefusal
            or ApprovalRefusal
            or ArtifactRefusal
            or BulkRefusal
            or ConflictRefusal
            or ItemRefusal.ItemChanged
            or ItemRefusal.Unsettled
            or LeaseRefusal.NotHolder
            or LeaseRefusal.Fenced
            or LeaseRefusal.LeaseEnded
            or LeaseRefusal.LeaseStale
            or LeaseRefusal.LeaseSuspended
            or LeaseRefusal.LeaseRequired
            or LeaseRefusal.NoProgress
            or LeaseRefusal.LifetimeExceeded
            or LeaseRefusal.AcknowledgeRequired
            or LockRefusal.LockNotHeld
            or QueueRefusal
            or RunRefusal => null,
            _ => throw new UnreachableException(refusal.GetType().Name),
        };

    // The body repeats the header: a kept answer is its body, and its headers are made from that.
    private static Action<Utf8JsonWriter>? WithRetryAfter(Refusal refusal, Action<Utf8JsonWriter>? members)
    {
        if (
            refusal is LeaseRefusal.AlreadyOwned or ItemRefusal.NotClaimable
            || RetryAfterOf(refusal) is not { } seconds
        )
            return members;
        return writer =>
        {
            members?.Invoke(writer);
            writer.WriteNumber("retryAfter"u8, seconds);
        };
    }

    // Any refusal may name a content that was kept, or a conflict that it opened.
    private static Action<Utf8JsonWriter>? WithKept(Refusal refusal, Action<Utf8JsonWriter>? members)
    {
        if (
            refusal is { KeptAs: null, Conflict: null } and not (ArtifactRefusal.VersionConflict or LeaseRefusal.Fenced)
        )
            return members;
        return writer =>
        {
            members?.Invoke(writer);
            writer.WriteString("conflictId"u8, refusal.Conflict?.Text);
            if (refusal.KeptAs is { } hash)
            {
                writer.WriteStartObject("keptAs"u8);
                writer.WriteString("contentHash"u8, hash);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("keptAs"u8);
            }
        };
    }
}
