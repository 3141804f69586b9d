using ControlSurface.Components;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>A refusal as it stands beside what was pressed.</summary>
public static class RefusalNotes
{
    /// <param name="now">For "2 min ago".</param>
    public static RefusalView Of(Refusal refusal, Func<PrincipalId, string> nameOf, DateTimeOffset now) =>
        new(
            Happened(refusal, nameOf),
            Detail(refusal, nameOf, now),
            refusal.Code,
            refusal is Refusal.Unavailable or Refusal.OutcomeUnknown,
            Icon(refusal)
        );

    // The API's sentence, but for those that tell a program which member or header to send.
    private static string Detail(Refusal refusal, Func<PrincipalId, string> nameOf, DateTimeOffset now) =>
        refusal switch
        {
            Refusal.InvalidRequest r => string.Join(
                " ",
                r.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}.")
            ),
            Refusal.Unauthorized r => r.Why,
            Refusal.Forbidden r => $"Only {r.Who} may do this.",
            Refusal.NotFound => "It may be mistyped, or settled and archived; History has all that happened.",
            LeaseRefusal.NotHolder =>
                "Only its holder may do this. You can take it over when it goes stale, or ask them to hand it off.",
            LeaseRefusal.AcknowledgeRequired r =>
                $"Changed: {string.Join(", ", r.Changed)}. Read it, then do it again.",
            ItemRefusal.ItemChanged or QueueRefusal.QueueChanged =>
                "The page now shows it as it is. Look, then do it again.",
            ApprovalRefusal.VersionChanged => "Open it, then decide on it. Your comment is kept.",
            ApprovalRefusal.ConsequencesChanged => "The list now shows it as it is. Look, then do it again.",
            ArtifactRefusal.VersionConflict r =>
                $"What you saved was kept beside it{(r.Conflict is { } conflict ? $", in {conflict}" : "")}{(r.Mergeable ? ", and merges cleanly" : "")}. Your text stays in the editor.",
            ItemRefusal.Unsettled r => string.Join(
                " ",
                new[]
                {
                    r.Actions.Count > 0 ? $"Not known what became of {string.Join(", ", r.Actions)}." : null,
                    r.Conflicts.Count > 0 ? $"Open: {string.Join(", ", r.Conflicts)}." : null,
                    r.Approvals.Count > 0 ? $"Given and not used: {string.Join(", ", r.Approvals)}." : null,
                }.OfType<string>()
            ),
            Refusal.OutcomeUnknown =>
                "The server cannot say what is on disk and is stopping. Look again when it is back.",
            // Others: what the API says fits the page too.
            _ => RefusalWords.Detail(refusal, nameOf, now),
        };

    private static string Happened(Refusal refusal, Func<PrincipalId, string> nameOf) =>
        refusal switch
        {
            LeaseRefusal.AlreadyOwned r => $"{LeaseWords.Full(r.Owner)} holds it",
            LeaseRefusal.Fenced r => $"{LeaseWords.Full(r.Owner)} took it over",
            LeaseRefusal.NotHolder r => $"{LeaseWords.Full(r.Holder)} holds it",
            LeaseRefusal.LeaseEnded r => $"{nameOf(r.By)} ended the lease",
            LeaseRefusal.LeaseStale => "The lease has run out",
            LeaseRefusal.LeaseSuspended => "The lease is suspended",
            Refusal.Paused { Scope: PauseScope.Queue } r => $"{nameOf(r.By)} paused the queue",
            Refusal.Paused { Scope: PauseScope.Workspace } r => $"{nameOf(r.By)} stopped the line",
            Refusal.Paused => "You are paused",
            ItemRefusal.NotClaimable => "It cannot be claimed now",
            LeaseRefusal.AcknowledgeRequired => "It was changed while you held it",
            ItemRefusal.ItemChanged or QueueRefusal.QueueChanged => "It was changed meanwhile",
            Refusal.InvalidRequest => "Something has to be put right first",
            Refusal.Unauthorized => "You are no longer signed in",
            Refusal.Forbidden => "Your role does not allow it",
            Refusal.NotFound r => $"There is no {r.Kind} {r.Id}",
            Refusal.Unavailable => "Nothing was done",
            Refusal.OutcomeUnknown => "It may have been done",
            ApprovalRefusal.VersionChanged r => $"v{r.Version} is current now",
            ApprovalRefusal.ConsequencesChanged => "What approving would do has changed",
            ApprovalRefusal.SelfApproval => "You changed it yourself",
            ApprovalRefusal.CommentsOpen => "Comments that block it are open",
            ArtifactRefusal.VersionConflict r => $"v{r.CurrentVersion} was there before yours",
            ArtifactRefusal.HumanEditHold r => $"{nameOf(r.By)} edited it",
            ActionRefusal.ActionSettled { IsNotInDoubt: true } => "There is nothing to verify",
            ActionRefusal.ActionSettled r => $"{nameOf(r.By)} settled it before you",
            ConflictRefusal.ConflictClosed r => $"{nameOf(r.By)} settled it before you",
            ItemRefusal.Unsettled => "Something on it is not settled",
            // Others: come to a page too rarely for a heading of their own; the sentence below says what happened.
            _ => "It was refused",
        };

    private static string? Icon(Refusal refusal) =>
        refusal switch
        {
            Refusal.Paused or LeaseRefusal.LeaseSuspended => Icons.CirclePause,
            ItemRefusal.ItemChanged or QueueRefusal.QueueChanged or LeaseRefusal.AcknowledgeRequired => Icons.RefreshCw,
            ApprovalRefusal.VersionChanged or ApprovalRefusal.ConsequencesChanged or ArtifactRefusal.VersionConflict =>
                Icons.RefreshCw,
            LeaseRefusal.LeaseStale or LeaseRefusal.LeaseEnded => Icons.TimerOff,
            // Others: the note's own icon.
            _ => null,
        };
}
