using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Content;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api.Pipeline;

/// <summary>A body that was read and translated.</summary>
/// <param name="Call">The call, which knows now the run and the token that the body names.</param>
/// <param name="Asked">The command with what belongs to it; a <see cref="MalformedCommand"/> where the body is not right.</param>
/// <param name="Fingerprint">SHA-256 over method, path and canonical body; null where it was not wanted or the body is not right.</param>
internal sealed record TranslatedBody(ApiCall Call, Asked Asked, byte[]? Fingerprint);

/// <summary>JSON body to command.</summary>
internal static class BodyTranslation
{
    /// <summary>A longer body, in bytes, is read into a command away from the socket's thread.</summary>
    internal const int ShortBody = 32 * 1024;

    /// <summary>Reads the body and translates it. Everything that is wrong with it is among the call's faults.</summary>
    /// <param name="fingerprints">The command is applied once for a key, so that its fingerprint is wanted.</param>
    internal static async Task<TranslatedBody> ReadAsync<T>(
        ApiCall call,
        JsonTypeInfo<T> type,
        Func<ApiCall, T, Asked> translate,
        bool fingerprints
    )
        where T : class
    {
        var (request, operation) = (call.Http.Request, call.Operation);
        if (await RequestBody.ReadAsync(request, operation.LimitBytes, call.Http.RequestAborted) is not { } buffer)
            return Unread(call, "body", "is too large", ToHttp.TooLarge(operation.LimitBytes, call.Site));
        try
        {
            if (!operation.IsSmall || buffer.Length > ShortBody)
                await Task.Yield();
            if (!RequestBody.IsJson(request, buffer.IsEmpty))
                return Unread(call, "Content-Type", "must be JSON", ToHttp.UnsupportedMediaType(call.Site));
            if (operation.ReadsContents)
            {
                var whole = buffer.ToArray();
                return await ContentWork.RunAsync(
                    () => Translated(call, whole, type, translate, fingerprints),
                    call.Http.RequestAborted
                );
            }
            return Translated(
                call,
                buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray(),
                type,
                translate,
                fingerprints
            );
        }
        finally
        {
            request.BodyReader.AdvanceTo(buffer.End);
        }
    }

    private static TranslatedBody Unread(ApiCall call, string member, string fault, Problem problem)
    {
        call.Faults.Add(member, fault, problem);
        return new TranslatedBody(call with { HasUnreadBody = true }, call.Malformed(), Fingerprint: null);
    }

    private static TranslatedBody Translated<T>(
        ApiCall arrived,
        ReadOnlySpan<byte> body,
        JsonTypeInfo<T> type,
        Func<ApiCall, T, Asked> translate,
        bool fingerprints
    )
        where T : class
    {
        // A call without required members may be made without a body at all.
        var isLeftOut = body.IsEmpty && arrived.Http.Request.ContentType is null;
        var value = BodyReader.Read(isLeftOut ? "{}"u8 : body, type, arrived.Faults);
        var call = value is null
            ? LeaseMembers.WithNamesOf(arrived, body)
            : LeaseMembers.WithNamesOf(arrived, (object)value);
        Asked? asked = null;
        if (value is not null && !IsWrong(call))
            asked = translate(call, value);
        if (asked is null || IsWrong(call))
            asked = Malformed(call, body);
        var isPrinted = fingerprints && !call.Faults.Any;
        return new TranslatedBody(call, asked, isPrinted ? FingerprintOf(call, body) : null);
    }

    private static bool IsWrong(ApiCall call) =>
        call.Faults.Any || call.Target.Missing is not null || call.Faults.Missing is not null;

    /// <summary>The fingerprint of the request with this body, by which a repeat of the same key is told from another request.</summary>
    internal static byte[] FingerprintOf(ApiCall call, ReadOnlySpan<byte> body) =>
        CanonicalJson.Fingerprint(
            call.Operation.Method,
            call.Http.Request.Path.Value + call.Http.Request.QueryString.Value,
            body
        );

    // The queue of a new item is in its body: a caller who may not see it hears that before anything else.
    private static MalformedCommand Malformed(ApiCall call, ReadOnlySpan<byte> body) =>
        call.Malformed(call.Operation.Verb == Verb.CreateItem ? BodyReader.FindString(body, "queue") : null);
}
