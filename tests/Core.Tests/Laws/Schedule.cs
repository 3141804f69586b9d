using System.Globalization;
using System.Text;
using CsCheck;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>What a step of a schedule does. The numbers beside it name things by position, never by id.</summary>
internal enum Does
{
    Create,
    CreateAgain,
    ClaimNext,
    ClaimOne,
    TakeOver,
    Force,
    Accept,
    Decline,
    Start,
    Renew,
    RenewQuietly,
    RenewMany,
    Suspend,
    Resume,
    Checkpoint,
    HandOff,
    Lock,
    Unlock,
    Hold,
    EndHold,
    Inbox,
    Runbook,
    View,
    Bulk,
    AdvanceBulk,
    StopBulk,
    Release,
    Complete,
    Requeue,
    Cancel,
    Park,
    Unpark,
    Snooze,
    Edit,
    EditDependencies,
    Move,
    Note,
    AnswerNote,
    EndRun,
    ReopenRun,
    SyncPrincipal,
    Administer,
    Webhook,
    SetPolicy,
    PauseQueue,
    ResumeQueue,
    Stop,
    Go,
    Malformed,
    Again,
    Pass,
    PassToJustBefore,
    PassToTheEnd,
    PassLong,
    StepClock,
    Freeze,
    Archive,
    Restart,
    RestartFromSnapshot,
}

/// <summary>One step: what is done, by which person, and which of the things that there are then.</summary>
/// <param name="A">Which thing, counted round: "the third live lease".</param>
/// <param name="B">Which variant.</param>
/// <param name="Wrong">What is wrong with it; 0 for nothing. A right request is three times as likely as a wrong one.</param>
internal sealed record Step(Does Does, int Who, int A, int B, int Wrong)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Does} who:{Who} which:{A} how:{B}{(Wrong == 0 ? "" : $" wrong:{Wrong}")}"
        );
}

/// <summary>A random story of a day in the house, told the same way each time from its seed.</summary>
internal sealed record Schedule(ulong Seed, IReadOnlyList<Step> Steps)
{
    private static readonly (int, Does)[] Weights =
    [
        (10, Does.Create),
        (6, Does.CreateAgain),
        (14, Does.ClaimNext),
        (10, Does.ClaimOne),
        (5, Does.TakeOver),
        (3, Does.Force),
        (4, Does.Accept),
        (2, Does.Decline),
        (8, Does.Start),
        (8, Does.Renew),
        (5, Does.RenewQuietly),
        (3, Does.RenewMany),
        (5, Does.Suspend),
        (4, Does.Resume),
        (7, Does.Checkpoint),
        (5, Does.HandOff),
        (14, Does.Lock),
        (4, Does.Unlock),
        (1, Does.Hold),
        (1, Does.EndHold),
        (1, Does.Inbox),
        (2, Does.Runbook),
        (1, Does.View),
        (2, Does.Bulk),
        (3, Does.AdvanceBulk),
        (1, Does.StopBulk),
        (6, Does.Release),
        (6, Does.Complete),
        (3, Does.Requeue),
        (2, Does.Cancel),
        (2, Does.Park),
        (2, Does.Unpark),
        (2, Does.Snooze),
        (4, Does.Edit),
        (3, Does.EditDependencies),
        (1, Does.Move),
        (4, Does.Note),
        (4, Does.AnswerNote),
        (2, Does.EndRun),
        (1, Does.ReopenRun),
        (3, Does.SyncPrincipal),
        (1, Does.Administer),
        (1, Does.Webhook),
        (3, Does.SetPolicy),
        (2, Does.PauseQueue),
        (3, Does.ResumeQueue),
        (1, Does.Stop),
        (3, Does.Go),
        (1, Does.Malformed),
        (4, Does.Again),
        (8, Does.Pass),
        (5, Does.PassToJustBefore),
        (8, Does.PassToTheEnd),
        (2, Does.PassLong),
        (2, Does.StepClock),
        (2, Does.Freeze),
        (6, Does.Archive),
        (1, Does.Restart),
        (1, Does.RestartFromSnapshot),
    ];

    private static readonly Gen<Step> AStep = Gen.Select(
        Gen.Frequency(Weights),
        Gen.Int[0, 9],
        Gen.Int[0, 11],
        Gen.Int[0, 11],
        Gen.Int[-14, 5].Select(wrong => Math.Max(0, wrong)),
        (does, who, a, b, wrong) => new Step(does, who, a, b, wrong)
    );

    private static readonly Gen<List<Step>> Steps60To200 = AStep.List[60, 200];

    /// <summary>The schedule of a seed: always the same one.</summary>
    internal static Schedule Of(ulong seed) =>
        new(seed, Steps60To200.Generate(new PCG((uint)(seed & 0x7FFF_FFFF), seed), min: null, out _));

    /// <summary>
    /// The shortest schedule that is left when steps are taken out for as long as it still fails. Steps name things by
    /// position, so that what is left still makes sense.
    /// </summary>
    internal Schedule Shrunk(Func<Schedule, bool> stillFails)
    {
        var steps = Steps.ToList();
        for (var chunk = steps.Count / 2; chunk >= 1; chunk /= 2)
        {
            for (var from = 0; from < steps.Count; )
            {
                var fewer = steps.Take(from).Concat(steps.Skip(from + chunk)).ToList();
                if (stillFails(new Schedule(Seed, fewer)))
                    steps = fewer;
                else
                    from += chunk;
            }
        }
        return new Schedule(Seed, steps);
    }

    /// <summary>The steps, one a line, to be read by whoever has to find the fault.</summary>
    internal string AsStory()
    {
        var story = new StringBuilder();
        for (var k = 0; k < Steps.Count; k++)
            story.Append(CultureInfo.InvariantCulture, $"{k + 1, 3}. {Steps[k]}\n");
        return story.ToString();
    }
}
