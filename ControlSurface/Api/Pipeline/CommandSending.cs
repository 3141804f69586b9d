using System.Text.Json.Serialization.Metadata;
using ControlSurface.Content;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;

namespace ControlSurface.Api.Pipeline;

/// <summary>The step of a command: translate, send, wait where it may wait, answer with the outcome.</summary>
internal static class CommandSending
{
    /// <summary>Translates a JSON body and sends its command.</summary>
    internal static async Task<Answer> SendAsync<T>(
        ApiCall arrived,
        JsonTypeInfo<T> type,
        Func<ApiCall, T, Asked> translate
    )
        where T : class
    {
        var key = IdempotencyKeys.Read(arrived);
        var (call, asked, fingerprint) = await BodyTranslation.ReadAsync(
            arrived,
            type,
            translate,
            fingerprints: key is not null && !arrived.DryRun
        );
        return await SendAsync(
            call,
            asked,
            key is not null && fingerprint is not null ? new IdempotencyKey(key, fingerprint) : null
        );
    }

    /// <summary>Sends a command that was made of bytes.</summary>
    /// <param name="body">The bytes, where the command is applied once for each key; null where a repeat changes nothing anyway.</param>
    internal static Task<Answer> SendAsync(ApiCall call, Asked asked, byte[]? body)
    {
        var key = body is null || call.DryRun ? null : IdempotencyKeys.Read(call);
        if (call.Faults.Any && asked.Command is not MalformedCommand)
            asked = asked with { Command = call.Malformed() };
        return SendAsync(
            call,
            asked,
            key is not null && !call.Faults.Any
                ? new IdempotencyKey(key, BodyTranslation.FingerprintOf(call, body))
                : null
        );
    }

    private static async Task<Answer> SendAsync(ApiCall call, Asked asked, IdempotencyKey? key)
    {
        var request = RequestOf(call, asked, key);
        if (asked is { Before: { } before, Command: not MalformedCommand } && await before(request) is { } over)
            return call.Refuse(over);
        var (outcome, issuedKey) = await DecideAsync(call, asked, request);
        var instead = await ActAsync(call, asked, outcome);
        if (asked.Again is { } again)
            outcome = await Drafter.TryAgainAsync(
                outcome,
                async () =>
                {
                    asked = await ContentWork.RunAsync(again, call.Http.RequestAborted);
                    request = request with { Command = asked.Command, Contents = asked.Contents };
                    return await call.Host.Engine.SendAsync(request, call.Http.RequestAborted);
                }
            );
        // A wait takes time, in which the caller's rights may have changed.
        if (asked.Before is not null || asked.Wait > TimeSpan.Zero)
            call = call.WithScopeOfNow();
        if (outcome.Refusal is Refusal.IdempotencyKeyReused)
            outcome = await InOrderAsync(call, request, outcome);
        outcome = await Replays.PermittedAsync(call, outcome, request.Command);
        return Outcomes.AnswerOf(call, outcome, new AnswerSource(asked, issuedKey), instead);
    }

    private static Request RequestOf(ApiCall call, Asked asked, IdempotencyKey? key) =>
        new(asked.Command, call.Caller)
        {
            DryRun = call.DryRun,
            // A call that goes on within this process after its outcome has more to do than to send an answer.
            IsQuick = asked is { Then: null, Again: null } && !call.ChangesAccess && !call.IsInProcess,
            Key = key,
            Render = key is null ? null : outcome => Outcomes.Render(call, outcome, asked),
            Wait = asked.Wait,
            Contents = asked.Contents,
        };

    // The key answers before the request is decided, but 403, 404 and 400 come before 422 (API.md, Refusals): try it for those.
    private static async Task<Outcome> InOrderAsync(ApiCall call, Request request, Outcome reused)
    {
        var tried = await call.Host.Engine.SendAsync(
            request with
            {
                DryRun = true,
                Key = null,
                Render = null,
                Wait = TimeSpan.Zero,
            },
            call.Http.RequestAborted
        );
        return Workspace.RanksFirst(tried.Refusal) ? reused with { Refusal = tried.Refusal } : reused;
    }

    private static async Task<(Outcome Outcome, string? IssuedKey)> DecideAsync(
        ApiCall call,
        Asked asked,
        Request request
    )
    {
        if (call.ChangesAccess)
            return await call.Host.Access.ApplyAsync(request, call.Credential);
        var engine = call.Host.Engine;
        if (!request.DryRun && Spending.OnCommand(call, request) is { } tooMuch)
            return (Refused(engine, tooMuch), null);
        if (asked.Wait > TimeSpan.Zero)
            return (await WaitAsync(call, request), null);
        return call.Line is { IsQuick: true } line
            ? (await line.SendAsync(request), null)
            : (await engine.SendAsync(request, call.Http.RequestAborted), null);
    }

    private static async Task<Outcome> WaitAsync(ApiCall call, Request request)
    {
        var engine = call.Host.Engine;
        Outcome? outcome = null;
        var over = await call.WaitAsync(async waiting => outcome = await engine.SendAsync(request, waiting));
        // A caller who may still ask hears that their rights changed; one who may not hears that.
        if (
            over is Refusal.Unavailable
            && engine.Picture.Read(at => at.MayMake(request.Command, call.Caller)) is { } not
        )
            over = not;
        return outcome is null || (over is not null && outcome.Replayed is null)
            ? Refused(engine, over ?? new Refusal.Unauthorized("over"))
            : outcome;
    }

    private static Outcome Refused(Engine engine, Refusal refusal) =>
        new(Reply: null, refusal, engine.Now, engine.Picture.Seq);

    private static async Task<Answer?> ActAsync(ApiCall call, Asked asked, Outcome outcome) =>
        asked.Then is { } then && outcome.Reply is { } accepted && !call.DryRun ? await then(accepted) : null;
}
