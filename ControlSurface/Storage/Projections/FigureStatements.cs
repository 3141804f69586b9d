using System.Data.Common;

namespace ControlSurface.Storage.Projections;

/// <summary>
/// The statements of <see cref="FiguresProjection"/>, prepared once. The first parameter of each is the workspace; instants are in
/// milliseconds since 1970.
/// </summary>
internal sealed class FigureStatements(DbConnection connection) : IDisposable
{
    /// <summary>Adds what happened in an hour: how often, how long it took together, the longest and of which event.</summary>
    internal Prepared Count { get; } =
        new(
            connection,
            "insert into figures (workspace, queue, hour, measure, count, sum_ms, peak, peak_seq) values ($1, $2, $3, $4, $5, $6, $7, $8) "
                + "on conflict do update set count = count + excluded.count, sum_ms = sum_ms + excluded.sum_ms, "
                // Of what takes no time the last one: from it the others are read backwards.
                + "peak_seq = iif(excluded.peak >= peak, excluded.peak_seq, peak_seq), peak = max(peak, excluded.peak)",
            8
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

    /// <summary>How a lease used its time so far.</summary>
    internal Prepared FindTerm { get; } =
        new(
            connection,
            "select queue, is_person, claimed_at, started_at, since, longest_ms, most_quiet, ended_at from terms "
                + "where workspace = $1 and lease = $2",
            2
        );

    /// <summary>Puts how a lease used its time in the place of what was known of it.</summary>
    internal Prepared PutTerm { get; } =
        new(
            connection,
            "insert or replace into terms (workspace, lease, queue, is_person, claimed_at, started_at, since, longest_ms, most_quiet, ended_at) "
                + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            10
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
                    FindTerm,
                    PutTerm,
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
