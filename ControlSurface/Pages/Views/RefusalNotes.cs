using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using Words = ControlSurface.Components.Words;

namespace ControlSurface.Pages.Views;

/// <summary>The API's sentence for a refusal: what happened and what to do next.</summary>
public interface IRefusalWords
{
    string Detail(Refusal refusal, Func<PrincipalId, string> nameOf);
}

/// <summary>A refusal as it stands beside what was pressed.</summary>
public static class RefusalNotes
{
    public static RefusalView Of(Refusal refusal, IRefusalWords words, Func<PrincipalId, string> nameOf) =>
        new(
            Happened(refusal, nameOf),
            words.Detail(refusal, nameOf),
            refusal.Code,
            refusal is Refusal.Unavailable or Refusal.OutcomeUnknown,
            Icon(refusal)
        );

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
            _ => "It was refused",
        };

    private static string? Icon(Refusal refusal) =>
        refusal switch
        {
            Refusal.Paused or Refusal.LeaseSuspended => Icons.CirclePause,
            Refusal.ItemChanged or Refusal.QueueChanged or Refusal.AcknowledgeRequired => Icons.RefreshCw,
            Refusal.LeaseStale or Refusal.LeaseEnded => Icons.TimerOff,
            _ => null,
        };
}

/// <summary>The sentences where the API's own are not at hand.</summary>
public sealed class PlainRefusalWords : IRefusalWords
{
    public string Detail(Refusal refusal, Func<PrincipalId, string> nameOf) =>
        refusal switch
        {
            Refusal.InvalidRequest r => string.Join(
                " ",
                r.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}.")
            ),
            Refusal.Unauthorized r => r.Why,
            Refusal.Forbidden r => $"Only {r.Who} may do this.",
            Refusal.NotFound => "It may have been archived under another address; History has all that happened.",
            Refusal.NotHolder =>
                "Only its holder may do this. You can take it over when it goes stale, or ask them to hand it off.",
            Refusal.Fenced { At: { } at } =>
                $"It was taken at {Words.Clock(at)} UTC. Nothing you did since was applied.",
            Refusal.Fenced => "Nothing you did since was applied.",
            Refusal.LeaseEnded r => $"It ended at {Words.Clock(r.At)} UTC. What was done before stays.",
            Refusal.LeaseStale { Revivable: true } => "Renew it to go on, if nobody takes it over first.",
            Refusal.LeaseStale => "Take it over to go on.",
            Refusal.LeaseSuspended r =>
                $"Its clock is stopped: {string.Join(", ", r.Reasons.Select(reason => reason.Replace('_', ' ')))}.",
            Refusal.Paused r => $"Why: {r.Why}. It can be done once it runs again.",
            Refusal.AlreadyOwned { Takeover.From: { } from } =>
                $"It is theirs until {Words.Clock(from)} UTC. You can take it over when it goes stale, or ask them to hand it off.",
            Refusal.AlreadyOwned => "Its clock is stopped. Ask them to hand it off.",
            Refusal.NotClaimable r =>
                $"It is {r.State.Replace('_', ' ')}: {r.Why.Replace('_', ' ')}{(r.WaitingFor is null ? "" : $" ({r.WaitingFor})")}.",
            Refusal.AcknowledgeRequired r => $"Changed: {string.Join(", ", r.Changed)}. Read it, then do it again.",
            Refusal.ItemChanged or Refusal.QueueChanged => "The page now shows it as it is. Look, then do it again.",
            Refusal.RateLimited r => $"Try again in {Words.Plural(r.RetryAfter, "second")}.",
            Refusal.Unavailable r => r.Why,
            Refusal.OutcomeUnknown =>
                "The server cannot say what is on disk and is stopping. Look again when it is back.",
            _ => "Nothing was changed.",
        };
}
