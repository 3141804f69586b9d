using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace ControlSurface.Components.Review;

/// <summary>The mark in a text that leads to the comments on it.</summary>
internal static class CommentMark
{
    /// <summary>The mark of some comments.</summary>
    /// <param name="where">Where they stand, as "on this line".</param>
    /// <param name="receiver">What draws it.</param>
    public static RenderFragment Draw(int count, string where, ComponentBase receiver, Func<Task> press) =>
        builder =>
        {
            var says = $"{Words.Plural(count, "comment")} {where}";
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "class", "comment-mark");
            builder.AddAttribute(2, "type", "button");
            builder.AddAttribute(3, "data-do", "to_comment");
            builder.AddAttribute(4, "aria-label", says);
            builder.AddAttribute(6, "onclick", EventCallback.Factory.Create<MouseEventArgs>(receiver, press));
            builder.AddContent(7, Words.Count(count));
            builder.CloseElement();
        };
}
