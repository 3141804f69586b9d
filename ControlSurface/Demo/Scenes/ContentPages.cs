namespace ControlSurface.Demo.Scenes;

/// <summary>Pages that customers read: slow, careful work, at a limited rate.</summary>
internal static class ContentPages
{
    public static readonly Craft Craft = new()
    {
        Queue = "content-pages",
        Agent = "page-agent",
        Workers = 2,
        LeaseSeconds = 90,
        Policy = new
        {
            leaseSeconds = 90,
            claimSeconds = 25,
            resumeSeconds = 90,
            maxSuspendSeconds = 900,
            claimsPerMinute = 6,
            onDuplicate = "reopen",
            onStale = "requeue",
            staleGraceSeconds = 60,
            acceptSeconds = 900,
        },
        HoldsStale = false,
        Depth = 5,
        Label = "text",
        ExternalId = "page-change:{n}",
        Steps =
        [
            "read the page and its sources",
            "marked the sentences that change",
            "wrote them anew",
            "checked links and figures",
        ],
        Evidence =
        [
            new("The page as read", "https://help.example.com/pages/{n}", "{sha}", null),
            new("Decision of the product team", "https://wiki.example.com/decisions/{n}", null, null),
        ],
        Checks =
        [
            new("all links answer", "passed", null),
            new("reading level", "passed", "B1"),
            new("French version is in step", "failed", "2 sentences behind"),
        ],
        HandoffNote = "Legal has to read the second paragraph before it can go out; I cannot ask them.",
        ParkedFor = "Legal is still reading the new terms.",
        Failure = "The content system rejects the upload: a colleague has the page open.",
        Tasks =
        [
            new(
                "Help page “Returns”: state the new 60-day period",
                "The period changes on the first of the month, on this page and on two that quote it.",
                "kb:returns",
                "The page is written; of the two that quote it, one is done.",
                "Does the new period hold for orders of last month?",
                "Change “Gift returns” in the same way.",
                "The terms still say 30 days. Which is right?",
                "60. The terms follow tomorrow."
            ),
            new(
                "Help page “Gift cards”: add balance check",
                "Customers ask 40 times a week how to see the balance of a card.",
                "kb:gift-cards",
                "The new paragraph is written, with two pictures.",
                "Do old cards without a PIN have the same page?",
                "Ask about old cards, then publish.",
                "Old cards cannot be checked online at all. Say so?",
                "Say so, and give the telephone number."
            ),
            new(
                "Help page “Delivery times”: holidays of {name}’s region",
                "Three regional holidays are missing from the list of ticket {n}.",
                "kb:delivery-times",
                "The holidays are in the list. The carrier works on one of them.",
                "Which calendar does the carrier follow?",
                "Ask the carrier, then publish.",
                "The carrier's own page contradicts its contract. Follow which?",
                "The contract."
            ),
            new(
                "Product page {n}: correct the weight",
                "The page says 1.2 kg, the scales 2.1.",
                "kb:product/{n}",
                "The weight is corrected in three languages; the shipping price follows by itself.",
                "Were parcels charged by the wrong weight?",
                "Tell accounting, then publish.",
                "Some 30 customers paid too little for shipping. Leave it?",
                "Leave it."
            ),
        ],
    };
}
