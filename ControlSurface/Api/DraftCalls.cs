using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>Sends drafts as the command of a call.</summary>
internal static class DraftCalls
{
    /// <summary>
    /// The draft's command, with its contents as those of the call; the draft is made again where it was overtaken before it was
    /// decided. One that is too large is answered with 413.
    /// </summary>
    internal static Command Drafted(this ApiCall call, Func<Draft> make)
    {
        return Take(make(), isAgain: false);

        Command Take(Draft draft, bool isAgain)
        {
            if (!isAgain && !draft.IsPinned)
                call.Again = () => Take(make(), isAgain: true);
            call.Contents.AddRange(draft.Contents);
            if (draft.IsTooLarge)
            {
                call.Faults.Add("content", "is too large");
                call.EdgeProblem = ToHttp.ContentTooLarge(ContentTexts.LimitBytes, call.Site);
            }
            return draft.Command;
        }
    }
}
