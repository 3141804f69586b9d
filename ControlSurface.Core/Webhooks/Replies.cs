namespace ControlSurface.Core.Webhooks;

/// <param name="IsNewSecret">Its secret was made by this, and is to be said once.</param>
public sealed record WebhookReply(Webhook Webhook, bool IsNewSecret, bool IsNew) : Reply;
