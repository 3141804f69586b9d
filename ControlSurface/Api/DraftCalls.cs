using ControlSurface.Core.Vocabulary;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>Sends drafts as the command of a call.</summary>
internal static class DraftCalls
{
    /// <summary>
    /// The draft's command, with its contents as those of the call; the draft is made again where it was overtaken before it was
    /// decided. One that is too large is answered with 413.
    /// </summary>
    internal static Asked Drafted(this ApiCall call, Func<Draft> make)
    {
        var first = make();
        return first.IsPinned ? Taken(call, first) : Taken(call, first) with { Again = () => Taken(call, make()) };
    }

    private static Asked Taken(ApiCall call, Draft draft)
    {
        if (draft.IsTooLarge)
            call.Faults.Add("content", "is too large", ToHttp.ContentTooLarge(ContentTexts.LimitBytes, call.Site));
        return new Asked(draft.Command) { Contents = draft.Contents };
    }
}
