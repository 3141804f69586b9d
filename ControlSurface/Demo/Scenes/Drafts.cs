using static System.FormattableString;

namespace ControlSurface.Demo.Scenes;

/// <summary>One thing that a draft is made for, with what it says at first and after a second thought.</summary>
/// <param name="Source">What the draft rests on, with the version that was read.</param>
/// <param name="Target">Where the approved version goes.</param>
internal sealed record Draft(
    string Title,
    string Name,
    string Kind,
    string Target,
    string ContentType,
    (string Target, string Version) Source,
    string First,
    string Second
)
{
    /// <summary>What its agent says that the action does.</summary>
    public string Claim =>
        Kind switch
        {
            "send_reply" => $"Sends 1 mail, {char.ToLowerInvariant(Name[0])}{Name[1..]}",
            "publish_page" => "Replaces the page for every visitor",
            _ => $"Overwrites the {char.ToLowerInvariant(Name[0])}{Name[1..]} in the CRM",
        };
}

/// <summary>Replies, page edits and record updates that wait for a person, in turn.</summary>
internal static class Drafts
{
    internal const string Queue = "outgoing";
    internal const string Agent = "draft-agent";
    internal const string Reviewer = "Nadia Petrova";
    internal const int Drafters = 3;
    private static readonly string[] Names =
    [
        "Ann Lee",
        "Tom Vogel",
        "Ines Prado",
        "Karl Berg",
        "Lena Sund",
        "Omar Haddad",
    ];

    internal static readonly object Policy = new
    {
        leaseSeconds = 300,
        maxLifetimeSeconds = 14_400,
        onStale = "hold",
        requiredApprovals = 1,
        reviewDueSeconds = 240,
        approvals = new[]
        {
            new
            {
                name = "large refunds",
                role = "manager",
                count = 1,
                when = new { label = "large" },
            },
        },
    };

    internal static Draft At(int number)
    {
        var who = Names[number % Names.Length];
        var first = who.Split(' ')[0];
        var amount = 18 + (number * 7 % 60);
        return (number % 3) switch
        {
            0 => new Draft(
                Invariant($"Reply to refund request {88200 + number}"),
                Invariant($"Reply to {who}"),
                "send_reply",
                Invariant($"mail:tickets/{88200 + number}"),
                "text/markdown",
                (Invariant($"crm:orders/{51000 + number}"), Invariant($"{3 + (number % 4)}")),
                Invariant(
                    $"Dear {first},\n\nthank you for writing to us. Your order {51000 + number} arrived damaged, and we are sorry for that.\n\nWe refund **{amount},00 EUR** to the card that you paid with. It takes up to five working days.\n\nYou need not send the goods back.\n\nKind regards\nCustomer care\n"
                ),
                Invariant(
                    $"Dear {first},\n\nthank you for writing to us. Your order {51000 + number} arrived damaged, and we are sorry for that.\n\nWe refund **{amount},50 EUR**, shipping included, to the card that you paid with. It takes up to three working days.\n\nYou need not send the goods back.\n\nKind regards\nCustomer care\n"
                )
            ),
            1 => new Draft(
                Invariant($"Update the record of {who}"),
                Invariant($"Record of {who}"),
                "update_record",
                Invariant($"crm:customers/{4100 + number}#address"),
                "application/json",
                (Invariant($"mail:inbox/{7000 + number}"), "1"),
                Invariant(
                    $"{{\n  \"name\": \"{who}\",\n  \"street\": \"Hafenstrasse {number + 2}\",\n  \"postcode\": \"20457\",\n  \"city\": \"Hamburg\",\n  \"newsletter\": true\n}}\n"
                ),
                Invariant(
                    $"{{\n  \"name\": \"{who}\",\n  \"street\": \"Hafenstrasse {number + 2}a\",\n  \"postcode\": \"20457\",\n  \"city\": \"Hamburg\",\n  \"newsletter\": false\n}}\n"
                )
            ),
            _ => new Draft(
                Invariant($"Correct the help page on returns ({number})"),
                "Help page: returns",
                "publish_page",
                Invariant($"web:help/returns-{number}"),
                "text/markdown",
                ("repo:policy/returns.md", "a41f"),
                "# Returns\n\nYou can return goods within 30 days.\n\n1. Sign in.\n2. Choose the order.\n3. Print the label.\n\nRefunds are paid within 14 days.\n",
                "# Returns\n\nYou can return goods within 60 days; opened food within 14.\n\n1. Sign in.\n2. Choose the order.\n3. Print the label, or show the code at the shop.\n\nRefunds are paid within 14 days.\n"
            ),
        };
    }
}
