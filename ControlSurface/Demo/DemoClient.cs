using System.Text.Json.Nodes;
using ControlSurface.Demo.Scenes;
using static System.FormattableString;

namespace ControlSurface.Demo;

/// <summary>The calls of API.md that the demo makes, one method each.</summary>
internal sealed class DemoClient(DemoHttp http)
{
    /// <summary>Whether the key is known; a key that was just made is within a second.</summary>
    public async Task<bool> IsKnownAsync(CancellationToken stopping) =>
        (await http.GetAsync<object>("me", stopping)).IsOk;

    public Task<DemoAnswer<object>> SetQueueAsync(string queue, object policy, CancellationToken stopping) =>
        http.PutAsync<object>($"queues/{queue}", policy, stopping);

    public Task<DemoAnswer<DemoItem>> CreateAsync(Scene scene, string? after, CancellationToken stopping) =>
        http.PostAsync<DemoItem>(
            "items",
            new
            {
                scene.Queue,
                scene.Title,
                scene.Body,
                scene.Priority,
                scene.Labels,
                scene.Targets,
                scene.ExternalId,
                dependsOn = after is null ? null : new[] { after },
            },
            stopping
        );

    public Task<DemoAnswer<DemoList>> ItemsAsync(string state, int limit, CancellationToken stopping) =>
        http.GetAsync<DemoList>(Invariant($"items?state={state}&limit={limit}"), stopping);

    public Task<DemoAnswer<DemoItem>> RaiseAsync(DemoItem item, string why, CancellationToken stopping) =>
        http.PatchAsync<DemoItem>(
            $"items/{item.Id}",
            new
            {
                ifSeq = item.Seq,
                priority = Math.Max(0, item.Priority - 2),
                why,
            },
            stopping
        );

    /// <summary>Does one of requeue, cancel, park and unpark.</summary>
    public Task<DemoAnswer<object>> SettleAsync(string item, string verb, string why, CancellationToken stopping) =>
        http.PostAsync<object>($"items/{item}/{verb}", new { why }, stopping);

    public Task<DemoAnswer<DemoNote>> AskAsync(string item, string question, CancellationToken stopping) =>
        http.PostAsync<DemoNote>(
            $"items/{item}/notes",
            new
            {
                text = question,
                to = "everyone",
                kind = "question",
            },
            stopping
        );

    public Task<DemoAnswer<object>> AnswerAsync(string item, string note, string answer, CancellationToken stopping) =>
        http.PostAsync<object>($"items/{item}/notes/{note}/ack", new { answer }, stopping);

    public Task<DemoAnswer<DemoGrant>> ClaimNextAsync(
        string queue,
        string run,
        int waitSeconds,
        CancellationToken stopping
    ) => http.PostAsync<DemoGrant>($"queues/{queue}/claims", new { run, waitSeconds }, stopping);

    public Task<DemoAnswer<DemoGrant>> ClaimAsync(string item, string run, CancellationToken stopping) =>
        http.PostAsync<DemoGrant>($"items/{item}/claim", new { run }, stopping);

    public Task<DemoAnswer<DemoGrant>> TakeOverAsync(string item, string why, CancellationToken stopping) =>
        http.PostAsync<DemoGrant>($"items/{item}/takeover", new { why }, stopping);

    public Task<DemoAnswer<DemoGrant>> AcceptAsync(string item, CancellationToken stopping) =>
        http.PostAsync<DemoGrant>($"items/{item}/accept", new { }, stopping);

    public Task<DemoAnswer<DemoLeaseReply>> LeaseAsync(string lease, string? run, CancellationToken stopping) =>
        http.GetAsync<DemoLeaseReply>($"leases/{lease}" + (run is null ? "" : $"?run={run}"), stopping);

    /// <summary>A call under a lease: start, renew, suspend, checkpoints, handoff, release or complete.</summary>
    /// <param name="body">With <c>run</c> and <c>token</c> already in it.</param>
    public Task<DemoAnswer<DemoLeaseReply>> UnderLeaseAsync(
        string lease,
        string verb,
        IReadOnlyDictionary<string, object> body,
        CancellationToken stopping
    ) => http.PostAsync<DemoLeaseReply>($"leases/{lease}/{verb}", body, stopping);

    /// <summary>Reads one thing of the review calls, member by member.</summary>
    public Task<DemoAnswer<JsonObject>> LookAsync(string path, CancellationToken stopping) =>
        http.GetAsync<JsonObject>(path, stopping);

    /// <summary>Says something in one of the review calls.</summary>
    public Task<DemoAnswer<JsonObject>> SayAsync(string path, object body, CancellationToken stopping) =>
        http.PostAsync<JsonObject>(path, body, stopping);

    /// <summary>Prepares an action under the caller's own id.</summary>
    public Task<DemoAnswer<JsonObject>> PrepareAsync(string action, object body, CancellationToken stopping) =>
        http.PutAsync<JsonObject>($"actions/{action}", body, stopping);

    /// <summary>Gives an unstarted claim back.</summary>
    public Task<DemoAnswer<DemoLeaseReply>> GiveBackAsync(
        DemoGrant grant,
        string run,
        string why,
        CancellationToken stopping
    ) =>
        http.PostAsync<DemoLeaseReply>(
            $"leases/{grant.Lease.Id}/release",
            new
            {
                run,
                token = grant.Lease.Token,
                note = why,
            },
            stopping
        );
}
