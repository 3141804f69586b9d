using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace ControlSurface.Components.Parts;

/// <summary>
/// The box by which a row is selected, as plain markup: a component for each row costs more memory than its box. It is a button, so
/// that the server alone draws whether it is checked: after a press with Shift a browser's own box would say something else.
/// </summary>
public static class PickBox
{
    /// <summary>The box of one row.</summary>
    /// <param name="id">What the row is, as its box's name says.</param>
    /// <param name="press">The box was pressed; with Shift all rows up to this one are meant.</param>
    public static RenderFragment Draw(string id, bool isPicked, EventCallback<MouseEventArgs> press) =>
        Box(isPicked ? "true" : "false", $"Select {id}", "data-pick", tabindex: "-1", press);

    /// <summary>The box in the head of a list: all rows that match, also those that are not drawn.</summary>
    /// <param name="picked">How many are selected.</param>
    /// <param name="press">The box was pressed: selects all, or, where all are selected, none.</param>
    public static RenderFragment DrawAll(int picked, int total, EventCallback<MouseEventArgs> press) =>
        Box(
            picked == 0 ? "false"
                : picked >= total ? "true"
                : "mixed",
            $"Select all {Words.Count(total)}",
            "data-pick-all",
            tabindex: null,
            press
        );

    private static RenderFragment Box(
        string isChecked,
        string name,
        string mark,
        string? tabindex,
        EventCallback<MouseEventArgs> press
    ) =>
        builder =>
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "type", "button");
            builder.AddAttribute(2, "class", "pick");
            builder.AddAttribute(3, "role", "checkbox");
            builder.AddAttribute(4, "aria-checked", isChecked);
            builder.AddAttribute(5, "aria-label", name);
            builder.AddAttribute(6, "tabindex", tabindex);
            builder.AddAttribute(7, mark, "");
            builder.AddAttribute(8, "onclick", press);
            builder.CloseElement();
        };
}
