namespace ControlSurface.Api;

/// <summary>The query parameters of API.md, Conventions, which belong to every call of their kind.</summary>
internal static class CommonParameters
{
    /// <summary><c>limit</c>: the length of a page.</summary>
    internal static readonly QueryParameter Limit = new(
        "limit",
        "integer",
        "How many at most: 1 to 500, 50 by default."
    )
    {
        Least = 1,
        Most = ApiCall.MostLimit,
    };

    /// <summary>For calls that wait.</summary>
    internal static readonly QueryParameter WaitSeconds = new(
        "waitSeconds",
        "number",
        "0 to 55: how long to wait; fractions too."
    )
    {
        Most = ApiCall.LongestWait,
    };

    /// <summary><c>after</c>: where a page begins.</summary>
    internal static readonly QueryParameter After = new("after", "string", "The `next` of the page before.");

    private static readonly QueryParameter[] Reading =
    [
        new("fields", "string", "Only these members, by their paths: `a,b.c`. In a list, members of what is listed."),
        new("brief", "boolean", "Only the few members that a small context needs."),
    ];

    private static readonly QueryParameter[] Listing = [.. Reading, ListExport.Format];

    private static readonly QueryParameter[] Writing =
    [
        new(
            "dryRun",
            "boolean",
            "The reply or refusal that it would give, with the header `Dry-Run: true`; changes nothing."
        ),
    ];

    /// <summary>The parameters that the operation takes as every one of its kind does.</summary>
    internal static IReadOnlyList<QueryParameter> Of(ApiOperation operation) =>
        !operation.IsRead ? Writing
        : ListExport.IsList(operation) ? Listing
        : Reading;
}
