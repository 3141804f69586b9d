namespace ControlSurface.Core.Vocabulary;

/// <summary>Everything that can be asked of a workspace, one word each; <c>GET /items/{id}/can</c> speaks them.</summary>
public enum Verb
{
    Read,
    OwnInbox,
    CreateItem,
    EditItem,
    NoteItem,
    AcknowledgeNote,
    RequeueItem,
    CancelItem,
    ParkItem,
    UnparkItem,
    SnoozeItem,
    ClaimNext,
    Claim,
    TakeOver,
    ForceTakeOver,
    Accept,
    Decline,
    Start,
    Renew,
    Suspend,
    ResumeLease,
    Checkpoint,
    HandOff,
    Release,
    Complete,
    Lock,
    Unlock,
    HoldTarget,
    EndRun,
    ReopenRun,
    EndOthersRun,
    SetQueue,
    PauseQueue,
    ResumeQueue,
    StopLine,
    GoLine,
    KeepContent,
    CreateArtifact,
    Publish,
    PermitPublish,
    RequestReview,
    TakeReview,
    ReassignReview,
    RemindReview,
    WithdrawReview,
    Comment,
    AcceptSuggestion,
    Decide,
    OverrideReview,
    RevokeApproval,
    PrepareAction,
    BeginAction,
    CompleteAction,
    FailAction,
    VerifyAction,
    TakeConflict,
    ResolveConflict,
    ReportChange,
    SetRunbook,
    OwnView,
    ShareView,
    Bulk,
    SetPrincipal,
    PausePrincipal,
    EndPrincipal,
    SetKey,
    SetWebhook,
    Drain,
    AddWorkspace,
    SyncPrincipal,
    DisableWebhook,
    TimePasses,
    Archive,
    GiveBackTime,
}

/// <summary>Which role may ask for what: API.md, "Who calls", and nothing else. Pages, HTTP and MCP all read it here.</summary>
public static class Permissions
{
    private const Roles Workers = Roles.Agent | Roles.Reviewer | Roles.Support | Roles.Manager | Roles.Admin;
    private const Roles Helpers = Roles.Support | Roles.Manager | Roles.Admin;
    private const Roles Deciders = Roles.Reviewer | Roles.Manager | Roles.Admin;
    private const Roles Settlers = Deciders | Roles.Support;
    private const Roles Managers = Roles.Manager | Roles.Admin;
    private const Roles Anyone = Workers | Roles.Viewer;

    /// <summary>The roles that may; <see cref="Roles.None"/> for what only the system does.</summary>
    public static Roles MayAsk(Verb verb) =>
        verb switch
        {
            Verb.Read or Verb.OwnInbox or Verb.OwnView => Anyone,
            Verb.CreateItem or Verb.EditItem or Verb.NoteItem or Verb.AcknowledgeNote => Workers,
            Verb.ClaimNext or Verb.Claim or Verb.TakeOver or Verb.Accept or Verb.Decline => Workers,
            Verb.Start or Verb.Renew or Verb.Suspend or Verb.ResumeLease or Verb.Checkpoint => Workers,
            Verb.HandOff or Verb.Release or Verb.Complete or Verb.Lock or Verb.Unlock => Workers,
            Verb.EndRun or Verb.ReopenRun => Workers,
            Verb.RequeueItem or Verb.CancelItem or Verb.ParkItem or Verb.UnparkItem or Verb.SnoozeItem => Helpers,
            Verb.ForceTakeOver or Verb.EndOthersRun or Verb.HoldTarget => Helpers,
            Verb.SetQueue or Verb.PauseQueue or Verb.ResumeQueue or Verb.StopLine or Verb.GoLine => Managers,
            Verb.SetRunbook or Verb.Bulk or Verb.PausePrincipal => Managers,
            Verb.SetPrincipal or Verb.EndPrincipal or Verb.SetKey or Verb.SetWebhook or Verb.Drain => Roles.Admin,
            Verb.AddWorkspace => Roles.Admin,
            Verb.KeepContent or Verb.CreateArtifact or Verb.Publish or Verb.RequestReview => Workers,
            Verb.Comment or Verb.AcceptSuggestion or Verb.RemindReview or Verb.WithdrawReview => Workers,
            Verb.PrepareAction or Verb.BeginAction or Verb.CompleteAction or Verb.FailAction => Workers,
            Verb.VerifyAction or Verb.ReportChange => Workers,
            Verb.ShareView => Settlers,
            Verb.PermitPublish or Verb.TakeConflict or Verb.ResolveConflict => Settlers,
            Verb.TakeReview or Verb.Decide or Verb.RevokeApproval => Deciders,
            Verb.ReassignReview or Verb.OverrideReview => Managers,
            Verb.SyncPrincipal or Verb.DisableWebhook or Verb.TimePasses or Verb.Archive or Verb.GiveBackTime =>
                Roles.None,
        };

    /// <summary>The roles in words, lowest first: <c>support, manager or admin</c>.</summary>
    public static string InWords(Roles roles)
    {
        var names = new List<string>();
        foreach (var role in Enum.GetValues<Roles>())
        {
            if (role != Roles.None && roles.HasFlag(role))
                names.Add(WireNames.Of(role));
        }
        return names.Count switch
        {
            0 => "nobody",
            1 => names[0],
            _ => string.Join(", ", names[..^1]) + " or " + names[^1],
        };
    }
}
