namespace ControlSurface.Demo;

/// <summary>How long things take: slow enough to be read, quick enough that something happens every other second.</summary>
internal sealed class DemoPace(Random random, TimeProvider time)
{
    /// <summary>The length of a step under a lease: well within it, and never over 16 s.</summary>
    public Task StepAsync(int leaseSeconds, CancellationToken stopping) =>
        BetweenAsync(Math.Clamp(leaseSeconds * 0.2, 3, 9), Math.Clamp(leaseSeconds * 0.4, 5, 16), stopping);

    public Task BetweenAsync(double fromSeconds, double toSeconds, CancellationToken stopping) =>
        Task.Delay(
            TimeSpan.FromSeconds(fromSeconds + (random.NextDouble() * (toSeconds - fromSeconds))),
            time,
            stopping
        );

    public Task ForAsync(TimeSpan wait, CancellationToken stopping) =>
        wait > TimeSpan.Zero ? Task.Delay(wait, time, stopping) : Task.CompletedTask;
}
