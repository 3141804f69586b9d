using static System.FormattableString;

namespace ControlSurface.Demo.Scenes;

/// <summary>Work on one help site by an agent and people at once, so that it collides in each way that there is.</summary>
internal static class Clashes
{
    internal const string Queue = "help-site";
    internal const string Agent = "edit-agent";
    internal const string Editor = "Elena Petrova";
    internal const string Support = "Theo Brandt";

    /// <summary>Nothing here has to be approved: what collides is the point.</summary>
    internal static readonly object Policy = new
    {
        leaseSeconds = 120,
        maxLifetimeSeconds = 14_400,
        onStale = "hold",
        requiredApprovals = 0,
        onHumanEdit = "free",
    };

    private static readonly string[] Pages =
    [
        "Returns",
        "Delivery times",
        "Gift cards",
        "Repairs",
        "Warranty",
        "Invoices",
    ];

    internal static string Name(int number) => $"Help page “{Pages[number % Pages.Length]}”";

    internal static string Target(int number) => Invariant($"page:help/{Slug(number)}-{number}");

    private static string Slug(int number) => Pages[number % Pages.Length].ToLowerInvariant().Replace(' ', '-');

    /// <summary>What the page rests on.</summary>
    internal static string Rules(int number) => Invariant($"kb:rules/{Slug(number)}-{number}");

    internal static string Text(int number, int days = 30, string keep = "", string refund = "10 working days") =>
        Invariant(
            $"{Pages[number % Pages.Length]}\n\nYou can return most items within {days} days of delivery. Items must be unused and in their original box.\n\n{keep}Send the parcel back with the label that came with it. If the label is lost, print a new one from your account.\n\nWe refund to the card you paid with, usually within {refund}.\n"
        );
}
