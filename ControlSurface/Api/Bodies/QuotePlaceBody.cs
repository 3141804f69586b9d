using ControlSurface.Content;

namespace ControlSurface.Api.Bodies;

/// <summary>Where the words that a comment quotes stand in the version that is read.</summary>
/// <param name="Standing">
/// <c>stands</c>, <c>outdated</c> where they are gone, <c>ambiguous</c> where nothing tells which are meant, or <c>not_followed</c> where
/// the call followed the comments of as many newer versions as it may.
/// </param>
/// <param name="Start">In UTF-16 units of the text; null unless they stand.</param>
internal sealed record QuotePlaceBody(string Standing, int? Start, int? End)
{
    internal static readonly QuotePlaceBody Outdated = new("outdated", Start: null, End: null);
    internal static readonly QuotePlaceBody NotFollowed = new("not_followed", Start: null, End: null);
    private static readonly QuotePlaceBody Ambiguous = new("ambiguous", Start: null, End: null);

    internal static QuotePlaceBody Of(QuotePlace place) =>
        place.Standing switch
        {
            QuoteStanding.Stands => new("stands", place.Start, place.Start + place.Length),
            QuoteStanding.Ambiguous => Ambiguous,
            QuoteStanding.Outdated => Outdated,
        };
}
