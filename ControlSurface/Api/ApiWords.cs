using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;

namespace ControlSurface.Api;

/// <summary>Words of API.md that callers send and read.</summary>
internal static class ApiWords
{
    /// <summary>The states of an item, as the wire names them.</summary>
    internal static readonly IReadOnlyList<string> ItemStates = WireNames.All<ItemState>();

    /// <summary>The states of a lease, as the wire names them.</summary>
    internal static readonly IReadOnlyList<string> LeaseStates = WireNames.All<LeaseState>();

    /// <summary>The value of that word; a fault on the member where there is none.</summary>
    internal static T Read<T>(Faults faults, string member, string word)
        where T : struct, Enum
    {
        if (!WireNames.TryRead<T>(word, out var value))
            faults.Add(member, "must be one of " + string.Join(", ", WireNames.All<T>()));
        return value;
    }
}

/// <summary>Who looks: a lease shows its token to its holder's principal and run alone (API.md, Conventions).</summary>
/// <param name="Run">The run that the request names; null for none.</param>
internal readonly record struct Viewer(PrincipalId Id, string? Run)
{
    /// <summary>Whether the viewer holds the lease, and so may see its token.</summary>
    internal bool Holds(Lease lease) => lease.Holder.Is(Id, Run);
}

/// <summary>What is wrong with a request, by member, gathered so that a caller hears all of it at once.</summary>
internal sealed class Faults
{
    private const int Most = 50;
    private SortedDictionary<string, IReadOnlyList<string>>? _errors;

    /// <summary>Whether anything is wrong.</summary>
    internal bool Any => _errors is not null;

    /// <summary>The thing that the request names and that does not exist; null where all exist. The last one that was noted.</summary>
    internal Refusal.NotFound? Missing { get; private set; }

    /// <summary>The problem that answers the request instead of a list of faults, such as 413; null for the list.</summary>
    internal Problem? Problem { get; private set; }

    /// <summary>Never empty where <see cref="Any"/>; else empty.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> ByMember =>
        _errors ?? (IReadOnlyDictionary<string, IReadOnlyList<string>>)SortedDictionaryOf.Empty;

    /// <summary>Adds a fault. At most 50 members, with 50 messages each, are kept.</summary>
    internal void Add(string member, string message)
    {
        _errors ??= new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (_errors.TryGetValue(member, out var known))
        {
            // A thousand list members may share one fault: it is said once.
            if (!known.Contains(message, StringComparer.Ordinal) && known.Count < Most)
                _errors[member] = [.. known, message];
        }
        else if (_errors.Count < Most)
        {
            _errors[member] = [message];
        }
    }

    /// <summary>A fault that is answered with a problem of its own, once the caller's rights are checked.</summary>
    internal void Add(string member, string message, Problem problem)
    {
        Add(member, message);
        Problem = problem;
    }

    /// <summary>Notes what does not exist: the request is refused as not found, once the caller's rights are checked.</summary>
    internal void AddMissing(Refusal.NotFound missing) => Missing = missing;

    /// <summary>Adds the faults of another collector.</summary>
    internal void AddAll(Faults others)
    {
        foreach (var (member, messages) in others.ByMember)
        {
            foreach (var message in messages)
                Add(member, message);
        }
    }

    private static class SortedDictionaryOf
    {
        internal static readonly SortedDictionary<string, IReadOnlyList<string>> Empty = new(StringComparer.Ordinal);
    }
}
