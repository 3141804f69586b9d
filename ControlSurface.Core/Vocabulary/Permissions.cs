namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// What a command does, as the table of roles knows it (<see cref="Permissions.MayAsk"/>). Several commands may share one verb. The
/// words of <c>GET /items/{id}/can</c> are others: the last parts of addresses.
/// </summary>
public enum Verb
{
    /// <summary>Reading anything, and saying what one has open (presence).</summary>
    Read,

    /// <summary>The caller's own inbox, notifications, absence and sessions.</summary>
    OwnInbox,

    /// <summary><c>POST /items</c>.</summary>
    CreateItem,

    /// <summary><c>PATCH /items/{id}</c>. An agent may edit only items that it created or holds.</summary>
    EditItem,

    /// <summary>Leaving a note on an item.</summary>
    NoteItem,

    /// <summary>Acknowledging or answering a note on an item.</summary>
    AcknowledgeNote,

    /// <summary>Putting an item back into its queue; ends its lease.</summary>
    RequeueItem,

    /// <summary>Cancelling an item; ends its lease.</summary>
    CancelItem,

    /// <summary>Taking an item out of its queue until somebody unparks it.</summary>
    ParkItem,

    /// <summary>Putting a parked item back into its queue.</summary>
    UnparkItem,

    /// <summary>Parking an item until an instant.</summary>
    SnoozeItem,

    /// <summary>Claiming the first item of a queue.</summary>
    ClaimNext,

    /// <summary>Claiming one item by its id.</summary>
    Claim,

    /// <summary>Taking over an item whose lease is stale.</summary>
    TakeOver,

    /// <summary>Taking over an item whose lease is live; its holder is fenced.</summary>
    ForceTakeOver,

    /// <summary>Accepting an item that was handed off.</summary>
    Accept,

    /// <summary>Declining a handoff, or withdrawing one.</summary>
    Decline,

    /// <summary>Starting a claimed lease.</summary>
    Start,

    /// <summary>Renewing one lease, or many in one request.</summary>
    Renew,

    /// <summary>Stopping the clock of one's own lease.</summary>
    Suspend,

    /// <summary>Letting the clock of one's own lease run again.</summary>
    ResumeLease,

    /// <summary>Recording a checkpoint under a lease.</summary>
    Checkpoint,

    /// <summary>Handing an item off to a principal or a role.</summary>
    HandOff,

    /// <summary>Giving an item back to its queue.</summary>
    Release,

    /// <summary>Completing an item.</summary>
    Complete,

    /// <summary>Locking targets under a lease.</summary>
    Lock,

    /// <summary>Unlocking targets under a lease.</summary>
    Unlock,

    /// <summary>Holding a target without an item, and ending such a hold.</summary>
    HoldTarget,

    /// <summary>Ending a run of one's own.</summary>
    EndRun,

    /// <summary>Reopening a run of one's own after it was ended.</summary>
    ReopenRun,

    /// <summary>Ending another principal's run. No command has this verb; the rule of <see cref="EndRun"/> asks for it.</summary>
    EndOthersRun,

    /// <summary>Creating a queue or changing its policy.</summary>
    SetQueue,

    /// <summary>Pausing a queue.</summary>
    PauseQueue,

    /// <summary>Resuming a paused queue.</summary>
    ResumeQueue,

    /// <summary>Stopping the whole workspace (<c>POST /workspace/stop</c>).</summary>
    StopLine,

    /// <summary>Letting a stopped workspace go on (<c>POST /workspace/go</c>).</summary>
    GoLine,

    /// <summary>Storing a content without an artifact (<c>POST /contents</c>).</summary>
    KeepContent,

    /// <summary>Creating an artifact with its first version.</summary>
    CreateArtifact,

    /// <summary>Publishing a version of an artifact.</summary>
    Publish,

    /// <summary>Letting an agent publish once on a version that a person edited.</summary>
    PermitPublish,

