namespace ControlSurface.Core.Webhooks;

/// <summary>The webhook after the command.</summary>
/// <param name="Webhook">The webhook as it is now.</param>
/// <param name="IsNewSecret">Whether the command gave it a new secret, which this answer alone shows.</param>
/// <param name="IsNew">True where this command created it: 201 instead of 200.</param>
public sealed record WebhookReply(Webhook Webhook, bool IsNewSecret, bool IsNew) : Reply;
