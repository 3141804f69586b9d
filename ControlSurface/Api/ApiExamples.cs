using System.Text.Json.Nodes;

namespace ControlSurface.Api;

/// <summary>
/// A request that works, for each operation with a body: in the OpenAPI document and in <c>/docs/contract.md</c>. A test sends every
/// one of them.
/// </summary>
internal static class ApiExamples
{
    private const string Hash = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["setQueue"] = """{"leaseSeconds":300,"requiredApprovals":1,"onStale":"hold"}""",
        ["addWorkspace"] = """{"name":"billing"}""",
        ["pauseQueue"] = """{"why":"The mail system is down."}""",
        ["stopLine"] = """{"why":"A wrong price list went out.","scope":"begins"}""",
        ["createItem"] =
            """{"queue":"refunds","title":"Refund order 88213","externalId":"88213","labels":["vip"],"targets":["crm:order/88213"]}""",
        ["editItem"] = """{"ifSeq":12,"title":"Refund order 88214","why":"The number was wrong."}""",
        ["snoozeItem"] = """{"until":"2031-02-01T09:00:00Z","why":"The customer is away."}""",
        ["requeueItem"] = """{"why":"The worker is gone."}""",
        ["cancelItem"] = """{"why":"The customer withdrew."}""",
        ["parkItem"] = """{"why":"We wait for the bank."}""",
        ["unparkItem"] = """{"why":"The bank answered."}""",
        ["addNote"] = """{"text":"Mind the tone.","to":"holder","kind":"note"}""",
        ["acknowledgeNote"] = """{"answer":"I will."}""",
        ["claimNext"] = """{"run":"r1","labels":[],"waitSeconds":0}""",
        ["claimItem"] = """{"run":"r1"}""",
        ["takeOverItem"] = """{"run":"r1","why":"It has been stale for an hour."}""",
        ["acceptItem"] = """{"run":"r1"}""",
        ["declineItem"] = """{"why":"Not mine."}""",
        ["startLease"] = """{"run":"r1","token":12}""",
        ["renewLease"] = """{"run":"r1","token":12,"progress":{"step":"2 of 3","note":"Found the order."}}""",
        ["renewLeases"] = """{"renewals":[{"leaseId":"L-1","run":"r1","token":12,"progress":{"step":"2 of 3"}}]}""",
        ["suspendLease"] = """{"run":"r1","token":12,"reason":"waiting_on_human","note":"Which account?"}""",
        ["resumeLease"] = """{"run":"r1","token":12}""",
        ["recordCheckpoint"] =
            """{"run":"r1","token":12,"summary":"The order is found.","evidence":[{"label":"Order","uri":"https://crm.example/88213"}],"nextStep":"Write the reply."}""",
        ["lockTargets"] =
            """{"run":"r1","token":12,"targets":[{"target":"crm:order/88213","mode":"exclusive"}],"waitSeconds":0}""",
        ["unlockTargets"] = """{"run":"r1","token":12,"targets":["crm:order/88213"]}""",
        ["handOffLease"] = """{"run":"r1","token":12,"to":{"role":"support"},"note":"The customer wants to talk."}""",
        ["releaseLease"] = """{"run":"r1","token":12,"note":"Not for me."}""",
        ["completeLease"] = """{"run":"r1","token":12,"result":{"sent":true}}""",
        ["endRun"] = """{"outcome":"done"}""",
        ["createArtifact"] =
            """{"name":"Reply","itemId":"W-1","contentType":"text/plain","content":"Dear Ann","run":"r1","token":12}""",
        ["publishVersion"] = """{"baseVersion":1,"content":"Dear Ann,","run":"r1","token":12}""",
        ["permitPublish"] = """{"version":1}""",
        ["requestReview"] = """{"run":"r1","token":12,"reviewers":["reviewer"],"dueSeconds":3600}""",
        ["reassignReview"] = """{"to":"reviewer","why":"Rita is away."}""",
        ["withdrawReview"] = """{"why":"It was too early."}""",
        ["addComment"] = """{"body":"Is this the right amount?"}""",
        ["replyToComment"] = """{"body":"Yes."}""",
        ["decide"] = $$"""{"decision":"request_changes","contentHash":"{{Hash}}","comment":"41 EUR, not 42."}""",
        ["revokeApproval"] = """{"why":"The price changed."}""",
        ["liftBlock"] = """{"why":"Lea has left."}""",
        ["prepareAction"] =
            """{"kind":"send_reply","target":"mail:ann","itemId":"W-1","artifactId":"A-1","version":1,"run":"r1","token":12}""",
        ["beginAction"] = """{"run":"r1","token":12}""",
        ["completeAction"] = """{"permit":"permit_0f3a","receipt":{"id":"m-1"},"run":"r1"}""",
        ["failAction"] = """{"permit":"permit_0f3a","why":"The mail system refused it.","effect":"none","run":"r1"}""",
        ["verifyAction"] = """{"applied":true,"note":"It is in the outbox."}""",
        ["resolveConflict"] = """{"resolution":"dismiss","seenSeq":12,"note":"The other is older."}""",
        ["reportChange"] = """{"target":"crm:order/88213","version":"7","by":"ann"}""",
        ["holdTarget"] =
            """{"target":"crm:order/88213","mode":"exclusive","until":"2030-02-01T09:00:00Z","why":"Maintenance."}""",
        ["setRunbookPattern"] = """{"guidance":"Ask the desk first.","state":"watching"}""",
        ["saveView"] = """{"name":"Stale refunds","page":"now","query":"queue:refunds state:stale","shared":false}""",
        ["startBulk"] = """{"do":"label","args":{"add":["vip"]},"ids":["W-1"],"expect":1,"why":"A campaign."}""",
        ["sayPresence"] = """{"topic":"item:W-1","mode":"viewing"}""",
        ["readInbox"] = """{"ids":[]}""",
        ["setNotifications"] = """{"review":true,"stale":false}""",
        ["setAbsence"] = """{"until":"2031-02-01T09:00:00Z","note":"On leave."}""",
        ["addPrincipal"] = """{"name":"drafter","kind":"agent","roles":["agent"]}""",
        ["setPrincipal"] = """{"name":"drafter 2"}""",
        ["pausePrincipal"] = """{"why":"It sends too much."}""",
        ["endPrincipal"] = """{"why":"It is not used any more."}""",
        ["issueKey"] = """{"name":"laptop","expiresAt":"2031-02-01T09:00:00Z"}""",
        ["setWebhook"] = """{"url":"https://crm.example/hook","events":["item.*"]}""",
        ["redeliver"] = """{}""",
        ["drain"] = """{"why":"An update."}""",
    };

    /// <summary>A body for the operation; one without members where it needs none; null where it is not known.</summary>
    internal static JsonObject? Of(ApiOperation operation) =>
        operation.Body is not { } type ? null
        : Bodies.TryGetValue(operation.Id, out var text) ? JsonNode.Parse(text)!.AsObject()
        : type.Properties.Any(BodyReader.IsRequired) ? null
        : [];
}
