using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api;
using Server.Tests.Field;

namespace Server.Tests.Inputs;

/// <summary>
/// Who calls, and one of each thing that an address or a body can name, made anew every few hundred inputs: what earlier inputs
/// changed keeps no later one from reaching deep.
/// </summary>
internal sealed class Scene
{
    private readonly LiveServer _server;
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private int _count;

    private Scene(LiveServer server) => _server = server;

    /// <summary>An agent that holds two items under a run.</summary>
    internal required TestCaller Bot { get; init; }

    /// <summary>Somebody who may do everything.</summary>
    internal required TestCaller Ada { get; init; }
    internal required TestCaller Rae { get; init; }
    internal required TestCaller Vic { get; init; }

    /// <summary>An agent of another queue.</summary>
    internal required TestCaller Cleo { get; init; }
    internal required TestCaller Victim { get; init; }
    internal required string Permit { get; set; }

    internal string Queue => $"q{_count}";
    internal string Run => $"r{_count}";
    internal long Token { get; private set; }

    internal static async Task<Scene> OpenAsync(LiveServer server) =>
        new(server)
        {
            Ada = await server.AddAsync(
                "Ada",
                Roles.Admin | Roles.Manager | Roles.Support | Roles.Reviewer | Roles.Agent
            ),
            Bot = await server.AddAsync("bot", Roles.Agent),
            Rae = await server.AddAsync("Rae", Roles.Reviewer),
            Vic = await server.AddAsync("Vic", Roles.Viewer),
            Cleo = await server.AddAsync("cleo", Roles.Agent, keyQueues: ["elsewhere"]),
            Victim = await server.AddAsync("victim", Roles.Agent),
            Permit = "permit_none",
        };

    /// <summary>Everything anew: also the good commands that have to be answered whatever came before.</summary>
    internal async Task SetAsync()
    {
        _count++;
        await Ada.PostAsync("/workspace/go", new { });
        (await Ada.PutAsync($"/queues/{Queue}", new { requiredApprovals = 1 })).Is(201);
        var held = Held.From(Bot, await ClaimAsync());
        (await held.DoAsync("start")).Is(200);
        Token = held.Token;
        _ids["items"] = held.Item;
        _ids["leases"] = held.Lease;
        (
            await Ada.PostAsync(
                $"/items/{held.Item}/notes",
                new
                {
                    text = "x",
                    to = "everyone",
                    kind = "note",
                }
            )
        ).Is(201);
        await MakeArtifactAsync(held);
        (
            await Ada.PutAsync("/webhooks/w1", new { url = "https://crm.invalid/x", events = Array.Empty<string>() })
        ).ToString();
        await Ada.PutAsync(
            "/views/v1",
            new
            {
                name = "mine",
                page = "now",
                query = "state:stale",
                shared = false,
            }
        );
        await SettleAsync();
    }

    private async Task<Api.Answer> ClaimAsync()
    {
        var item = (await Ada.PostAsync("/items", new { queue = Queue, title = "Call Ann" })).Is(201)["id"].GetString();
        return (await Bot.PostAsync($"/items/{item}/claim", new { run = Run })).Is(200);
    }

    private async Task MakeArtifactAsync(Held held)
    {
        var artifact = (
            await Bot.PostAsync(
                "/artifacts",
                new
                {
                    name = "reply",
                    itemId = held.Item,
                    contentType = "text/plain",
                    content = "hello\nAnn\n",
                    run = Run,
                    token = held.Token,
                }
            )
        ).Is(201);
        _ids["artifacts"] = artifact["id"].GetString()!;
        _ids["hash"] = artifact["versions.0.contentHash"].GetString()!;
        var version = $"/artifacts/{_ids["artifacts"]}/versions/1";
        var comment = await Rae.PostAsync(
            version + "/comments",
            new
            {
                body = "Why?",
                anchor = new
                {
                    quote = "Ann",
                    start = 6,
                    end = 9,
                },
                suggestion = "Bob",
            }
        );
        _ids["comment"] = comment.Is(201)["id"].GetString()!;
        _ids["action"] = $"act-{_count}";
        (
            await Bot.PutAsync(
                $"/actions/{_ids["action"]}",
                new
                {
                    kind = "send_reply",
                    target = $"mail:ann{_count}",
                    artifactId = _ids["artifacts"],
                    run = Run,
                    token = held.Token,
                }
            )
        ).Is(201);
        await ReviewAsync();
        var late = await Bot.PostAsync(
            $"/artifacts/{_ids["artifacts"]}/versions",
            new
            {
                baseVersion = 1,
                content = "hello\nBob\n",
                run = Run,
                token = held.Token,
            }
        );
        late.Is(201);
        var old = await Bot.PostAsync(
            $"/artifacts/{_ids["artifacts"]}/versions",
            new
            {
                baseVersion = 1,
                content = "hello\nCarl\n",
                run = Run,
                token = held.Token,
            }
        );
        _ids["conflicts"] = old.Is(409)["conflictId"].GetString()!;
    }

