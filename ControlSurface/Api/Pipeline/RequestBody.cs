using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace ControlSurface.Api.Pipeline;

/// <summary>The bytes of a request's body, and whether they may be JSON.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Reads the whole body. The caller advances the reader to the buffer's end once it has used the bytes. Null, with nothing left to
    /// advance, where the body is longer than the limit.
    /// </summary>
    internal static async ValueTask<ReadOnlySequence<byte>?> ReadAsync(
        HttpRequest request,
        int limitBytes,
        CancellationToken gone
    )
    {
        if (request.ContentLength > limitBytes)
            return null;
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(gone);
            if (read.Buffer.Length > limitBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            if (read.IsCompleted)
                return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The raw body, off the socket's thread; null where it is longer than the limit.</summary>
    internal static async Task<byte[]?> ReadBytesAsync(ApiCall call, int limitBytes)
    {
        if (await ReadAsync(call.Http.Request, limitBytes, call.Http.RequestAborted) is not { } body)
            return null;
        await Task.Yield();
        var bytes = body.ToArray();
        call.Http.Request.BodyReader.AdvanceTo(body.End);
        return bytes;
    }

    /// <summary>Whether the headers say plain JSON in UTF-8; an empty body needs no type.</summary>
    internal static bool IsJson(HttpRequest request, bool isEmpty)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !(encoding.Count == 1 && encoding[0] is "identity"))
            return false;
        if (request.ContentType is not { } type)
            return isEmpty;
        if (type == "application/json")
            return true;
        if (!MediaTypeHeaderValue.TryParse(type, out var media))
            return false;
        return IsJson(media)
            && (
                !media.Charset.HasValue
                || media.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            );
    }

    private static bool IsJson(MediaTypeHeaderValue media) =>
        media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || media.MediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
            && media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
}
