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

/// <summary>The rows of the audit, written part by part, each with what the caller may see at that moment.</summary>
/// <param name="opened">Ends the file when the caller's rights are over.</param>
/// <param name="by">Only what this principal did; null for everybody.</param>
/// <param name="isTable">CSV; else one JSON object on each line.</param>
internal sealed class AuditRows(ApiCall call, OpenConnection opened, PrincipalId? by, bool isTable)
{
    private const int RowsAtOnce = 500;

    // A part is sent as soon as it is this long: a slow reader costs little memory, and their rights are looked at again.
    private const int LettersAtOnce = 64 * 1024;
    private const string Head = "seq,at,by,byName,type,itemId,what,data,hash\r\n";

    // Read once, and not for each of the rows.
    private readonly Dictionary<PrincipalId, string> _names = call.Host.Engine.Picture.Read(at =>
        at.Principals.ToDictionary(p => p.Id, p => p.Name)
    );
    private readonly StringBuilder _lines = new();

    /// <summary>Writes the rows after one seq up to another.</summary>
    internal async Task WriteAsync(HttpResponse response, long after, long last)
    {
        if (isTable)
            await response.WriteAsync(Tables.ByteOrderMark + Head, call.Http.RequestAborted);
        while (after < last)
        {
            var rows = call.Host.Journal.Chained(after, (int)Math.Min(RowsAtOnce, last - after));
            if (rows.Count == 0)
                return;
            after = rows[^1].Event.Seq;
            if (!await WriteAsync(response, rows))
                return;
        }
    }

    private async Task<bool> WriteAsync(HttpResponse response, IReadOnlyList<AuditRow> rows)
    {
        var sight = new EventSight(call.Host, call.WithScopeOfNow().Scope);
        foreach (var row in rows)
        {
            if ((by is { } wanted && row.Event.By != wanted) || sight.Of(row.Event) is not { } shown)
                continue;
            if (isTable)
                AppendTable(_lines, row with { Event = shown });
            else
                _lines.Append(JsonOf(row with { Event = shown })).Append('\n');
            if (_lines.Length < LettersAtOnce)
                continue;
            if (!await SendAsync(response))
                return false;
            // The reader may have taken a while.
            sight = new EventSight(call.Host, call.WithScopeOfNow().Scope);
        }
        return await SendAsync(response);
    }

    // A file that breaks off is not taken for whole: it does when the reader's rights are over.
    private async Task<bool> SendAsync(HttpResponse response)
    {
        if (opened.Reason is not null)
        {
            call.Http.Abort();
            return false;
        }
        await response.WriteAsync(_lines.ToString(), call.Http.RequestAborted);
        _lines.Clear();
        return true;
    }

    private string NameOf(PrincipalId id) => _names.TryGetValue(id, out var name) ? name : call.Host.NameOf(id);

    private string What(EventRow row) =>
        EventDescriptions.Of(new Recorded(row.Seq, row.At, row.By, EventJson.Read(row.Type, row.Data.Span)), NameOf);

    private string JsonOf(AuditRow row)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", row.Event.Seq);
            json.WriteString("at", At(row.Event));
            json.WriteString("by", row.Event.By.Text);
            json.WriteString("byName", NameOf(row.Event.By));
            json.WriteString("type", row.Event.Type);
            json.WriteString("itemId", row.Event.Item?.Text);
            json.WriteString("what", What(row.Event));
            json.WritePropertyName("data");
            json.WriteRawValue(row.Event.Data.Span, skipInputValidation: true);
            json.WriteString("hash", Convert.ToHexStringLower(row.Hash));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void AppendTable(StringBuilder lines, AuditRow row)
    {
        Tables.AppendRow(
            lines,
            TableField.Number(row.Event.Seq.ToString(CultureInfo.InvariantCulture)),
            At(row.Event),
            row.Event.By.Text,
            NameOf(row.Event.By),
            row.Event.Type,
            row.Event.Item?.Text ?? "",
            What(row.Event),
            Encoding.UTF8.GetString(row.Event.Data.Span),
            Convert.ToHexStringLower(row.Hash)
        );
    }

    private static string At(EventRow row) => WireInstant.Text(row.At);
}
