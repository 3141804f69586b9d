using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What a workspace lacks in which nothing was ever claimed, for those who may set it up (UI.md, First run).</summary>
/// <param name="Queue">A queue that is there; null while none is.</param>
/// <param name="Terms">What that queue's policy gives, in words.</param>
/// <param name="Agent">An agent that has come to be known by its key; null while none has.</param>
public sealed record FirstRunView(string? Queue, string Terms, string? Agent)
{
    /// <summary>Whether the viewer may make the agent's key themselves.</summary>
    public bool MayMakeKey { get; init; }

    /// <summary>Null once anything was claimed, and for whoever may not make a queue.</summary>
    public static FirstRunView? From(Board board, Viewer you)
    {
        if (board.WasEverClaimed || !you.May(Verb.SetQueue))
            return null;
        var queue = board.Queues.FirstOrDefault(queue => you.MaySee(queue.Name));
        var agent = board.Principals.FirstOrDefault(who =>
            who is { Kind: PrincipalKind.Agent, State: PrincipalState.Active }
        );
        return new FirstRunView(
            queue?.Name,
            queue is null
                ? ""
                : $"a lease of {Words.Left(TimeSpan.FromSeconds(queue.Queue.Policy.LeaseSeconds))} and {Words.Plural(queue.Queue.Policy.RequiredApprovals, "approval")}",
            agent?.Name
        )
        {
            MayMakeKey = you.May(Verb.SetKey) && you.May(Verb.SetPrincipal),
        };
    }
}
