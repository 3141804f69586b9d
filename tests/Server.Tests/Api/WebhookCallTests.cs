namespace Server.Tests.Api;

/// <summary>What follows a command on a webhook once the command is committed.</summary>
public sealed class A_caller_leaves_before_the_answer
{
    [Fact]
    public async Task What_was_to_be_sent_once_more_is_made_out_whole()
    {
        var (asked, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        var wasEnded = new TaskCompletionSource<bool>();
        await using var house = await House.OpenAsync(entrance: next =>
            http =>
            {
                if (http.Request.Path.Value!.EndsWith("/redeliver", StringComparison.Ordinal))
                    http.RequestAborted.Register(() => gone.TrySetResult());
                return next(http);
            }
        );
        house.Redelivers = async abandoned =>
        {
            asked.SetResult();
            await gone.Task;
            wasEnded.SetResult(abandoned.IsCancellationRequested);
            return 1;
        };
        var ada = await house.PersonAsync("Ada", Roles.Admin);
        (await ada.SendAsync("PUT", "/webhooks/crm", """{"url":"https://crm.example/hook","events":["item.*"]}""")).Is(
            201
        );
        using var client = new HttpClient { BaseAddress = house.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/crm/redeliver");
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", ada.Key);
        request.Content = new StringContent("""{"from":1,"to":1}""", System.Text.Encoding.UTF8, "application/json");
        using var leaving = new CancellationTokenSource();
        var sent = client.SendAsync(request, leaving.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);

        Assert.False(await wasEnded.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
