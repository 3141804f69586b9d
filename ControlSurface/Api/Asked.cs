using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>A body translated: the command, and what belongs to the sending of it. Most bodies are a command alone.</summary>
/// <param name="Command">The command for the engine.</param>
internal sealed record Asked(Command Command)
{
    /// <summary>Contents that the command brings; the engine keeps them in the same write.</summary>
    internal IReadOnlyList<ContentData> Contents { get; init; } = [];

    /// <summary>How long the engine may let the command wait for something to claim or lock; zero for not at all.</summary>
    internal TimeSpan Wait { get; init; }

    /// <summary>Waits before the command is sent, and returns why it may not be sent any more, or null. Null for no wait.</summary>
    internal Func<Request, Task<Refusal?>>? Before { get; init; }

    /// <summary>
    /// Acts outside the engine once the command is accepted and on disk, before the call is answered; never in a dry run. Returns
    /// the answer where the reply alone does not say it, else null. Null for nothing to do.
    /// </summary>
    internal Func<Reply, Task<Answer?>>? Then { get; init; }

    /// <summary>
    /// Translates again where the contents that the command was made of moved before it was decided. Null where it rests on none.
    /// </summary>
    internal Func<Asked>? Again { get; init; }

    /// <summary>A merge that the answer shows, made before the command was sent. Null for none.</summary>
    internal PreparedMerge? Merge { get; init; }

    /// <summary>Of a batch of renewals: ids and runs as they were sent. Null for every other command.</summary>
    internal IReadOnlyList<RenewalRequest>? Renewals { get; init; }

    public static implicit operator Asked(Command command) => new(command);
}
