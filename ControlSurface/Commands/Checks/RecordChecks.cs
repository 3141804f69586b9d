using System.Text.Json;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;

namespace ControlSurface.Commands.Checks;

/// <summary>What the journal keeps beside the events: contents, answers, the index of items and archived items.</summary>
internal sealed class RecordChecks(ExaminedFolder at) : CheckGroup(at)
{
    internal void Contents(string name, string? file)
    {
        using var journal = At.OpenJournal();
        var there = new HashSet<string>(StringComparer.Ordinal);
        var wrong = 0;
        foreach (var kept in journal.Contents())
        {
            var hash = kept.Content.Hash;
            there.Add(hash);
            if (ContentHash.Of(kept.Content.Bytes) == hash)
                continue;
            wrong++;
            Wrong(
                name,
                file,
                $"The content {hash} was changed: its bytes are not those of its hash.",
                "It is served to nobody. Send the same content again (POST /contents), which mends it, or restore the newest backup."
            );
        }
        foreach (var (hash, of) in Named().Where(named => !there.Contains(named.Hash)))
        {
            wrong++;
            Wrong(
                name,
                file,
                $"The content {hash} of {of} is missing.",
                "Send the same content again (POST /contents), or restore the newest backup."
            );
        }
        if (wrong == 0)
            Good(name, file, Invariant($"{there.Count:n0} match their hashes"));
    }

    private IEnumerable<(string Hash, string Of)> Named() =>
        At.Replayed is null
            ? []
            : At
                .Replayed.Artifacts.SelectMany(a =>
                    a.Versions.Select(v => (v.ContentHash, Invariant($"{a.Id} version {v.Number}")))
                )
                .Concat(
                    At.Replayed.Conflicts.SelectMany(c =>
                        c.Competing.Where(x => x.ContentHash is not null).Select(x => (x.ContentHash!, c.Id.ToString()))
                    )
                )
                .DistinctBy(named => named.Item1, StringComparer.Ordinal);

    internal void Answers(string name, string? file)
    {
        using var journal = At.OpenJournal();
        var last = journal.LastAt ?? DateTimeOffset.MinValue;
        var (count, wrong) = (0L, 0);
        foreach (var fault in journal.AnswerFaults())
        {
            wrong++;
            Wrong(
                name,
                file,
                fault,
                "Restore the newest backup. Until these answers are seven days old, a repeat of one of the requests may be refused or decided anew."
            );
        }
        foreach (var stored in journal.Answers())
        {
            var answer = stored.Answer;
            count++;
            // A server may have written the answer, and its events with it, since the journal's end was read.
            if (answer.At > last)
                last = journal.LastAt ?? last;
            if (FaultOf(answer, stored.IsIntact, last) is not { } fault)
                continue;
            wrong++;
            // The key is the caller's own text: show only as much as helps to find the row.
            var key = answer.Key;
            Wrong(
                name,
                file,
                Invariant(
                    $"The answer that is kept for the key {(key.Length > 40 ? key[..40] + "…" : key)} of U-{answer.Principal.Number} {fault}."
                ),
                "It is not given again. Restore the newest backup, or delete the row with the server stopped: a repeat of that request is then decided anew."
            );
        }
        if (wrong == 0)
            Good(name, file, Invariant($"{count:n0} as they were kept"));
    }

    // The list of an item's events comes from an index, which the server can make anew from the journal.
    internal void Items(string name, string? file)
    {
        using var journal = At.OpenJournal();
        var damaged = journal.ItemFaults().ToList();
        foreach (var (first, last) in damaged)
            Wrong(
                name,
                file,
                Invariant($"The index of items is not what the events say from seq {first} to {last}."),
                $"Nothing is lost: {journal.ItemsMend}; the server makes the index anew."
            );
        if (damaged.Count == 0)
            Good(name, file, "the index of items is what the events say");
    }

    private string? FaultOf(KeptAnswer answer, bool isIntact, DateTimeOffset last)
    {
        if (!isIntact)
            return "was changed: its checksum is another";
        if (answer.Fingerprint.Length != 32)
            return "names no request";
        if (answer.Status is < 200 or > 599)
            return Invariant($"has the status {answer.Status}");
        if (answer.At > last)
            return "is newer than the journal, which lacks what it is about";
        if (At.Replayed is not null && At.Replayed.FindPrincipal(answer.Principal) is null)
            return "is of nobody whom the journal knows";
        try
        {
            if (answer.Body.Length > 0)
                using (JsonDocument.Parse(answer.Body)) { }
            return null;
        }
        catch (JsonException)
        {
            return "is no JSON";
        }
    }

    internal void Archive(string name, string? file)
    {
        using var journal = At.OpenJournal();
        var (count, wrong) = (0L, new List<string>());
        foreach (var (number, item) in journal.Archived())
        {
            count++;
            if (item?.Id.Number != number)
                wrong.Add(Invariant($"W-{number}"));
        }
        if (wrong.Count == 0)
            Good(name, file, Invariant($"{count:n0} items can be read"));
        else
            Wrong(
                name,
                file,
                $"Archived items cannot be read: {string.Join(", ", wrong.Take(10))}{(wrong.Count > 10 ? ", …" : "")}.",
                "Restore the newest backup."
            );
    }
}
