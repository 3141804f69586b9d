using ControlSurface.Storage;

namespace ControlSurface.Commands.Checks;

/// <summary>What webhooks need: the outbox of deliveries, and the protected files of secrets, addresses and keys.</summary>
internal sealed class WebhookChecks(ExaminedFolder at) : CheckGroup(at)
{
    internal void Outbox(string name, string? file)
    {
        if (!File.Exists(file))
        {
            Good(name, file, "nothing was to be sent yet");
            return;
        }
        long ahead;
        string? states;
        using (var connection = Database.Open(file!, DatabaseAccess.ReadOnly, timeoutSeconds: 30))
        {
            ahead = Math.Max(
                NumberIn(connection.Scalar("select max(seq) from positions")),
                NumberIn(connection.Scalar("select max(seq) from deliveries"))
            );
            states = connection.Scalar(
                "select group_concat(distinct state) from deliveries where state not in ('waiting', 'delivered', 'failed')"
            );
        }
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
        if (states is { Length: > 0 })
            Wrong(name, file, $"It has deliveries in states that there are not: {states}.", KnownDatabases.Outbox.Mend);
        if (ahead <= last && states is not { Length: > 0 })
            Good(name, file, Invariant($"up to seq {ahead}"));
    }

    // A protected file begins with four fixed bytes and the id of the key that protects it.
    internal void Secrets(string name, string? file)
    {
        var hasWebhooks = At.Replayed?.Webhooks.Any() == true;
        if (!File.Exists(file))
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
        IsProtected(name, file, "delete the file and give every webhook a new secret (PUT /webhooks/{id} with rotate)");
    }

    internal void Addresses(string name, string? file)
    {
        const string Instead = "set the address of every webhook again (PUT /webhooks/{id})";
        if (File.Exists(file))
            IsProtected(name, file, $"delete the file and {Instead}");
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
        if (File.Exists(file))
            IsProtected(name, file, "delete the file and make each source a new key (keys add --hook SOURCE)");
        else
            Good(name, file, "no source signs");
    }

    private void IsProtected(string name, string file, string instead)
    {
        var bytes = File.ReadAllBytes(file);
        var protection = DataFolder.ProtectionIn(At.Folder);
        var key = bytes.Length > 20 ? Path.Combine(protection, $"key-{new Guid(bytes.AsSpan(4, 16))}.xml") : null;
        if (key is null || !File.Exists(key))
            Wrong(
                name,
                file,
                key is null ? "It is too short to be one." : $"The key that protects it is not in {protection}.",
                $"Restore both from the same backup; or {instead}."
            );
        else
            Good(name, file, "its key is there");
    }
}
