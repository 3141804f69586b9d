using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;

namespace ControlSurface.Api;

/// <summary>
/// Who may read a content by its hash, and so who may name it: a content is as open as what rests on it, and a hash is only as good
/// as the right to read what it names.
/// </summary>
internal static class ContentSight
{
    private const Roles Settlers = Roles.Reviewer | Roles.Support | Roles.Manager | Roles.Admin;

    /// <summary>Whether it is the hash of a content that is there and that the caller may read.</summary>
    internal static bool MayName(ApiCall call, string hash) =>
        ContentHash.IsOne(hash) && call.Host.Journal.FindContent(hash) is { } kept && MayRead(call, kept.By, hash);

    /// <param name="sender">Who sent the content first.</param>
    internal static bool MayRead(ApiCall call, PrincipalId sender, string hash)
    {
        var (scope, caller, picture) = (call.Scope, call.Caller, call.Host.Engine.Picture);
        // Only references are copied while the picture is held; commits wait for whoever holds it.
        var (who, mayReadAll, artifacts, conflicts) = picture.Read(at =>
        {
            var principal = at.FindPrincipal(caller.Id);
            return IsSettler(principal) && !scope.IsLimited
                ? (principal, true, [], [])
                : (principal, false, at.Artifacts.ToArray(), at.Conflicts.ToArray());
        });
        if (mayReadAll)
            return true;
        var isElsewhere = false;
        foreach (var artifact in artifacts)
        {
            if (!artifact.Versions.Exists(v => v.ContentHash == hash))
                continue;
            if (scope.Sees(artifact.Queue))
                return true;
            isElsewhere = true;
        }
        foreach (var conflict in conflicts)
        {
            if (!conflict.Competing.Exists(c => c.ContentHash == hash))
                continue;
            var (queue, holder) = picture.Read(at =>
                (at.QueueOf(conflict), conflict.Item is { } item ? at.FindItem(item)?.Lease?.Holder.Id : null)
            );
            if (!scope.Sees(queue))
                isElsewhere = true;
            // What was only kept with a refusal is its sender's, the holder's, and theirs who settle it.
            else if (IsSettler(who) || holder == caller.Id)
                return true;
        }
        var isSender = sender == caller.Id || call.Host.Uploads.Has(caller.Id, hash);
        if (isSender && !isElsewhere)
            return true;
        // A narrower key does not reach what its principal sent for another queue with a wider one.
        if (isSender && scope == Scope.Of(who))
            return true;
        var items = picture.Read(at => at.Items().ToArray());
        return items.Any(item => scope.Sees(item.Queue) && IsEvidence(item, hash));
    }

    private static bool IsSettler(Principal? who) => who is not null && (who.Roles & Settlers) != Roles.None;

    private static bool IsEvidence(Item item, string hash) =>
        item.Checkpoints.Any(c => c.Evidence.Any(e => e.ContentHash == hash));
}

/// <summary>
/// Who sent which content since the start, beside its first sender, whom the journal knows. The last 100,000: whoever is no longer
/// remembered sends the content again.
/// </summary>
internal sealed class Uploads
{
    private const int Most = 100_000;
    private readonly Lock _lock = new();
    private readonly HashSet<(PrincipalId, string)> _sent = [];
    private readonly Queue<(PrincipalId, string)> _order = new();

    /// <summary>Notes that the principal sent the content.</summary>
    internal void Add(PrincipalId who, string hash)
    {
        lock (_lock)
        {
            if (!_sent.Add((who, hash)))
                return;
            _order.Enqueue((who, hash));
            if (_order.Count > Most)
                _sent.Remove(_order.Dequeue());
        }
    }

    /// <summary>Whether the principal is known to have sent the content.</summary>
    internal bool Has(PrincipalId who, string hash)
    {
        lock (_lock)
            return _sent.Contains((who, hash));
    }
}
