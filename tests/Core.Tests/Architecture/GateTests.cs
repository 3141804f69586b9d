using System.Reflection;
using System.Runtime.CompilerServices;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>
/// The compiler asks each command what it names (<see cref="Command.Outside"/>). It cannot see whether the command forgets a
/// member: here everything lies in another queue, and each command that names anything has to be refused.
/// </summary>
public class GateTests
{
    // What these name is shown to, or done for, everybody who may ask at all: the reason stands beside each override.
    private static readonly string[] NameNothing =
    [
        "AddWorkspaceCommand",
        "ArtifactCommand+Keep",
        "BulkCommand+Advance",
        "HoldCommand+Begin",
        "InboxCommand+Read",
        "InboxCommand+Set",
        "PresenceCommand",
        "PrincipalCommand+Add",
        "PrincipalCommand+Change",
        "PrincipalCommand+End",
        "PrincipalCommand+EndSession",
        "PrincipalCommand+EndSessions",
        "PrincipalCommand+IssueKey",
        "PrincipalCommand+Pause",
        "PrincipalCommand+Resume",
        "PrincipalCommand+RevokeKey",
        "PrincipalCommand+SetAbsence",
        "PrincipalCommand+Sync",
        "PrincipalCommand+TellSession",
        "QueueCommand+Drain",
        "QueueCommand+Go",
        "QueueCommand+Stop",
        "RenewMany",
        "RunCommand+Reopen",
        "TargetCommand+Report",
        "ViewCommand+Save",
        "WebhookCommand+Delete",
        "WebhookCommand+Disable",
        "WebhookCommand+Redeliver",
        "WebhookCommand+Set",
    ];

    public static TheoryData<Type> Commands =>
        [
            .. typeof(Command)
                .Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Command)))
                .OrderBy(type => type.FullName, StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Found_4_6_a_command_that_names_a_thing_of_another_queue_is_refused(Type type)
    {
        var command = (Command)RuntimeHelpers.GetUninitializedObject(type);
        foreach (var (member, value) in Named)
            Member(type, member)?.SetValue(command, value);
        Assert.Equal(
            !NameNothing.Contains(type.FullName!.Split('.')[^1], StringComparer.Ordinal),
            command.Outside(new Elsewhere()) is not null
        );
    }

    // Where a command names things by their ids as texts, or in a member that may be left out, it names one here.
    private static readonly (string Member, object Value)[] Named =
    [
        ("Ids", (IReadOnlyList<string>)["W-1"]),
        ("Queue", "other"),
    ];

    private static FieldInfo? Member(Type type, string name) =>
        type.GetField($"<{name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is { } field
        && field.FieldType.IsInstanceOfType(Array.Find(Named, n => n.Member == name).Value)
            ? field
            : null;

    /// <summary>Everything exists, and lies where the caller may not look.</summary>
    private sealed class Elsewhere : IQueueGate
    {
        private static readonly Refusal Outside = new Refusal.Forbidden("others");

        public Refusal? Queue(string? name) => Outside;

        public Refusal? Item(ItemId id) => Outside;

        public Refusal? Items(IReadOnlyList<string>? ids) => ids is null ? null : Outside;

        public Refusal? Lease(LeaseId id) => Outside;

        public Refusal? Artifact(ArtifactId id) => Outside;

        public Refusal? Review(ReviewId id) => Outside;

        public Refusal? Conflict(ConflictId id) => Outside;

        public Refusal? Conflicts(IReadOnlyList<string> ids) => Outside;

        public bool KnowsAction(string id) => true;

        public Refusal? Action(string id) => Outside;

        public Refusal? Bulk(BulkId id) => Outside;

        public Refusal? Hold(HoldId id) => Outside;

        public Refusal? View(string id) => Outside;

        public Refusal? Pattern(string id) => Outside;

        public Refusal? Run(string run, PrincipalId? of) => Outside;
    }
}
