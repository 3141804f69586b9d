using System.Diagnostics;
using System.Globalization;

namespace ControlSurface.Demo;

/// <summary>One simulated support person: does the errands that have waited too long, one after the other.</summary>
internal sealed class DemoPerson(
    DemoClient client,
    string name,
    DemoStage stage,
    DemoPace pace,
    TimeProvider time,
    ILogger log
)
{
    private static readonly string[] Steps = ["reading what was left", "looking at the real systems", "finishing it"];

    public async Task WorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            await pace.BetweenAsync(4, 9, stopping);
            if (Errands.ForSupport(stage.Floor, stage.Questions, time.GetUtcNow()) is { } errand)
                await DoAsync(errand, stopping);
        }
    }

    private async Task DoAsync(Errand errand, CancellationToken stopping)
    {
        switch (errand)
        {
            case Errand.Answer(var question):
                stage.Answered(question.Item);
                var answer = await client.AnswerAsync(question.Item, question.Note, question.Answer, stopping);
                log.PersonDid(name, "answered", question.Item, answer.Code);
                break;
            case Errand.TakeOver(var item):
                await TakeAsync(
                    item,
                    "took over",
                    await client.TakeOverAsync(item.Id, "It has been waiting on the Desk; I finish it.", stopping),
                    stopping
                );
                break;
            case Errand.Accept(var item):
                await TakeAsync(item, "accepted", await client.AcceptAsync(item.Id, stopping), stopping);
                break;
            case Errand.Unpark(var item):
                var unparked = await client.SettleAsync(item.Id, "unpark", "What it waited for has come.", stopping);
                log.PersonDid(name, "unparked", item.Id, unparked.Code);
                break;
            default:
                throw new UnreachableException(errand.GetType().Name);
        }
    }

    private async Task TakeAsync(DemoItem item, string did, DemoAnswer<DemoGrant> taken, CancellationToken stopping)
    {
        log.PersonDid(name, did, item.Id, taken.Code);
        if (taken.Value is not { } grant)
            return;
        var hold = new DemoHold(client, grant, run: null, time);
        await pace.BetweenAsync(3, 6, stopping);
        var isMine = await hold.StartAsync(stopping);
        for (var k = 0; isMine && k < Steps.Length; k++)
        {
            await pace.BetweenAsync(9, 16, stopping);
            isMine = await hold.RenewAsync(
                string.Create(CultureInfo.InvariantCulture, $"step {k + 1} of {Steps.Length}"),
                Steps[k],
                stopping
            );
        }
        if (!isMine || !await hold.CompleteAsync("finished by hand", stopping))
            log.Lost(name, "", item.Id, grant.Lease.Id, hold.LostTo ?? "");
    }
}
