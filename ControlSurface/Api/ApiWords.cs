using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>Words of API.md that callers send and read, where Core has no table of its own.</summary>
internal static class ApiWords
{
    internal static readonly IReadOnlyList<string> ItemStates = [.. Enum.GetValues<ItemState>().Select(WireNames.Of)];
    internal static readonly IReadOnlyList<string> LeaseStates = [.. Enum.GetValues<LeaseState>().Select(WireNames.Of)];

    internal static string Of(OnStale onStale) =>
        onStale switch
        {
            OnStale.Hold => "hold",
            OnStale.Requeue => "requeue",
        };

    internal static string Of(OnDuplicate onDuplicate) =>
        onDuplicate switch
        {
            OnDuplicate.Return => "return",
            OnDuplicate.Reopen => "reopen",
            OnDuplicate.New => "new",
        };

    internal static string Of(SelfApproval selfApproval) =>
        selfApproval switch
        {
            SelfApproval.SmallEdit => "small_edit",
            SelfApproval.Never => "never",
            SelfApproval.WithSecond => "with_second",
        };

    internal static string Of(OnHumanEdit onHumanEdit) =>
        onHumanEdit switch
        {
            OnHumanEdit.Ask => "ask",
            OnHumanEdit.Acknowledge => "acknowledge",
            OnHumanEdit.Free => "free",
        };

    internal static string Of(OnSourceChange onSourceChange) =>
        onSourceChange switch
        {
            OnSourceChange.Flag => "flag",
            OnSourceChange.Invalidate => "invalidate",
        };

    internal static string Of(MergeClean mergeClean) =>
        mergeClean switch
        {
            MergeClean.Propose => "propose",
            MergeClean.Auto => "auto",
        };

    internal static string Of(StopScope scope) =>
        scope switch
        {
            StopScope.Begins => "begins",
            StopScope.Claims => "claims",
            StopScope.All => "all",
        };

    /// <summary>The value of that word; a fault on the member where there is none.</summary>
    internal static T Read<T>(Faults faults, string member, string word, Func<T, string> wordOf)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (wordOf(value) == word)
                return value;
        }
        faults.Add(member, "must be one of " + string.Join(", ", Enum.GetValues<T>().Select(wordOf)));
        return default;
    }
}

/// <summary>Who looks: a lease shows its token to its holder's principal and run alone (API.md, Conventions).</summary>
/// <param name="Run">The run that the request names; null for none.</param>
internal readonly record struct Viewer(PrincipalId Id, string? Run)
{
    internal bool Holds(Lease lease) => lease.Holder.Is(Id, Run);
}

/// <summary>What is wrong with a request, by member, gathered so that a caller hears all of it at once.</summary>
internal sealed class Faults
{
    private const int Most = 50;
    private SortedDictionary<string, IReadOnlyList<string>>? _errors;

    internal bool Any => _errors is not null;

    /// <summary>Never empty where <see cref="Any"/>; else empty.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> ByMember =>
        _errors ?? (IReadOnlyDictionary<string, IReadOnlyList<string>>)SortedDictionaryOf.Empty;

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
