namespace ControlSurface.Demo.Scenes;

/// <summary>Files that few may change at a time: longer leases, and a limit that keeps a fourth from starting.</summary>
internal static class RepoChanges
{
    public static readonly Craft Craft = new()
    {
        Queue = "repo-changes",
        Agent = "repo-agent",
        Workers = 3,
        LeaseSeconds = 120,
        Policy = new
        {
            leaseSeconds = 120,
            claimSeconds = 30,
            resumeSeconds = 90,
            maxSuspendSeconds = 900,
            maxActive = 3,
            maxQuietRenewals = 2,
            onStale = "hold",
            staleHoldSeconds = 240,
            acceptSeconds = 900,
        },
        HoldsStale = true,
        LocksTargets = true,
        Depth = 5,
        Label = "code",
        ExternalId = "repo:change-{n}",
        Steps =
        [
            "read the files and who calls them",
            "wrote a test that fails",
            "changed the code",
            "all tests of the package pass",
            "the whole build passes",
            "described the change",
        ],
        Evidence =
        [
            new("Build {n}, log", "https://ci.example.com/builds/{n}", "{sha}", null),
            new("Difference so far", null, null, "3 files changed, 41 lines added, 17 removed"),
        ],
        Checks =
        [
            new("unit tests", "passed", "418 of 418"),
            new("format and analysers", "passed", null),
            new("browser tests", "failed", "checkout totals, two currencies: flaky since Monday"),
        ],
        HandoffNote = "The change needs a new setting in production, which I may not make. The branch is ready.",
        ParkedFor = "The release is frozen until tomorrow.",
        Failure = "The package feed did not answer; the build cannot restore.",
        Tasks =
        [
            new(
                "Raise the retry limit in the payments client",
                "Three timeouts in a row lose the payment; the ledger asks for five tries with a pause.",
                "repo:payments/src/client.cs",
                "The limit is a setting now, 5 by default. The test for the sixth try is written and passes.",
                "Does the refund client share the setting?",
                "Run the contract tests against the ledger's sandbox.",
                "The ledger's sandbox allows 3 tries only. Ship with 5?",
                "Yes, production allows 10."
            ),
            new(
                "Replace the deprecated date parser in web/src/format",
                "The parser is out of support; 14 places use it.",
                "repo:web/src/format",
                "9 of 14 places are done. Dates before 1970 come out one day early in the new one; a test shows it.",
                "Are there dates before 1970 in the data at all?",
                "Ask about old dates, then go on at invoice.ts.",
                "Birthdays go back to 1931. Wrap the parser, or take another?",
                "Wrap it."
            ),
            new(
                "Fix flaky test: checkout totals with two currencies",
                "Fails one time in thirty, always at the full hour.",
                "repo:web/tests/checkout",
                "The rate is read twice; at the full hour the two differ.",
                "Should the total keep the first rate?",
                "Read the rate once, and pass it on.",
                "Keeping the first rate changes what customers pay by a cent. Is that allowed?",
                "Yes, it is what the terms say."
            ),
            new(
                "Bump the pinned image of the export worker",
                "The pinned image has two known holes; the new one has another time zone file.",
                "repo:export/Dockerfile",
                "The new image builds. One export of March differs by an hour.",
                "Which of the two is right for the customer?",
                "Compare the March export with the ledger.",
                "The old export was wrong all along. Correct the past ones too?",
                "No, only from now on; tell accounting."
            ),
            new(
                "Retry policy: back off on 429 from the ledger",
                "The client tries again at once and makes it worse.",
                "repo:payments/src/retry.cs",
                "Retry-After is honoured, with a bound of 60 s.",
                "What if the ledger names an hour?",
                "Agree on the bound, then finish the description.",
                "May a refund wait for 60 s while the customer looks at the page?",
                "Show them that it is on its way; yes."
            ),
        ],
    };
}