    // A second item has a draft under review, of which an approved action may be begun.
    private async Task ReviewAsync()
    {
        var other = Held.From(Bot, await ClaimAsync());
        var artifact = (
            await Bot.PostAsync(
                "/artifacts",
                new
                {
                    name = "draft",
                    itemId = other.Item,
                    contentType = "text/plain",
                    content = "x",
                    run = Run,
                    token = other.Token,
                }
            )
        ).Is(201)["id"].GetString();
        (
            await Bot.PutAsync(
                $"/actions/go-{_count}",
                new
                {
                    kind = "send_reply",
                    target = $"mail:bob{_count}",
                    artifactId = artifact,
                    run = Run,
                    token = other.Token,
                }
            )
        ).Is(201);
        var review = await Bot.PostAsync(
            $"/artifacts/{artifact}/versions/1/review",
            new { run = Run, token = other.Token }
        );
        _ids["reviews"] = review.Is(201)["id"].GetString()!;
        var shown = (await Rae.GetAsync($"/artifacts/{artifact}/versions/1/consequences")).Is(200);
        var approved = await Rae.PostAsync(
            $"/artifacts/{artifact}/versions/1/decisions",
            new
            {
                decision = "approve",
                contentHash = shown["contentHash"].GetString(),
                consequencesHash = shown["consequencesHash"].GetString(),
            }
        );
        _ids["approval"] = approved.Is(201)["approval.approvals.0.id"].GetString()!;
        var begun = await Bot.PostAsync($"/actions/go-{_count}/begin", new { run = Run, token = other.Token });
        Permit = begun.Is(200)["permit"].GetString() ?? throw new InvalidOperationException(begun.Text);
    }

    /// <summary>Waits until everything that was begun is decided.</summary>
    internal Task SettleAsync() => _server.Host.Engine.AskAsync(static (_, _) => true);

    /// <summary>A good address of the operation, with one piece spoilt now and then.</summary>
    internal string Address(ApiOperation operation, Hostile hostile)
    {
        var names = operation
            .Pattern.Split('{')
            .Skip(1)
            .Select(p => p[..p.IndexOf('}', StringComparison.Ordinal)])
            .ToList();
        var spoilt = names.Count > 0 && hostile.Chance(0.12) ? hostile.One(names) : null;
        var address = operation.Pattern;
        foreach (var name in names)
        {
            var piece =
                name == spoilt ? hostile.Piece(name)
                : name == "n" && hostile.Chance(0.3) ? "2"
                : Uri.EscapeDataString(Piece(operation, name));
            address = address.Replace("{" + name + "}", piece, StringComparison.Ordinal);
        }
        return address;
    }

    private string Piece(ApiOperation operation, string name) =>
        name switch
        {
            "id" => operation.Pattern.Split('/')[1] switch
            {
                "principals" => Victim.Id,
                "webhooks" => "w1",
                "views" => "v1",
                "keys" => "K-99",
                "bulk" => "B-1",
                "targets" => "H-1",
                var room => _ids.GetValueOrDefault(room, "X-1"),
            },
            "name" => Queue,
            "run" => Run,
            "hash" => _ids["hash"],
            "approvalId" => _ids["approval"],
            "actionId" => _ids["action"],
            "n" => "1",
            "k" when operation.Pattern.Contains("/comments/", StringComparison.Ordinal) => _ids["comment"],
            "k" when operation.Pattern.Contains("/competing/", StringComparison.Ordinal) => "0",
            "k" => "1",
            _ => "x1",
        };

