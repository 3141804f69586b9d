using System.Text.Json.Nodes;

namespace ControlSurface.Mcp;

/// <summary>
/// The calls that make sense after a result: <c>next[]</c>, each with its tool, the arguments that are known, the names of those
/// that the caller has to add, and why. It advises and decides nothing: the calls are refused or not like any other.
/// </summary>
internal static class NextCalls
{
    /// <summary>What is known of the call that was made, and of its result.</summary>
    private sealed record Known(
        JsonObject Result,
        IReadOnlyDictionary<string, JsonNode?> Given,
        Func<string?, (string Lease, long Token, string? Run)?> OwnLeaseOn
    )
    {
        internal JsonNode? this[string name] => Given.GetValueOrDefault(name);

        internal JsonObject? Lease => Result["lease"] as JsonObject;

        /// <summary>What each call under the lease names.</summary>
        internal (string, JsonNode?)[] UnderLease =>
            [
                ("run", Lease?["holder"]?["run"] ?? this["run"] ?? Own?.Run),
                ("token", Lease?["token"] ?? this["token"] ?? Own?.Token),
            ];

        internal (string, JsonNode?)[] OnLease =>
            [("leaseId", Lease?["id"] ?? this["leaseId"] ?? Own?.Lease), .. UnderLease];

        // What the caller gave may be a number: its text is meant (API.md, Numbers).
        private (string Lease, long Token, string? Run)? Own =>
            OwnLeaseOn((Result["itemId"] ?? this["itemId"])?.ToString());
    }

    /// <summary>Adds them to a result that is not a list, whose own <c>next</c> is its next page.</summary>
    /// <param name="ownLeaseOn">The caller's lease on an item, by its run; null for none.</param>
    internal static void AddTo(
        JsonObject result,
        string operation,
        IReadOnlyDictionary<string, JsonNode?> given,
        Func<string?, (string Lease, long Token, string? Run)?> ownLeaseOn,
        bool isError
    )
    {
        if (result.ContainsKey("next"))
            return;
        var known = new Known(result, given, ownLeaseOn);
        result["next"] = new JsonArray([
            .. (isError ? AfterRefusal(operation, known) : After(operation, known)).Select(c => (JsonNode)c),
        ]);
    }

    private static IEnumerable<JsonObject> After(string operation, Known k) =>
        operation switch
        {
            "me" or "createItem" =>
            [
                Call("claim_work", "Own work before you do it.", [("queue", k.Result["queue"])], "queue"),
            ],
            "claimNext" when k.Result["nothing"] is not null =>
            [
                Call("claim_work", "Wait for work.", [("queue", k["queue"]), ("run", k["run"]), ("waitSeconds", 55)]),
            ],
            "claimNext" or "claimItem" or "takeOverItem" or "acceptItem" => Owned(k),
            "renewLease" or "resumeLease" or "recordCheckpoint" or "lockTargets" or "unlockTargets" => Working(k),
            "suspendLease" =>
            [
                Call("renew_lease", "Go on when what you wait for is there.", [("operation", "resume"), .. k.OnLease]),
            ],
            "createArtifact" or "publishVersion" => Published(k),
            "prepareAction" => Prepared(k),
            "requestReview" =>
            [
                Call(
                    "wait_for_decision",
                    "Your lease's clock stands until the decision.",
                    [("artifactId", k.Result["artifactId"]), ("version", k.Result["version"]), ("waitSeconds", 55)]
                ),
            ],
            "reviewOutcome" => Decided(k),
            "beginAction" => Begun(k),
            "completeAction" or "failAction" or "verifyAction" => Settled(k),
            "completeLease" or "releaseLease" or "handOffLease" or "declineItem" =>
            [
                Call(
                    "claim_work",
                    "The lease is over.",
                    [("queue", k.Lease?["queue"] ?? k.Result["queue"]), ("run", k["run"])]
                ),
            ],
            "getItem" when k.Result["lease"] is null =>
            [
                Call("claim_item", "Nobody holds it.", [("operation", "claim"), ("itemId", k.Result["id"])]),
            ],
            _ => [],
        };

