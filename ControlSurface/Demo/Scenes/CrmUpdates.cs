namespace ControlSurface.Demo.Scenes;

/// <summary>Records that change by many hands: stale work goes back to the queue by itself, after a grace.</summary>
internal static class CrmUpdates
{
    public static readonly Craft Craft = new()
    {
        Queue = "crm-updates",
        Agent = "crm-agent",
        Workers = 2,
        LeaseSeconds = 40,
        Policy = new
        {
            leaseSeconds = 40,
            claimSeconds = 20,
            resumeSeconds = 60,
            maxSuspendSeconds = 900,
            onStale = "requeue",
            staleGraceSeconds = 45,
            maxActivePer = new[] { new { targetPrefix = "crm:account", limit = 2 } },
            acceptSeconds = 900,
        },
        HoldsStale = false,
        Depth = 5,
        Label = "records",
        ExternalId = "crm-change:{n}",
        Steps =
        [
            "read the record of customer {customer}",
            "compared it with the contract",
            "checked for a second record",
            "wrote the change",
        ],
        Evidence =
        [
            new("Record of customer {customer} as read", "https://crm.example.com/customers/{customer}", "{sha}", null),
            new("Contract, page 3", "https://files.example.com/contracts/{customer}.pdf", null, null),
        ],
        Checks =
        [
            new("one record only", "passed", null),
            new("tax number is valid", "passed", null),
            new("consent on file", "skipped", "not needed for this field"),
        ],
        HandoffNote = "Two colleagues changed this record by hand this morning, in opposite ways. Please decide which.",
        ParkedFor = "The contract is being signed anew.",
        Failure = "The record was locked by the nightly import.",
        Tasks =
        [
            new(
                "Set class of customer {customer} to business",
                "{name} sent a tax number; the class decides prices and invoices.",
                "crm:customer/{customer}#class",
                "The tax number is valid and belongs to the same address.",
                "From which date does the class hold?",
                "Set the class from the first of the month.",
                "The tax number belongs to the parent company. Is that good enough?",
                "Yes, if the invoice names the parent."
            ),
            new(
                "Merge duplicate accounts {customer} and {n}",
                "Same name, same telephone, two mail addresses of {name}.",
                "crm:account/{customer}",
                "Both accounts have orders. The older one stays; 3 orders and 1 voucher move.",
                "Which mail address stays the main one?",
                "Move the orders, then close the younger account.",
                "The two have different birthdays. Still the same person?",
                "A typing error; I asked them. Merge."
            ),
            new(
                "Update billing contact of account {customer}",
                "{name} is the new contact at Aldergate Housing Association.",
                "crm:account/{customer}#billing",
                "The letter is signed by both directors. The old contact left in October.",
                "Does the old contact keep access to past invoices?",
                "Write the new contact, then send the confirmation.",
                "The signature differs from the one on file. Call them?",
                "I called. It is fine."
            ),
            new(
                "Close inactive leads of account {customer}",
                "14 leads from the spring trade fair, untouched for 200 days.",
                "crm:account/{customer}#leads",
                "9 of 14 are closed. Two answered a newsletter last week and stay open.",
                "Does an opened newsletter count as activity?",
                "Go on at lead 10.",
                "Two of these are in talks with sales, by word of mouth. Leave them?",
                "Leave those two, close the others."
            ),
            new(
                "Set language preference of customer {customer}",
                "{name} writes in French and gets German letters.",
                "crm:customer/{customer}#language",
                "All messages of two years are French.",
                "Letters too, or only mail?",
                "Write the preference for both.",
                "The contract is German. Change the letters as well?",
                "Only the mail."
            ),
        ],
    };
}
