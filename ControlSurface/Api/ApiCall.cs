using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Access;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Resolving;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>The thing that the address of a call names, or the refusal of an address whose id cannot exist.</summary>
internal readonly record struct Target(ItemId? Item, LeaseId? Lease, string? Queue, Refusal.NotFound? Missing)
{
    /// <summary>The artifact; null where the address names none.</summary>
    internal ArtifactId? Artifact { get; init; }
}

/// <summary>
/// One request, as far as it is known: who calls, which operation, and with what. Immutable: each step of the pipeline hands the
/// next a copy that knows more. It knows HTTP and no rule. Only <see cref="Faults"/> grows: every reader of the request adds to it.
/// </summary>
/// <param name="Http">The request. Only <see cref="AnswerWriter"/> and streams write to its response.</param>
/// <param name="Host">The services of the workspace.</param>
/// <param name="Operation">The operation of the contract that the address and method name.</param>
internal sealed record ApiCall(HttpContext Http, ApiHost Host, ApiOperation Operation)
{
    /// <summary>The largest JSON body that is read, in bytes.</summary>
    internal const int LimitBytes = 1024 * 1024;

    /// <summary>The length of a list's page where the request names none.</summary>
    internal const int DefaultLimit = 50;

    /// <summary>The longest page of a list.</summary>
    internal const int MostLimit = 500;

    /// <summary>The longest wait of a call that waits, in seconds.</summary>
    internal const int LongestWait = 55;

    // The scope is computed when it is first needed: most commands never ask for it, and it costs a read of the picture.
    private Scope? _scope;

    /// <summary>All that is wrong with the request so far. Copies of this context share it.</summary>
    internal Faults Faults { get; init; } = new();

    /// <summary>Who calls; the system before <see cref="Authentication"/> knows.</summary>
    internal Caller Caller { get; init; } = Caller.System;

    /// <summary>The key or session that let the caller in; null before that is known.</summary>
    internal Credential? Credential { get; init; }

    /// <summary>The call comes from within the process: an agent's tool, or a person who saves a list as a file.</summary>
    internal bool IsInProcess { get; init; }

    /// <summary>The line of a stream of commands that the call is; null where it is a request of its own.</summary>
    internal Lines.LineRequest? Line { get; init; }

    /// <summary>The caller as the picture knows them. Only reads have it.</summary>
    internal Principal Who { get; init; } = null!; // By sets it before a handler of a read sees the call.

    /// <summary>The parameters of the query.</summary>
    internal QueryValues Values { get; init; } = QueryValues.None;

    /// <summary>The thing that the address names.</summary>
    internal Target Target { get; init; }

    /// <summary>The run that the request names; null for none.</summary>
    internal string? Run { get; init; }

    /// <summary>The lease token that the body names; null for none.</summary>
    internal long? Token { get; init; }

    /// <summary>The body could not be read: which run and token it names, nobody can say.</summary>
    internal bool HasUnreadBody { get; init; }

    /// <summary>The command changes principals or keys, which <see cref="IAccess"/> keeps.</summary>
    internal bool ChangesAccess { get; init; }

    /// <summary>The request tries only: it changes nothing.</summary>
    internal bool DryRun => Values.IsDryRun;

    /// <summary>The principal and run to whom leases show their tokens.</summary>
    internal Viewer Viewer => new(Caller.Id, Run);

    /// <summary>Scheme and host, as the caller addressed them.</summary>
    internal string Site => Http.Request.Scheme + "://" + Http.Request.Host.Value;

    /// <summary>The queues that the caller may see, as the picture knows them now.</summary>
    internal Scope Scope => _scope ??= ScopeOfNow();

    /// <summary>Why the request cannot be answered as it is: its faults. Null where it has none.</summary>
    internal Refusal.InvalidRequest? Invalid => Faults.Any ? new Refusal.InvalidRequest(Faults.ByMember) : null;

    /// <summary>How many rows a page of a list has: 1 to 500, 50 by default.</summary>
    internal int Limit =>
        Query("limit") is { } text ? (int)QueryValues.WholeNumber("limit", text, 1, MostLimit, Faults) : DefaultLimit;

    /// <summary>A copy that looks at the caller's rights again, after a wait or for another page.</summary>
    internal ApiCall WithScopeOfNow() => this with { _scope = null };

    /// <summary>A copy for a read by this principal: with what the picture knows of them, and what they may see.</summary>
    internal ApiCall By(Principal who) => this with { Who = who, _scope = Scope.Of(who, Caller) };

    /// <summary>A copy whose command goes the way of principals and keys.</summary>
    internal ApiCall ThroughAccess() => this with { ChangesAccess = true };

    /// <summary>A copy that knows the item of the address.</summary>
    internal ApiCall OnItem()
    {
        var text = Route("id");
        return this with
        {
            Target = ItemId.TryParse(text, out var id) ? default(Target) with { Item = id } : Nowhere("item", text),
        };
    }

    /// <summary>A copy that knows the lease of the address.</summary>
    internal ApiCall OnLease()
    {
        var text = Route("id");
        return this with
        {
            Target = LeaseId.TryParse(text, out var id) ? default(Target) with { Lease = id } : Nowhere("lease", text),
        };
    }

    /// <summary>A copy that knows the artifact of the address.</summary>
    internal ApiCall OnArtifact()
    {
        var text = Route("id");
        return this with
        {
            Target = ArtifactId.TryParse(text, out var id)
                ? default(Target) with
                {
                    Artifact = id,
                }
                : Nowhere("artifact", text),
        };
    }

    /// <summary>A copy that knows the queue of the address.</summary>
    internal ApiCall OnQueue() => this with { Target = default(Target) with { Queue = Route("name") } };

