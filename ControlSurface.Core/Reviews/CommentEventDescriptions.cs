using System.Diagnostics;

namespace ControlSurface.Core.Reviews;

/// <summary>Each <see cref="CommentEvent"/> as a sentence.</summary>
internal static class CommentEventDescriptions
{
    internal static string Of(CommentEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            CommentEvent.Added { IsQuestion: true } e =>
                $"{by} asked a question on version {e.Version} of {e.Artifact}.",
            CommentEvent.Added e =>
                $"{by} commented on version {e.Version} of {e.Artifact}{(e.Blocks ? ", blocking it" : "")}.",
            CommentEvent.Replied e => $"{by} answered {e.Comment} on {e.Artifact}.",
            CommentEvent.Resolved { How: CommentResolution.Accepted } e =>
                $"{by} accepted the suggestion {e.Comment} on {e.Artifact}.",
            CommentEvent.Resolved e => $"{by} resolved {e.Comment} on {e.Artifact}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
