using System.Globalization;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Runbook, lists, journal, live: who did what, on which version, why, with the chain's hashes.</summary>
internal static class AuditEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [AuditOperation];

    private static ApiOperation AuditOperation =>
        new()
        {
            Id = "audit",
            Method = "GET",
            Pattern = "/audit",
            Verb = Verb.Read,
            Tag = "Journal",
            Summary =
                "Everything that happened between two instants, as lines of JSON or as a table that is safe to open in a spreadsheet.",
            Query =
            [
                new("from", "string", "From this instant on, RFC 3339; all by default."),
                new("to", "string", "Before this instant, RFC 3339; until now by default."),
                new("by", "string", "Only what this principal did."),
                new("format", "string", "`jsonl` by default.", ["jsonl", "csv"]),
            ],
            Replies =
            [
                new(200, null, "One line for each event: seq, at, by, byName, type, itemId, what, data and hash."),
            ],
            Handle = call => call.ReadAsync(Export),
        };

    private static Answer Export(ApiCall call)
    {
        var journal = call.Host.Journal;
        var (from, to) = (Instant(call, "from"), Instant(call, "to"));
        var format = call.Query("format") ?? "jsonl";
        if (format is not ("jsonl" or "csv"))
            call.Faults.Add("format", "must be one of jsonl, csv");
        PrincipalId? by = null;
        if (call.Query("by") is { } named)
        {
            if (!PrincipalId.TryParse(named, out var id))
                call.Faults.Add("by", "must be the id of a principal, or system");
            by = id;
        }
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        // The journal's end is read now: an export that follows the journal would never end.
        var last = to is { } end ? journal.LastBefore(end) : call.Host.Engine.Picture.Seq;
        var first = from is { } begin ? journal.LastBefore(begin) : 0;
        if (call.OpenDownload() is not { } opened)
            return call.Refuse(new Refusal.Unauthorized("over"));
        var isTable = format == "csv";
        var type = isTable ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
        var rows = new AuditRows(call, opened, by, isTable);
        return new Answer(
            StatusCodes.Status200OK,
            new AnswerBody.Streamed(type, response => rows.WriteAsync(response, first, last))
        )
        {
            CacheControl = null,
            ContentDisposition = $"attachment; filename=audit.{format}",
        };
    }

    private static DateTimeOffset? Instant(ApiCall call, string name)
    {
        if (call.Query(name) is not { } text)
            return null;
        if (
            DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var at
            )
        )
            return at;
        call.Faults.Add(name, "must be an instant, as 2026-11-24T21:05:12Z");
        return null;
    }
}
