namespace ControlSurface.Storage.Projections;

/// <summary>How one lease uses its time. Instants are in milliseconds since 1970.</summary>
internal sealed class LeaseTerm
{
    internal required string Queue { get; init; }

    internal required bool IsPerson { get; init; }

    internal required long ClaimedAt { get; init; }

    /// <summary>When it was started; null before that.</summary>
    internal long? StartedAt { get; set; }

    /// <summary>Since when its holder says nothing while its clock runs; null while it stands.</summary>
    internal long? Since { get; set; }

    /// <summary>The longest silence so far, in milliseconds.</summary>
    internal long LongestMs { get; set; }

    internal long MostQuiet { get; set; }

    /// <summary>When it ended; null before that.</summary>
    internal long? EndedAt { get; set; }
}

/// <summary>
/// Writes down how leases use their time. What several events of one transaction say of a lease is written once: most leases of a
/// busy hour live through few transactions, and have eight events.
/// </summary>
/// <param name="sql">The statements.</param>
internal sealed class LeaseTerms(FigureStatements sql, int workspace)
{
    // Those that the transaction changed. After one that failed the writer is made anew, and this with it.
    private readonly Dictionary<long, LeaseTerm> _changed = [];

    /// <summary>A lease begins.</summary>
    internal void Grant(long lease, string queue, bool isPerson, long at) =>
        _changed[lease] = new LeaseTerm
        {
            Queue = queue,
            IsPerson = isPerson,
            ClaimedAt = at,
        };

    /// <summary>A lease is started: its term runs.</summary>
    internal void Start(long lease, long at)
    {
        if (Of(lease) is not { } term)
            return;
        term.StartedAt ??= at;
        term.Since = at;
    }

    /// <summary>A lease is renewed: the longest silence so far is kept.</summary>
    internal void Renew(long lease, long at, int quiet)
    {
        if (Of(lease) is not { } term)
            return;
        term.StartedAt ??= at;
        EndSilence(term, at);
        term.Since = at;
        term.MostQuiet = Math.Max(term.MostQuiet, quiet);
    }

    /// <summary>The clock of a lease stops.</summary>
    internal void Stop(long lease, long at)
    {
        if (Of(lease) is not { } term)
            return;
        EndSilence(term, at);
        term.Since = null;
    }

    /// <summary>The clock of a lease that was started runs again.</summary>
    internal void GoOn(long lease, long at)
    {
        if (Of(lease) is { StartedAt: not null } term)
            term.Since = at;
    }

    /// <summary>A lease ends.</summary>
    internal void End(long lease, long at)
    {
        Stop(lease, at);
        if (Of(lease) is { } term)
            term.EndedAt = at;
    }

    /// <summary>No silence of any lease counts from before this instant.</summary>
    internal void ResumeAll(long at)
    {
        Write();
        sql.ResumeAll.Run(workspace, at);
    }

    /// <summary>Writes what the transaction changed; call at its end.</summary>
    internal void Write()
    {
        foreach (var (lease, term) in _changed)
            sql.PutTerm.Run(
                workspace,
                lease,
                term.Queue,
                term.IsPerson,
                term.ClaimedAt,
                term.StartedAt,
                term.Since,
                term.LongestMs,
                term.MostQuiet,
                term.EndedAt
            );
        _changed.Clear();
    }

    private static void EndSilence(LeaseTerm term, long at) =>
        term.LongestMs = Math.Max(term.LongestMs, at - (term.Since ?? at));

    // Null for a lease of which nothing is known: of an item without a queue, or forgotten.
    private LeaseTerm? Of(long lease)
    {
        if (_changed.TryGetValue(lease, out var known))
            return known;
        var read = sql.FindTerm.Read(
            [workspace, lease],
            row => new LeaseTerm
            {
                Queue = (string)row.Value(0)!,
                IsPerson = (long)row.Value(1)! != 0,
                ClaimedAt = (long)row.Value(2)!,
                StartedAt = (long?)row.Value(3),
                Since = (long?)row.Value(4),
                LongestMs = (long)row.Value(5)!,
                MostQuiet = (long)row.Value(6)!,
                EndedAt = (long?)row.Value(7),
            }
        );
        if (read is not null)
            _changed.Add(lease, read);
        return read;
    }
}