    /// <summary>A body that would do, as far as words and ids can be told from the names of members.</summary>
    internal JsonNode Body(JsonTypeInfo type, string operation, Hostile hostile)
    {
        type = ApiJson.Strict.GetTypeInfo(BodyReader.OptionalOf(type.Type) ?? type.Type);
        var body = new JsonObject();
        foreach (var property in type.Properties)
        {
            if (BodyReader.IsRequired(property) || hostile.Chance(property.Name is "run" or "token" ? 0.95 : 0.3))
                body[property.Name] = Value(property.PropertyType, operation, property.Name, hostile);
        }
        if (body.ContainsKey("content"))
            body.Remove("contentHash");
        else if (operation is "createArtifact" or "publishVersion")
            body["content"] = "hello\n";
        return body;
    }

    private JsonNode? Value(Type type, string operation, string name, Hostile hostile)
    {
        var inner = BodyReader.OptionalOf(type) ?? type;
        inner = Nullable.GetUnderlyingType(inner) ?? inner;
        if (inner == typeof(bool))
            return hostile.Chance(0.5);
        if (inner == typeof(int) || inner == typeof(long) || inner == typeof(decimal))
            return name switch
            {
                "token" => Token,
                "waitSeconds" => 0,
                "ifSeq" or "seenSeq" => _server.Host.Engine.Picture.Seq,
                _ when name.EndsWith("Seconds", StringComparison.Ordinal) => hostile.One([5, 30, 300]),
                _ => hostile.One([1, 1, 2, 5]),
            };
        if (inner == typeof(DateTimeOffset))
            return "2030-02-01T09:00:00Z";
        if (inner == typeof(string) || inner == typeof(System.Text.Json.JsonElement))
            return Word(operation, name, hostile);
        var info = ApiJson.Strict.GetTypeInfo(inner);
        if (info.Kind == JsonTypeInfoKind.Enumerable)
            return new JsonArray([
                .. Enumerable
                    .Range(0, hostile.Below(3))
                    .Select(_ => Value(info.ElementType!, operation, name, hostile)),
            ]);
        return Body(info, operation, hostile);
    }

    private string Word(string operation, string name, Hostile hostile) =>
        name switch
        {
            "queue" or "queues" => Queue,
            "run" => Run,
            "itemId" or "dependsOn" or "ids" => _ids["items"],
            "leaseId" => _ids["leases"],
            "artifactId" or "id" => _ids["artifacts"],
            "principal" => Victim.Id,
            "permit" => hostile.Chance(0.3) ? Permit : "permit_0",
            "contentHash" or "payloadHash" or "consequencesHash" => _ids["hash"],
            "target" or "targets" or "targetPrefix" or "causedBy" => "crm:customer/" + hostile.Below(4),
            "contentType" => "text/plain",
            "url" => "https://crm.invalid/x",
            "decision" => hostile.One(["approve", "request_changes", "reject", "ask"]),
            "mode" => operation == "sayPresence" ? "viewing" : hostile.One(["exclusive", "shared"]),
            "topic" => "item:" + _ids["items"],
            "reason" => hostile.One(["blocked", "waiting_on_human"]),
            "effect" => hostile.One(["none", "unknown"]),
            "scope" => hostile.One(["begins", "claims", "all"]),
            "resolution" => hostile.One(["keep_current", "take_proposed", "merge", "dismiss", "retry"]),
            "role" or "roles" => hostile.One(["viewer", "reviewer", "support"]),
            "events" => "item.created",
            "do" => hostile.One(["label", "priority", "unpark"]),
            "kind" => operation switch
            {
                "addNote" => hostile.One(["note", "question"]),
                "addPrincipal" => "agent",
                _ => "send_reply",
            },
            "to" => operation == "addNote" ? "holder" : "reviewer",
            "outcome" => operation switch
            {
                "recordCheckpoint" => "passed",
                "releaseLease" => hostile.One(["given_back", "failed"]),
                _ => "done",
            },
            "page" => "now",
            "query" => "state:stale",
            "state" => "watching",
            "onStale" => "hold",
            "onDuplicate" => "return",
            "selfApproval" => "never",
            "onHumanEdit" => hostile.One(["ask", "acknowledge", "free"]),
            "onSourceChange" => "flag",
            "mergeClean" => hostile.One(["propose", "auto"]),
            _ => "word" + hostile.Below(1_000),
        };
}
