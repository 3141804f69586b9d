using System.Text;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Artifacts;
using ControlSurface.Drafting;
using Microsoft.Net.Http.Headers;

namespace ControlSurface.Api;

/// <summary>API.md, Contents and artifacts: contents by their hash.</summary>
internal static class ContentEndpoints
{
    /// <summary>The media type of bytes whose sender named none.</summary>
    internal const string AnyType = "application/octet-stream";

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [KeepContentOperation, GetContentOperation];

    private static ApiOperation KeepContentOperation =>
        new()
        {
            Id = "keepContent",
            Method = "POST",
            Pattern = "/contents",
            Verb = Verb.KeepContent,
            Tag = "Contents",
            Summary = "Keeps a content of any type under its hash.",
            Replies = [new(201, Answers.Content, "Kept, or there already.")],
            Codes = ["too_large"],
            LimitBytes = ContentTexts.LimitBytes,
            TakesBytes = true,
            Handle = KeepAsync,
        };

    private static ApiOperation GetContentOperation =>
        new()
        {
            Id = "getContent",
            Method = "GET",
            Pattern = "/contents/{hash}",
            Verb = Verb.Read,
            Tag = "Contents",
            Summary = "The content's bytes, for saving: never as a page.",
            Replies = [new(200, null, "The bytes, with the type that their sender named.")],
            Handle = call => call.ReadAsync(Get),
        };

    private static async Task<Answer> KeepAsync(ApiCall call)
    {
        var bytes = await RequestBody.ReadBytesAsync(call, ContentTexts.LimitBytes);
        if (bytes is null)
        {
            call.Faults.Add("body", "is too large", TooLarge(call));
            return await call.SendAsync(call.Malformed());
        }
        var type = call.Http.Request.ContentType ?? AnyType;
        if (!IsMediaType(type))
            call.Faults.Add("Content-Type", "must be a media type in ASCII, such as text/plain");
        if (call.Faults.Any)
            return await call.SendAsync(call.Malformed());
        var content = ContentData.Of(bytes, type);
        if (!call.DryRun)
            call.Host.Uploads.Add(call.Caller.Id, content.Hash);
        var keep = new ArtifactCommand.Keep(new Proposed(content.Hash, bytes.Length));
        return await call.SendAsync(new Asked(keep) { Contents = [content] });
    }

    private static Problem TooLarge(ApiCall call) => ToHttp.ContentTooLarge(ContentTexts.LimitBytes, call.Site);

    private static Answer Get(ApiCall call)
    {
        var hash = call.Route("hash");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        return call.Host.Journal.FindContent(hash) is { } kept && ContentSight.MayRead(call, kept.By, hash)
            ? Answer.File(kept.Content, hash.Replace(':', '-'))
            : call.Refuse(new Refusal.NotFound("content", hash));
    }

    /// <summary>Whether it can be sent as a Content-Type: printable ASCII, at most 200 characters, <c>type/subtype</c>.</summary>
    internal static bool IsMediaType(string type) =>
        type.Length <= 200
        && type.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0
        && MediaTypeHeaderValue.TryParse(type, out _);

    /// <summary>
    /// The content that a body brings as text or names by hash; null, with a fault, where it does neither, both, or names
    /// what is not there.
    /// </summary>
    internal static ContentData? Take(ApiCall call, string? text, string? hash, string contentType)
    {
        if (text is null == hash is null)
        {
            call.Faults.Add("content", "must be there, or contentHash, one of the two");
            return null;
        }
        if (text is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            if (bytes.Length <= ContentTexts.LimitBytes)
                return ContentData.Of(bytes, contentType);
            call.Faults.Add("content", "is too large", TooLarge(call));
            return null;
        }
        if (
            ContentHash.IsOne(hash)
            && call.Host.Journal.FindContent(hash!) is { } kept
            && ContentSight.MayRead(call, kept.By, hash!)
        )
            return kept.Content;
        call.Faults.Add(
            "contentHash",
            "must be sha256: and 64 lower-case hexadecimal digits of a content that you sent or may read"
        );
        return null;
    }
}