    private static Target Nowhere(string kind, string text) =>
        default(Target) with
        {
            Missing = new Refusal.NotFound(kind, text),
        };

    /// <summary>The part of the address that the route calls by this name.</summary>
    internal string Route(string name) => (string)Http.Request.RouteValues[name]!;

    /// <summary>The whole number that a part of the address is, 0 or more; null where it is none. <c>1.0</c> is 1.</summary>
    internal int? RouteNumber(string name) =>
        Route(name) is [>= '0' and <= '9', ..] text
        && text is not ['0', >= '0' and <= '9', ..]
        && Numbers.TryReadWhole(text, out var number)
        && number is >= 0 and <= int.MaxValue
            ? (int)number
            : null;

    /// <summary>The value of a query parameter; null where it is not there.</summary>
    internal string? Query(string name) => Values.Find(name);

    /// <summary>The number that a text is; a fault on the member where it is none or out of bounds.</summary>
    internal long WholeNumber(string name, string text, long least, long most) =>
        QueryValues.WholeNumber(name, text, least, most, Faults);

    /// <summary>How long to wait, from 0 to 55 s, fractions too (API.md, Settled since, Numbers).</summary>
    internal TimeSpan WaitOf(decimal? seconds)
    {
        if (seconds is < 0 or > LongestWait)
            Faults.Add("waitSeconds", $"must be from 0 to {LongestWait}");
        else if (seconds > 0 && Line is not null)
            Faults.Add("waitSeconds", "must be 0 in a stream of commands: wait in a request of its own");
        return TimeSpan.FromSeconds((double)Math.Clamp(seconds ?? 0, 0, LongestWait));
    }

    /// <summary>The wait that the query asks for.</summary>
    internal TimeSpan WaitOfQuery() => WaitOf(Query("waitSeconds") is { } text ? Numbers.ReadDecimal(text) : null);

    /// <summary>Notes that something which the request names does not exist; the call is refused as not found.</summary>
    internal void Missing(string kind, string id) => Faults.AddMissing(new Refusal.NotFound(kind, id));

    /// <summary>
    /// The command of a request that cannot be translated: the engine refuses it by the caller's rights first, and else by its
    /// faults.
    /// </summary>
    /// <param name="queue">The queue that the body names, where the address names none.</param>
    internal MalformedCommand Malformed(string? queue = null) =>
        new(Operation.Verb, Target.Item, Target.Lease, Target.Queue ?? queue, Faults.ByMember, Target.Artifact);

    /// <summary>Whether the caller has one of the roles, as far as is committed.</summary>
    internal bool HasAny(Roles roles) =>
        Host.Engine.Picture.Read(at => at.FindPrincipal(Caller.Id)) is { } who && (who.Roles & roles) != Roles.None;

    /// <summary>Why a thing of this queue, or of none, is not shown: it is outside the scope, or the request is malformed. Null where it is shown.</summary>
    internal Refusal? Hidden(string? queue) => Scope.Outside(queue) ?? Invalid;

    /// <summary>The item as the caller may see it.</summary>
    internal ItemView Seen(ItemView view) =>
        Scope.IsLimited && view.Item.DependsOn.Count > 0 ? Host.Engine.Picture.Read(at => view.For(at, Scope)) : view;

    /// <summary>The conflict as the caller may see it: with the runbook's advice of their own queues only.</summary>
    internal ConflictView Seen(ConflictView view) =>
        view.Pattern is { } pattern && !Scope.Sees(pattern.Queue) ? view with { Pattern = null } : view;

    /// <summary>Translates the JSON body to a command, sends it, and answers with its outcome.</summary>
    /// <param name="translate">Body to command. The faults that it adds are answered as 400.</param>
    internal Task<Answer> SendAsync<T>(JsonTypeInfo<T> type, Func<ApiCall, T, Asked> translate)
        where T : class => CommandSending.SendAsync(this, type, translate);

    /// <summary>Sends a command that was made of bytes, and answers with its outcome.</summary>
    /// <param name="body">The bytes, where the command is applied once for each key; null where a repeat changes nothing anyway.</param>
    internal Task<Answer> SendAsync(Asked asked, byte[]? body = null) => CommandSending.SendAsync(this, asked, body);

    /// <summary>Answers a read, once everything that is due by now has happened and the caller may ask.</summary>
    internal Task<Answer> ReadAsync(Func<ApiCall, Answer> look) => Reads.AnswerAsync(this, look);

    /// <summary>The same for a read that waits or reads from disk.</summary>
    internal Task<Answer> ReadAsync(Func<ApiCall, Task<Answer>> look) => Reads.AnswerAsync(this, look);

    /// <summary>Waits for as long as the caller may; see <see cref="Waits.RunAsync"/>.</summary>
    internal Task<Refusal?> WaitAsync(Func<CancellationToken, Task> wait) => Waits.RunAsync(this, wait);

    /// <summary>The refusal as a problem document.</summary>
    /// <param name="now">The instant at which it was refused; now by default.</param>
    internal Answer Refuse(Refusal refusal, DateTimeOffset? now = null) =>
        Answer.Of(Refusals.ProblemOf(this, refusal, now ?? Host.Engine.Now));

    /// <summary>
    /// Opens a long download, which ends early when the caller's rights do. Null where they are over already. It is disposed of
    /// with the response.
    /// </summary>
    internal OpenConnection? OpenDownload()
    {
        var opened = Host.Connections.Open(Caller.Id, Credential, endsWithRights: false);
        if (opened is not null)
            Http.Response.RegisterForDispose(opened);
        return opened;
    }

    private Scope ScopeOfNow() => Host.Engine.Picture.Read(at => Scope.Of(at.FindPrincipal(Caller.Id), Caller));
}
