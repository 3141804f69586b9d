// Calls every tool in every way with the official TypeScript client, with null for each optional argument.
// Usage: node real-clients.mjs URL KEY SCENE, where SCENE is the JSON of values for arguments by name.
// Prints one line of JSON for each call: {tool, operation, isError, code, detail}.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, key, scene] = process.argv.slice(2);
const values = JSON.parse(scene);
const client = new Client({ name: "real-clients", version: "1.0.0" });
await client.connect(
  new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${key}` } } }),
);
if (!client.getInstructions()?.includes("1. `claim_work`")) throw new Error("no instructions");
const { tools } = await client.listTools();
for (const tool of tools) {
  const properties = tool.inputSchema.properties;
  const required = new Set(tool.inputSchema.required);
  for (const operation of properties.operation?.enum ?? [undefined]) {
    // Some arguments are needed in one way of a tool only: the scene has those too.
    const own = values[`${tool.name} ${operation ?? ""}`.trim()] ?? {};
    const sent = {};
    for (const name of Object.keys(properties)) {
      if (name === "operation") sent[name] = operation;
      else if (name in own) sent[name] = own[name];
      else if (required.has(name)) sent[name] = values[name] ?? "word";
      else sent[name] = null;
    }
    // The client itself holds each result against the schema that the tool was told with.
    const result = await client.callTool({ name: tool.name, arguments: sent });
    const { code, detail, errors } = result.structuredContent ?? {};
    console.log(JSON.stringify({ tool: tool.name, operation, isError: !!result.isError, code, detail, errors }));
  }
}
const read = await client.listResources();
console.log(JSON.stringify({ resources: read.resources.length }));
await client.close();
