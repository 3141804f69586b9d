using ControlSurface.Storage;
using ControlSurface.Webhooks;

namespace ControlSurface.Commands.Checks;

/// <summary>What webhooks need: the outbox of deliveries, and protected secrets, addresses and keys.</summary>
internal sealed class WebhookChecks(ExaminedFolder at) : CheckGroup(at)
{
    internal void Outbox(string name, string? file)
    {
        using var tables = At.Home.Examine(OutboxDb.File);
        if (tables is null)
        {
            Good(name, file, "nothing was to be sent yet");
            return;
        }
        var (ahead, states) = Webhooks.Outbox.Examine(tables);
        // Read the journal after the outbox: a server that runs meanwhile can only make the journal longer.
        var last = At.LastSeq();
        if (ahead > last)
            Wrong(
                name,
                file,
                Invariant(
                    $"It is ahead of the journal: it has deliveries up to seq {ahead}, and the journal ends at {last}."
                ),
                "The journal was put back to an older copy without it. Restore both from the same backup; else the server goes on from the journal's end."
            );
        if (states.Count > 0)
            Wrong(
                name,
                file,
                $"It has deliveries in states that there are not: {string.Join(',', states)}.",
                OutboxDb.File.Mend
            );
        if (ahead <= last && states.Count == 0)
            Good(name, file, Invariant($"up to seq {ahead}"));
    }

    // A protected file begins with four fixed bytes and the id of the key that protects it.
    internal void Secrets(string name, string? file)
    {
        var hasWebhooks = At.Replayed?.Webhooks.Any() == true;
        if (At.Home.ExamineSecrets().Read(SecretNames.Webhooks) is not { } kept)
        {
            if (hasWebhooks)
                Wrong(
                    name,
                    file,
                    "It is missing: the secrets that webhooks are signed with are made from it.",
                    "Restore it from the backup; else the server makes another, and every webhook needs its new secret (PUT /webhooks/{id} with rotate)."
                );
            else
                Good(name, file, "none is needed yet");
            return;
        }
        IsProtected(
            name,
            file,
            kept,
            "delete the file and give every webhook a new secret (PUT /webhooks/{id} with rotate)"
        );
    }

    internal void Addresses(string name, string? file)
    {
        const string Instead = "set the address of every webhook again (PUT /webhooks/{id})";
        if (At.Home.ExamineSecrets().Read(SecretNames.WebhookAddresses) is { } kept)
            IsProtected(name, file, kept, $"delete the file and {Instead}");
        else if (At.Replayed?.Webhooks.Any(w => w.AddressId is not null) == true)
            Wrong(
                name,
                file,
                "It is missing: the whole addresses of webhooks are in it.",
                $"Restore it from the backup; else {Instead}."
            );
        else
            Good(name, file, "none is needed yet");
    }

    internal void HookKeys(string name, string? file)
    {
        if (At.Home.ExamineSecrets().Read(SecretNames.HookKeys) is { } kept)
            IsProtected(name, file, kept, "delete the file and make each source a new key (keys add --hook SOURCE)");
        else
            Good(name, file, "no source signs");
    }

    private void IsProtected(string name, string? file, byte[] kept, string instead)
    {
        var secrets = At.Home.ExamineSecrets();
        if (kept.Length <= 20 || !secrets.HasKey(new Guid(kept.AsSpan(4, 16))))
            Wrong(
                name,
                file,
                kept.Length <= 20
                    ? "It is too short to be one."
                    : $"The key that protects it is not in {secrets.Protection}.",
                $"Restore both from the same backup; or {instead}."
            );
        else
            Good(name, file, "its key is there");
    }
}
