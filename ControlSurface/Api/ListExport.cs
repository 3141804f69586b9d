using System.Text;
using System.Text.Json;

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

    /// <param name="page">Answers with the page after; null where it was refused, and has said so.</param>
    internal static async Task WriteAsync(ApiCall call, Func<string?, Task<byte[]?>> page)
    {
        var isTable = call.Query(Format.Name) == "csv";
        var columns = call.Columns;
        var response = call.Http.Response;
        var next = call.Query("after");
        var hasBegun = false;
        do
        {
            if (await page(next) is not { } body)
            {
                // Refused after it began, as when the caller has ended: a file that breaks off is not taken for whole.
                if (hasBegun)
                    call.Http.Abort();
                return;
            }
            var list = JsonElement.Parse(body);
            var lines = new StringBuilder();
            if (!hasBegun)
            {
                hasBegun = true;
                response.ContentType = isTable ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
                response.Headers.CacheControl = "no-store";
                response.Headers.XContentTypeOptions = "nosniff";
                response.Headers.ContentDisposition =
                    $"attachment; filename={call.Operation.Tag.ToLowerInvariant()}.{call.Query(Format.Name)}";
                if (isTable)
                {
                    lines.Append(Tables.ByteOrderMark);
                    Tables.AppendRow(lines, [.. columns.Select(column => (TableField)column)]);
                }
            }
            foreach (var row in list.GetProperty("items"u8).EnumerateArray())
            {
                if (isTable)
                    Tables.AppendRow(lines, [.. columns.Select(column => Field(row, column))]);
                else
                    lines.Append(row.GetRawText()).Append('\n');
            }
            await response.WriteAsync(lines.ToString(), call.Http.RequestAborted);
            next = list.GetProperty("next"u8).GetString();
        } while (next is not null);
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
