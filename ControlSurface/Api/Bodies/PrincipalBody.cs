using System.Globalization;
using ControlSurface.Core.Principals;

namespace ControlSurface.Api.Bodies;

/// <summary>API.md, Who calls. <c>queues</c> null means all.</summary>
/// <param name="Why">Why they are paused or ended; null while active.</param>
/// <param name="Absence">Null where they are not away.</param>
internal sealed record PrincipalBody(
    string Id,
    string Name,
    string Kind,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string>? Queues,
    string State,
    string? Why,
    AbsenceBody? Absence,
    IReadOnlyList<RevokedBody>? RevokedApprovals = null
)
{
    internal static PrincipalBody From(Principal p, Absence? absence) =>
        new(
            p.Id.Text,
            p.Name,
            WireNames.Of(p.Kind),
            [
                .. Enum.GetValues<Roles>()
                    .Where(r => r != Core.Vocabulary.Roles.None && p.Roles.HasFlag(r))
                    .Select(WireNames.Of),
            ],
            p.Queues,
            WireNames.Of(p.State),
            p.Why,
            absence is null ? null : AbsenceBody.From(absence)
        );
}

/// <summary>An approval that fell when its approver was ended.</summary>
internal sealed record RevokedBody(string Id, string ArtifactId);

/// <summary>Until when somebody is away. Both null for not at all.</summary>
internal sealed record AbsenceBody(DateTimeOffset? Until, string? Note)
{
    internal static AbsenceBody From(Absence? absence) => new(absence?.Until, absence?.Note);
}

/// <summary>A key as it may be shown.</summary>
/// <param name="Id">Null in what a dry run would give.</param>
/// <param name="Key">The key itself: only in the first answer to the request that made it.</param>
/// <param name="Begins">Its first characters, and <paramref name="Ends"/> its last four: enough to tell it from others.</param>
internal sealed record KeyBody(
    string? Id,
    string PrincipalId,
    string Name,
    IReadOnlyList<string>? Queues,
    string? Begins,
    string? Ends,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    string? Key
)
{
    internal static KeyBody From(KeyRecord k) =>
        new(
            IdOf(k.Id),
            k.Owner.Text,
            k.Name,
            k.Queues,
            k.Begins,
            k.Ends,
            k.CreatedAt,
            k.ExpiresAt,
            k.RevokedAt,
            k.LastUsedAt,
            Key: null
        );

    internal static string IdOf(int key) => "K-" + key.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a key; null where the text is no id of one.</summary>
    internal static int? NumberOf(string id) =>
        id.StartsWith("K-", StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && IdOf(number) == id
            ? number
            : null;
}
