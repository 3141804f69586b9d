namespace ControlSurface.Demo.Scenes;

/// <summary>Money goes back: short leases, few attempts, and a rest after each failure.</summary>
internal static class Refunds
{
    public static readonly Craft Craft = new()
    {
        Queue = "refunds",
        Agent = "refund-agent",
        Workers = 2,
        LeaseSeconds = 30,
        Policy = new
        {
            leaseSeconds = 30,
            claimSeconds = 20,
            resumeSeconds = 60,
            maxSuspendSeconds = 900,
            maxAttempts = 4,
            backoff = new
            {
                firstSeconds = 25,
                factor = 2,
                maxSeconds = 120,
            },
            onStale = "hold",
            staleHoldSeconds = 180,
            acceptSeconds = 900,
        },
        HoldsStale = true,
        PromisesWord = true,
        Depth = 4,
        Label = "money",
        ExternalId = "order:{order}/refund-{n}",
        Steps =
        [
            "read order {order} in the payment system",
            "return received and photographed",
            "amount agrees with the order",
            "prepared the refund of EUR {eur}",
            "confirmed by the payment system",
        ],
        Evidence =
        [
            new("Return receipt, warehouse 2", "https://wms.example.com/returns/{order}", "{sha}", null),
            new("Order {order} as read", "https://pay.example.com/orders/{order}", null, "state captured, EUR {eur}"),
            new("Customer's message", "https://desk.example.com/tickets/{n}", null, null),
        ],
        Checks =
        [
            new("amount equals order", "passed", "EUR {eur}"),
            new("within 60 days", "passed", null),
            new("card still valid", "passed", null),
            new("address on file", "failed", "differs from the parcel"),
            new("fraud score", "skipped", "the service timed out"),
        ],
        HandoffNote =
            "The amount is above what I may pay back alone. All checks are in the checkpoint; a person has to decide.",
        ParkedFor = "The return slip has not come yet.",
        Failure = "The payment system refused the read: 429, try later.",
        Tasks =
        [
            new(
                "Refund order {order}: item arrived damaged",
                "{name} sent three photos of the parcel. EUR {eur} by card.",
                "pay:order/{order}",
                "Checked that the return was received and photographed. Amount agrees with the order. The message to the "
                    + "customer must go out only after the refund is confirmed.",
                "Should the delivery fee be refunded too?",
                "Confirm the refund, then send the message to the customer.",
                "The photos show use. Pay all, or half?",
                "All of it; the carrier pays for this one."
            ),
            new(
                "Refund order {order}: charged twice",
                "{name} was charged EUR {eur} twice within a minute; both were captured.",
                "pay:order/{order}",
                "Both captures are real. The second has no order behind it.",
                "Was the second capture already part of yesterday's bulk reversal?",
                "Look for the second capture in yesterday's reversals before anything is paid.",
                "There is a reversal of the same amount from yesterday, without an order number. Is it this one?",
                "It is another customer's. Go on."
            ),
            new(
                "Refund order {order}: wrong size, sent back unworn",
                "{name} returned two of three articles of order {order}.",
                "pay:order/{order}",
                "Two articles are back, unworn. The voucher covered a third of the order; the refund is in proportion.",
                "Does the voucher come back to life?",
                "Book the refund in proportion, and the voucher once answered.",
                "The voucher has expired since. Give a new one?",
                "Yes, for a month."
            ),
            new(
                "Refund order {order}: cancelled before dispatch",
                "{name} cancelled within the hour. EUR {eur} was authorised, perhaps captured.",
                "pay:order/{order}",
                "The cancellation came 4 minutes after the capture. A void is no longer possible; a refund is.",
                "Did the warehouse stop the parcel?",
                "Ask the warehouse, then refund.",
                "The parcel left anyway. Refund now, or when it is back?",
                "Now. It was our mistake."
            ),
            new(
                "Refund order {order}: subscription ended in the trial",
                "{name} ended the subscription on day 13 of 14 and was charged on day 14.",
                "crm:customer/{customer}#subscription",
                "The end was recorded in time; the charge ran on the old plan. EUR {eur} has to go back.",
                "Are there more customers with the same charge?",
                "Refund, then report the charge run to billing.",
                "I see 11 more such charges from the same night. Make items of them?",
                "Yes, one for each."
            ),
        ],
    };
}
