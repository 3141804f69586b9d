using ControlSurface.Core.Bulk;

namespace ControlSurface.Api.Bodies;

/// <summary>Whom to hand work to: a principal or a role.</summary>
internal sealed record BulkToRequest(string? Principal = null, string? Role = null);

/// <summary>How each is changed; what the act needs.</summary>
internal sealed record BulkArgsRequest(
    IReadOnlyList<string>? Add = null,
    IReadOnlyList<string>? Remove = null,
    int? Priority = null,
    string? Resolution = null,
    BulkToRequest? To = null
);

/// <summary>Which are meant; not empty.</summary>
internal sealed record BulkFilterRequest(
    string? Queue = null,
    string? State = null,
    string? Label = null,
    string? Attention = null,
    string? Kind = null,
    string? TargetPrefix = null,
    string? Q = null
);

/// <param name="Expect">How many the caller saw.</param>
internal sealed record BulkRequest(
    string Do,
    int Expect,
    string Why,
    BulkArgsRequest? Args = null,
    IReadOnlyList<string>? Ids = null,
    BulkFilterRequest? Filter = null
);

/// <summary>What became of one.</summary>
internal sealed record BulkResultBody(string Id, bool Ok, BulkProblemBody? Problem);

internal sealed record BulkProblemBody(string Code, string Detail);

/// <summary>A job. Tried with <c>dryRun</c>, it has the result that each would have.</summary>
/// <param name="Ids">As they were fixed when it began.</param>
/// <param name="AtSeq">The seq at which they were.</param>
internal sealed record BulkBody(
    string Id,
    string Do,
    string State,
    string Why,
    string By,
    DateTimeOffset At,
    int Total,
    int Done,
    int Failed,
    IReadOnlyList<string> Ids,
    IReadOnlyList<BulkResultBody> Results,
    long AtSeq,
    long Seq
)
{
    internal static BulkBody From(BulkJob job) => From(job, job.Results);

    internal static BulkBody From(BulkJob job, IReadOnlyList<BulkResult> results) =>
        new(
            job.Id.Text,
            WireNames.Of(job.Do),
            WireNames.Of(job.State),
            job.Why,
            job.By.Text,
            job.At,
            job.Ids.Count,
            results.Count(r => r.Code is null),
            results.Count(r => r.Code is not null),
            job.Ids,
            [
                .. results.Select(r => new BulkResultBody(
                    r.Id,
                    r.Code is null,
                    r.Code is { } code ? new BulkProblemBody(code, r.Detail ?? "") : null
                )),
            ],
            job.AtSeq,
            job.Seq
        );
}
