using ControlSurface.Live;

namespace ControlSurface.Api.Pipeline;

/// <summary>
/// The way of one call: authenticate, count, read the query, handle, answer. Each step is a class of its own in this folder; it takes
/// what is known of the call and returns more of it, or the answer.
/// </summary>
internal static class ApiPipeline
{
    /// <summary>Serves one call and writes its answer. Never throws.</summary>
    /// <param name="signedIn">Who calls, where that is known before: a person who saves a list as a file, or an agent through MCP.</param>
    internal static async Task RunAsync(
        HttpContext http,
        ApiHost host,
        ApiOperation operation,
        LiveCaller? signedIn = null
    )
    {
        var arrived = new ApiCall(http, host, operation);
        try
        {
            // Few threads read all sockets. None of them may wait for a disk or a long comparison.
            if (!operation.IsSmall)
                await Task.Yield();
            await AnswerWriter.WriteAsync(http, await AnswerAsync(arrived, signedIn));
        }
        catch (Exception error)
        {
            if (Errors.AnswerTo(arrived, error) is { } answer)
                await AnswerWriter.WriteAsync(http, answer);
        }
    }

    private static async Task<Answer> AnswerAsync(ApiCall arrived, LiveCaller? signedIn)
    {
        if (await Authentication.IdentifyAsync(arrived, signedIn) is not { } call)
            return arrived.Refuse(new Refusal.Unauthorized("no key"));
        return await AnswerKnownAsync(call);
    }

    /// <summary>The answer to a call whose caller is known: a request of its own, or a line of a stream.</summary>
    internal static async Task<Answer> AnswerKnownAsync(ApiCall call)
    {
        if (Spending.OnRequest(call) is { } tooMany)
            return call.Refuse(tooMany);
        // Most calls have no query, and need no copy that knows it.
        if (call.Http.Request.QueryString is { HasValue: true } query)
            call = call with { Values = QueryValues.Read(query, call.Operation, call.Faults) };
        if (call is { Line.IsDryRun: true, Operation.IsRead: false })
            call = call with { Values = call.Values.With("dryRun", "true") };
        if (!ListExport.IsWanted(call))
            return Masked(call, await call.Operation.Handle(call));
        if (call.Line is null)
            return await ListExport.AnswerAsync(call);
        call.Faults.Add(
            "format",
            "must not be named in a stream of commands: ask for the file in a request of its own"
        );
        return await call.Operation.Handle(call);
    }

    /// <summary>The answer with the members that the query asks for.</summary>
    internal static Answer Masked(ApiCall call, Answer answer) =>
        call.Values.Mask is { } mask ? answer with { Mask = mask } : answer;
}