    private static IEnumerable<JsonObject> Owned(Known k)
    {
        yield return Call(
            "lock_targets",
            "Where others may change the same things: lock what you change, as narrow as can be.",
            [("operation", "lock"), .. k.OnLease],
            "targets"
        );
        foreach (var call in Working(k))
            yield return call;
    }

    private static IEnumerable<JsonObject> Working(Known k) =>
        [
            Call("record_checkpoint", "As often as you would mind to lose what you did since.", k.OnLease, "summary"),
            Call(
                "renew_lease",
                "Before leaseExpiresInSeconds are over, with the step you are at.",
                [("operation", "renew"), .. k.OnLease],
                "progress"
            ),
            Call(
                "publish_version",
                "Publish what you made.",
                [("operation", "new_artifact"), ("itemId", k.Lease?["itemId"]), .. k.UnderLease],
                "name",
                "contentType",
                "content"
            ),
            Finish(k),
        ];

    private static JsonObject Finish(Known k) =>
        Call(
            "finish_work",
            "When all of it is done and settled.",
            [("operation", "complete"), .. k.OnLease],
            k.OnLease[0].Item2 is null ? ["leaseId"] : []
        );

    private static IEnumerable<JsonObject> Published(Known k) =>
        [
            Call(
                "prepare_action",
                "Before the review, for each thing that you mean to do outside: an approval covers only what was prepared.",
                [
                    ("itemId", k.Result["itemId"]),
                    ("artifactId", k.Result["id"]),
                    ("version", k.Result["version"]),
                    ("target", k.Result["target"]),
                    .. k.UnderLease,
                ],
                k.Result["target"] is null ? ["actionId", "kind", "target"] : ["actionId", "kind"]
            ),
            Call(
                "request_review",
                "Once every action is prepared.",
                [("artifactId", k.Result["id"]), ("version", k.Result["version"]), .. k.UnderLease]
            ),
        ];

    private static IEnumerable<JsonObject> Prepared(Known k)
    {
        if (k.Result["artifactId"] is { } artifact)
            yield return Call(
                "request_review",
                "The approval will cover this action.",
                [("artifactId", artifact), ("version", k.Result["version"]), .. k.UnderLease]
            );
        yield return Call(
            "begin_action",
            "After the approval, where one is needed.",
            [("actionId", k.Result["id"]), .. k.UnderLease]
        );
    }

    private static IEnumerable<JsonObject> Begun(Known k)
    {
        var action = ("actionId", k.Result["actionId"]);
        return (string?)k.Result["outcome"] switch
        {
            "go" =>
            [
                Call(
                    "settle_action",
                    "After you did it, once, before applyBy.",
                    [("operation", "applied"), action, ("permit", k.Result["permit"]), ("run", k["run"])],
                    "receipt"
                ),
                Call(
                    "settle_action",
                    "Where it did not work, or you cannot know.",
                    [("operation", "failed"), action, ("permit", k.Result["permit"]), ("run", k["run"])],
                    "why",
                    "effect"
                ),
            ],
            "already_completed" => [Finish(k)],
            "ambiguous" =>
            [
                Call(
                    "settle_action",
                    "Look in the real system first: it may have happened.",
                    [("operation", "verified"), action],
                    "applied"
                ),
            ],
            "conflicting" when k.Result["conflictId"] is { } conflict =>
            [
                Call("get_record", "It says what to do next.", [("operation", "conflict"), ("conflictId", conflict)]),
            ],
            _ => [Call("get_record", "See what it waits for.", [("operation", "action"), action])],
        };
    }