    /// <summary>Asking for a review of a version.</summary>
    RequestReview,

    /// <summary>Taking a review, so that others see who works on it.</summary>
    TakeReview,

    /// <summary>Asking other reviewers than those who were asked.</summary>
    ReassignReview,

    /// <summary>Reminding the reviewers of an open review.</summary>
    RemindReview,

    /// <summary>Withdrawing an open review.</summary>
    WithdrawReview,

    /// <summary>Commenting on a version, replying, and resolving comments.</summary>
    Comment,

    /// <summary>Publishing the text that a comment suggests.</summary>
    AcceptSuggestion,

    /// <summary>Deciding on a version: approve, request changes, reject or ask.</summary>
    Decide,

    /// <summary>Approving where nobody is eligible, lifting a block, and revoking another's approval.</summary>
    OverrideReview,

    /// <summary>Revoking one's own approval.</summary>
    RevokeApproval,

    /// <summary>Preparing an action.</summary>
    PrepareAction,

    /// <summary>Asking for the permit to apply an action.</summary>
    BeginAction,

    /// <summary>Reporting that an action was applied.</summary>
    CompleteAction,

    /// <summary>Reporting that an action failed.</summary>
    FailAction,

    /// <summary>Reporting what one saw in the real system after an ambiguous action.</summary>
    VerifyAction,

    /// <summary>Taking a conflict into review.</summary>
    TakeConflict,

    /// <summary>Resolving a conflict.</summary>
    ResolveConflict,

    /// <summary>Reporting that something outside changed a target.</summary>
    ReportChange,

    /// <summary>Writing the guidance of a runbook pattern.</summary>
    SetRunbook,

    /// <summary>Saving a view for oneself, and deleting a view.</summary>
    OwnView,

    /// <summary>Saving a view that everybody sees, and changing others' shared views.</summary>
    ShareView,

    /// <summary>Starting, watching and stopping bulk jobs.</summary>
    Bulk,

    /// <summary>Creating a principal, or changing its name, roles or queues.</summary>
    SetPrincipal,

    /// <summary>Pausing a principal, and letting it go on.</summary>
    PausePrincipal,

    /// <summary>Ending a principal for good.</summary>
    EndPrincipal,

    /// <summary>Making and revoking keys, and ending others' sessions.</summary>
    SetKey,

    /// <summary>Creating, changing and deleting webhooks.</summary>
    SetWebhook,

    /// <summary>Telling the server to take nothing new because it is about to stop.</summary>
    Drain,

    /// <summary>Creating another workspace on the same server.</summary>
    AddWorkspace,

    /// <summary>The access store tells the workspace about a principal or a session. Only the system may.</summary>
    SyncPrincipal,

    /// <summary>Disabling a webhook whose address keeps failing. Only the system may.</summary>
    DisableWebhook,

    /// <summary>A running bulk job takes its next step. Only the system may.</summary>
    TimePasses,

    /// <summary>Moving settled items out of memory. Only the system may; no command has this verb.</summary>
    Archive,

    /// <summary>Extending leases by the time in which the server was down. Only the system may; no command has this verb.</summary>
    GiveBackTime,
}

/// <summary>Which roles may do what (API.md, "Who calls"). Rules, pages, HTTP and MCP all read this one table.</summary>
public static class Permissions
{
    private const Roles Workers = Roles.Agent | Roles.Reviewer | Roles.Support | Roles.Manager | Roles.Admin;
    private const Roles Helpers = Roles.Support | Roles.Manager | Roles.Admin;
    private const Roles Deciders = Roles.Reviewer | Roles.Manager | Roles.Admin;
    private const Roles Settlers = Deciders | Roles.Support;
    private const Roles Managers = Roles.Manager | Roles.Admin;
    private const Roles Anyone = Workers | Roles.Viewer;

    /// <summary>The roles that may do it, as flags; <see cref="Roles.None"/> where only the system may.</summary>
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
