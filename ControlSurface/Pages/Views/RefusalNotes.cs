using ControlSurface.Api;
using ControlSurface.Components;
using ControlSurface.Core.Principals;
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
            Refusal.NotHolder =>
                "Only its holder may do this. You can take it over when it goes stale, or ask them to hand it off.",
            Refusal.AcknowledgeRequired r => $"Changed: {string.Join(", ", r.Changed)}. Read it, then do it again.",
            Refusal.ItemChanged or Refusal.QueueChanged => "The page now shows it as it is. Look, then do it again.",
            Refusal.VersionChanged => "Open it, then decide on it. Your comment is kept.",
            Refusal.ConsequencesChanged => "The list now shows it as it is. Look, then do it again.",
            Refusal.VersionConflict r =>
                $"What you saved was kept beside it{(r.Conflict is { } conflict ? $", in {conflict}" : "")}{(r.Mergeable ? ", and merges cleanly" : "")}. Your text stays in the editor.",
            Refusal.Unsettled r => string.Join(
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
            _ => RefusalWords.Detail(refusal, nameOf, now),
        };

    private static string Happened(Refusal refusal, Func<PrincipalId, string> nameOf) =>
        refusal switch
        {
            Refusal.AlreadyOwned r => $"{LeaseWords.Full(r.Owner)} holds it",
            Refusal.Fenced r => $"{LeaseWords.Full(r.Owner)} took it over",
            Refusal.NotHolder r => $"{LeaseWords.Full(r.Holder)} holds it",
            Refusal.LeaseEnded r => $"{nameOf(r.By)} ended the lease",
            Refusal.LeaseStale => "The lease has run out",
            Refusal.LeaseSuspended => "The lease is suspended",
            Refusal.Paused { Scope: "queue" } r => $"{nameOf(r.By)} paused the queue",
            Refusal.Paused { Scope: "workspace" } r => $"{nameOf(r.By)} stopped the line",
            Refusal.Paused => "You are paused",
            Refusal.NotClaimable => "It cannot be claimed now",
            Refusal.AcknowledgeRequired => "It was changed while you held it",
            Refusal.ItemChanged or Refusal.QueueChanged => "It was changed meanwhile",
            Refusal.InvalidRequest => "Something has to be put right first",
            Refusal.Unauthorized => "You are no longer signed in",
            Refusal.Forbidden => "Your role does not allow it",
            Refusal.NotFound r => $"There is no {r.Kind} {r.Id}",
            Refusal.Unavailable or Refusal.OutcomeUnknown => "Nothing was done",
            Refusal.VersionChanged r => $"v{r.Version} is current now",
            Refusal.ConsequencesChanged => "What approving would do has changed",
            Refusal.SelfApproval => "You changed it yourself",
            Refusal.CommentsOpen => "Comments that block it are open",
            Refusal.VersionConflict r => $"v{r.CurrentVersion} was there before yours",
            Refusal.HumanEditHold r => $"{nameOf(r.By)} edited it",
            Refusal.ActionSettled r => $"{nameOf(r.By)} settled it before you",
            Refusal.ConflictClosed r => $"{nameOf(r.By)} settled it before you",
            Refusal.Unsettled => "Something on it is not settled",
            _ => "It was refused",
        };

    private static string? Icon(Refusal refusal) =>
        refusal switch
        {
            Refusal.Paused or Refusal.LeaseSuspended => Icons.CirclePause,
            Refusal.ItemChanged or Refusal.QueueChanged or Refusal.AcknowledgeRequired => Icons.RefreshCw,
            Refusal.VersionChanged or Refusal.ConsequencesChanged or Refusal.VersionConflict => Icons.RefreshCw,
            Refusal.LeaseStale or Refusal.LeaseEnded => Icons.TimerOff,
            _ => null,
        };
}