    private static IEnumerable<JsonObject> Settled(Known k) =>
        (string?)k.Result["state"] switch
        {
            "applied" => [Finish(k)],
            "prepared" =>
            [
                Call("begin_action", "It had no effect: ask again.", [("actionId", k.Result["id"]), .. k.UnderLease]),
            ],
            _ =>
            [
                Call(
                    "settle_action",
                    "Look in the real system, and say what you saw.",
                    [("operation", "verified"), ("actionId", k.Result["id"])],
                    "applied"
                ),
            ],
        };

    private static bool IsWaitingOnReview(Known k) =>
        k.Result["reasons"] is JsonArray reasons && reasons.Any(r => (string?)r == "waiting_on_review");

    private static IEnumerable<JsonObject> Decided(Known k)
    {
        (string, JsonNode?) artifact = ("artifactId", k.Result["artifactId"]);
        return (string?)k.Result["outcome"] switch
        {
            "pending" =>
            [
                Call(
                    "wait_for_decision",
                    "Nobody has settled it yet.",
                    [artifact, ("version", k.Result["version"]), ("waitSeconds", 55)]
                ),
            ],
            "changes_requested" or "rejected" =>
            [
                Call(
                    "publish_version",
                    "Publish what the reviewers asked for in `comments`.",
                    [("operation", "artifact"), artifact, ("baseVersion", k.Result["version"])],
                    "content",
                    "run",
                    "token"
                ),
            ],
            "superseded" =>
            [
                Call("get_record", "A newer version is current: read it.", [("operation", "artifact"), artifact]),
            ],
            _ => [],
        };
    }

    private static IEnumerable<JsonObject> AfterRefusal(string operation, Known k) =>
        (string?)k.Result["code"] switch
        {
            "version_conflict" or "version_changed" when k["artifactId"] is { } artifact =>
            [
                Call("get_record", "Read the current version.", [("operation", "artifact"), ("artifactId", artifact)]),
            ],
            "not_holder" or "fenced" or "lease_ended" or "run_ended" =>
            [
                Call("get_me", "See what you hold: nothing under this lease is yours any more.", []),
            ],
            "lease_stale" when operation != "renewLease" && (bool?)k.Result["revivable"] == true =>
            [
                Call("renew_lease", "Revives it.", [("operation", "renew"), .. k.OnLease], "progress"),
            ],
            "lease_suspended" when IsWaitingOnReview(k) =>
            [
                Call(
                    "renew_lease",
                    "Only to go on without the review, which is withdrawn; else wait for its outcome.",
                    [("operation", "resume"), ("withdrawReview", true), .. k.OnLease]
                ),
            ],
            "lease_suspended" =>
            [
                Call("renew_lease", "Only if you do not wait any more.", [("operation", "resume"), .. k.OnLease]),
            ],
            "lease_required" or "not_claimable" when k["itemId"] is { } item =>
            [
                Call("get_record", "See what you may do with it.", [("operation", "can"), ("itemId", item)]),
            ],
            "already_owned" when k["itemId"] is { } item =>
            [
                Call("get_record", "See until when it is held.", [("operation", "item"), ("itemId", item)]),
            ],
            "target_locked" when (bool?)k.Result["wouldDeadlock"] != true =>
            [
                Call(
                    "lock_targets",
                    "Wait in line.",
                    [("operation", "lock"), .. k.OnLease, ("targets", k["targets"]), ("waitSeconds", 55)]
                ),
            ],
            "unsettled" =>
            [
                Call("list_records", "Settle these first.", [("operation", "actions"), ("itemId", k.Lease?["itemId"])]),
            ],
            _ => [],
        };

    private static JsonObject Call(
        string tool,
        string why,
        (string Name, JsonNode? Value)[] arguments,
        params string[] needs
    )
    {
        var known = new JsonObject();
        foreach (var (name, value) in arguments)
        {
            if (value is not null)
                known[name] = value.DeepClone();
        }
        return new JsonObject
        {
            ["tool"] = tool,
            ["arguments"] = known,
            ["needs"] = new JsonArray([.. needs.Where(n => !known.ContainsKey(n)).Select(n => (JsonNode)n)]),
            ["why"] = why,
        };
    }
}
