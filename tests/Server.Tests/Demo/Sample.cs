using ControlSurface.Demo;

namespace Server.Tests.Demo;

/// <summary>Items as the demo reads them, and floors made of them.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    public static DemoItem Item(
        int number,
        string state,
        TimeSpan age,
        string queue = "refunds",
        string? reason = null
    ) =>
        new()
        {
            Id = $"W-{number}",
            Queue = queue,
            Title = $"Refund order {number}",
            State = state,
            StateReason = reason,
            UpdatedAt = Now - age,
            Lease =
                state == "stale"
                    ? new DemoLease
                    {
                        Id = $"L-{number}",
                        State = "stale",
                        StaleAt = Now - age,
                    }
                    : null,
        };

    /// <summary>Items of one state, the oldest first, with the ages given in seconds.</summary>
    public static IReadOnlyList<DemoItem> Aged(string state, params int[] seconds) =>
        [.. seconds.Select((age, k) => Item(100 + k, state, TimeSpan.FromSeconds(age)))];

    public static Floor Floor(params IEnumerable<DemoItem> items) =>
        new(
            items
                .GroupBy(item => item.State, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, IReadOnlyList<DemoItem> (g) => [.. g], StringComparer.Ordinal)
        );
}
