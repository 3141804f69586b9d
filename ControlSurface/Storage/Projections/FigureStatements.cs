using System.Data.Common;

namespace ControlSurface.Storage.Projections;

/// <summary>
/// The statements of <see cref="FiguresProjection"/>, prepared once. The first parameter of each is the workspace; instants are in
/// milliseconds since 1970.
/// </summary>
internal sealed class FigureStatements(DbConnection connection) : IDisposable
{
    private const string Longest = "longest_ms = max(longest_ms, $3 - coalesce(since, $3))";

    /// <summary>Counts one thing that happened in an hour, and how long it took.</summary>
    internal Prepared Count { get; } =
        new(
            connection,
            "insert into figures (workspace, queue, hour, measure, count, sum_ms, peak, peak_seq) values ($1, $2, $3, $4, 1, $5, $5, $6) "
                + "on conflict do update set count = count + 1, sum_ms = sum_ms + excluded.sum_ms, "
                // Of what takes no time the last one: from it the others are read backwards.
                + "peak_seq = iif(excluded.peak >= peak, excluded.peak_seq, peak_seq), peak = max(peak, excluded.peak)",
            6
        );

    /// <summary>Keeps how much there was at the end of an hour, and the most.</summary>
    internal Prepared Look { get; } =
        new(
            connection,
            "insert into figures (workspace, queue, hour, measure, count, sum_ms, peak, peak_seq) values ($1, $2, $3, $4, $5, 0, $5, $6) "
                + "on conflict do update set count = excluded.count, "
                + "peak_seq = iif(excluded.peak > peak, excluded.peak_seq, peak_seq), peak = max(peak, excluded.peak)",
            6
        );

    /// <summary>A lease begins.</summary>
    internal Prepared Grant { get; } =
        new(
            connection,
            "insert or replace into terms (workspace, lease, queue, is_person, claimed_at, longest_ms, most_quiet) "
                + "values ($1, $2, $3, $4, $5, 0, 0)",
            5
        );

    /// <summary>A lease is started: its term runs.</summary>
    internal Prepared Start { get; } =
        new(
            connection,
            "update terms set started_at = coalesce(started_at, $3), since = $3 where workspace = $1 and lease = $2",
            3
        );

    /// <summary>A lease is renewed: the longest silence so far is kept.</summary>
    internal Prepared Renew { get; } =
        new(
            connection,
            $"update terms set started_at = coalesce(started_at, $3), {Longest}, since = $3, most_quiet = max(most_quiet, $4) "
                + "where workspace = $1 and lease = $2",
            4
        );

    /// <summary>The clock of a lease stops.</summary>
    internal Prepared Stop { get; } =
        new(connection, $"update terms set {Longest}, since = null where workspace = $1 and lease = $2", 3);

    /// <summary>A lease ends.</summary>
    internal Prepared End { get; } =
        new(
            connection,
            $"update terms set {Longest}, since = null, ended_at = $3 where workspace = $1 and lease = $2",
            3
        );

    /// <summary>The clock of a lease that was started runs again.</summary>
    internal Prepared GoOn { get; } =
        new(
            connection,
            "update terms set since = $3 where workspace = $1 and lease = $2 and started_at is not null",
            3
        );

    /// <summary>No silence of any lease counts from before this instant.</summary>
    internal Prepared ResumeAll { get; } =
        new(connection, "update terms set since = $2 where workspace = $1 and since is not null", 2);

    /// <summary>A review is asked for.</summary>
    internal Prepared Ask { get; } =
        new(
            connection,
            "insert or replace into reviews (workspace, review, queue, asked_at) values ($1, $2, $3, $4)",
            4
        );

    /// <summary>A review is decided.</summary>
    internal Prepared Decide { get; } =
        new(connection, "update reviews set decided_at = $3 where workspace = $1 and review = $2", 3);

    internal Prepared AskedAt { get; } =
        new(connection, "select asked_at from reviews where workspace = $1 and review = $2", 2);

    internal Prepared QueueOfReview { get; } =
        new(connection, "select queue from reviews where workspace = $1 and review = $2", 2);

    /// <summary>A review that was withdrawn or superseded waited for nobody.</summary>
    internal Prepared Forget { get; } = new(connection, "delete from reviews where workspace = $1 and review = $2", 2);

    internal Prepared PruneTerms { get; } =
        new(connection, "delete from terms where workspace = $1 and ended_at < $2", 2);

    internal Prepared PruneReviews { get; } =
        new(connection, "delete from reviews where workspace = $1 and decided_at < $2", 2);

    public void Dispose()
    {
        foreach (
            var statement in (Prepared[])
                [
                    Count,
                    Look,
                    Grant,
                    Start,
                    Renew,
                    Stop,
                    End,
                    GoOn,
                    ResumeAll,
                    Ask,
                    Decide,
                    AskedAt,
                    QueueOfReview,
                    Forget,
                    PruneTerms,
                    PruneReviews,
                ]
        )
            statement.Dispose();
    }
}
