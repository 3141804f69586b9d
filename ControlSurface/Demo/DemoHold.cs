using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>
/// A lease in the hands of a simulated holder. Each call answers whether the lease is still theirs: once it is not, they
/// let go, as the contract asks.
/// </summary>
internal sealed class DemoHold(DemoClient client, DemoGrant grant, string? run, TimeProvider time)
{
    private readonly long _token = grant.Lease.Token ?? 0;
    private long? _acknowledges;

    public DemoItem Item => grant.Item;

    /// <summary>The lease as the last answer described it.</summary>
    public DemoLease Lease { get; private set; } = grant.Lease;

    /// <summary>The code of the refusal that ended it; null while it is theirs.</summary>
    public string? LostTo { get; private set; }

    /// <summary>What is left of the lease, as of the last answer; nothing while its clock is stopped.</summary>
    public TimeSpan Left => TimeSpan.FromSeconds(Lease.ExpiresInSeconds ?? 0);

    public Task<bool> StartAsync(CancellationToken stopping) => SayAsync("start", [], stopping);

    /// <summary>Asks for a lock and waits in line for it; false where somebody has it still, or the lease is lost.</summary>
    public async Task<bool> TryLockAsync(string target, int waitSeconds, CancellationToken stopping)
    {
        var body = Body([("targets", new[] { new { target, mode = "exclusive" } }), ("waitSeconds", waitSeconds)]);
        var answer = await client.UnderLeaseAsync(Lease.Id, "locks", body, stopping);
        if (answer.IsOk)
            Lease = answer.Value?.Lease ?? Lease;
        else if (answer.Code is not ("target_locked" or "acknowledge_required" or "paused" or "lease_suspended"))
            Lost(answer.Code);
        return answer.IsOk;
    }

    public Task<bool> RenewQuietlyAsync(CancellationToken stopping) => SayAsync("renew", [], stopping);

    public Task<bool> RenewAsync(string step, string note, CancellationToken stopping) =>
        SayAsync("renew", [("progress", new { step, note })], stopping);

    public Task<bool> CheckpointAsync(Scene scene, CancellationToken stopping) =>
        SayAsync(
            "checkpoints",
            [
                ("summary", scene.Summary),
                ("evidence", scene.Evidence),
                ("validations", scene.Checks),
                ("openQuestions", new[] { scene.OpenQuestion }),
                ("nextStep", scene.NextStep),
            ],
            stopping
        );

    public Task<bool> HandOffAsync(string role, string note, CancellationToken stopping) =>
        SayAsync("handoff", [("to", new { role }), ("note", note)], stopping);

    public Task<bool> FailAsync(string why, CancellationToken stopping) =>
        SayAsync("release", [("outcome", "failed"), ("note", why)], stopping);

    public Task<bool> CompleteAsync(string outcome, CancellationToken stopping) =>
        SayAsync("complete", [("result", new { outcome })], stopping);

    public Task<bool> SuspendForHumanAsync(string note, CancellationToken stopping) =>
        SayAsync("suspend", [("reason", "waiting_on_human"), ("note", note)], stopping);

    /// <summary>Waits until the lease's clock runs again, and starts it where it has to be started.</summary>
    public async Task<bool> WaitUntilResumedAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(4), time, stopping);
            var answer = await client.LeaseAsync(Lease.Id, run, stopping);
            if (answer.Value?.Lease is not { } lease)
                return Lost(answer.Code);
            Lease = lease;
            if (lease.State is "claimed")
                return await StartAsync(stopping);
            if (lease.State is not "suspended")
                return lease.State is "active" || Lost(lease.State);
        }
    }

    private async Task<bool> SayAsync(
        string verb,
        IReadOnlyList<(string Member, object Value)> members,
        CancellationToken stopping
    )
    {
        while (true)
        {
            var answer = await client.UnderLeaseAsync(Lease.Id, verb, Body(members), stopping);
            if (answer.IsOk)
            {
                Lease = answer.Value?.Lease ?? Lease;
                return true;
            }
            if (answer.Problem is { Code: "acknowledge_required", Acknowledges: { } change } && change != _acknowledges)
                _acknowledges = change; // It was read: the next answer carries the item as it is now.
            else if (answer.Code is "lease_suspended" or "paused")
                await Task.Delay(answer.RetryAfter ?? TimeSpan.FromSeconds(5), time, stopping);
            else
                return Lost(answer.Code);
        }
    }

    private Dictionary<string, object> Body(IReadOnlyList<(string Member, object Value)> members)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal) { ["token"] = _token };
        foreach (var (member, value) in members)
            body[member] = value;
        if (run is not null)
            body["run"] = run;
        if (_acknowledges is { } seen)
            body["acknowledges"] = seen;
        return body;
    }

    private bool Lost(string code)
    {
        LostTo = code;
        return false;
    }
}
