using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ControlSurface.Api;

/// <summary>One way in which a call can end well.</summary>
/// <param name="Type">The shape of the body; null for none.</param>
internal sealed record ApiReply(int Status, JsonTypeInfo? Type, string Description);

/// <summary>A parameter of the query, beside those that every call knows.</summary>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>number</c> or <c>boolean</c>.</param>
/// <param name="Words">The only values, several of which may stand with commas between them; null for any.</param>
internal sealed record QueryParameter(string Name, string Type, string Description, IReadOnlyList<string>? Words = null)
{
    /// <summary>Of a number: the least that is taken.</summary>
    public long Least { get; init; }

    /// <summary>Of a number: the most that is taken.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>Beside the words, patterns such as <c>lease.*</c> are taken.</summary>
    public bool TakesPatterns { get; init; }

    /// <summary>It may stand several times; null for a parameter that stands once. The most that are taken.</summary>
    public int? MostTimes { get; init; }

    /// <summary>The type, as a JSON Schema: a list where it may stand several times.</summary>
    internal JsonObject Schema() =>
        MostTimes is { } most
            ? new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = Type },
                ["maxItems"] = most,
            }
            : new JsonObject { ["type"] = Type };

    /// <summary>The words that one of those in a value means; none where it means nothing.</summary>
    internal IEnumerable<string> Meant(string word) =>
        Words is not { } words ? [word]
        : TakesPatterns && word.EndsWith(".*", StringComparison.Ordinal)
            ? words.Where(w => w.StartsWith(word[..^1], StringComparison.Ordinal))
        : words.Where(w => string.Equals(w, word, StringComparison.Ordinal));
}

/// <summary>
/// One call of API.md. From the table of these come the routes, the OpenAPI document, and the tests that compare both
/// and walk through every role and every malformed body.
/// </summary>
internal sealed record ApiOperation
{
    /// <summary>Unique; the OpenAPI <c>operationId</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The HTTP method, in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>Below <c>/api/v1</c>, with <c>{name}</c> for what varies.</summary>
    public required string Pattern { get; init; }

    /// <summary>What is asked, as the table of roles knows it.</summary>
    public required Verb Verb { get; init; }

    /// <summary>One sentence for the documents.</summary>
    public required string Summary { get; init; }

    /// <summary>The concept; a heading in the document.</summary>
    public required string Tag { get; init; }

    /// <summary>The shape of the body; null where none is read.</summary>
    public JsonTypeInfo? Body { get; init; }

    /// <summary>The ways in which it ends well, the usual one first.</summary>
    public IReadOnlyList<ApiReply> Replies { get; init; } = [];

    /// <summary>The parameters of its query, beside those that every call knows.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>The members that <c>brief=true</c> gives, as <c>fields</c> would name them.</summary>
    public IReadOnlyList<string> Brief { get; init; } = [];

    /// <summary>The codes of API.md that it can answer with, beside those that every call can.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>The largest body, in bytes. A content within JSON may need six bytes for each of its own.</summary>
    public int LimitBytes { get; init; } = ApiCall.LimitBytes;

    /// <summary>Its command is made by comparing contents: that is done in turns, away from the connection's thread.</summary>
    public bool ReadsContents { get; init; }

    /// <summary>Its body may name contents by their hashes, which are looked up on disk.</summary>
    public bool NamesContents { get; init; }

    /// <summary>The body is bytes of any type, not JSON.</summary>
    public bool TakesBytes { get; init; }

    /// <summary>The body is lines, each a call of its own.</summary>
    public bool TakesLines { get; init; }

    /// <summary>Serves a call: everything between the query and the answer.</summary>
    public required Func<ApiCall, Task<Answer>> Handle { get; init; }

    /// <summary>What happens to the request before anybody looks whose it is; null for nothing.</summary>
    public Func<HttpContext, Task>? Before { get; init; }

    /// <summary>It changes nothing.</summary>
    internal bool IsRead => Method == "GET";

    /// <summary>
    /// Its command is made of a small body and of memory alone. Everything else may read from disk or compare contents, and goes on
    /// away from the socket's thread.
    /// </summary>
    internal bool IsSmall => !IsRead && !NamesContents && Tag is ("Items" or "Claims" or "Leases" or "Notes" or "Runs");

    /// <summary>Why it may not be a line of a stream of commands; null where it may.</summary>
    internal string? WhyNotALine =>
        TakesLines ? "must not lead to a stream within a stream"
        : TakesBytes ? "must not lead to what takes bytes: send them in a request of their own"
        : Replies.Any(r => r is { Status: StatusCodes.Status200OK, Type: null })
            ? "must not lead to what answers with bytes: ask for them in a request of their own"
        : null;

    /// <summary>The type that <c>fields</c> chooses members of; null where there is nothing to choose from.</summary>
    internal JsonTypeInfo? Shape => IsRead && Replies.Count > 0 ? Replies[0].Type : null;
}

/// <summary>All operations, in the order of API.md.</summary>
internal static class ApiOperations
{
    /// <summary>The path below which all operations lie.</summary>
    internal const string Root = "/api/v1";

    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        .. MeEndpoints.All,
        .. PrincipalEndpoints.All,
        .. SessionEndpoints.All,
        .. QueueEndpoints.All,
        .. WorkspaceEndpoints.All,
        .. ItemEndpoints.All,
        .. NoteEndpoints.All,
        .. ClaimEndpoints.All,
        .. LeaseEndpoints.All,
        .. RunEndpoints.All,
        .. ContentEndpoints.All,
        .. ArtifactEndpoints.All,
        .. ReviewEndpoints.All,
        .. CommentEndpoints.All,
        .. ApprovalEndpoints.All,
        .. ActionEndpoints.All,
        .. ConflictEndpoints.All,
        .. RunbookEndpoints.All,
        .. SearchEndpoints.All,
        .. ViewEndpoints.All,
        .. AuditEndpoints.All,
        .. BulkEndpoints.All,
        .. TargetEndpoints.All,
        .. PresenceEndpoints.All,
        .. WebhookEndpoints.All,
        .. HookEndpoints.All,
        .. EventEndpoints.All,
        .. CommandEndpoints.All,
    ];
}
