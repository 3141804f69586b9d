using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>API.md, Runbook, lists, journal, live: who did what, on which version, why, with the chain's hashes.</summary>
internal static class AuditEndpoints
{
    private const int RowsAtOnce = 500;

    // Written as often as this, so that a slow reader costs little memory and what it may see is looked at again.
    private const int LettersAtOnce = 64 * 1024;
    private const string Head = "seq,at,by,byName,type,itemId,what,data,hash\r\n";

    internal static readonly IReadOnlyList<ApiOperation> All =
    [
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
            Handle = call => call.ReadAsync(WriteAsync),
        },
    ];

    private static async Task WriteAsync(ApiCall call)
    {
        var reader = call.Host.Journal;
        var (from, to) = (Instant(call, "from"), Instant(call, "to"));
        var format = call.Query("format") ?? "jsonl";
        if (format is not ("jsonl" or "csv"))
            call.Faults.Add("format", "must be one of jsonl, csv");
        var by = default(PrincipalId);
        if (call.Query("by") is { } named && !PrincipalId.TryParse(named, out by))
            call.Faults.Add("by", "must be the id of a principal, or system");
        if (call.Invalid is { } invalid)
        {
            await call.RefuseAsync(invalid);
            return;
        }
        // What is committed now: an export that follows the journal would never end.
        var last = to is { } end ? reader.LastBefore(end) : call.Host.Engine.Picture.Seq;
        var seen = from is { } begin ? reader.LastBefore(begin) : 0;
        var isBy = call.Query("by") is not null;
        if (call.OpenDownload() is not { } opened)
        {
            await call.RefuseAsync(new Refusal.Unauthorized("over"));
            return;
        }
        // Asked for once, and not for each of the rows.
        var names = call.Host.Engine.Picture.Read(at => at.Principals.ToDictionary(p => p.Id, p => p.Name));
        string NameOf(PrincipalId id) => names.TryGetValue(id, out var name) ? name : call.Host.NameOf(id);
        var isTable = format == "csv";
        var response = call.Http.Response;
        response.ContentType = isTable ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=audit.{format}";
        if (isTable)
            await response.WriteAsync(Tables.ByteOrderMark + Head, call.Http.RequestAborted);
        while (seen < last)
        {
            var rows = reader.Chained(seen, (int)Math.Min(RowsAtOnce, last - seen));
            if (rows.Count == 0)
                break;
            seen = rows[^1].Event.Seq;
            var lines = new StringBuilder();
            call.LookAtScopeAgain();
            var sight = new EventSight(call);
            foreach (var row in rows)
            {
                if ((isBy && row.Event.By != by) || sight.Of(row.Event) is not { } shown)
                    continue;
                if (isTable)
                    AppendTable(lines, row with { Event = shown }, NameOf);
                else
                    lines.Append(JsonOf(row with { Event = shown }, NameOf)).Append('\n');
                if (lines.Length < LettersAtOnce)
                    continue;
                if (!await SendAsync(call, opened, lines))
                    return;
                // The reader may have taken a while.
                call.LookAtScopeAgain();
                sight = new EventSight(call);
            }
            if (!await SendAsync(call, opened, lines))
                return;
        }
    }

    // A file that breaks off is not taken for whole: it does when the reader's rights are over.
    private static async Task<bool> SendAsync(ApiCall call, OpenConnection opened, StringBuilder lines)
    {
        if (opened.Reason is not null)
        {
            call.Http.Abort();
            return false;
        }
        await call.Http.Response.WriteAsync(lines.ToString(), call.Http.RequestAborted);
        lines.Clear();
        return true;
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

    private static string What(EventRow row, Func<PrincipalId, string> nameOf) =>
        Sentences.Of(new Recorded(row.Seq, row.At, row.By, EventJson.Read(row.Type, row.Data.Span)), nameOf);

    private static string JsonOf(AuditRow row, Func<PrincipalId, string> nameOf)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", row.Event.Seq);
            json.WriteString("at", At(row.Event));
            json.WriteString("by", row.Event.By.Text);
            json.WriteString("byName", nameOf(row.Event.By));
            json.WriteString("type", row.Event.Type);
            json.WriteString("itemId", row.Event.Item?.Text);
            json.WriteString("what", What(row.Event, nameOf));
            json.WritePropertyName("data");
            json.WriteRawValue(row.Event.Data.Span, skipInputValidation: true);
            json.WriteString("hash", Convert.ToHexStringLower(row.Hash));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void AppendTable(StringBuilder lines, AuditRow row, Func<PrincipalId, string> nameOf)
    {
        Tables.AppendRow(
            lines,
            TableField.Number(row.Event.Seq.ToString(CultureInfo.InvariantCulture)),
            At(row.Event),
            row.Event.By.Text,
            nameOf(row.Event.By),
            row.Event.Type,
            row.Event.Item?.Text ?? "",
            What(row.Event, nameOf),
            Encoding.UTF8.GetString(row.Event.Data.Span),
            Convert.ToHexStringLower(row.Hash)
        );
    }

    private static string At(EventRow row) => WireInstant.Text(row.At);
}
