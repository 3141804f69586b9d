namespace ControlSurface.Demo.Scenes;

/// <summary>Customers who wrote in: many, short, and now and then one for a person.</summary>
internal static class SupportReplies
{
    public static readonly Craft Craft = new()
    {
        Queue = "support-replies",
        Agent = "reply-agent",
        Workers = 3,
        LeaseSeconds = 45,
        Policy = new
        {
            leaseSeconds = 45,
            claimSeconds = 20,
            resumeSeconds = 60,
            maxSuspendSeconds = 900,
            maxActive = 8,
            onStale = "hold",
            staleHoldSeconds = 180,
            acceptSeconds = 900,
        },
        HoldsStale = true,
        Depth = 7,
        Label = "support",
        ExternalId = "ticket:{n}",
        Steps =
        [
            "read the ticket and what came before",
            "looked up order {order}",
            "checked the answer against the help pages",
            "drafted the reply",
            "read the draft once more",
        ],
        Evidence =
        [
            new("Customer's message, ticket {n}", "https://desk.example.com/tickets/{n}", null, null),
            new(
                "Draft of the reply",
                null,
                null,
                "Dear {name}, thank you for your message. We looked at order {order} and will put this right today."
            ),
            new("Order {order} as read", "https://shop.example.com/orders/{order}", "{sha}", null),
        ],
        Checks =
        [
            new("tone and form of address", "passed", null),
            new("amounts equal the order", "passed", "EUR {eur}"),
            new("no promise outside the policy", "passed", null),
            new("language of the customer", "skipped", "the detector timed out"),
        ],
        HandoffNote =
            "{name} asks for a person by name and wrote three times today. The draft is in the checkpoint; please call.",
        ParkedFor = "The customer is away until Monday and asked to wait.",
        Failure = "The order system answered 502 to three reads in a row; the reply would be a guess.",
        Tasks =
        [
            new(
                "Reply to ticket {n}: refund for a duplicate charge",
                "{name} was charged twice for order {order}, EUR {eur} each time, and sent the bank statement.",
                "ticket:{n}",
                "Both charges are on the statement. The second was already reversed by the bank; it shows in 2 days.",
                "Should the reply promise a date for the reversal?",
                "Send the draft after the payment team confirms the reversal.",
                "The bank shows the reversal, our ledger does not. May I tell the customer that it is done?",
                "Yes, but say that it can take two working days to show."
            ),
            new(
                "Reply to ticket {n}: parcel marked as delivered",
                "{name} says that the parcel of order {order} never came; the carrier says that it was left with a neighbour.",
                "ticket:{n}",
                "The carrier's scan is from house 14; the customer lives at 41. Probably delivered to the wrong door.",
                "Did anyone ask the neighbour at number 14?",
                "Open a trace with the carrier, then send the draft.",
                "The carrier offers a trace of up to 10 days. Send a new parcel now, or wait for the trace?",
                "Send a new one now; it is a regular customer."
            ),
            new(
                "Reply to ticket {n}: invoice sent to the old address",
                "{name} moved in September and changed the address in the account; the invoice of order {order} went to the old one.",
                "ticket:{n}",
                "The billing address was never changed, only the delivery address. A corrected invoice is drafted.",
                "Does accounting need the old invoice cancelled first?",
                "Attach the corrected invoice and send the draft.",
                "May an invoice be corrected after the month was closed?",
                "Only with a credit note. I have asked accounting for one; go on."
            ),
            new(
                "Reply to ticket {n}: cannot sign in after e-mail change",
                "{name} changed the e-mail address, lost access to the old mailbox, and cannot confirm the change.",
                "crm:customer/{customer}#sign-in",
                "Identity is proven by the last two orders. The pending change can be confirmed by support.",
                "Is a second proof needed above EUR 500 of credit?",
                "Confirm the change, then send the draft.",
                "Two proofs match, the third is a phone number that we never had. Is that enough?",
                "Two are enough. Note the third on the record."
            ),
            new(
                "Reply to ticket {n}: warranty question, two devices",
                "{name} bought two devices with order {order}; one fails to charge after 20 months.",
                "ticket:{n}",
                "Warranty runs for 24 months. The customer did the reset; it is the battery.",
                "May both be exchanged when only one failed?",
                "Send the return label for one device.",
                "The customer wants both exchanged so that they match. Do we do that?",
                "No, but offer the new model at half price for the second."
            ),
            new(
                "Reply to ticket {n}: change of delivery address",
                "{name} wants order {order} sent to the office; it is already packed.",
                "pay:order/{order}#delivery",
                "The parcel has not left the warehouse. The label can be printed again until 18:00.",
                "Is the office open on Saturday?",
                "Ask the warehouse for a new label, then send the draft.",
                "The new address is in another country. Does the price stay?",
                "Yes, within the Union."
            ),
            new(
                "Reply to ticket {n}: credit for the outage",
                "{name} asks for a credit for the evening on which the shop was down.",
                "ticket:{n}",
                "The account was affected for 52 minutes. The rule gives EUR 5 above 30 minutes.",
                "Does the rule hold for free accounts too?",
                "Book the credit, then send the draft.",
                "The customer lost an auction by the outage and asks for more than the rule. Who decides?",
                "I do: EUR 20, once."
            ),
        ],
    };
}
