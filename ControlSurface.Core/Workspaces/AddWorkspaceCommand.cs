namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Creates another workspace on the server (API.md, <c>POST /workspaces</c>). This workspace decides only whether the caller may; the
/// host creates the other one, which has a journal of its own.
/// </summary>
/// <param name="Name">Not checked here: the host knows which names are taken.</param>
/// <param name="IsFirst">Whether this is the server's first workspace; only its admins may add another.</param>
public sealed record AddWorkspaceCommand(string Name, bool IsFirst) : Command
{
    /// <inheritdoc/>
    public override Verb Verb => Verb.AddWorkspace;

    // The verb concerns the whole workspace, so that callers who are limited to queues are refused already.
    internal override Refusal? Outside(IQueueGate gate) => null;

    internal Decision Decide() =>
        IsFirst
            ? Decision.Unchanged(new NewWorkspaceReply(Name))
            : new Refusal.Forbidden("an admin of the server's first workspace");
}
