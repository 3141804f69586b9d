using System.Diagnostics;
using System.Globalization;
using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>Plays one piece of work from its claim to its end, by its plot.</summary>
internal sealed class DemoPerformance(
    DemoClient client,
    DemoStage stage,
    DemoHold hold,
    Scene scene,
    int leaseSeconds,
    bool hurries,
    string? locks,
    DemoPace pace,
    TimeProvider time
)
{
    /// <summary>How close to the end of its lease the last-minute holder renews.</summary>
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(4);
    private const int WaitSeconds = 20;
    private int _step;

    /// <summary>Ends when the work is done, given up, or taken away; the hold knows which.</summary>
    public Task<bool> PlayAsync(Plot plot, CancellationToken stopping) =>
        plot switch
        {
            Plot.Steady => SteadyAsync(2, 4, stopping),
            Plot.LateStart => SteadyAsync(9, 15, stopping),
            Plot.Quiet => QuietAsync(stopping),
            Plot.LastMinute => LastMinuteAsync(stopping),
            Plot.Revive => ReviveAsync(stopping),
            Plot.Lapse => Task.FromResult(true),
            Plot.Crash => CrashAsync(stopping),
            Plot.HandOff => HandOffAsync(stopping),
            Plot.Ask => AskAsync(stopping),
            Plot.Fail => FailAsync(stopping),
            _ => throw new UnreachableException(plot.ToString()),
        };

    private async Task<bool> SteadyAsync(double startFrom, double startTo, CancellationToken stopping) =>
        await BeginAsync(startFrom, startTo, stopping) && await FinishAsync(stopping);

    private async Task<bool> QuietAsync(CancellationToken stopping)
    {
        if (!await BeginAsync(2, 4, stopping))
            return false;
        for (var quiet = 0; quiet < 2; quiet++)
        {
            await pace.BetweenAsync(10, 14, stopping);
            if (!await hold.RenewQuietlyAsync(stopping))
                return false;
        }
        return await FinishAsync(stopping);
    }

    private async Task<bool> LastMinuteAsync(CancellationToken stopping)
    {
        if (!await BeginAsync(2, 4, stopping) || !await StepAsync(stopping))
            return false;
        await pace.ForAsync(hold.Left - LastMoment, stopping);
        return await FinishAsync(stopping);
    }

    private async Task<bool> ReviveAsync(CancellationToken stopping)
    {
        if (!await BeginAsync(1, 2, stopping) || !await StepAsync(stopping) || !await CheckpointAsync(stopping))
            return false;
        await pace.ForAsync(hold.Left, stopping);
        await pace.BetweenAsync(9, 15, stopping);
        return await hold.RenewAsync(Step(), "came back after its machine restarted", stopping)
            && await FinishAsync(stopping);
    }

    private async Task<bool> CrashAsync(CancellationToken stopping) =>
        await BeginAsync(1, 2, stopping)
        && await StepAsync(stopping)
        && await CheckpointAsync(stopping)
        && await StepAsync(stopping);

    private async Task<bool> HandOffAsync(CancellationToken stopping) =>
        await BeginAsync(1, 2, stopping)
        && await StepAsync(stopping)
        && await CheckpointAsync(stopping)
        && await hold.HandOffAsync("support", scene.HandoffNote, stopping);

    private async Task<bool> FailAsync(CancellationToken stopping) =>
        await BeginAsync(1, 2, stopping) && await StepAsync(stopping) && await hold.FailAsync(scene.Failure, stopping);

    private async Task<bool> AskAsync(CancellationToken stopping)
    {
        if (!await BeginAsync(1, 2, stopping) || !await StepAsync(stopping) || !await CheckpointAsync(stopping))
            return false;
        var note = await client.AskAsync(hold.Item.Id, scene.Question, stopping);
        if (note.Value is not { } asked || !await hold.SuspendForHumanAsync(scene.Question, stopping))
            return false;
        stage.Asked(new DemoQuestion(hold.Item.Id, asked.Number, scene.Answer, time.GetUtcNow()));
        var goesOn = await hold.WaitUntilResumedAsync(stopping);
        stage.Answered(hold.Item.Id);
        return goesOn && await FinishAsync(stopping);
    }

    private async Task<bool> BeginAsync(double from, double to, CancellationToken stopping)
    {
        await pace.BetweenAsync(from, to, stopping);
        return await hold.StartAsync(stopping) && await LockAsync(stopping);
    }

    // Whoever does not get it says so and waits in line again; after a while it goes on without.
    private async Task<bool> LockAsync(CancellationToken stopping)
    {
        for (var times = 1; locks is not null && times <= 4; times++)
        {
            if (await hold.TryLockAsync(locks, WaitSeconds, stopping))
                return true;
            var step = string.Create(CultureInfo.InvariantCulture, $"waits for {locks}, {times} of 4");
            if (hold.LostTo is not null || !await hold.RenewAsync(step, "somebody else has it", stopping))
                return false;
        }
        return true;
    }

    private async Task<bool> FinishAsync(CancellationToken stopping)
    {
        while (_step < scene.Steps.Count)
        {
            if (!await StepAsync(stopping))
                return false;
            if (_step == scene.Steps.Count / 2 && !await CheckpointAsync(stopping))
                return false;
        }
        await pace.BetweenAsync(1, 3, stopping);
        return await hold.CompleteAsync(scene.Steps[^1], stopping);
    }

    private async Task<bool> StepAsync(CancellationToken stopping)
    {
        await pace.StepAsync(leaseSeconds, hurries, stopping);
        _step++;
        return await hold.RenewAsync(Step(), scene.Steps[_step - 1], stopping);
    }

    private Task<bool> CheckpointAsync(CancellationToken stopping) => hold.CheckpointAsync(scene, stopping);

    private string Step() => string.Create(CultureInfo.InvariantCulture, $"step {_step} of {scene.Steps.Count}");
}
