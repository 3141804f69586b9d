namespace ControlSurface.Core.Webhooks;

/// <summary>
/// A subscription of an address outside to events, which are sent to it as they are committed (API.md, People, keys and the outside).
/// How far it has been sent to, and its secrets, are kept beside the journal.
/// </summary>
public sealed record Webhook
{
    /// <summary>Its id, which its maker chose.</summary>
    public required string Id { get; init; }

    /// <summary>Scheme and host of the address; the whole address where an earlier version wrote it (<see cref="AddressId"/>).</summary>
    public required string Url { get; init; }

    /// <summary>Event types, or <c>noun.*</c>; empty for all.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>The only queues whose events are sent; null for all.</summary>
    public required IReadOnlyList<string>? Queues { get; init; }

    /// <summary>The number of the secret that signs, from 1; each rotation makes the next.</summary>
    public required int Generation { get; init; }

    /// <summary>When the secret was last replaced; the one before signs beside it for a day. Null for never.</summary>
    public required DateTimeOffset? RotatedAt { get; init; }

    /// <summary>Why nothing is sent any more; null while it is enabled.</summary>
    public required string? Disabled { get; init; }

    /// <summary>Who last set it.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Events after this seq are sent: that of its creation.</summary>
    public required long From { get; init; }

    /// <summary>Seq of its last event.</summary>
    public required long Seq { get; init; }

    /// <summary>The name under which the whole address is kept with the secrets; null where <see cref="Url"/> is the whole address.</summary>
    public string? AddressId { get; init; }

    /// <summary>Whether it subscribes to an event.</summary>
    /// <param name="type">The event's type.</param>
    /// <param name="queue">The queue that the event is of; null for none.</param>
    public bool Wants(string type, string? queue) =>
        (Events.Count == 0 || Events.Any(wanted => Fits(wanted, type)))
        && (Queues is null || (queue is not null && Queues.Contains(queue, StringComparer.Ordinal)));

    /// <summary>Scheme, host and port of an address: the part that may be shown, because the rest can hold a token.</summary>
    public static string OriginOf(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    /// <summary>Whether a subscription covers an event type: it is the same, or <c>noun.*</c> of the same noun.</summary>
    public static bool Fits(string wanted, string type) =>
        wanted == type
        || (wanted.EndsWith(".*", StringComparison.Ordinal) && type.StartsWith(wanted[..^1], StringComparison.Ordinal));
}

/// <summary>An event of one webhook.</summary>
public abstract record WebhookEvent(string Id) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        WebhookEventDescriptions.Of(this, by, nameOf);

    /// <summary>A webhook was created or changed; a disabled one is enabled by it.</summary>
    /// <param name="Url">Scheme and host of its address: the rest can hold a token.</param>
    /// <param name="Events">Event types, or <c>noun.*</c>; empty for all.</param>
    /// <param name="Queues">The only queues whose events are sent; null for all.</param>
    /// <param name="Generation">The number of its secret, from 1; each rotation makes the next.</param>
    /// <param name="AddressId">The name under which the whole address is kept outside the journal; null in events of earlier versions.</param>
    public sealed record Set(
        string Id,
        string Url,
        IReadOnlyList<string> Events,
        IReadOnlyList<string>? Queues,
        int Generation,
        string? AddressId = null
    ) : WebhookEvent(Id)
    {
        /// <inheritdoc/>
        public override string Type => "webhook.set";
    }

    /// <summary>Nothing is sent any more until somebody sets the webhook again.</summary>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Disabled(string Id, string Why) : WebhookEvent(Id)
    {
        /// <inheritdoc/>
        public override string Type => "webhook.disabled";
    }

    /// <summary>The webhook was deleted; what waited to be sent is dropped.</summary>
    public sealed record Deleted(string Id) : WebhookEvent(Id)
    {
        /// <inheritdoc/>
        public override string Type => "webhook.deleted";
    }
}

/// <summary>A call on a webhook (API.md, People, keys and the outside).</summary>
/// <param name="Id">The webhook's id, which its maker chooses; up to 100 characters.</param>
public abstract record WebhookCommand(string Id) : Command
{
    /// <inheritdoc/>
    public override Verb Verb => Verb.SetWebhook;

    // The verbs refuse callers who are limited to queues; the server's own command has no caller.
    internal override Refusal? Outside(IQueueGate gate) => null;

    /// <summary>Creates the webhook, or changes it as a whole.</summary>
    /// <param name="Url">The whole address: <c>https</c>, or <c>http</c> on loopback; up to 2,000 characters.</param>
    /// <param name="Events">Event types, or <c>noun.*</c>, at most 100; empty for all.</param>
    /// <param name="Queues">The only queues whose events are sent; null for all.</param>
    /// <param name="Rotate">Whether it gets a new secret.</param>
    /// <param name="AddressId">The name under which the edge has stored the whole address outside the journal; null where it has not.</param>
    public sealed record Set(
        string Id,
        string Url,
        IReadOnlyList<string> Events,
        IReadOnlyList<string>? Queues,
        bool Rotate,
        string? AddressId = null
    ) : WebhookCommand(Id);

    /// <summary>Deletes a webhook.</summary>
    public sealed record Delete(string Id) : WebhookCommand(Id);

    /// <summary>Sends events once more.</summary>
    /// <param name="From">First seq; null for whatever was given up.</param>
    /// <param name="To">Last seq, not before <paramref name="From"/> and less than 10,000 after it; null for <paramref name="From"/> alone.</param>
    public sealed record Redeliver(string Id, long? From, long? To) : WebhookCommand(Id);

    /// <summary>Disables a webhook. Only the server sends it, when the address answers that it is gone.</summary>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Disable(string Id, string Why) : WebhookCommand(Id)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.DisableWebhook;
    }
}
