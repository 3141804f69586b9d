using System.Diagnostics;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private readonly SortedDictionary<string, Webhook> _webhooks = new(StringComparer.Ordinal);

    /// <summary>All webhooks, disabled ones too, in the ordinal order of their ids.</summary>
    public IEnumerable<Webhook> Webhooks => _webhooks.Values;

    /// <inheritdoc/>
    public Webhook? FindWebhook(string id) => _webhooks.GetValueOrDefault(id);

    private void EvolveWebhook(WebhookEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case WebhookEvent.Set e:
                _webhooks[e.Id] = WebhookRules.Evolve(FindWebhook(e.Id), e, recorded);
                break;
            case WebhookEvent.Disabled e:
                _webhooks[e.Id] = _webhooks[e.Id] with { Disabled = e.Why, Seq = recorded.Seq };
                break;
            case WebhookEvent.Deleted:
                _webhooks.Remove(happened.Id);
                break;
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }
}
