namespace ControlSurface.Demo;

/// <summary>How long things take: slow enough to be read, quick enough that something happens every other second.</summary>
internal sealed class DemoPace(Random random, TimeProvider time)
{
    /// <summary>The length of a step under a lease: well within it, and never over 16 s.</summary>
    /// <param name="hurries">Takes half of it, for the first minute of a visitor.</param>
    public Task StepAsync(int leaseSeconds, bool hurries, CancellationToken stopping)
    {
        var (from, to) = (Math.Clamp(leaseSeconds * 0.2, 3, 9), Math.Clamp(leaseSeconds * 0.4, 5, 16));
        return hurries ? BetweenAsync(from / 2, to / 2, stopping) : BetweenAsync(from, to, stopping);
    }

    public Task BetweenAsync(double fromSeconds, double toSeconds, CancellationToken stopping) =>
        Task.Delay(
            TimeSpan.FromSeconds(fromSeconds + (random.NextDouble() * (toSeconds - fromSeconds))),
            time,
            stopping
        );

    public Task ForAsync(TimeSpan wait, CancellationToken stopping) =>
        wait > TimeSpan.Zero ? Task.Delay(wait, time, stopping) : Task.CompletedTask;
}
