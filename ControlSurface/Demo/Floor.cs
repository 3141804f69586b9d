namespace ControlSurface.Demo;

/// <summary>What was open when the demo last looked, by state word; a few seconds old at most.</summary>
internal sealed record Floor(IReadOnlyDictionary<string, IReadOnlyList<DemoItem>> Open)
{
    /// <summary>The state words that an open item can have in what is built so far.</summary>
    public static readonly IReadOnlyList<string> States =
    [
        "queued",
        "claimed",
        "leased",
        "suspended",
        "stale",
        "handed_off",
        "parked",
        "blocked",
    ];

    public static readonly Floor Empty = new(new Dictionary<string, IReadOnlyList<DemoItem>>(StringComparer.Ordinal));

    public int Count => Open.Values.Sum(items => items.Count);

    public IReadOnlyList<DemoItem> Of(string state) => Open.GetValueOrDefault(state) ?? [];

    /// <summary>How many wait in the queue.</summary>
    public int Queued(string queue) => Of("queued").Count(item => item.Queue == queue);

    /// <summary>How many are blocked for the reason: depends_on, backoff or not_before.</summary>
    public int Blocked(string reason) => Of("blocked").Count(item => item.StateReason == reason);
}
