using System.Buffers;
using System.Text;
using System.Text.Json;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>What an event is on disk and on the wire.</summary>
public class EventJsonTests
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, SampleEvents.All.Count)];

    [Theory, MemberData(nameof(Samples))]
    public void An_event_that_was_written_reads_as_it_was(int sample)
    {
        var happened = SampleEvents.All[sample];
        var read = EventJson.Read(happened.Type, Written(happened));
        SameMembers.Check(happened, read);
        Assert.Equal(Text(happened), Text(read));
    }

    [Fact]
    public void Every_event_that_can_happen_has_a_sample_and_a_name()
    {
        var possible = typeof(Event).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Event)) && !t.IsAbstract);
        Assert.Empty(possible.Except(SampleEvents.All.Select(e => e.GetType())).Select(t => t.FullName));
        Assert.Equal(EventJson.Types, SampleEvents.All.Select(e => e.Type).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("action.begun", "permitSeed")]
    [InlineData("comment.added", "isQuestion")]
    [InlineData("conflict.opened", "mergedOn")]
    [InlineData("note.added", "artifact")]
    [InlineData("note.added", "comment")]
    public void An_event_that_was_stored_before_a_member_was_added_reads_with_its_default(string type, string member)
    {
        var happened = SampleEvents.All.First(e => e.Type == type);
        var old = System.Text.Json.Nodes.JsonNode.Parse(Written(happened))!.AsObject();
        Assert.True(old.Remove(member));
        var read = EventJson.Read(type, Encoding.UTF8.GetBytes(old.ToJsonString()));
        Assert.Equal(Text(happened), Text(read));
    }

    [Theory, MemberData(nameof(Samples))]
    public void No_event_has_a_member_called_token(int sample) =>
        Assert.DoesNotContain("token", Text(SampleEvents.All[sample]), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void A_renewal_is_camel_case_with_ids_instants_and_nulls_as_the_contract_has_them() =>
        Assert.Equal(
            """{"item":"W-1042","lease":"L-77","expiresAt":"2026-05-04T09:30:00.007Z","quietRenewals":2,"progress":null}""",
            Text(new LeaseEvent.Renewed(SampleEvents.Item, SampleEvents.Lease, SampleEvents.T0, 2, null))
        );

    [Fact]
    public void Words_are_those_of_the_contract()
    {
        var states = Enum.GetValues<LeaseState>().Select(s => (WireNames.Of(s), Member("state", Resumed(s))));
        var ends = Enum.GetValues<EndedAs>().Select(e => (WireNames.Of(e), Member("as", Ended(e))));
        Assert.All(states.Concat(ends), pair => Assert.Equal(pair.Item1, pair.Item2.GetString()));
        var reasons = SuspendReasons.Blocked | SuspendReasons.WaitingOnReview;
        Assert.Equal(
            reasons.InWords(),
            Member("reasons", Resumed(LeaseState.Suspended) with { Reasons = reasons })
                .EnumerateArray()
                .Select(w => w.GetString())
        );
    }

    [Fact]
    public void A_type_that_this_version_does_not_know_is_refused_by_name()
    {
        var refused = Assert.Throws<JsonException>(() => EventJson.Read("moon.landed", "{}"u8));
        Assert.Contains("moon.landed", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-05-04T09:30:00Z")]
    [InlineData("2026-05-04T09:30:00.007+02:00")]
    [InlineData("2026-05-04 09:30:00.007Z")]
    [InlineData("2026-05-04T09:30:00.0x7Z")]
    public void An_instant_in_another_spelling_is_not_ours(string spelled) =>
        Assert.Throws<JsonException>(() =>
            EventJson.Read(
                "lease.started",
                Encoding.UTF8.GetBytes($$"""{"item":"W-1","lease":"L-1","expiresAt":"{{spelled}}"}""")
            )
        );

    private static LeaseEvent.Resumed Resumed(LeaseState state) =>
        new(SampleEvents.Item, SampleEvents.Lease, state, state, SuspendReasons.None, null, 0, ResumeCause.Holder);

    private static LeaseEvent.Ended Ended(EndedAs how) =>
        new(SampleEvents.Item, SampleEvents.Lease, how, false, false, null, null, null);

    private static JsonElement Member(string name, Event happened) =>
        JsonDocument.Parse(Written(happened)).RootElement.GetProperty(name);

    private static string Text(Event happened) => Encoding.UTF8.GetString(Written(happened));

    private static byte[] Written(Event happened)
    {
        var bytes = new ArrayBufferWriter<byte>();
        EventJson.Write(bytes, happened);
        return bytes.WrittenSpan.ToArray();
    }
}

/// <summary>What a snapshot holds, and what tells two states apart.</summary>
public class StateJsonTests
{
    private static readonly WorkspaceState State = new()
    {
        Seq = 431,
        At = SampleEvents.T0,
        LastItem = 1043,
        LastLease = 77,
        Stopped = new Queues.LineStop(Queues.StopScope.All, SampleEvents.Ann, SampleEvents.T0, "fire"),
        Queues =
        [
            new QueueState(
                new Queues.Queue(
                    "crm",
                    SampleEvents.Policy,
                    3,
                    new Queues.Pause(SampleEvents.Ann, SampleEvents.T0, "lunch"),
                    SampleEvents.T0
                ),
                [
                    new Items.FlowMinute(1)
                    {
                        Created = 2,
                        Claims = 3,
                        Completions = 4,
                        Stale = 5,
                        Lapses = 6,
                    },
                ],
                [new Items.ClaimsAt(SampleEvents.T0, 2)]
            ),
        ],
        Principals = [SampleEvents.Principal],
        EndedRuns = [new Runs.EndedRun(SampleEvents.Ann, "run-1", "done", null, SampleEvents.Ann, SampleEvents.T0)],
        Items = [SampleItems.Whole(new ItemId(1042)), SampleItems.Whole(new ItemId(1043))],
    };

    [Fact]
    public void A_state_that_was_written_reads_as_it_was_to_the_byte_of_its_digest()
    {
        var read = StateJson.Read(StateJson.Write(State));
        SameMembers.Check(State, read);
        Assert.Equal(Digest.Of(State), Digest.Of(read));
    }

    [Fact]
    public void A_digest_is_that_of_the_written_bytes() =>
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(StateJson.Write(State)), Digest.Of(State));

    [Fact]
    public void Text_in_any_script_is_written_as_it_is() =>
        Assert.Contains("Änn", Encoding.UTF8.GetString(StateJson.Write(State)), StringComparison.Ordinal);

    [Fact]
    public void A_digest_tells_a_change_deep_inside()
    {
        var lease = State.Items[1].Lease! with { QuietRenewals = 2 };
        var other = State with { Items = [State.Items[0], State.Items[1] with { Lease = lease }] };
        Assert.NotEqual(Digest.Of(State), Digest.Of(other));
    }

    [Fact]
    public void Leases_granted_under_one_policy_share_it_after_reading()
    {
        var read = StateJson.Read(StateJson.Write(State));
        Assert.Equal(LeaseTerms.Of(read.Queues[0].Queue.Policy), read.Items[0].Lease!.Policy);
        Assert.Same(read.Items[0].Lease!.Policy, read.Items[1].Past[0].Policy);
    }

    [Fact]
    public void An_item_that_was_put_away_comes_back_whole()
    {
        var item = SampleItems.Whole(SampleEvents.Item);
        SameMembers.Check(item, StateJson.ReadItem(StateJson.WriteItem(item)));
    }

    [Fact]
    public void An_item_that_was_put_away_before_a_member_was_added_comes_back_with_its_default()
    {
        var item = SampleItems.Whole(SampleEvents.Item);
        var old = System.Text.Json.Nodes.JsonNode.Parse(StateJson.WriteItem(item))!.AsObject();
        Assert.True(old.Remove("locks") && old.Remove("lockWaits"));
        var read = StateJson.ReadItem(Encoding.UTF8.GetBytes(old.ToJsonString()));
        Assert.NotNull(read.Locks);
        Assert.NotNull(read.LockWaits);
        SameMembers.Check(item with { Locks = [], LockWaits = [] }, read);
    }

    [Theory]
    [InlineData(typeof(Items.Item))]
    [InlineData(typeof(Artifacts.Artifact))]
    [InlineData(typeof(Conflicts.Conflict))]
    [InlineData(typeof(Actions.WorkAction))]
    [InlineData(typeof(Targets.TargetState))]
    public void A_list_that_was_not_written_yet_reads_as_an_empty_one(Type record)
    {
        var options = EventJson.Options;
        List<System.Reflection.PropertyInfo> lists =
        [
            .. record
                .GetProperties()
                .Where(p => p.PropertyType.Name.StartsWith("ImmutableList", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(lists);
        // Everything that must be there, and nothing else.
        var required = options
            .GetTypeInfo(record)
            .Properties.Where(p => p.IsRequired)
            .Select(p => $"\"{p.Name}\":{ValueOf(p.PropertyType)}");
        var read = JsonSerializer.Deserialize($"{{{string.Join(',', required)}}}", record, options)!;
        Assert.All(lists, list => Assert.Empty((System.Collections.IEnumerable)list.GetValue(read)!));
    }

    private static string ValueOf(Type type) =>
        type == typeof(string) ? "\"x\""
        : type == typeof(ItemId) ? "\"W-1\""
        : type == typeof(ArtifactId) ? "\"A-1\""
        : type == typeof(ConflictId) ? "\"C-1\""
        : Nullable.GetUnderlyingType(type) is not null ? "null"
        : JsonSerializer.Serialize(
            System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type),
            type,
            EventJson.Options
        );

    [Fact]
    public void A_policy_is_stored_byte_for_byte_as_it_was_when_its_members_stood_in_one_file()
    {
        const string Stored = """
            {"queue":"crm","policy":{"leaseSeconds":300,"personLeaseSeconds":28800,"claimSeconds":120,"resumeSeconds":900,
            "maxSuspendSeconds":86400,"maxLifetimeSeconds":14400,"maxQuietRenewals":3,"reviveStale":true,"onStale":"hold",
            "staleGraceSeconds":0,"staleHoldSeconds":3600,"acceptSeconds":14400,"maxActive":null,"maxActivePer":[],
            "claimsPerMinute":null,"maxAttempts":null,"backoff":null,"onDuplicate":"return","maxWaitingReview":null,
            "requiredApprovals":1,"approvals":[],"approvalTtlSeconds":null,"approvalUses":1,"selfApproval":"small_edit",
            "smallEditLines":20,"agentsMayApprove":false,"blockOnComments":true,"guardTargets":false,
            "reviewDueSeconds":null,"onHumanEdit":"ask","onSourceChange":"flag","mergeClean":"propose"},"changed":["a"]}
            """;
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        EventJson.Write(bytes, new Queues.QueueEvent.PolicySet("crm", Queues.QueuePolicy.Default, ["a"]));
        Assert.Equal(
            Stored.ReplaceLineEndings("").Replace("\n", "", StringComparison.Ordinal),
            Encoding.UTF8.GetString(bytes.WrittenSpan)
        );
    }

    // The order of members is that of journals and snapshots from before the fields had a record of their own.
    [Fact]
    public void An_items_fields_are_stored_flat_in_the_order_that_they_always_had()
    {
        const string Fields = "title,body,priority,labels,targets";
        const string Rest = "notBefore,dueAt,dependsOn,openDependencies";
        Assert.Equal($"queue,{Fields},externalId,{Rest},waitsUntil,item", MembersOf(SampleEvents.Created(new(1), "x")));
        Assert.Equal(
            $"queue,{Fields},{Rest},waitsUntil,changed,mustAcknowledge,why,item",
            MembersOf(SampleEvents.All.OfType<ItemEvent.Edited>().Single())
        );
        var item = SampleItems.Whole(SampleEvents.Item);
        var stored = JsonElement.Parse(StateJson.WriteItem(item));
        Assert.StartsWith(
            $"id,queue,{Fields},externalId,{Rest},createdBy,createdAt,updatedAt,seq,readyAt,",
            string.Join(',', stored.EnumerateObject().Select(member => member.Name)),
            StringComparison.Ordinal
        );
        Assert.Equal(item.Fields.Title, stored.GetProperty("title").GetString());
        var read = StateJson.ReadItem(StateJson.WriteItem(item));
        Assert.Empty(ItemField.Differences(item.Fields, read.Fields));
    }

    private static string MembersOf(Event happened)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        EventJson.Write(bytes, happened);
        return string.Join(',', JsonElement.Parse(bytes.WrittenSpan).EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void A_policy_that_was_set_before_a_member_was_added_has_its_default()
    {
        var set = new Queues.QueueEvent.PolicySet("crm", SampleEvents.Policy with { BlockOnComments = true }, []);
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        EventJson.Write(bytes, set);
        var old = System.Text.Json.Nodes.JsonNode.Parse(bytes.WrittenSpan)!.AsObject();
        var policy = old["policy"]!.AsObject();
        Assert.True(
            policy.Remove("blockOnComments") && policy.Remove("requiredApprovals") && policy.Remove("guardTargets")
        );
        var read = (Queues.QueueEvent.PolicySet)EventJson.Read(set.Type, Encoding.UTF8.GetBytes(old.ToJsonString()));
        Assert.Equal(
            (true, 1, false),
            (read.Policy.BlockOnComments, read.Policy.RequiredApprovals, read.Policy.GuardTargets)
        );
        Assert.Equal(SampleEvents.Policy.LeaseSeconds, read.Policy.LeaseSeconds);
    }
}
