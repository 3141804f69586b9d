using System.Globalization;
using ControlSurface.Core.Principals;

namespace ControlSurface.Access;

/// <summary>How somebody proved who they are when they signed in.</summary>
/// <param name="By"><c>key</c> or <c>link</c>.</param>
/// <param name="Key">The number of the key; null for a link.</param>
/// <param name="Address">Where they came from; null where it is not known.</param>
/// <param name="Browser">What their browser calls itself, cut short.</param>
/// <param name="Replaces">The session that the same browser had before, which ends.</param>
public sealed record SignInProof(
    string By,
    int? Key = null,
    string? Address = null,
    string? Browser = null,
    int? Replaces = null
);

/// <summary>A session as it may be shown: never its secret.</summary>
/// <param name="Number">The number in <c>S-3</c>.</param>
/// <param name="By"><c>key</c>, <c>link</c>, or <c>workspace</c> where the person came over from another one.</param>
/// <param name="Key">The number of the key that it began with: it ends with that key.</param>
/// <param name="ExpiresAt">When it ends however much it is used.</param>
public sealed record SessionView(
    int Number,
    PrincipalId Principal,
    string By,
    int? Key,
    DateTimeOffset MadeAt,
    DateTimeOffset SeenAt,
    DateTimeOffset ExpiresAt,
    string? Address,
    string? Browser
)
{
    /// <summary>The session in another workspace that this one rests on, and ends with (<see cref="AsParentIn"/>); null for none.</summary>
    internal string? Parent { get; init; }

    /// <summary>
    /// What names it in another workspace: <c>main/S-3/1896080400000</c>. With the instant, since a workspace that was removed and
    /// made again begins its numbers anew.
    /// </summary>
    internal string AsParentIn(string workspace) =>
        FormattableString.Invariant($"{workspace}/{Id}/{MadeAt.ToUnixTimeMilliseconds()}");

    /// <summary><c>S-3</c>.</summary>
    public string Id => TextOf(Number);

    /// <summary><c>S-3</c> for 3.</summary>
    public static string TextOf(int number) => "S-" + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number in <c>S-3</c>; null where the text is not of that form.</summary>
    public static int? NumberOf(string text) =>
        text.StartsWith("S-", StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

/// <summary>A session in another workspace on which one here rests, as <see cref="SessionView.AsParentIn"/> names it.</summary>
/// <param name="Text">The whole name.</param>
internal readonly record struct ParentSession(string Text, string Workspace, int Session)
{
    internal static bool TryParse(string? text, out ParentSession parent)
    {
        parent = default;
        if (text?.Split('/') is not [var workspace, var id, _] || SessionView.NumberOf(id) is not { } number)
            return false;
        parent = new ParentSession(text, workspace, number);
        return true;
    }
}

/// <summary>What the journal is to be told of a session.</summary>
/// <param name="EndedAs">A word of <c>session.ended</c>; null while it is live.</param>
/// <param name="EndedBy">Who ended it; null where nobody did.</param>
internal sealed record SessionNotice(SessionView Session, bool BeganIsTold, string? EndedAs, PrincipalId? EndedBy);

/// <summary>The words of <c>session.ended</c> for why a session ended.</summary>
internal static class EndedAsWords
{
    internal static string Of(EndReason why) =>
        why switch
        {
            EndReason.SignedOut => "signed_out",
            EndReason.KeyRevoked => "key_revoked",
            EndReason.Expired => "expired",
            EndReason.PrincipalPaused => "principal_paused",
            EndReason.PrincipalEnded => "principal_ended",
            EndReason.RightsChanged => "rights_changed",
        };
}
