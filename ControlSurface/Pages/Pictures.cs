using ControlSurface.Content;
using ControlSurface.Core.Engine;
using ControlSurface.Live;

namespace ControlSurface.Pages;

/// <summary>
/// Versions that are pictures or PDFs, for the page that reviews them: <c>/artifacts/{id}/pictures/{version}</c>. Only what its
/// bytes prove to be a picture in a format that can do nothing but show, or a PDF, is served, under that type; everything else
/// is 404 here and goes out over the API, for saving.
/// </summary>
internal static class Pictures
{
    private const string PicturePolicy = "sandbox; default-src 'none'";

    // A browser shows no PDF in a sandbox: its viewer is a part of its own that the policy of the document cannot reach into.
    private const string PdfPolicy =
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

    internal static string Address(ArtifactId artifact, int version) =>
        FormattableString.Invariant($"artifacts/{artifact.Text}/pictures/{version}");

    internal static void MapPictures(this WebApplication app) =>
        app.MapGet("/artifacts/{id}/pictures/{version:int}", ShowAsync).ExcludeFromDescription();

    private static async Task ShowAsync(HttpContext http, string id, int version, Engine engine, IJournal journal)
    {
        // A read from disk: not on the socket's thread.
        await Task.Yield();
        var response = http.Response;
        if (
            Find(http, id, version, engine) is not { } found
            || journal.TryFindContent(found.Hash) is not { } kept
            || ContentShape.Of(found.Type, kept.Content.Bytes)
                is not { Kind: ContentKind.Image or ContentKind.Pdf, Type: var type } shape
        )
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        response.ContentType = type;
        response.ContentLength = kept.Content.Bytes.Length;
        response.Headers.ContentSecurityPolicy = shape.Kind == ContentKind.Pdf ? PdfPolicy : PicturePolicy;
        await response.Body.WriteAsync(kept.Content.Bytes, http.RequestAborted);
    }

    // Whoever may not see it hears the same as of one that is not there.
    private static (string Hash, string Type)? Find(HttpContext http, string id, int version, Engine engine) =>
        ArtifactId.TryParse(id, out var artifact) && LiveCaller.Of(http.User) is { } caller
            ? engine.Picture.Read<(string, string)?>(at =>
                at.FindArtifact(artifact) is { } known
                && new Viewer(at.FindPrincipal(caller.Id)).MaySee(known.Queue)
                && known.Versions.Find(v => v.Number == version) is { } wanted
                    ? (wanted.ContentHash, known.ContentType)
                    : null
            )
            : null;
}
