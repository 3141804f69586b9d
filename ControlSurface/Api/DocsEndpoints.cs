using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ControlSurface.Api;

/// <summary>
/// What can be read without script, by people and by models: <c>/llms.txt</c>, <c>/docs/contract.md</c> (made from the table of
/// operations) and <c>/docs/first-worker</c>, whose program a test runs.
/// </summary>
internal static class DocsEndpoints
{
    private static readonly Lazy<string> Contract = new(MakeContract);

    /// <summary>Maps the documents. Everybody may read them.</summary>
    internal static void MapDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/llms.txt", http => WriteAsync(http, "text/plain", Index)).AllowAnonymous();
        routes.MapGet("/docs/contract.md", http => WriteAsync(http, "text/markdown", Contract.Value)).AllowAnonymous();
        routes.MapGet("/docs/first-worker", http => WriteAsync(http, "text/html", FirstWorker)).AllowAnonymous();
        routes.MapGet("/docs/many-agents", http => WriteAsync(http, "text/html", ManyAgentsPage.Html)).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext http, string type, string text)
    {
        http.Response.ContentType = type + "; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    private const string Index = """
        # ControlSurface

        > Says who owns which work, between AI agents and people: leases that end, locks, fencing tokens, approvals that hold for
        > exactly what was read, actions applied once, and conflicts that somebody settles.

        - [Your first worker](/docs/first-worker): a program that claims, works under a lease and completes
        - [Many agents](/docs/many-agents): a program that sends the calls of many agents on one connection
        - [The HTTP contract](/docs/contract.md): every call, its members, refusals and an example
        - [OpenAPI 3.1](/openapi/v1.json): the same for machines
        - [Refusals](/help): what each code means, and what to do next
        - `/mcp`: the agent's part as Model Context Protocol tools, with the same keys (`Authorization: Bearer KEY`)
        - `/hubs/live`: events as they are committed (SignalR); `/api/v1/events` with `Accept: text/event-stream` gives the same

        A key is made with `dotnet run --project ControlSurface -- keys add --name NAME --kind agent --role agent`.

        """;

    /// <summary>The program of the page. It needs Node.js 18 or later and nothing else.</summary>
    private const string Worker = """
        // worker.mjs: claims one item, works on it under a lease, and completes it.
        const { CONTROLSURFACE_URL: url, CONTROLSURFACE_KEY: key, QUEUE: queue } = process.env;
        const run = `worker-${process.pid}`;

        async function call(method, path, body, idempotencyKey) {
          const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
          // With a key the call may be repeated, after a timeout for example, and is applied once.
          if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
          const response = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
          if (response.status === 204) return null;
          const answer = await response.json();
          // detail says in one sentence what happened and what to do next.
          if (!response.ok) throw new Error(`${answer.code}: ${answer.detail}`);
          return answer;
        }

        // 1. Claim: from here on the item is yours, until lease.expiresAt.
        const grant = await call("POST", `/queues/${queue}/claims`, { run, waitSeconds: 20 });
        if (!grant) {
          console.log("nothing to do");
          process.exit(0);
        }
        const { item, lease } = grant;
        const under = { run, token: lease.token }; // Every call under the lease names both.
        await call("POST", `/leases/${lease.id}/start`, under);

        // 2. Keep the lease while you work: a new step is progress, a renewal without one is quiet.
        let step = 1;
        const renewing = setInterval(
          () => call("POST", `/leases/${lease.id}/renew`, { ...under, progress: { step: `step ${step}` } }).catch(stop),
          (lease.leaseSeconds * 1000) / 3,
        );
        function stop(error) {
          clearInterval(renewing);
          console.error(`The lease is lost: ${error.message}`);
          process.exit(1);
        }

        // 3. Work. Record a checkpoint as often as you would mind to lose what you did since.
        const content = `What was asked: ${item.title}\n`;
        step = 2;
        await call("POST", `/leases/${lease.id}/checkpoints`, { ...under, summary: "The answer is written.", nextStep: "Publish it." });

        // 4. Publish what you made.
        const artifact = await call(
          "POST",
          "/artifacts",
          { name: `Answer to ${item.id}`, itemId: item.id, contentType: "text/plain", content, ...under },
          `${lease.id}-publish`,
        );

        // 5. Complete: the lease ends, its locks go with it.
        await call("POST", `/leases/${lease.id}/complete`, { ...under, result: { artifact: artifact.id } }, `${lease.id}-complete`);
        clearInterval(renewing);
        console.log(`completed ${item.id} with ${artifact.id}`);
        """;

    private static readonly string FirstWorker = $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Your first worker · ControlSurface</title></head>
        <body><main>
        <h1>Your first worker</h1>
        <p>A worker asks for an item, owns it under a lease that ends, says how far it is, publishes what it made, and completes.</p>
        <ol>
        <li>Make a queue and an item, on the page <a href="/">Now</a> or with <a href="/docs/contract.md">the contract's calls</a>.</li>
        <li>Make a key for the worker, in the folder that the server keeps its data in:
        <pre>export CONTROLSURFACE_KEY=$(dotnet run --project ControlSurface -- keys add --name worker --kind agent --role agent)</pre></li>
        <li>Save this as <code>worker.mjs</code>. It needs Node.js 18 or later and nothing else.
        <pre id="worker">{WebUtility.HtmlEncode(Worker)}</pre></li>
        <li>Run it:
        <pre>CONTROLSURFACE_URL=http://127.0.0.1:5080 QUEUE=refunds node worker.mjs</pre></li>
        </ol>
        <p>A refusal has a code and says what to do next; <a href="/help">each code has a page</a>. Work that changes something outside
        prepares an action before the review, and begins it after the approval: see <a href="/docs/contract.md">Actions</a>.</p>
        </main></body></html>
        """;

    private static string MakeContract()
    {
        var text = new StringBuilder(
            """
            # The HTTP contract, v1

            Paths are under `/api/v1`; JSON is camelCase; times are RFC 3339 in UTC, durations seconds. `Authorization: Bearer KEY`. Lists are
            `{items, next, total, limit, seq}`; `after` takes a `next`. A refusal is `application/problem+json` with `code`, `detail` and
            `help`. POST, PUT and PATCH take an `Idempotency-Key` and `?dryRun=true`; a GET takes `?fields=` and `?brief=true`. Under a
            lease every answer carries `leaseExpiresInSeconds` and `notes[]`.

            A key belongs to one workspace, and these addresses are that workspace's; `/w/NAME/api/v1` and the header `Workspace: NAME` name it.
            What belongs to another is as not there.


            """
        );
        foreach (var tag in ApiOperations.All.GroupBy(o => o.Tag, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {tag.Key}\n\n");
            foreach (var operation in tag)
                Append(text, operation);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, ApiOperation operation)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"### `{operation.Method} {operation.Pattern}`\n\n{operation.Summary} "
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"For {Permissions.InWords(Permissions.MayAsk(operation.Verb))}.\n\n"
        );
        foreach (var query in operation.Query)
        {
            var words = query.Words is { } known ? " Of " + string.Join(", ", known) + "." : "";
            text.Append(CultureInfo.InvariantCulture, $"- `?{query.Name}=`: {query.Description}{words}\n");
        }
        if (operation.Body is { } body)
        {
            foreach (var member in body.Properties)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"- `{member.Name}`{(BodyReader.IsRequired(member) ? "" : "?")}: {MemberMeanings.Of(member.Name)}\n"
                );
        }
        foreach (var reply in operation.Replies)
            text.Append(
                CultureInfo.InvariantCulture,
                $"- {reply.Status}: {reply.Description}{(reply.Type is { } type ? " " + MembersOf(type) : "")}\n"
            );
        if (operation.Codes.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"- Refused with: {string.Join(", ", operation.Codes)}\n");
        if (ApiExamples.Of(operation) is { Count: > 0 } example)
            text.Append(CultureInfo.InvariantCulture, $"\n```json\n{example.ToJsonString(ApiJson.Strict)}\n```\n");
        text.Append('\n');
    }

    private static string MembersOf(JsonTypeInfo type) =>
        type.Properties.Count == 0 ? "" : "`{" + string.Join(", ", type.Properties.Select(p => p.Name)) + "}`";
}
