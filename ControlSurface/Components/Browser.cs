using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ControlSurface.Components;

/// <summary>
/// The few things that only the browser can do, for one circuit. A browser that has gone is nobody to answer to: calls to it
/// end quietly.
/// </summary>
public sealed class Browser(IJSRuntime js)
{
    /// <summary>The circuit is up: buttons may be pressed, the indicator says Live.</summary>
    public ValueTask StartedAsync() => CallAsync("started");

    /// <summary>Whether the server takes writes; while it does not, every button with <c>data-do</c> is disabled.</summary>
    /// <param name="cutOffSince">Since when what is shown may be old; null where it is not.</param>
    public ValueTask WritableAsync(bool isWritable, DateTimeOffset? cutOffSince) =>
        CallAsync("writable", isWritable, cutOffSince?.ToUnixTimeMilliseconds());

    /// <summary>Gives the page's heading the focus, unless somebody types already or a dialog is open.</summary>
    public ValueTask FocusHeadingAsync() => CallAsync("focusHeading");

    /// <summary>Gives the field that a page begins with the focus, unless somebody types already or a dialog is open.</summary>
    public ValueTask FocusFieldAsync(ElementReference field) => CallAsync("focusField", field);

    /// <summary>Gives the row of the list that the reader was on the focus, or its first; the heading where there is no row.</summary>
    public ValueTask FocusListAsync() => CallAsync("focusList");

    /// <summary>Gives a row of the list the focus, once there is one; nothing where none comes.</summary>
    public ValueTask FocusRowAsync() => CallAsync("focusRow");

    /// <summary>Gives the first line of the menu that is open the focus.</summary>
    public ValueTask FocusMenuAsync() => CallAsync("focusMenu");

    /// <summary>Gives the button in <paramref name="box"/> the focus, unless the reader has moved it elsewhere since.</summary>
    public ValueTask FocusBackAsync(ElementReference box) => CallAsync("focusBack", box);

    /// <summary>MudBlazor's popovers stand at the end of the page again: its script looks for them there.</summary>
    public ValueTask PopoversAreBackAsync() => CallAsync("popoversAreBack");

    /// <summary>Whom the reader chose lately, the newest first; empty where this browser does not know.</summary>
    public async ValueTask<IReadOnlyList<string>> RecentAsync()
    {
        try
        {
            return await js.InvokeAsync<string[]?>("controlSurface.recent") ?? [];
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return [];
        }
    }

    /// <summary>The reader chose <paramref name="who"/>: they stand first the next time.</summary>
    public ValueTask ChosenAsync(string who) => CallAsync("chosen", who);

    /// <summary>Opens a <c>dialog</c> over the page. The browser keeps the focus in it and gives it back.</summary>
    public ValueTask OpenAsync(ElementReference dialog) => CallAsync("open", dialog);

    /// <summary>Saves a list as a file of the reader's.</summary>
    public ValueTask SaveAsync(ListFile list) => CallAsync("saveTable", list.Name, list.Lines());

    /// <summary>Says <paramref name="words"/> in the polite region: at most one message in five seconds, gathered.</summary>
    public ValueTask SayAsync(string words) => CallAsync("say", words);

    /// <summary>Shows in the tab's icon and title how many entries of the inbox are not read.</summary>
    public ValueTask UnreadAsync(int count) => CallAsync("unread", count);

    /// <summary>Whether the window is as narrow as a phone's.</summary>
    public async ValueTask<bool> IsNarrowAsync()
    {
        try
        {
            return await js.InvokeAsync<bool>("controlSurface.narrow");
        }
        catch (JSDisconnectedException)
        {
            return false;
        }
    }

    /// <summary>Brings a row of a text into sight and gives it the focus; one that is not drawn yet is scrolled to.</summary>
    /// <param name="row">Place of the row, from 0.</param>
    /// <param name="height">Height of each row, in px.</param>
    public ValueTask ShowRowAsync(ElementReference list, int row, float height) =>
        CallAsync("showRow", list, row, height);

    /// <summary>Says <paramref name="words"/> at once: a newer version of what is being read.</summary>
    public ValueTask SayNowAsync(string words) => CallAsync("sayNow", words);

