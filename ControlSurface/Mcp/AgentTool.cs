using System.Text.RegularExpressions;
using ControlSurface.Api;

namespace ControlSurface.Mcp;

/// <summary>
/// A tool of an agent: one call of the contract, or a few that belong together and are told apart by one argument. What it
/// takes, gives and decides is the call's (API.md, <c>/mcp</c>): a tool has no rule of its own.
/// </summary>
/// <param name="Name">Verb and noun: <c>claim_work</c>.</param>
/// <param name="Title">The same for a person.</param>
/// <param name="Description">When to use it and what comes back. Constant: no word of it comes from what is kept here.</param>
internal sealed record AgentTool(string Name, string Title, string Description)
{
    /// <summary>The argument that chooses among <see cref="Ways"/>, of the same name in every tool.</summary>
    internal const string Selector = "operation";

    /// <summary>The selector; null where there is one way.</summary>
    public string? Choice => Ways.Count > 1 ? Selector : null;

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Way> Ways { get; init; }

    /// <summary>Whether it may end or replace what somebody else made or holds.</summary>
    public bool MayDestroy { get; init; }

    /// <summary>Whether the same again, without an idempotency key, changes nothing more.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>Whether what comes is a content, which is described and put beside its description, and no JSON reply.</summary>
    public bool GivesContent { get; init; }

    internal bool OnlyReads => Ways.All(way => way.Operation.IsRead);

    /// <summary>The way that the word chooses; null for none.</summary>
    internal Way? Find(string? word) =>
        Choice is null ? Ways[0] : Ways.FirstOrDefault(way => string.Equals(way.Word, word, StringComparison.Ordinal));
}

/// <summary>One call behind a tool.</summary>
internal sealed partial class Way
{
    private static readonly Dictionary<string, ApiOperation> ById = ApiOperations.All.ToDictionary(
        operation => operation.Id,
        StringComparer.Ordinal
    );

    internal Way(string operation, string? word = null)
    {
        Word = word;
        Operation = ById[operation];
        InAddress =
        [
            .. Names()
                .Matches(Operation.Pattern)
                .Select(m => (m.Groups["name"].Value, ArgumentOf(m.Groups["name"].Value))),
        ];
    }

    /// <summary>What chooses it; null where nothing has to.</summary>
    internal string? Word { get; }

    internal ApiOperation Operation { get; }

    /// <summary>What the address names, each with the argument that says it: <c>{id}</c> of an item is <c>itemId</c>.</summary>
    internal IReadOnlyList<(string Name, string Argument)> InAddress { get; }

    private string ArgumentOf(string name) =>
        name switch
        {
            "id" => Operation.Pattern.Split('/')[1].TrimEnd('s') + "Id",
            "name" => "queue",
            "n" => "version",
            "k" => Operation.Pattern.Contains("/notes/", StringComparison.Ordinal) ? "noteId" : "commentId",
            _ => name,
        };

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
