using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Review;

/// <summary>A picture that is pressed to be seen as large as it is (<c>js/pictures.js</c>).</summary>
internal static class EnlargedPicture
{
    /// <summary>The picture, in a button.</summary>
    /// <param name="says">What it is, for those who do not see it.</param>
    public static RenderFragment Draw(PictureView picture, string says) =>
        builder =>
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "type", "button");
            builder.AddAttribute(2, "class", "enlarge");
            builder.AddAttribute(3, "data-do", "enlarge");
            builder.AddAttribute(4, "aria-label", $"Enlarge: {says}");
            builder.OpenElement(5, "img");
            builder.AddAttribute(6, "src", picture.Src);
            builder.AddAttribute(7, "alt", says);
            builder.CloseElement();
            builder.CloseElement();
        };
}
