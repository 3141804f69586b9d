using System.Globalization;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>
/// Every kind of conflict with every resolution (API.md, Conflicts): refused with what is offered instead, or what is true
/// afterwards: the conflict's state, the current version, the action's state, and how many notes the item has more.
/// </summary>
public sealed class ConflictTableTests
{
    private static readonly string[] Resolutions =
    [
        "keep_current",
        "take_proposed",
        "merge",
        "retry",
        "mark_applied",
        "mark_not_applied",
        "dismiss",
    ];

    private static Story Approved() => Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1));

    private static Story Of(ConflictKind kind) =>
        kind switch
        {
            ConflictKind.OverlappingEdit => Drafted()
                .Does(Ann, PublishAs("second", 1))
                .When(Ann, PublishAs("third", 1)),
            ConflictKind.SourceChanged => Drafted().Does(Sam, Changed("crm:ann", "2")),
            ConflictKind.HandledElsewhere => Drafted().Does(Sam, Changed("mail:ann", "9")),
            ConflictKind.LateResult => Approved()
                .Does(Ann, Begin("send", 1))
                .Does(Ann, FailedToApply("send", "unknown")),
            ConflictKind.ApprovalOutdated => Approved().Does(Ann, PublishAs("second", 1)),
            ConflictKind.DuplicateAction => Drafted()
                .Does(Ann, Prepare("send", 1))
                .Does(Ann, Prepare("again", 1))
                .Does(Rita, Approve(1))
                .Does(Ann, Begin("send", 1))
                .Does(Ann, Applied("send"))
                .When(Ann, Begin("again", 1, "permit-2")),
            ConflictKind.FencedWrite => Drafted().Until(300).Does(Bob, TakeOver(1)).When(Ann, PublishAs("late", 1)),
            ConflictKind.VerificationMismatch => Approved()
                .Does(Ann, Begin("send", 1))
                .Does(Ann, FailedToApply("send", "unknown"))
                .Does(Rita, Verify("send", applied: true, HashOf("other"))),
        };

    private static string Outcome(ConflictKind kind, string resolution)
    {
        var story = Of(kind);
        var conflict = story.At.OpenConflicts.Single(c => c.Kind == kind).Id;
        var notes = story.Item(1).Notes.Count;
        story.When(Sam, Resolve(conflict.Number, resolution, resolution == "merge" ? "both" : null));
        if (story.Refusal is not null)
        {
            Assert.Empty(story.Happened);
            return "refused: "
                + string.Join(' ', Assert.IsType<Refusal.InvalidRequest>(story.Refusal).Errors["resolution"]);
        }
        var action = story.At.FindAction("send") is null ? "-" : WireNames.Of(story.Action("send"));
        var told = story.Item(1).Notes.Count - notes;
        var state = WireNames.Of(story.At.FindConflict(conflict)!.State);
        // Settled once: whoever comes second hears how.
        story.When(Mona, Resolve(conflict.Number, resolution, resolution == "merge" ? "both" : null));
        Assert.Equal(resolution, story.ThenRefused<ConflictRefusal.ConflictClosed>().Resolution);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{state}, version {story.Artifact().Current.Number}, {action}, {told} told"
        );
    }

    // What is offered, in the order of the contract's table, and what it comes to; everything else is refused.
    private static readonly IReadOnlyDictionary<ConflictKind, (string Resolution, string Outcome)[]> Table =
        new Dictionary<ConflictKind, (string, string)[]>
        {
            [ConflictKind.OverlappingEdit] =
            [
                ("keep_current", "resolved, version 2, -, 0 told"),
                ("take_proposed", "resolved, version 3, -, 0 told"),
                ("merge", "resolved, version 3, -, 0 told"),
                ("dismiss", "dismissed, version 2, -, 0 told"),
            ],
            [ConflictKind.SourceChanged] =
            [
                ("retry", "resolved, version 1, -, 1 told"),
                ("keep_current", "resolved, version 1, -, 0 told"),
                ("dismiss", "dismissed, version 1, -, 0 told"),
            ],
            [ConflictKind.HandledElsewhere] =
            [
                ("keep_current", "resolved, version 1, -, 0 told"),
                ("retry", "resolved, version 1, -, 1 told"),
                ("dismiss", "dismissed, version 1, -, 0 told"),
            ],
            [ConflictKind.LateResult] =
            [
                ("mark_applied", "resolved, version 1, applied, 0 told"),
                ("mark_not_applied", "resolved, version 1, prepared, 0 told"),
            ],
            [ConflictKind.ApprovalOutdated] =
            [
                ("retry", "resolved, version 2, superseded, 1 told"),
                ("dismiss", "dismissed, version 2, superseded, 0 told"),
            ],
            [ConflictKind.DuplicateAction] =
            [
                ("keep_current", "resolved, version 1, applied, 0 told"),
                ("retry", "resolved, version 1, applied, 1 told"),
                ("dismiss", "dismissed, version 1, applied, 0 told"),
            ],
            [ConflictKind.FencedWrite] =
            [
                ("keep_current", "resolved, version 1, -, 0 told"),
                ("take_proposed", "resolved, version 2, -, 0 told"),
                ("merge", "resolved, version 2, -, 0 told"),
                ("dismiss", "dismissed, version 1, -, 0 told"),
            ],
            [ConflictKind.VerificationMismatch] =
            [
                ("keep_current", "resolved, version 1, applied, 0 told"),
                ("retry", "resolved, version 1, applied, 1 told"),
                ("dismiss", "dismissed, version 1, applied, 0 told"),
            ],
        };

    public static TheoryData<ConflictKind> Kinds => [.. Enum.GetValues<ConflictKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_with_every_resolution(ConflictKind kind)
    {
        var offered = Table[kind];
        var refused =
            "refused: must be one of what is offered: " + string.Join(", ", offered.Select(row => row.Resolution));
        foreach (var resolution in Resolutions)
        {
            var expected = offered.FirstOrDefault(row => row.Resolution == resolution).Outcome ?? refused;
            Assert.Equal((resolution, expected), (resolution, Outcome(kind, resolution)));
        }
    }
}
