namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Somebody asks for another workspace (API.md, <c>POST /workspaces</c>). Only whether they may is decided here: the other one has
/// a journal of its own.
/// </summary>
/// <param name="Name">Checked where the names are known.</param>
/// <param name="IsFirst">Whether they ask the first workspace, whose admins are the server's.</param>
public sealed record AddWorkspaceCommand(string Name, bool IsFirst) : Command
{
    public override Verb Verb => Verb.AddWorkspace;

    // The whole workspace: its verb keeps out all who are limited to queues.
    internal override Refusal? Outside(IQueueGate gate) => null;

    internal Decision Decide() =>
        IsFirst
            ? Decision.Unchanged(new NewWorkspaceReply(Name))
            : new Refusal.Forbidden("an admin of the server's first workspace");
}
