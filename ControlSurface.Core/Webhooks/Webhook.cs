namespace ControlSurface.Core.Webhooks;

/// <summary>
/// An address outside that is told of events as they are committed (API.md, People, keys and the outside). What it is told, and
/// how far that is, is kept beside the journal; here is only what was asked for. Secrets are nowhere in it.
/// </summary>
/// <param name="Id">Chosen by whoever made it.</param>
/// <param name="Events">Event types, or <c>noun.*</c>; empty for all.</param>
/// <param name="Queues">Only what is of these queues; null for all.</param>
/// <param name="Generation">Which secret signs: the next one after each rotation, from 1.</param>
/// <param name="RotatedAt">When the secret was last replaced; the one before signs beside it for a day.</param>
/// <param name="Disabled">Why nothing is sent any more; null while it is.</param>
/// <param name="From">Events after this seq are sent.</param>
/// <param name="Seq">Of the last change.</param>
/// <param name="Url">Scheme and host of the address; all of it where a version wrote it that kept it here.</param>
/// <param name="AddressId">The name under which the whole address is kept where secrets are; null where <paramref name="Url"/> is all of it.</param>
public sealed record Webhook(
    string Id,
    string Url,
    IReadOnlyList<string> Events,
    IReadOnlyList<string>? Queues,
    int Generation,
    DateTimeOffset? RotatedAt,
    string? Disabled,
    PrincipalId By,
    DateTimeOffset At,
    long From,
    long Seq,
    string? AddressId = null
)
{
    /// <summary>Whether it is to be told of an event.</summary>
    /// <param name="queue">The queue that the event is of; null for none.</param>
    public bool Wants(string type, string? queue) =>
        (Events.Count == 0 || Events.Any(wanted => Fits(wanted, type)))
        && (Queues is null || (queue is not null && Queues.Contains(queue, StringComparer.Ordinal)));

    /// <summary>Scheme, host and port of an address: what may be said of it where everybody reads.</summary>
    public static string OriginOf(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    /// <summary>Whether an event type is one that was asked for: by its name, or as <c>noun.*</c>.</summary>
    public static bool Fits(string wanted, string type) =>
        wanted == type
        || (wanted.EndsWith(".*", StringComparison.Ordinal) && type.StartsWith(wanted[..^1], StringComparison.Ordinal));
}

/// <summary>What can happen to a webhook.</summary>
public abstract record WebhookEvent(string Id) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        WebhookEventDescriptions.Of(this, by, nameOf);

    /// <summary>Made or changed, and sent to again where it was disabled.</summary>
    /// <param name="Url">Scheme and host: the rest of an address may be a token.</param>
    /// <param name="AddressId">The name under which the whole address is kept outside the journal.</param>
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

    /// <summary>Nothing is sent any more until somebody sets it again.</summary>
    public sealed record Disabled(string Id, string Why) : WebhookEvent(Id)
    {
        /// <inheritdoc/>
        public override string Type => "webhook.disabled";
    }

    public sealed record Deleted(string Id) : WebhookEvent(Id)
    {
        /// <inheritdoc/>
        public override string Type => "webhook.deleted";
    }
}

/// <summary>What can be asked of webhooks.</summary>
public abstract record WebhookCommand(string Id) : Command
{
    /// <inheritdoc/>
    public override Verb Verb => Verb.SetWebhook;

    // The verbs of all of them keep out those who are limited to queues, or are the server's own.
    internal override Refusal? Outside(IQueueGate gate) => null;

    /// <summary>Makes the webhook, or changes all of it.</summary>
    /// <param name="Url">The whole address.</param>
    /// <param name="Rotate">Replaces its secret.</param>
    /// <param name="AddressId">The name under which the whole address was written down outside the journal.</param>
    public sealed record Set(
        string Id,
        string Url,
        IReadOnlyList<string> Events,
        IReadOnlyList<string>? Queues,
        bool Rotate,
        string? AddressId = null
    ) : WebhookCommand(Id);

    public sealed record Delete(string Id) : WebhookCommand(Id);

    /// <summary>Sends what was sent, or should have been, once more.</summary>
    /// <param name="From">First seq; null for whatever was given up.</param>
    /// <param name="To">Last seq; not before <paramref name="From"/>, and less than 10,000 after it. Null for only that one.</param>
    public sealed record Redeliver(string Id, long? From, long? To) : WebhookCommand(Id);

    /// <summary>The sender was told that nobody is there any more.</summary>
    public sealed record Disable(string Id, string Why) : WebhookCommand(Id)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.DisableWebhook;
    }
}
