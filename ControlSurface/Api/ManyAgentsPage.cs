using System.Net;

namespace ControlSurface.Api;

/// <summary><c>/docs/many-agents</c>: a program that runs many agents on one connection; a test runs it.</summary>
internal static class ManyAgentsPage
{
    /// <summary>The program of the page. It needs Node.js 18 or later and nothing else.</summary>
    private const string Agents = """
        // agents.mjs: many agents in one program, on one connection. Each claims items, works on them, and completes them.
        import http from "node:http";
        import readline from "node:readline";

        const { CONTROLSURFACE_URL: url, CONTROLSURFACE_KEY: key, QUEUE: queue, AGENTS: agents = "8" } = process.env;

        // 1. One request whose body never ends: a line for each call, and a line back for each, as soon as it is on disk.
        const stream = http.request(`${url}/api/v1/commands`, {
          method: "POST",
          headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/x-ndjson" },
        });
        const waiting = new Map();
        let last = 0;

        function call(method, path, body, idempotencyKey) {
          return new Promise((resolve, reject) => {
            const id = ++last;
            waiting.set(id, { resolve, reject });
            stream.write(JSON.stringify({ id, method, path, key: idempotencyKey, body }) + "\n");
          });
        }

        stream.on("response", (response) => {
          const lines = readline.createInterface({ input: response });
          lines.on("line", (line) => {
            const { id, status, body } = JSON.parse(line);
            // Without an id it is the server's last word on the whole stream: no or no more key, or it stops.
            if (!waiting.has(id)) return console.error(`${body?.code}: ${body?.detail}`);
            const { resolve, reject } = waiting.get(id);
            waiting.delete(id);
            if (status < 400) resolve(body);
            else reject(new Error(`${body.code}: ${body.detail}`));
          });
          // What has no answer may or may not have been done: ask again with the same key, on a new stream.
          lines.on("close", () => waiting.forEach(({ reject }) => reject(new Error("The stream ended."))));
        });
        stream.on("error", (error) => waiting.forEach(({ reject }) => reject(error)));

        // 2. An agent is what it always is; its calls have only another way.
        async function agent(number) {
          const run = `agent-${process.pid}-${number}`;
          for (let done = 0; ; done++) {
            // To wait for work, ask in a request of its own: nothing on this connection waits.
            const grant = await call("POST", `/queues/${queue}/claims`, { run });
            if (!grant) return done;
            const under = { run, token: grant.lease.token };
            const lease = grant.lease.id;
            await call("POST", `/leases/${lease}/start`, under);
            await call("POST", `/leases/${lease}/renew`, { ...under, progress: { step: "half way" } });
            await call("POST", `/leases/${lease}/complete`, { ...under, result: { by: number } }, `${lease}-complete`);
          }
        }

        const done = await Promise.all(Array.from({ length: Number(agents) }, (_, number) => agent(number)));
        stream.end();
        console.log(`completed ${done.reduce((sum, one) => sum + one, 0)}`);
        """;

    /// <summary>The page.</summary>
    internal static readonly string Html = $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Many agents · ControlSurface</title></head>
        <body><main>
        <h1>Many agents in one program</h1>
        <p>A program that runs many agents under one key sends their calls on one connection: <code>POST /api/v1/commands</code>, a line of JSON for
        each call and a line back for each. The order of lines is kept, one write to disk takes many, and at most 1,000 are under way. Read while
        you write: a client that does not read is not read from.</p>
        <ol>
        <li>Make a queue, items and a key as for <a href="/docs/first-worker">your first worker</a>.</li>
        <li>Save this as <code>agents.mjs</code>. It needs Node.js 18 or later and nothing else.
        <pre id="agents">{WebUtility.HtmlEncode(Agents)}</pre></li>
        <li>Run it:
        <pre>CONTROLSURFACE_URL=http://127.0.0.1:5080 QUEUE=refunds AGENTS=64 node agents.mjs</pre></li>
        </ol>
        <p>Clients that cannot read before they have written a whole body over HTTP/1.1, such as .NET's <code>HttpClient</code>, can over HTTP/2. Without
        TLS that needs a port of its own: the setting <code>ControlSurface:Http2Port</code>.</p>
        </main></body></html>
        """;
}
