using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlSurface.Access;
using ControlSurface.Api.Pipeline;

namespace ControlSurface.Api;

/// <summary>
/// A whole list in one file, page after page until it ends: <c>format=jsonl</c>, one thing on each line, or <c>format=csv</c>,
/// its members as columns and what is no plain value as JSON. Rows that change while it is written are as they are then.
/// </summary>
internal static class ListExport
{
    /// <summary>Parameter of every list.</summary>
    internal static readonly QueryParameter Format = new(
        "format",
        "string",
        "The whole list as a file, from the first to the last, whatever the limit.",
        ["jsonl", "csv"]
    );

    /// <summary>Whether the operation answers with a list of API.md, Conventions.</summary>
    internal static bool IsList(ApiOperation operation) =>
        operation.Shape is { } shape
        && shape.Type.IsGenericType
        && shape.Type.GetGenericTypeDefinition() == typeof(Bodies.ListBody<>);

    /// <summary>Whether the call asks for the list as a file. A malformed request is answered as one without it.</summary>
    internal static bool IsWanted(ApiCall call) =>
        call.Query(Format.Name) is not null && !call.Faults.Any && IsList(call.Operation);

    /// <summary>The file, or the refusal of its first page.</summary>
    internal static async Task<Answer> AnswerAsync(ApiCall call)
    {
        if (call.OpenDownload() is not { Reason: null } opened)
            return call.Refuse(new Refusal.Unauthorized("over"));
        var pages = call with
        {
            Values = call.Values.With("limit", ApiCall.MostLimit.ToString(CultureInfo.InvariantCulture)),
        };
        var first = await PageAsync(pages, call.Query("after"));
        if (first.Status != StatusCodes.Status200OK)
            return first;
        var format = call.Query(Format.Name)!;
        var type = format == "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
        return new Answer(
            StatusCodes.Status200OK,
            new AnswerBody.Streamed(type, response => WriteAsync(pages, opened, ListOf(first), response))
        )
        {
            ContentDisposition = $"attachment; filename={call.Operation.Tag.ToLowerInvariant()}.{format}",
        };
    }

    // The very operation, once for each page: what a list shows and hides is decided there and nowhere else.
    private static async Task<Answer> PageAsync(ApiCall call, string? after)
    {
        var page = call with { Values = call.Values.With("after", after) };
        return ApiPipeline.Masked(page, await page.Operation.Handle(page));
    }

    private static JsonElement ListOf(Answer page) => JsonElement.Parse(AnswerWriter.BytesOf(page));

    private static async Task WriteAsync(ApiCall call, OpenConnection opened, JsonElement list, HttpResponse response)
    {
        var columns = call.Query(Format.Name) == "csv" ? ColumnsOf(call) : null;
        if (columns is not null)
            await response.WriteAsync(HeadOf(columns), call.Http.RequestAborted);
        while (true)
        {
            await response.WriteAsync(RowsOf(list, columns), call.Http.RequestAborted);
            if (list.GetProperty("next"u8).GetString() is not { } next)
                return;
            var page = opened.Reason is null ? await PageAsync(call, next) : null;
            if (page is not { Status: StatusCodes.Status200OK })
            {
                // The caller has ended meanwhile, for example: a file that breaks off is not taken for whole.
                call.Http.Abort();
                return;
            }
            list = ListOf(page);
        }
    }

    // The members of each row that the query asks for.
    private static IReadOnlyList<string> ColumnsOf(ApiCall call) =>
        [.. call.Values.Mask?.Names ?? FieldMask.NamesOf(call.Operation.Shape!)];

    private static string HeadOf(IReadOnlyList<string> columns)
    {
        var head = new StringBuilder();
        head.Append(Tables.ByteOrderMark);
        Tables.AppendRow(head, [.. columns.Select(column => (TableField)column)]);
        return head.ToString();
    }

    private static string RowsOf(JsonElement list, IReadOnlyList<string>? columns)
    {
        var lines = new StringBuilder();
        foreach (var row in list.GetProperty("items"u8).EnumerateArray())
        {
            if (columns is null)
                lines.Append(row.GetRawText()).Append('\n');
            else
                Tables.AppendRow(lines, [.. columns.Select(column => Field(row, column))]);
        }
        return lines.ToString();
    }

    private static TableField Field(JsonElement row, string column) =>
        !row.TryGetProperty(column, out var value)
            ? ""
            : value.ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number => TableField.Number(value.GetRawText()),
                _ => value.GetRawText(),
            };
}