    /// <summary>What is selected in the page; empty for nothing.</summary>
    public async ValueTask<SelectedWords> SelectedAsync()
    {
        try
        {
            return await js.InvokeAsync<SelectedWords?>("controlSurface.selected") ?? new SelectedWords("");
        }
        catch (JSDisconnectedException)
        {
            return new SelectedWords("");
        }
    }

    /// <summary>Brings what a CSS selector finds into sight, with the focus.</summary>
    public ValueTask FocusOnAsync(string selector) => CallAsync("focusOn", selector);

    /// <summary>Gives the focus to the words that were selected when <see cref="SelectedAsync"/> was last asked.</summary>
    public ValueTask FocusTextAsync() => CallAsync("focusText");

    /// <summary>How many entries of a list are not wholly in sight at this moment.</summary>
    /// <param name="list">CSS selector of the list's part of the page; 0 where there is none.</param>
    public ValueTask<int> OutOfSightAsync(string list) => CountAsync("outOfSight", list);

    /// <summary>How many entries of a list have not been in sight since it was drawn; the first of them is brought there.</summary>
    /// <param name="list">An element with <c>data-sight</c>.</param>
    public ValueTask<int> UnseenAsync(ElementReference list) => CountAsync("unseen", list);

    private async ValueTask<int> CountAsync(string what, object list)
    {
        try
        {
            return await js.InvokeAsync<int>($"controlSurface.{what}", list);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return 1; // Nobody is there who could have seen anything.
        }
    }

    /// <summary>When the reader left before they came back; null where this browser does not know, as on a first visit.</summary>
    public ValueTask<DateTimeOffset?> LeftAtAsync() => InstantAsync("leftAt");

    /// <summary>What somebody typed as a day and time, in their own zone; null for no time.</summary>
    /// <param name="typed">As a field of the type <c>datetime-local</c> gives it: <c>2030-01-31T09:00</c>.</param>
    public ValueTask<DateTimeOffset?> InstantOfAsync(string typed) => InstantAsync("instant", typed);

    /// <summary>An instant as a field of the type <c>datetime-local</c> shows it, in the reader's own zone; null where nobody is there.</summary>
    /// <param name="hasSeconds">The field takes seconds too (<c>step="1"</c>).</param>
    public async ValueTask<string?> LocalAsync(DateTimeOffset at, bool hasSeconds = false)
    {
        try
        {
            return await js.InvokeAsync<string?>("controlSurface.local", at.ToUnixTimeMilliseconds(), hasSeconds);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>The reader's time zone; null where nobody is there, or where this machine does not know it.</summary>
    public async ValueTask<TimeZoneInfo?> ZoneAsync()
    {
        try
        {
            var name = await js.InvokeAsync<string?>("controlSurface.zone");
            return name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return null;
        }
    }

    private async ValueTask<DateTimeOffset?> InstantAsync(string what, params object?[] arguments)
    {
        try
        {
            var ms = await js.InvokeAsync<double>($"controlSurface.{what}", arguments);
            return ms > 0 && ms < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)ms)
                : null;
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>The text that stands in a field now (<see cref="Parts.DraftField"/>).</summary>
    /// <returns>
    /// Whether the browser was there to ask, and the text; the text is null where the page has no script that could answer.
    /// </returns>
    public async ValueTask<(bool IsThere, string? Text)> ReadDraftAsync(ElementReference field)
    {
        try
        {
            return (true, await js.InvokeAsync<string?>("controlSurface.draftRead", field));
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return (false, null);
        }
    }

    /// <summary>What was read of the draft <paramref name="name"/> was refused: it is not on its way any more.</summary>
    public ValueTask DraftRefusedAsync(string name) => CallAsync("draftRefused", name);

    /// <summary>The reader closed the field of the draft <paramref name="name"/>: it comes back when the field is opened again.</summary>
    public ValueTask DraftAsideAsync(string name) => CallAsync("draftAside", name);

    private async ValueTask CallAsync(string what, params object?[] arguments)
    {
        try
        {
            await js.InvokeVoidAsync($"controlSurface.{what}", arguments);
        }
        catch (JSDisconnectedException)
        {
            // The circuit outlives its connection by a minute; nobody is there to see it.
        }
    }
}
